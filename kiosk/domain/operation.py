"""The state machine of one operation (sale, void or refund). Owns the transition table; refuses every other step."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kiosk.domain.ids import OperationId, PaymentId, SaleId
from kiosk.domain.money import NOTHING, Yen
from kiosk.domain.slip import Slip
from kiosk.domain.tax import TaxClass, TaxTotal
from kiosk.domain.tender import TenderKind
from kiosk.domain.unfinished import UnfinishedRule


class OperationKind(StrEnum):
    """UnifiedPOS CAT TransactionType: sales, void (取消), refund (還付)."""

    SALE = "sale"
    VOID = "void"
    REFUND = "refund"


class State(StrEnum):
    """Where an operation stands."""

    PREPARED = "prepared"
    REQUESTED = "requested"
    REPORTED = "reported"
    APPROVED = "approved"
    DECLINED = "declined"
    NOT_SENT = "not_sent"
    ABANDONED = "abandoned"
    IN_DOUBT = "in_doubt"
    NOT_CHARGED = "not_charged"


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A line as sold: every value copied, so that later master changes cannot reach it."""

    item_code: str
    name: str
    quantity: int
    unit_price_yen: Yen
    amount_yen: Yen
    tax: TaxClass
    account_code: str
    account_path: tuple[str, ...]
    department: str
    ownership: str
    category: str
    fiscal_year: int
    registration_number: str = ""
    slip: Slip | None = None
    """The 納付書 that this line paid, payer and all."""


@dataclass(frozen=True, slots=True)
class DeviceResult:
    """What the device said about a charge. No card number: brand and last four digits at most."""

    brand: str = ""
    card_last4: str = ""
    approval_code: str = ""
    slip_number: str = ""
    terminal_id: str = ""
    transaction_number: str = ""
    transacted_at: str = ""
    tendered_yen: Yen = NOTHING
    payment_last4: str = ""
    """Of the payment's number (決済番号) on the citizen's own screen; for a void the portal's number of it stands in
    ``transaction_number``."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a terminal showed of a payment whose outcome nobody knows; empty where it showed nothing."""

    brand: str = ""
    slip_number: str = ""
    amount_yen: Yen = NOTHING
    """The other amount that it took instead of ours, or nothing."""
    rule: UnfinishedRule | None = None
    """処理未了: the brand's rule that was applied."""
    inquire_by: date | None = None
    """The last day on which the brand answers an inquiry."""


@dataclass(frozen=True, slots=True)
class DeviceBaseline:
    """The terminal's newest transaction before ours; lets an inquiry tell the charge from the one before it."""

    terminal_id: str
    slip_number: str
    transaction_number: str


BY_RULE = "rule"
"""Source of an approval that a brand's rule for 処理未了 gives; the brand may still take it back."""

# --- events -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prepared:
    """The intent, complete in itself: what, how much, with what, on which business day."""

    sale_id: SaleId
    payment_id: PaymentId
    operation_id: OperationId
    operation_kind: OperationKind
    business_date: date
    tender: TenderKind
    tender_name: str
    trustee_name: str
    device: str
    amount_yen: Yen
    lines: tuple[SaleLine, ...]
    taxes: tuple[TaxTotal, ...]
    original_operation_id: OperationId | None = None
    """For a void or refund: the sale operation it undoes. For a sale: the one in doubt that it is taken instead of."""
    reason: str = ""
    """Why money goes back, as the clerk chose it; for a refund."""


@dataclass(frozen=True, slots=True)
class Requested:
    """Written before the first byte leaves. ``sequence_number`` is UnifiedPOS SequenceNumber."""

    sequence_number: int
    baseline: DeviceBaseline | None = None


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Given up before anything was requested."""

    reason: str


@dataclass(frozen=True, slots=True)
class Reported:
    """The device announced a result that is not final yet; durable before it is acknowledged."""

    approved: bool
    amount_yen: Yen
    result: DeviceResult
    code: str = ""


@dataclass(frozen=True, slots=True)
class Approved:
    """Money moved. ``source`` says how we know: device, inquiry, or BY_RULE of the brand after 処理未了."""

    amount_yen: Yen
    result: DeviceResult
    source: str = "device"


@dataclass(frozen=True, slots=True)
class Declined:
    """The device answered, and no money moved."""

    reason: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing that could charge left us."""

    reason: str


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """Money may or may not have moved."""

    reason: str
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class NotCharged:
    """An inquiry has shown that nothing was charged."""

    evidence: str


