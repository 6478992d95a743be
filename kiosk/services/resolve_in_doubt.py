"""Settling what is not known: recovery at start, inquiry at the device, and a person's finding with a second person."""

from drivers.codes.card_number import mask_card_numbers
from drivers.payment import api
from kiosk.domain import operation as op
from kiosk.domain.ids import OperationId
from kiosk.domain.operation import DeviceResult, Operation, OperationKind, State
from kiosk.domain.record import SYSTEM, Actor, NotDurable, NotReadable
from kiosk.domain.tender import TenderKind
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.outcomes import by_rule, event_of, request_for

REFERENCE_CHARACTERS_MAX = 32
"""Numbers of payments and cancellations seen in operators' portals have 12 to 22 characters."""
EVIDENCE_CHARACTERS_MAX = 200
"""A sentence naming a slip or a statement; more belongs in a file of its own."""


def recover(counter: Counter) -> tuple[Operation, ...]:
    """At start, before anything else: give every interrupted operation the state it is really in.

    A prepared one never reached the wire and is abandoned; a requested or reported one is unknown. Returns those in
    doubt, for inquiry. Raises NotDurable.
    """
    in_doubt: list[Operation] = []
    for operation in counter.journal.books().unsettled():
        match operation.state:
            case State.PREPARED:
                counter.record(operation, op.Abandoned("restarted"), SYSTEM)
            case State.REQUESTED | State.REPORTED:
                event = op.OutcomeUnknown(api.UnknownReason.RESTARTED)
                in_doubt.append(counter.record(operation, event, SYSTEM))
            case _:
                in_doubt.append(operation)
    return tuple(in_doubt)


def request_of(counter: Counter, operation: Operation) -> api.AuthorizationRequest:
    """The operation as its driver sees it: a sale with the brands to choose from, else with the sale it undoes.

    Raises NotReadable.
    """
    prepared = operation.prepared
    if prepared.operation_kind is OperationKind.SALE:
        by_code = prepared.tender is TenderKind.CODE
        code = counter.journal.books().history.payment_code(prepared.device) if by_code else None
        brands = counter.brands.get(prepared.tender, ())
        if by_code and operation.seen is not None and operation.seen.brand in brands:
            brands = (operation.seen.brand,)  # whose application it was is known, and not asked again
        return request_for(operation, None, brands, code)
    original = prepared.original_operation_id
    return request_for(operation, counter.journal.books().operation(original) if original else None)


def inquire(
    counter: Counter,
    operation: Operation,
    device: api.PaymentDevice,
    context: api.PaymentContext,
    actor: Actor = SYSTEM,
) -> Operation:
    """Ask the device what became of a charge; runs on its worker and never charges.

    Returns the operation settled, or still in doubt with the reason. An answer that cannot be recorded changes nothing,
    and so does one that comes when two people have settled the operation meanwhile; nothing is asked while the journal
    cannot be read. Raises RefusalError where only two people may settle it.
    """
    try:
        operation = counter.operation(operation.prepared.operation_id)
        request = request_of(counter, operation)
    except NotReadable:
        return operation
    if operation.state is not State.IN_DOUBT:
        return operation
    if operation.seen and operation.seen.amount_yen and not device.capabilities.can_inquire:
        raise RefusalError("two_people_needed")  # who keyed a wrong amount is not who says that it was put right
    context.show(api.Phase.INQUIRING)
    answer = device.query_last_transaction(request, context)
    event = event_of(answer, operation, "inquiry", counter.unfinished_rules)
    try:
        return counter.record_if(operation, (event, *by_rule(op.apply(operation, event))), actor)
    except NotDurable:
        return operation


def resolve_by_person(
    counter: Counter,
    operation_id: OperationId,
    *,
    charged: bool,
    evidence: str,
    actor: Actor,
    approver: Actor,
    provisional: bool = False,
    reference: str = "",
) -> Operation:
    """Record what a person found, approved by a second one. Raises RefusalError.

    ``provisional``: not charged for now; the brand may still make it a sale, and it stays to be followed up.
    ``evidence`` names what was looked at (terminal slip, operator's statement); it is kept with both names.
    ``reference``: the number of it in the portal of a code's operator, kept as it is.
    """
    operation = counter.operation(operation_id)
    if operation.state is not State.IN_DOUBT:
        raise RefusalError("not_in_doubt")
    found, number = checked_evidence(evidence), _portal_number(operation, reference)
    event = (
        op.ResolvedCharged(found, operation.result or _result_seen(operation), number)
        if charged
        else op.ResolvedNotCharged(found, provisional, number)
    )
    try:
        return counter.record(operation, event, actor, approver)
    except NotDurable as error:
        raise RefusalError("journal_not_durable") from error


def _portal_number(operation: Operation, reference: str) -> str:
    """The portal's number without blanks around it. Raises RefusalError for one that is none, or of no code.

    It is not masked, because a longer one would be no number any more: so it is taken for codes alone.
    """
    number = reference.strip()
    if not number:
        return ""
    fits = number.isascii() and number.isprintable() and len(number) <= REFERENCE_CHARACTERS_MAX
    if not fits or operation.prepared.tender is not TenderKind.CODE:
        raise RefusalError("reference_wrong")
    return number


def checked_evidence(evidence: str) -> str:
    """What was looked at, without blanks around it and card numbers in it.

    Raises RefusalError when it is missing or too long.
    """
    found = mask_card_numbers(evidence.strip())
    if not found or len(found) > EVIDENCE_CHARACTERS_MAX:
        raise RefusalError("evidence_needed")
    return found


def _result_seen(operation: Operation) -> DeviceResult:
    """The numbers of an unfinished payment's slip; those of a payment over another amount are not this one's."""
    seen = operation.seen
    if seen is None or seen.amount_yen:
        return DeviceResult()
    return DeviceResult(brand=seen.brand, slip_number=seen.slip_number)
