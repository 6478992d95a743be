"""Checks of what a person keyed into a payment form. Owns the rules of brand, approval and slip; refuses to ask."""

from collections.abc import Mapping

from drivers.payment.api import Approved, AuthorizationRequest, Field, FieldKind

APPROVAL_CODE_LENGTH_MAX = 8
"""Six on Japanese slips, eight in ZVT and on some e-money slips."""
SLIP_NUMBER_LENGTH_MAX = 8
"""Five or six on Japanese slips; eight leaves room for a terminal's prefix."""


def sale_fields(request: AuthorizationRequest) -> tuple[Field, ...]:
    """What the clerk copies from the terminal's slip. Without brands in the request the brand is not asked."""
    brand = (Field("brand", FieldKind.CHOICE, choices=request.brands),) if request.brands else ()
    return (
        *brand,
        Field("approval_code", FieldKind.TEXT, length_max=APPROVAL_CODE_LENGTH_MAX, required=False),
        Field("slip_number", FieldKind.DIGITS, length_max=SLIP_NUMBER_LENGTH_MAX),
    )


def approved_from(request: AuthorizationRequest, values: Mapping[str, str]) -> Approved | None:
    """The approval as keyed; None when a value breaks its rule, so that the clerk is asked again."""
    brand = values.get("brand", "")
    approval_code = values.get("approval_code", "").strip().upper()
    slip_number = values.get("slip_number", "").strip()
    if request.brands and brand not in request.brands:
        return None
    if (
        len(approval_code) > APPROVAL_CODE_LENGTH_MAX
        or not (approval_code + "0").isalnum()
        or not approval_code.isascii()
    ):
        return None
    if not 0 < len(slip_number) <= SLIP_NUMBER_LENGTH_MAX or not (slip_number.isascii() and slip_number.isdecimal()):
        return None
    return Approved(
        amount_yen=request.amount_yen,
        media=request.media,
        brand=brand if request.brands else request.original.brand if request.original else "",
        approval_code=approval_code,
        slip_number=slip_number,
    )
