"""取消: taking back a whole sale on its own day, with a second person. Refuses another day, a part, a repetition."""

from dataclasses import replace

from drivers.payment import api
from kiosk.domain.books import Books, SaleRow
from kiosk.domain.ids import OperationId, SaleId
from kiosk.domain.operation import Operation, OperationKind, Prepared
from kiosk.domain.record import Actor, Draft
from kiosk.domain.taking_back import paid_by, void_obstacle
from kiosk.services.charge import MakeContext, carry_out
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.notices import PaymentStarted


def void_payment(
    counter: Counter,
    sale_id: SaleId,
    device: api.PaymentDevice,
    make_context: MakeContext,
    *,
    actor: Actor,
    approver: Actor,
) -> Operation:
    """Void a paid sale on the device that took it; runs on that device's worker.

    Returns the void in whatever state it reached, in doubt included: it is inquired about and settled like a sale.
    Raises RefusalError when nothing was begun.
    """
    if not device.capabilities.can_void:
        raise RefusalError("void_not_supported")
    operation = prepare_void(counter, sale_id, actor=actor, approver=approver)
    counter.tell(PaymentStarted(operation, NO_OFFER))
    return carry_out(counter, operation, device, device.authorize_void, make_context, actor)


NO_OFFER = -1
"""A void or a refund has no cart; no window shows this revision."""


def prepare_void(counter: Counter, sale_id: SaleId, *, actor: Actor, approver: Actor) -> Operation:
    """Record the intent of a void, with its approver in the header. Raises RefusalError."""
    prepared: list[Prepared] = []

    def decide(books: Books) -> list[Draft]:
        paid = voidable(counter, books, books.sale(sale_id))
        if any(other.prepared.device == paid.prepared.device for other in books.unsettled()):
            raise RefusalError("device_in_doubt")
        intent = replace(
            paid.prepared,
            operation_id=OperationId(counter.new_id()),
            operation_kind=OperationKind.VOID,
            original_operation_id=paid.prepared.operation_id,
        )
        prepared.append(intent)
        return [counter.draft(intent, actor, intent.business_date, approver)]

    counter.transact(decide)
    return Operation(prepared[-1])


def voidable(counter: Counter, books: Books, sale: SaleRow | None) -> Operation:
    """The sale operation a void would undo. Raises RefusalError: nothing paid, another day, a closed terminal."""
    paid = paid_by(sale) if sale else None
    if sale is None or paid is None:
        raise RefusalError("sale_unknown" if sale is None else "void_not_paid")
    open_date = counter.money_date(books)
    if obstacle := void_obstacle(sale, open_date, books.daily_logs(open_date)):
        raise RefusalError(obstacle)
    return paid
