"""Device outcomes turned into journal events, one for one. Owns the mapping; decides nothing."""

from typing import assert_never

from drivers.payment import api
from kiosk.domain import operation as op
from kiosk.domain.money import NOTHING, Yen
from kiosk.domain.operation import DeviceResult, Event, Operation, OperationKind


def event_of(outcome: api.AuthorizationOutcome | api.NotCharged, operation: Operation, source: str = "device") -> Event:
    """The event that records ``outcome``; ``source`` is device or inquiry.

    An approval over another amount than was asked for is nobody's success: it is unknown, and a person looks.
    """
    match outcome:
        case api.Approved() if outcome.amount_yen != operation.prepared.amount_yen:
            return op.OutcomeUnknown(api.UnknownReason.MISMATCH)
        case api.Approved():
            return op.Approved(Yen(outcome.amount_yen), result_of(outcome), source)
        case api.Declined(reason, result_code):
            return op.Declined(reason, result_code)
        case api.NotSent(reason):
            return op.NotSent(reason)
        case api.OutcomeUnknown(reason):
            return op.OutcomeUnknown(reason)
        case api.NotCharged(evidence):
            return op.NotCharged(evidence)
        case _:
            assert_never(outcome)


def reported_of(result: api.Approved | api.Declined) -> op.Reported:
    """The event for a result that the device has announced and not yet completed."""
    match result:
        case api.Approved():
            return op.Reported(approved=True, amount_yen=Yen(result.amount_yen), result=result_of(result))
        case api.Declined(_, result_code):
            return op.Reported(approved=False, amount_yen=NOTHING, result=DeviceResult(), code=result_code)
        case _:
            assert_never(result)


def result_of(approved: api.Approved) -> DeviceResult:
    """What is kept of an approval."""
    return DeviceResult(
        brand=approved.brand,
        card_last4=approved.card_last4,
        approval_code=approved.approval_code,
        slip_number=approved.slip_number,
        terminal_id=approved.terminal_id,
        transaction_number=approved.transaction_number,
        transacted_at=approved.transacted_at,
        tendered_yen=Yen(approved.tendered_yen),
    )


def request_for(
    operation: Operation, original: Operation | None = None, brands: tuple[str, ...] = ()
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
