"""還付 on the terminal: a whole sale given back once, with a second person. Refuses what a void can still undo."""

from dataclasses import replace

from drivers.payment import api
from kiosk.domain.books import Books
from kiosk.domain.ids import OperationId, SaleId
from kiosk.domain.operation import Operation, OperationKind, Prepared
from kiosk.domain.record import Actor, Draft
from kiosk.domain.taking_back import paid_by, terminal_refund_obstacle
from kiosk.services.charge import MakeContext, carry_out
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.notices import PaymentStarted
from kiosk.services.request_refund import stated_reason
from kiosk.services.void_payment import NO_OFFER


def refund_payment(
    counter: Counter,
    sale_id: SaleId,
    reason: str,
    device: api.PaymentDevice,
    make_context: MakeContext,
    *,
    actor: Actor,
    approver: Actor,
) -> Operation:
    """Refund a paid sale on the device that took it; runs on that device's worker.

    Returns the refund in whatever state it reached, in doubt included: it is inquired about and settled like a sale.
    Raises RefusalError when nothing was begun.
    """
    capabilities = device.capabilities
    if not capabilities.can_refund:
        raise RefusalError("refund_not_supported")
    operation = prepare_refund(counter, sale_id, reason, actor=actor, approver=approver, can_void=capabilities.can_void)
    counter.tell(PaymentStarted(operation, NO_OFFER))
    return carry_out(counter, operation, device, device.authorize_refund, make_context, actor)


def prepare_refund(
    counter: Counter, sale_id: SaleId, reason: str, *, actor: Actor, approver: Actor, can_void: bool
) -> Operation:
    """Record the intent of a refund, with its reason, on the open day. Raises RefusalError.

    Account, fiscal year and tax of every line are those of the sale: money goes back to where it was booked. The
    business date is the day it is done: an earlier day stays as it was closed.
    """
    stated = stated_reason(reason)
    prepared: list[Prepared] = []

    def decide(books: Books) -> list[Draft]:
        paid = refundable(counter, books, sale_id, can_void=can_void)
        if any(other.prepared.device == paid.prepared.device for other in books.unsettled()):
            raise RefusalError("device_in_doubt")
        business_date = counter.money_date(books)
        intent = replace(
            paid.prepared,
            operation_id=OperationId(counter.new_id()),
            operation_kind=OperationKind.REFUND,
            business_date=business_date,
            original_operation_id=paid.prepared.operation_id,
            reason=stated,
        )
        prepared.append(intent)
        return [counter.draft(intent, actor, business_date, approver)]

    counter.transact(decide)
    return Operation(prepared[-1])


def refundable(counter: Counter, books: Books, sale_id: SaleId, *, can_void: bool = True) -> Operation:
    """The sale operation a refund on the terminal would give back. Raises RefusalError with the rule in its way."""
    sale = books.sale(sale_id)
    paid = paid_by(sale) if sale else None
    if sale is None or paid is None:
        raise RefusalError("sale_unknown" if sale is None else "refund_not_paid")
    open_date = books.day().open_date
    obstacle = terminal_refund_obstacle(
        sale,
        open_date,
        books.daily_logs(open_date) if open_date else (),
        on_terminal=paid.prepared.tender in counter.refunds_on_terminal,
        can_void=can_void,
    )
    if obstacle:
        raise RefusalError(obstacle)
    return paid
