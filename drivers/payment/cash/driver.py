"""Cash over the counter as a payment device: the clerk counts. Owns the question; refuses short or absurd amounts."""

from drivers.context import Wake
from drivers.errors import NotDurableError
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Baseline,
    Capabilities,
    DailyLogKind,
    DailyLogOutcome,
    Entry,
    Field,
    FieldKind,
    Form,
    Health,
    InquiryOutcome,
    LogUnavailable,
    Media,
    NotCharged,
    NotSent,
    NotSentReason,
    OutcomeUnknown,
    PaymentContext,
    Phase,
    TransactionType,
    UnknownReason,
)

TENDERED_YEN_MAX = 9_999_999
"""More cash than this over one counter is a slip of the finger."""
ANSWER_S_MAX = 300.0
"""Counting coins takes a while; after five minutes the citizen has gone. Under the 600 s in which all must settle."""
ASKS_MAX = 20
"""A wrong count is asked for again; so many wrong ones are a stuck key."""


class CashDrawer:
    """A PaymentDevice whose medium is cash."""

    def __init__(self, *, training: bool = False) -> None:
        self._capabilities = Capabilities(
            media=frozenset({Media.CASH}), can_inquire=False, can_void=True, training=training
        )

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def authorize_sales(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Form "cash_sale" with tendered_yen; nothing is taken until the clerk answers "done"."""
        if request.media is not Media.CASH or request.amount_yen > TENDERED_YEN_MAX:
            return NotSent(NotSentReason.NOT_SUPPORTED)
        tendered = Field("tendered_yen", FieldKind.YEN, length_max=len(str(TENDERED_YEN_MAX)))
        form = Form("cash_sale", request.amount_yen, (tendered,), ("done", "cancel"))
        deadline_s = context.now_s() + ANSWER_S_MAX
        context.show(Phase.WAIT_CLERK)
        for _ in range(ASKS_MAX):
            answered = context.ask(form, deadline_s)
            if isinstance(answered, Wake):
                return NotSent(NotSentReason.CANCELED if answered is Wake.CANCEL else NotSentReason.NO_ANSWER)
            if answered.answer == "cancel":
                return NotSent(NotSentReason.CANCELED)
            tendered_yen = _tendered_yen(answered, request.amount_yen)
            if answered.answer == "done" and tendered_yen is not None:
                return _approved(request, tendered_yen, context)
        return NotSent(NotSentReason.NO_ANSWER)

    def authorize_void(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Form "cash_void": nothing is given back until the clerk answers "done"."""
        if request.media is not Media.CASH:
            return NotSent(NotSentReason.NOT_SUPPORTED)
        form = Form("cash_void", request.amount_yen, (), ("done", "cancel"))
        context.show(Phase.WAIT_CLERK)
        answered = context.ask(form, context.now_s() + ANSWER_S_MAX)
        if isinstance(answered, Entry) and answered.answer == "done":
            return _approved(request, 0, context)
        return NotSent(NotSentReason.NO_ANSWER if answered is Wake.TIMED_OUT else NotSentReason.CANCELED)

    def authorize_refund(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Not by this device."""
        return NotSent(NotSentReason.NOT_SUPPORTED)

    def access_daily_log(self, kind: DailyLogKind, context: PaymentContext) -> DailyLogOutcome:
        """Not by this device."""
        return LogUnavailable(NotSentReason.NOT_SUPPORTED)

    def query_last_transaction(self, request: AuthorizationRequest, context: PaymentContext) -> InquiryOutcome:
        """Form "cash_inquiry": a person counts the drawer. What the citizen handed over is no longer known."""
        voiding = request.transaction_type is TransactionType.VOID
        form = Form(
            "cash_void_inquiry" if voiding else "cash_inquiry",
            request.amount_yen,
            (),
            ("charged", "not_charged", "unsure"),
        )
        context.show(Phase.WAIT_CLERK)
        answered = context.ask(form, context.now_s() + ANSWER_S_MAX)
        if isinstance(answered, Entry) and answered.answer == "charged":
            return _cash(request, 0 if voiding else request.amount_yen)
        if isinstance(answered, Entry) and answered.answer == "not_charged":
            return NotCharged("the clerk counted the drawer")
        return OutcomeUnknown(UnknownReason.CLERK_UNSURE)

    def read_baseline(self, context: PaymentContext) -> Baseline | None:
        """A drawer numbers nothing."""
        del context
        return None

    def check_health(self, context: PaymentContext) -> Health:
        """Always ready."""
        del context
        return Health(ready=True, detail="cash")


def _tendered_yen(entry: Entry, amount_yen: int) -> int | None:
    text = entry.values.get("tendered_yen", "")
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(TENDERED_YEN_MAX)):
        return None
    return int(text) if int(text) >= amount_yen else None


def _cash(request: AuthorizationRequest, tendered_yen: int) -> Approved:
    return Approved(
        amount_yen=request.amount_yen,
        media=Media.CASH,
        brand="",
        approval_code="",
        slip_number="",
        tendered_yen=tendered_yen,
    )


def _approved(request: AuthorizationRequest, tendered_yen: int, context: PaymentContext) -> AuthorizationOutcome:
    approved = _cash(request, tendered_yen)
    try:
        context.commit(approved)
    except NotDurableError:
        return OutcomeUnknown(UnknownReason.NOT_DURABLE)
    return approved