@dataclass(frozen=True, slots=True)
class ResolvedCharged:
    """A person with a second person's approval found that money moved."""

    evidence: str
    result: DeviceResult
    reference: str = ""
    """The number under which a portal keeps the payment; codes only, where no card number can be keyed for it."""


@dataclass(frozen=True, slots=True)
class ResolvedNotCharged:
    """A person with a second person's approval found that no money moved."""

    evidence: str
    provisional: bool = False
    """No money has moved for now: the brand may still make it a sale, and finance follows it up."""
    reference: str = ""
    """The number under which a portal keeps what was canceled; codes only."""


Event = (
    Requested
    | Abandoned
    | Reported
    | Approved
    | Declined
    | NotSent
    | OutcomeUnknown
    | NotCharged
    | ResolvedCharged
    | ResolvedNotCharged
)

TRANSITIONS: dict[tuple[State, type[Event]], State] = {
    (State.PREPARED, Requested): State.REQUESTED,
    (State.PREPARED, Abandoned): State.ABANDONED,
    (State.REQUESTED, Reported): State.REPORTED,
    (State.REQUESTED, Approved): State.APPROVED,
    (State.REQUESTED, Declined): State.DECLINED,
    (State.REQUESTED, NotSent): State.NOT_SENT,
    (State.REQUESTED, OutcomeUnknown): State.IN_DOUBT,
    (State.REPORTED, Reported): State.REPORTED,
    (State.REPORTED, Approved): State.APPROVED,
    (State.REPORTED, Declined): State.DECLINED,
    (State.REPORTED, OutcomeUnknown): State.IN_DOUBT,
    (State.IN_DOUBT, OutcomeUnknown): State.IN_DOUBT,
    (State.IN_DOUBT, Approved): State.APPROVED,
    (State.IN_DOUBT, NotCharged): State.NOT_CHARGED,
    (State.IN_DOUBT, ResolvedCharged): State.APPROVED,
    (State.IN_DOUBT, ResolvedNotCharged): State.NOT_CHARGED,
}

UNSETTLED = frozenset({State.PREPARED, State.REQUESTED, State.REPORTED, State.IN_DOUBT})
"""States a counter may not close on."""
FINAL = frozenset(State) - UNSETTLED


class TransitionError(ValueError):
    """The table has no such step; a bug or a forged record."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as its events have left it."""

    prepared: Prepared
    state: State = State.PREPARED
    sequence_number: int = 0
    baseline: DeviceBaseline | None = None
    result: DeviceResult | None = None
    """The approved or reported result."""
    reason: str = ""
    """Why it was declined, not sent or is in doubt, or the evidence that settled it."""
    code: str = ""
    seen: Seen | None = None
    """What the terminal showed when it left the outcome open; kept when it is settled."""
    provisional: bool = False
    """Settled for now: by a brand's rule, or by two people before the brand has spoken."""

    @property
    def charged_yen(self) -> Yen:
        """What this operation moved: its amount once approved, else nothing."""
        return self.prepared.amount_yen if self.state is State.APPROVED else NOTHING


def apply(operation: Operation, event: Event) -> Operation:
    """The only way an operation changes. Raises TransitionError for a step the table lacks or an altered amount."""
    target = TRANSITIONS.get((operation.state, type(event)))
    if target is None:
        raise TransitionError(f"{type(event).__name__} is not possible in state {operation.state}")
    moved = replace(operation, state=target)
    match event:
        case Requested(sequence_number, baseline):
            return replace(moved, sequence_number=sequence_number, baseline=baseline)
        case Approved(amount_yen, result, source):
            if amount_yen != operation.prepared.amount_yen:
                raise TransitionError(f"approved {amount_yen} for a request of {operation.prepared.amount_yen}")
            return replace(moved, result=result, reason="", code="", provisional=source == BY_RULE)
        case Reported(approved, _, result, code):
            return replace(moved, result=result if approved else None, code=code)
        case ResolvedCharged(evidence, result):
            return replace(moved, result=result, reason=evidence)
        case Declined(reason, code):
            return replace(moved, reason=reason, code=code, result=None)
        case OutcomeUnknown(reason, seen):
            return replace(moved, reason=reason, seen=seen or operation.seen)
        case NotSent(reason) | Abandoned(reason):
            return replace(moved, reason=reason)
        case NotCharged(evidence):
            return replace(moved, reason=evidence, result=None)
        case ResolvedNotCharged(evidence, provisional):
            return replace(moved, reason=evidence, result=None, provisional=provisional)
