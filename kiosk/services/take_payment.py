"""Taking a payment: intent, request, outcome, each durable before the next step. Never charges twice."""

from collections.abc import Callable

from drivers.payment import api
from kiosk.domain import operation as op
from kiosk.domain.books import Books
from kiosk.domain.cart import Offer
from kiosk.domain.ids import OperationId, PaymentId, SaleId
from kiosk.domain.operation import DeviceBaseline, Event, Operation, OperationKind, Prepared
from kiosk.domain.record import Actor, Draft, NotDurable, OperationEvent
from kiosk.domain.tender import Tender
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.notices import PaymentFinished, PaymentStarted
from kiosk.services.outcomes import event_of, reported_of, sales_request
from kiosk.services.resolve_in_doubt import inquire
from kiosk.services.sale_lines import sold_lines, tax_lines

Result = api.Approved | api.Declined
MakeContext = Callable[[Callable[[Result], None]], api.PaymentContext]
"""Makes the driver's context around a function that records a reported result durably."""


def take_payment(
    counter: Counter,
    offer: Offer,
    tender: Tender,
    device: api.PaymentDevice,
    make_context: MakeContext,
    actor: Actor,
) -> Operation:
    """Charge a frozen offer once with one tender; runs on the device's worker.

    Returns the operation in whatever state it reached, in doubt included. Raises RefusalError when nothing was begun.
    """
    operation = prepare_sale(counter, offer, tender, actor)
    counter.tell(PaymentStarted(operation, offer.revision))
    charge = _Charge(counter, operation, actor)
    context = make_context(charge.report)
    try:
        charge.request(device.read_baseline(context))
    except NotDurable:
        return charge.abandon("journal_not_durable")
    outcome = device.authorize_sales(sales_request(charge.operation, tender), context)
    recorded = charge.conclude(event_of(outcome, charge.operation))
    if recorded and charge.operation.state is op.State.IN_DOUBT:
        counter.tell(PaymentFinished(charge.operation))
        return inquire(counter, charge.operation, device, context, actor)
    return charge.operation


def prepare_sale(counter: Counter, offer: Offer, tender: Tender, actor: Actor) -> Operation:
    """Record the intent. Raises RefusalError: no day open, the device has an unsettled charge, or a wrong tender."""
    if tender not in offer.tenders:
        raise RefusalError("tender_not_offered")
    prepared: list[Prepared] = []

    def decide(books: Books) -> list[Draft]:
        if any(other.prepared.device == tender.device for other in books.unsettled()):
            raise RefusalError("device_in_doubt")
        business_date = counter.open_date(books)
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
                taxes=tax_lines(offer.cart),
            )
        )
        return [counter.draft(prepared[-1], actor, business_date)]

    counter.transact(decide)
    return Operation(prepared[-1])


class _Charge:
    """One operation on its way; keeps the state that has been recorded."""

    def __init__(self, counter: Counter, operation: Operation, actor: Actor) -> None:
        self.operation = operation
        self._counter, self._actor = counter, actor

    def request(self, baseline: api.Baseline | None) -> None:
        """Record the request with the next sequence number. Raises NotDurable: then nothing may be sent."""
        event: list[op.Requested] = []

        def decide(books: Books) -> list[Draft]:
            known = (
                DeviceBaseline(baseline.terminal_id, baseline.slip_number, baseline.transaction_number)
                if baseline
                else books.baseline(self.operation.prepared.device)
            )
            event.append(op.Requested(books.last_sequence_number() + 1, known))
            body = OperationEvent(self.operation.prepared.operation_id, event[-1])
            return [self._counter.draft(body, self._actor, self.operation.prepared.business_date)]

        self._counter.journal.transact(decide)
        self.operation = op.apply(self.operation, event[-1])

    def report(self, result: Result) -> None:
        """Record what the device announced, before it is acknowledged. Raises NotDurable."""
        self.operation = self._counter.record(self.operation, reported_of(result), self._actor)

    def conclude(self, event: Event) -> bool:
        """Record the outcome. If the disk refuses, the clerk sees it as unknown and the next start settles it."""
        try:
            self.operation = self._counter.record(self.operation, event, self._actor)
        except NotDurable:
            self.operation = op.apply(self.operation, op.OutcomeUnknown(api.UnknownReason.NOT_DURABLE))
            return False
        return True

    def abandon(self, reason: str) -> Operation:
        """Nothing was sent and the request could not be recorded; the next start abandons it if this fails too."""
        try:
            return self._counter.record(self.operation, op.Abandoned(reason), self._actor)
        except NotDurable:
            return op.apply(self.operation, op.Abandoned(reason))
