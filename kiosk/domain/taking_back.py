"""Which way back a paid sale has: 取消 on its own day, 還付 afterwards. Owns the rules; refuses to move money.

Each function answers with the rule that stands in the way, a text-catalogue key whose sentence names the next step,
or with an empty string.
"""

from collections.abc import Iterable
from datetime import date

from kiosk.domain.books import SaleRow
from kiosk.domain.operation import Operation, OperationKind, State
from kiosk.domain.payment import Standing
from kiosk.domain.record import DailyLogCompared


def paid_by(sale: SaleRow) -> Operation | None:
    """The approved sale operation, whatever became of it later; None when nothing was ever paid."""
    for operation in sale.operations:
        if operation.prepared.operation_kind is OperationKind.SALE and operation.state is State.APPROVED:
            return operation
    return None


def void_obstacle(sale: SaleRow, open_date: date | None, logs: Iterable[DailyLogCompared]) -> str:
    """What stands in the way of a void. ``logs``: the comparisons of the open day."""
    paid = paid_by(sale)
    if paid is None or sale.standing is not Standing.PAID:
        return "void_not_paid"
    if sale.refunds:
        return "void_refund_requested"
    if open_date is None:
        return "day_not_open"
    if sale.business_date != open_date:
        return "void_other_day"
    return "void_terminal_closed" if _is_settled(sale, paid, logs) else ""


def refund_obstacle(sale: SaleRow) -> str:
    """What stands in the way of any refund, by transfer or on the terminal."""
    if paid_by(sale) is None or sale.standing is not Standing.PAID:
        return "refund_not_paid"
    return "refund_requested_already" if sale.refunds else ""


def terminal_refund_obstacle(
    sale: SaleRow, open_date: date | None, logs: Iterable[DailyLogCompared], *, on_terminal: bool, can_void: bool = True
) -> str:
    """What stands in the way of a refund on the terminal. ``on_terminal``: the counter's rule for this tender."""
    if obstacle := refund_obstacle(sale):
        return obstacle
    if not on_terminal:
        return "refund_by_transfer_only"
    if open_date is None:
        return "day_not_open"
    return "refund_void_instead" if can_void and not void_obstacle(sale, open_date, logs) else ""


def _is_settled(sale: SaleRow, paid: Operation, logs: Iterable[DailyLogCompared]) -> bool:
    """Whether the terminal has begun its next day since it took the sale."""
    begun = sale.begun[sale.operations.index(paid)]
    settled = (log.up_to_seq for log in logs if log.settled and log.device == paid.prepared.device)
    return begun.seq <= max(settled, default=0)
