"""One prepared operation carried to its outcome on its device, each step durable first. Never sends anything twice."""

from collections.abc import Callable

from drivers.payment import api
from kiosk.domain import operation as op
from kiosk.domain.books import Books
from kiosk.domain.operation import DeviceBaseline, Event, Operation
from kiosk.domain.record import Actor, Draft, NotDurable, NotReadable, OperationEvent
from kiosk.services.counter import Counter
from kiosk.services.notices import PaymentFinished
from kiosk.services.outcomes import by_rule, event_of, reported_of
from kiosk.services.resolve_in_doubt import inquire, request_of

Result = api.Approved | api.Declined
MakeContext = Callable[[Operation, Callable[[Result], None]], api.PaymentContext]
"""Makes the driver's context for an operation, around a function that records a reported result durably."""
Send = Callable[[api.AuthorizationRequest, api.PaymentContext], api.AuthorizationOutcome]
"""The device's method for this kind of operation."""

JOURNAL_NOT_DURABLE = "journal_not_durable"
TOLD = frozenset({api.UnknownReason.MISMATCH, api.UnknownReason.UNFINISHED, api.UnknownReason.NO_COMPLETION})
"""What a person has just read off a terminal or a phone; asking the same person at once would tell nothing new."""


def carry_out(
    counter: Counter,
    operation: Operation,
    device: api.PaymentDevice,
    send: Send,
    make_context: MakeContext,
    actor: Actor,
) -> Operation:
    """Request, send once, record the outcome, and inquire at once where it is unknown; on the device's worker."""
    charge = _Charge(counter, operation, actor)
    context = make_context(operation, charge.report)
    try:
        charge.request(device.read_baseline(context))
    except NotDurable:
        return charge.abandon(JOURNAL_NOT_DURABLE)
    try:
        request = request_of(counter, charge.operation)
    except NotReadable:
        charge.conclude(op.NotSent(JOURNAL_NOT_DURABLE), settle=False)
        return charge.operation
    outcome = send(request, context)
    event = event_of(outcome, charge.operation, rules=counter.unfinished_rules)
    told = isinstance(event, op.OutcomeUnknown) and event.reason in TOLD and not device.capabilities.can_inquire
    recorded = charge.conclude(event, settle=told)
    if recorded and charge.operation.state is op.State.IN_DOUBT and not told:
        counter.tell(PaymentFinished(charge.operation))
        return inquire(counter, charge.operation, device, context, actor)
    return charge.operation


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

    def conclude(self, event: Event, *, settle: bool) -> bool:
        """Record the outcome, with ``settle`` together with what the brand's rule makes of 処理未了.

        If the disk refuses, the clerk sees it as unknown and the next start settles it.
        """
        settled = by_rule(op.apply(self.operation, event)) if settle else ()
        try:
            self.operation = self._counter.record(self.operation, (event, *settled), self._actor)
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
