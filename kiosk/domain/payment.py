"""A payment's standing: a fold over its operations. Refuses to be stored or set."""

from collections.abc import Iterable
from enum import StrEnum

from kiosk.domain.operation import UNSETTLED, Operation, OperationKind, State


class Standing(StrEnum):
    """Where the money of one payment is."""

    UNPAID = "unpaid"
    PAID = "paid"
    VOIDED = "voided"
    REFUNDED = "refunded"
    IN_DOUBT = "in_doubt"


_AFTER = {
    OperationKind.SALE: Standing.PAID,
    OperationKind.VOID: Standing.VOIDED,
    OperationKind.REFUND: Standing.REFUNDED,
}


def standing(operations: Iterable[Operation]) -> Standing:
    """Fold the operations of one payment in the order of their intents."""
    now = Standing.UNPAID
    for operation in operations:
        if operation.state in UNSETTLED - {State.PREPARED}:
            return Standing.IN_DOUBT
        if operation.state is State.APPROVED:
            now = _AFTER[operation.prepared.operation_kind]
    return now
