"""Checks of what a person keyed into a payment form. Owns the rules of brand, amount, approval and slip; never asks."""

from collections.abc import Mapping

from drivers.payment.api import Approved, AuthorizationRequest, Field, FieldKind, OutcomeUnknown, UnknownReason

APPROVAL_CODE_LENGTH_MAX = 8
"""Six on Japanese slips, eight in ZVT and on some e-money slips."""
SLIP_NUMBER_LENGTH_MAX = 8
"""Five or six on Japanese slips; eight leaves room for a terminal's prefix."""
YEN_DIGITS_MAX = 9
"""A counter takes no amount of ten digits."""


def sale_fields(request: AuthorizationRequest) -> tuple[Field, ...]:
    """What the clerk copies from the terminal's slip, in the order of the hand; the code many slips lack comes last.

    The amount is keyed a second time: it has been keyed into the terminal already. The brand is asked only where there
    is one to choose.
    """
    brand = (Field("brand", FieldKind.CHOICE, choices=request.brands),) if len(request.brands) > 1 else ()
    return (
        *brand,
        Field("amount_yen", FieldKind.YEN, length_max=YEN_DIGITS_MAX),
        Field("slip_number", FieldKind.DIGITS, length_max=SLIP_NUMBER_LENGTH_MAX),
        Field("approval_code", FieldKind.TEXT, length_max=APPROVAL_CODE_LENGTH_MAX, required=False),
    )


def approved_from(request: AuthorizationRequest, values: Mapping[str, str]) -> Approved | None:
    """The approval as keyed; None when a value breaks its rule, so that the clerk is asked again.

    An amount other than the one asked for breaks its rule: nothing is approved over it.
    """
    brand, slip_number, amount_yen = _brand(request, values), _slip_number(values), _yen(values)
    keyed_code = values.get("approval_code", "").strip()
    if len(keyed_code) > APPROVAL_CODE_LENGTH_MAX or not (keyed_code + "0").isalnum() or not keyed_code.isascii():
        return None
    if (request.brands and not brand) or not slip_number or amount_yen != request.amount_yen:
        return None
    return Approved(
        amount_yen=amount_yen,
        media=request.media,
        brand=brand,
        approval_code=keyed_code.upper(),
        slip_number=slip_number,
    )


def unfinished_from(request: AuthorizationRequest, values: Mapping[str, str]) -> OutcomeUnknown:
    """処理未了 as the clerk read it off the terminal; brand and slip as far as they were keyed."""
    return OutcomeUnknown(UnknownReason.UNFINISHED, _brand(request, values), _slip_number(values))


def mismatch_from(request: AuthorizationRequest, values: Mapping[str, str]) -> OutcomeUnknown | None:
    """The terminal took another amount than was asked for; None when no other amount was keyed."""
    amount_yen = _yen(values)
    if amount_yen in (0, request.amount_yen):
        return None
    return OutcomeUnknown(UnknownReason.MISMATCH, _brand(request, values), _slip_number(values), amount_yen)


def _brand(request: AuthorizationRequest, values: Mapping[str, str]) -> str:
    """Empty when none was chosen; a void keeps its sale's."""
    if not request.brands:
        return request.original.brand if request.original else ""
    brand = values.get("brand", "") if len(request.brands) > 1 else request.brands[0]
    return brand if brand in request.brands else ""


def _slip_number(values: Mapping[str, str]) -> str:
    """Empty when none was keyed, or not in digits."""
    slip_number = values.get("slip_number", "").strip()
    return slip_number if _are_digits(slip_number, SLIP_NUMBER_LENGTH_MAX) else ""


def _yen(values: Mapping[str, str]) -> int:
    """0 when no amount was keyed."""
    keyed = values.get("amount_yen", "")
    return int(keyed) if _are_digits(keyed, YEN_DIGITS_MAX) else 0


def _are_digits(text: str, length_max: int) -> bool:
    return len(text) <= length_max and text.isascii() and text.isdecimal()
