"""Device outcomes turned into journal events, one for one. Owns the mapping; refuses card numbers and decisions."""

from dataclasses import replace
from typing import assert_never

from drivers.codes.card_number import DIGITS_SHOWN, mask_card_numbers
from drivers.payment import api
from kiosk.domain import operation as op
from kiosk.domain.money import NOTHING, Yen
from kiosk.domain.operation import DeviceResult, Event, Operation, OperationKind, Seen, State
from kiosk.domain.payment_code import PaymentCode
from kiosk.domain.unfinished import Treatment, UnfinishedRule, rule_for


def event_of(
    outcome: api.AuthorizationOutcome | api.NotCharged,
    operation: Operation,
    source: str = "device",
    rules: tuple[UnfinishedRule, ...] = (),
) -> Event:
    """The event that records ``outcome``; ``source`` is device or inquiry, ``rules`` the brands' for 処理未了.

    An approval over another amount than was asked for is nobody's success: it is unknown, and a person looks.
    """
    match outcome:
        case api.Approved() if outcome.amount_yen != operation.prepared.amount_yen:
            seen = _shown(outcome.brand, outcome.slip_number, outcome.amount_yen)
            return op.OutcomeUnknown(api.UnknownReason.MISMATCH, seen)
        case api.Approved():
            return op.Approved(Yen(outcome.amount_yen), result_of(outcome), source)
        case api.Declined(reason, result_code):
            return op.Declined(reason, mask_card_numbers(result_code))
        case api.NotSent(reason):
            return op.NotSent(reason)
        case api.OutcomeUnknown(reason):
            return op.OutcomeUnknown(reason, _seen(outcome, operation, rules))
        case api.NotCharged(evidence):
            return op.NotCharged(mask_card_numbers(evidence))
        case _:
            assert_never(outcome)


def _seen(outcome: api.OutcomeUnknown, operation: Operation, rules: tuple[UnfinishedRule, ...]) -> Seen | None:
    """What the terminal showed, with the rule that held for its brand on the day; None where it showed nothing."""
    shown = _shown(outcome.brand, outcome.slip_number, outcome.terminal_yen)
    if outcome.reason is not api.UnknownReason.UNFINISHED:
        return shown if shown != Seen() else None
    prepared = operation.prepared
    if (
        prepared.operation_kind is not OperationKind.SALE
    ):  # the rules are about sales; what became of a void, people see
        return replace(shown, rule=UnfinishedRule(outcome.brand, Treatment.PERSON))
    rule = rule_for(rules, outcome.brand, prepared.business_date)
    return replace(shown, rule=rule, inquire_by=rule.inquire_by(prepared.business_date))


def by_rule(operation: Operation) -> tuple[Event, ...]:
    """What the brand's rule makes of an operation left unfinished: one event, or none where it has to wait."""
    seen = operation.seen
    if operation.state is not State.IN_DOUBT or seen is None or seen.rule is None:
        return ()
    match seen.rule.treatment:
        case Treatment.SALE if not seen.slip_number:
            return ()  # nothing on paper says that it is this sale: two people look
        case Treatment.SALE:
            result = DeviceResult(brand=seen.brand, slip_number=seen.slip_number)
            return (op.Approved(operation.prepared.amount_yen, result, op.BY_RULE),)
        case Treatment.NOT_CONCLUDED:
            return (
                op.NotCharged(f"unfinished: not concluded by the rule of {seen.brand} from {seen.rule.valid_from}"),
            )
        case Treatment.NEXT_TOUCH | Treatment.PERSON:
            return ()
        case _:
            assert_never(seen.rule.treatment)


def reported_of(result: api.Approved | api.Declined) -> op.Reported:
    """The event for a result that the device has announced and not yet completed."""
    match result:
        case api.Approved():
            return op.Reported(approved=True, amount_yen=Yen(result.amount_yen), result=result_of(result))
        case api.Declined(_, result_code):
            return op.Reported(
                approved=False, amount_yen=NOTHING, result=DeviceResult(), code=mask_card_numbers(result_code)
            )
        case _:
            assert_never(result)


def result_of(approved: api.Approved) -> DeviceResult:
    """What is kept of an approval: whatever driver reported it, no card number.

    The numbers by which terminal and center know themselves and the payment are kept as they are: both may be long.
    """
    return DeviceResult(
        brand=mask_card_numbers(approved.brand),
        card_last4=approved.card_last4[-DIGITS_SHOWN:],
        approval_code=mask_card_numbers(approved.approval_code),
        slip_number=mask_card_numbers(approved.slip_number),
        terminal_id=approved.terminal_id,
        transaction_number=approved.transaction_number,
        transacted_at=approved.transacted_at,
        tendered_yen=Yen(approved.tendered_yen),
        payment_last4=approved.payment_last4[-DIGITS_SHOWN:],
    )


def _shown(brand: str, slip_number: str, amount_yen: int) -> Seen:
    return Seen(mask_card_numbers(brand), mask_card_numbers(slip_number), Yen(amount_yen))


def request_for(
    operation: Operation,
    original: Operation | None = None,
    brands: tuple[str, ...] = (),
    code: PaymentCode | None = None,
) -> api.AuthorizationRequest:
    """The charge, void or refund as the driver sees it; ``original`` is the sale that a void or refund undoes."""
    prepared, baseline = operation.prepared, operation.baseline
    return api.AuthorizationRequest(
        operation_id=prepared.operation_id,
        sequence_number=operation.sequence_number,
        amount_yen=prepared.amount_yen,
        media=api.Media(prepared.tender),
        baseline=api.Baseline(baseline.terminal_id, baseline.slip_number, baseline.transaction_number)
        if baseline
        else None,
        brands=brands,
        transaction_type=_TYPES[prepared.operation_kind],
        original=_original(original) if original and prepared.operation_kind is not OperationKind.SALE else None,
        issued_code=code.text if code else "",
        tested_brands=code.tested if code else (),
    )


_TYPES = {
    OperationKind.SALE: api.TransactionType.SALES,
    OperationKind.VOID: api.TransactionType.VOID,
    OperationKind.REFUND: api.TransactionType.REFUND,
}


def _original(sale: Operation) -> api.Original:
    result = sale.result or DeviceResult()
    return api.Original(
        result.slip_number, result.approval_code, result.transaction_number, result.terminal_id, result.brand
    )
