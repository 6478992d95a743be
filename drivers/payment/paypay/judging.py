"""Whether what the service tells is the payment we ask about, and what follows. Owns the judgments; moves no money."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum

from drivers.errors import DeviceError, NotDurableError
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Declined,
    DeclineReason,
    OutcomeUnknown,
    PaymentContext,
    UnknownReason,
)
from drivers.payment.paypay import protocol
from drivers.payment.paypay.link import Service, Talk
from drivers.payment.paypay.protocol import Call, Code, Payment, Refund, RefundState, Reply, State
from drivers.payment.paypay.results import PAYMENT_UNKNOWN, UNAUTHORIZED

ANSWER_WAIT_S = 15.0
"""The provider's time-out for questions and deletions."""
BRAND = "PayPay"
LAST_DIGITS = 4
"""Of the payment's number, as the citizen's application shows it (決済番号)."""
JAPAN_TIME = timezone(timedelta(hours=9), "JST")
Result = Approved | Declined | OutcomeUnknown
MISMATCH = OutcomeUnknown(UnknownReason.MISMATCH)
SILENT = OutcomeUnknown(UnknownReason.SERVICE_SILENT)


class Told(Enum):
    """What a question about a payment is answered where it tells of none."""

    NO_SUCH_PAYMENT = "no such payment"
    NOTHING = "nothing"


class Way(Enum):
    """How a charge goes."""

    SHOWN = "shown"
    """The citizen's phone reads our code."""
    SCANNED = "scanned"
    """Our scanner reads the citizen's code."""


@dataclass(slots=True)
class Trace:
    """What this run of the program knows of a charge; nothing where an earlier run began it."""

    way: Way | None = None
    code: Code | None = None
    is_cancel_sent: bool = False
    """The service may have heard that it is to be cancelled: money that is told of afterwards may go back by itself."""
    is_cancel_accepted: bool = False


def look(talk: Talk, call: Call) -> Payment | Told:
    """Ask what became of a payment; never raises."""
    try:
        reply = talk.ask(call, ANSWER_WAIT_S)
        if reply.is_done:
            return protocol.read_payment(reply)
    except DeviceError:
        return Told.NOTHING
    return Told.NO_SUCH_PAYMENT if reply.code in PAYMENT_UNKNOWN else Told.NOTHING


def approved_from(request: AuthorizationRequest, paid: Payment, terminal_id: str) -> Approved | OutcomeUnknown:
    """The approval in our words; MISMATCH for another payment's number or amount."""
    if paid.state is not State.COMPLETED or paid.merchant_payment_id != request.operation_id:
        return MISMATCH
    if paid.amount_yen != request.amount_yen:
        return OutcomeUnknown(UnknownReason.MISMATCH, BRAND, terminal_yen=paid.amount_yen)
    at = datetime.fromtimestamp(paid.accepted_at_s, UTC).astimezone(JAPAN_TIME) if paid.accepted_at_s else None
    return Approved(
        amount_yen=paid.amount_yen,
        media=request.media,
        brand=BRAND,
        approval_code="",
        slip_number="",
        terminal_id=terminal_id,
        transaction_number=paid.payment_id,
        transacted_at=at.strftime("%m%d%H%M%S") if at else "",
        payment_last4=_last4(paid.payment_id),
    )


def given_back(request: AuthorizationRequest, refund: Refund, terminal_id: str) -> Approved | OutcomeUnknown:
    """The refund in our words: an accepted one is carried out by the service whatever comes."""
    original = request.original
    ours = request.operation_id, original.transaction_number if original else ""
    if (refund.merchant_refund_id, refund.payment_id) != ours or refund.amount_yen != request.amount_yen:
        return MISMATCH
    if refund.state is RefundState.REFUND_FAILED:
        return SILENT
    return Approved(
        amount_yen=refund.amount_yen,
        media=request.media,
        brand=BRAND,
        approval_code="",
        slip_number="",
        terminal_id=terminal_id,
        transaction_number=refund.payment_id,
        payment_last4=_last4(refund.payment_id),
    )


def declined_from(reply: Reply, refusals: dict[str, DeclineReason], service: Service) -> Declined | None:
    """The refusal in our words; None for a word that is not known to mean that nothing was done."""
    reason = refusals.get(reply.code)
    if reason is None:
        return None
    if reply.code == UNAUTHORIZED and service.is_clock_wrong:
        reason = DeclineReason.CLOCK_WRONG
    return Declined(reason, reply.code)


def committed(result: Result, context: PaymentContext) -> AuthorizationOutcome:
    """The result once it is durable; what is unknown is recorded by whoever asked."""
    try:
        if not isinstance(result, OutcomeUnknown):
            context.commit(result)
    except NotDurableError:
        return OutcomeUnknown(UnknownReason.NOT_DURABLE)
    return result


def _last4(payment_id: str) -> str:
    return payment_id[-LAST_DIGITS:] if payment_id.isdecimal() else ""
