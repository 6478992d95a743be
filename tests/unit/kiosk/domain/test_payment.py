"""Where the money is, folded from the operations and nothing else."""

from dataclasses import replace

import pytest

from kiosk.domain.operation import UNSETTLED, Operation, OperationKind, State
from kiosk.domain.payment import Standing, standing
from tests.unit.kiosk.domain.test_operation import PREPARED

SALE, VOID, REFUND = OperationKind.SALE, OperationKind.VOID, OperationKind.REFUND


def made(kind: OperationKind, state: State) -> Operation:
    return Operation(replace(PREPARED, operation_kind=kind), state)


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([], Standing.UNPAID),
        ([(SALE, State.PREPARED)], Standing.UNPAID),
        ([(SALE, State.DECLINED)], Standing.UNPAID),
        ([(SALE, State.DECLINED), (SALE, State.APPROVED)], Standing.PAID),
        ([(SALE, State.APPROVED), (VOID, State.DECLINED)], Standing.PAID),
        ([(SALE, State.APPROVED), (VOID, State.PREPARED)], Standing.PAID),
        ([(SALE, State.APPROVED), (VOID, State.APPROVED)], Standing.VOIDED),
        ([(SALE, State.APPROVED), (VOID, State.NOT_CHARGED), (REFUND, State.APPROVED)], Standing.REFUNDED),
        ([(SALE, State.APPROVED), (REFUND, State.IN_DOUBT)], Standing.IN_DOUBT),
    ],
)
def test_standings(operations: list[tuple[OperationKind, State]], expected: Standing) -> None:
    assert standing(made(kind, state) for kind, state in operations) is expected


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", OperationKind)
def test_unknown_is_never_shown_as_paid_or_failed(kind: OperationKind, state: State) -> None:
    seen = standing([made(SALE, State.APPROVED), made(kind, state)])
    assert (seen is Standing.IN_DOUBT) == (state in UNSETTLED - {State.PREPARED})
