"""Taking a payment: intent, request, outcome, each durable before the next step. Never charges twice."""

from dataclasses import dataclass
from datetime import date

from drivers.payment import api
from kiosk.domain.books import Books
from kiosk.domain.cart import Offer
from kiosk.domain.ids import OperationId, PaymentId, SaleId
from kiosk.domain.operation import Operation, OperationKind, Prepared, State
from kiosk.domain.payment import Standing
from kiosk.domain.record import Actor, Draft
from kiosk.domain.slip import is_same_slip, slip_key
from kiosk.domain.tender import Tender
from kiosk.services.charge import MakeContext, carry_out
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.notices import PaymentStarted
from kiosk.services.sale_lines import sold_lines


@dataclass(frozen=True, slots=True)
class OtherTender:
    """A second person's leave to take another tender for a sale whose first charge is in doubt."""

    operation_id: OperationId
    """The operation in doubt."""
    approver: Actor


def take_payment(
    counter: Counter,
    offer: Offer,
    tender: Tender,
    device: api.PaymentDevice,
    make_context: MakeContext,
    actor: Actor,
    instead: OtherTender | None = None,
) -> Operation:
    """Charge a frozen offer once with one tender; runs on the device's worker.

    Returns the operation in whatever state it reached, in doubt included. Raises RefusalError when nothing was begun.
    """
    operation = prepare_sale(counter, offer, tender, actor, instead)
    counter.tell(PaymentStarted(operation, offer.revision))
    return carry_out(counter, operation, device, device.authorize_sales, make_context, actor)


def prepare_sale(
    counter: Counter, offer: Offer, tender: Tender, actor: Actor, instead: OtherTender | None = None
) -> Operation:
    """Record the intent. Raises RefusalError: no day open, the device has an unsettled charge, or a wrong tender.

    Taken instead of an operation in doubt, the intent names that operation, and its header the second person.
    """
    if tender not in offer.tenders:
        raise RefusalError("tender_not_offered")
    prepared: list[Prepared] = []

    def decide(books: Books) -> list[Draft]:
        if any(other.prepared.device == tender.device for other in books.unsettled()):
            raise RefusalError("device_in_doubt")
        if instead is not None and not _is_open(books, instead.operation_id):
            raise RefusalError("not_in_doubt")
        business_date = counter.money_date(books)
        _refuse_paid_slips(books, offer, business_date, instead)
        prepared.append(
            Prepared(
                sale_id=SaleId(counter.new_id()),
                payment_id=PaymentId(counter.new_id()),
                operation_id=OperationId(counter.new_id()),
                operation_kind=OperationKind.SALE,
                business_date=business_date,
                tender=tender.kind,
                tender_name=tender.name,
                trustee_name=tender.trustee_name,
                device=tender.device,
                amount_yen=offer.cart.total_yen,
                lines=sold_lines(offer.cart, business_date),
                taxes=offer.cart.taxes,
                original_operation_id=instead.operation_id if instead else None,
            )
        )
        return [counter.draft(prepared[-1], actor, business_date, instead.approver if instead else None)]

    counter.transact(decide)
    return Operation(prepared[-1])


def _refuse_paid_slips(books: Books, offer: Offer, business_date: date, instead: OtherTender | None) -> None:
    """A slip that is paid or in doubt at this counter today is not taken again. Raises RefusalError."""
    wanted = {line.key for line in offer.cart.lines if line.slip is not None}
    if not wanted:
        return
    for sale in books.sales(business_date):
        if sale.standing not in (Standing.PAID, Standing.IN_DOUBT):
            continue
        if instead and any(each.prepared.operation_id == instead.operation_id for each in sale.operations):
            continue
        paid = {slip_key(line.item_code, line.fiscal_year, line.slip) for line in sale.lines if line.slip is not None}
        if any(is_same_slip(one, other) for one in paid for other in wanted):
            raise RefusalError("slip_paid")


def _is_open(books: Books, operation_id: OperationId) -> bool:
    doubtful = books.operation(operation_id)
    return doubtful is not None and doubtful.state is State.IN_DOUBT
