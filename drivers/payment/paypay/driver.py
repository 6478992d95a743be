"""PayPay as a payment device: a code on the citizen's window, or the citizen's own code read here. Opens nothing.

merchantPaymentId and merchantRefundId are the operation's own id, which the journal holds before anything is sent.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from drivers.context import Wake
from drivers.errors import DeviceError, PortMissingError
from drivers.http import HttpClient
from drivers.payment.api import (
    AuthorizationOutcome,
    AuthorizationRequest,
    Baseline,
    Capabilities,
    DailyLogKind,
    DailyLogOutcome,
    DeclineReason,
    Field,
    FieldKind,
    Form,
    Health,
    InquiryOutcome,
    LogUnavailable,
    Media,
    NotSent,
    NotSentReason,
    OutcomeUnknown,
    PaymentContext,
    Phase,
    TransactionType,
    UnknownReason,
)
from drivers.payment.paypay import protocol
from drivers.payment.paypay.charge import Charge
from drivers.payment.paypay.inquiry import INQUIRY_S_MAX, Inquiry
from drivers.payment.paypay.judging import ANSWER_WAIT_S, Trace, Way, declined_from
from drivers.payment.paypay.link import SIGNATURE_S, Service, Talk
from drivers.payment.paypay.protocol import Counter, Keys
from drivers.payment.paypay.results import CODE_REFUSALS, PAYMENT_UNKNOWN
from drivers.payment.paypay.reversal import RefundTrace, Reversal

SCAN_S_MAX = 300.0
"""A citizen who has not opened the application by then begins anew."""
TRACES_MAX = 64
"""What is in doubt is asked about soon; older charges are asked about as those of an earlier run."""
HEALTH_ID = "health-check"
"""No payment has this number: to be told so, signed, is a sign of health."""
Known = TypeVar("Known")
WALLET_FIELD = "wallet_code"
SHOW_CODE = "show_code"


class Presents(StrEnum):
    """Who shows a code at this counter."""

    EITHER = "either"
    """The clerk is asked, and answers with a scan or with a key."""
    COUNTER = "counter"
    CITIZEN = "citizen"


@dataclass(frozen=True, slots=True)
class PayPaySettings:
    """One counter."""

    counter: Counter = field(default_factory=Counter)
    presents: Presents = Presents.EITHER


class PayPay:
    """A PaymentDevice whose terminal is a service on the network."""

    def __init__(
        self,
        client: HttpClient,
        keys: Keys,
        settings: PayPaySettings,
        *,
        wall_s: Callable[[], float],
        new_nonce: Callable[[], str],
    ) -> None:
        self._service = Service(client, keys, wall_s, new_nonce)
        self._settings = settings
        self._traces: OrderedDict[str, Trace] = OrderedDict()
        self._begun_s: float | None = None
        self._refunds: OrderedDict[str, RefundTrace] = OrderedDict()

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            media=frozenset({Media.CODE}),
            can_inquire=True,
            can_void=True,
            can_refund=True,
            training=self._service.keys.is_sandbox,
        )

    def authorize_sales(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Charge once, by either code; see ``charge`` for every decision about money."""
        amount_fits = 0 < request.amount_yen <= protocol.AMOUNT_MAX
        if request.media is not Media.CODE or not amount_fits or not protocol.is_id(request.operation_id):
            return NotSent(NotSentReason.NOT_SUPPORTED)
        wallet_code = self._read_wallet_code(request, context)
        if isinstance(wallet_code, NotSent):
            return wallet_code
        context.show(Phase.CONNECTING)
        trace = _kept(self._traces, request.operation_id, Trace(Way.SCANNED if wallet_code else Way.SHOWN))
        charge = Charge(Talk(self._service, context), request, self._settings.counter, trace)
        return charge.by_scanned_code(wallet_code) if wallet_code else charge.by_shown_code()

    def authorize_void(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """As a refund: see ``reversal``."""
        return self._give_back(request, context)

    def authorize_refund(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """The whole amount of the original."""
        return self._give_back(request, context)

    def access_daily_log(self, kind: DailyLogKind, context: PaymentContext) -> DailyLogOutcome:
        """The provider closes its day by itself and sends a file to the merchant."""
        return LogUnavailable(NotSentReason.NOT_SUPPORTED)

    def query_last_transaction(self, request: AuthorizationRequest, context: PaymentContext) -> InquiryOutcome:
        """Ask by the operation's own number; see ``inquiry`` and ``reversal``."""
        context.show(Phase.INQUIRING)
        begun_s = self._begin(context)
        long_talk = Talk(self._service, context, limit_s=SIGNATURE_S + INQUIRY_S_MAX)
        if request.transaction_type is TransactionType.SALES:
            trace = self._traces.get(request.operation_id) or _kept(self._traces, request.operation_id, Trace())
            talk = long_talk if trace.way is None else Talk(self._service, context, limit_s=INQUIRY_S_MAX)
            return Inquiry(talk, request, self._settings.counter, trace, begun_s=begun_s).run()
        payment_id = _payment_id(request)
        if not payment_id:
            return OutcomeUnknown(UnknownReason.UNANSWERED)
        known = self._refunds.get(request.operation_id) or RefundTrace(begun_s)
        return Reversal(long_talk, request, payment_id, self._settings.counter, known).inquire()

    def read_baseline(self, context: PaymentContext) -> Baseline | None:
        """A payment is known by its own number, not by what came before it."""
        self._begin(context)
        return None

    def check_health(self, context: PaymentContext) -> Health:
        """Ask for a payment that cannot be: a signed answer shows line, keys and clock."""
        self._begin(context)
        talk = Talk(self._service, context, limit_s=ANSWER_WAIT_S)
        try:
            reply = talk.ask(protocol.code_payment(HEALTH_ID), ANSWER_WAIT_S)
        except PortMissingError as error:
            return Health(ready=False, detail=str(error), reason=NotSentReason.SERVICE_UNREACHABLE)
        except DeviceError as error:
            return Health(ready=False, detail=str(error), reason=NotSentReason.NO_ANSWER)
        if reply.is_done or reply.code in PAYMENT_UNKNOWN:
            return Health(ready=True, detail="ready")
        refused = declined_from(reply, CODE_REFUSALS, self._service)
        reason = refused.reason if refused else None
        if reason is DeclineReason.CLOCK_WRONG:
            skew_s = round(self._service.skew_s)
            told = f"this machine's clock is {-skew_s} s ahead of the service's: set it"
            return Health(ready=False, detail=told, reason=reason)
        return Health(ready=False, detail=reply.code, reason=reason)

    def _give_back(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        payment_id = _payment_id(request)
        if not payment_id or not protocol.is_id(request.operation_id):
            return NotSent(NotSentReason.NOT_SUPPORTED)
        context.show(Phase.CONNECTING)
        self._begin(context)
        trace = _kept(self._refunds, request.operation_id, RefundTrace(context.now_s()))
        return Reversal(Talk(self._service, context), request, payment_id, self._settings.counter, trace).run()

    def _read_wallet_code(self, request: AuthorizationRequest, context: PaymentContext) -> str | NotSent:
        """The citizen's code; empty where a code of ours is to be shown."""
        presents = self._settings.presents
        if presents is Presents.COUNTER:
            return ""
        must_scan = presents is Presents.CITIZEN
        field_ = Field(WALLET_FIELD, FieldKind.SCAN, protocol.WALLET_CODE_CHARACTERS_MAX, required=must_scan)
        answers = ("scanned", "cancel") if must_scan else (SHOW_CODE, "cancel")
        form = Form("wallet_scan" if must_scan else "wallet_or_code", request.amount_yen, (field_,), answers)
        context.show(Phase.WAIT_CLERK)
        entry = context.ask(form, context.now_s() + SCAN_S_MAX)
        if isinstance(entry, Wake):
            return NotSent(NotSentReason.CANCELED if entry is Wake.CANCEL else NotSentReason.NOT_PRESENTED)
        if entry.answer == "cancel":
            return NotSent(NotSentReason.CANCELED)
        scanned = entry.values.get(WALLET_FIELD, "")
        if not scanned:
            return NotSent(NotSentReason.CANCELED) if must_scan else ""
        return protocol.wallet_code(scanned) or NotSent(NotSentReason.OTHER_CODE)

    def _begin(self, context: PaymentContext) -> float:
        """The first moment of this run that the device knows of."""
        if self._begun_s is None:
            self._begun_s = context.now_s()
        return self._begun_s


def _payment_id(request: AuthorizationRequest) -> str:
    """The provider's number of the payment that goes back; empty where it is not known."""
    number = request.original.transaction_number if request.original else ""
    return number if protocol.is_id(number) else ""


def _kept(traces: OrderedDict[str, Known], operation_id: str, trace: Known) -> Known:
    traces[operation_id] = trace
    while len(traces) > TRACES_MAX:
        traces.popitem(last=False)
    return trace
