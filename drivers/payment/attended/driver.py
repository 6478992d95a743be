"""A terminal that no wire reaches: the clerk keys the amount there and tells us. Owns the questions; refuses to guess.

Once the first question is on the window the clerk may already have charged the card, so a cancel or a wait without an
answer is never "not charged": only the clerk's own word is.
"""

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
    Declined,
    DeclineReason,
    Entry,
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
from drivers.payment.attended.form_check import approved_from, mismatch_from, sale_fields, unfinished_from

ANSWER_S_MAX = 300.0
"""A citizen with a card and a PIN needs two minutes; after five a supervisor should look. Under the 600 s for all."""
ASKS_MAX = 5
"""A form that comes back wrong this often needs a person, not another form."""

CLERK_UNSURE = OutcomeUnknown(UnknownReason.CLERK_UNSURE)


class AttendedTerminal:
    """A PaymentDevice worked by hand."""

    def __init__(
        self,
        media: frozenset[Media] = frozenset({Media.CREDIT, Media.EMONEY, Media.CODE}),
        *,
        training: bool = False,
    ) -> None:
        self._capabilities = Capabilities(media=media, can_inquire=False, can_void=True, training=training)

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def authorize_sales(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Form "attended_sale"; after a cancel form "attended_cancel".

        Answers: approved, declined, unsure; unfinished when the terminal says 処理未了; wrong_amount when it took
        another amount, which is in doubt until two people have seen it voided there.
        """
        return self._work_by_hand("attended_sale", request, context)

    def authorize_void(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Form "attended_void": the clerk voids on the terminal and keys the number of the void's slip."""
        return self._work_by_hand("attended_void", request, context)

    def _work_by_hand(self, name: str, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        if request.media not in self._capabilities.media:
            return NotSent(NotSentReason.NOT_SUPPORTED)
        answers = ("approved", "declined", "unfinished", "wrong_amount", "unsure")
        form = Form(name, request.amount_yen, sale_fields(request), answers)
        deadline_s = context.now_s() + ANSWER_S_MAX
        context.show(Phase.WAIT_CLERK)
        for _ in range(ASKS_MAX):
            answered = context.ask(form, deadline_s)
            if answered is Wake.CANCEL:
                settled = self._settle_cancel(request, context, deadline_s)
                if settled is not None:
                    return settled
                continue
            if isinstance(answered, Wake):
                return CLERK_UNSURE
            outcome = self._outcome(request, answered, context)
            if outcome is not None:
                return outcome
        return CLERK_UNSURE

    def authorize_refund(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Not by this device."""
        return NotSent(NotSentReason.NOT_SUPPORTED)

    def access_daily_log(self, kind: DailyLogKind, context: PaymentContext) -> DailyLogOutcome:
        """Not by this device."""
        return LogUnavailable(NotSentReason.NOT_SUPPORTED)

    def query_last_transaction(self, request: AuthorizationRequest, context: PaymentContext) -> InquiryOutcome:
        """Form "attended_inquiry": a person looks at the terminal and its slip."""
        answers = ("charged", "not_charged", "unfinished", "wrong_amount", "unsure")
        voiding = request.transaction_type is TransactionType.VOID
        form = Form(
            "attended_void_inquiry" if voiding else "attended_inquiry",
            request.amount_yen,
            sale_fields(request),
            answers,
        )
        deadline_s = context.now_s() + ANSWER_S_MAX
        context.show(Phase.WAIT_CLERK)
        for _ in range(ASKS_MAX):
            answered = context.ask(form, deadline_s)
            if isinstance(answered, Wake) or answered.answer == "unsure":
                break
            if answered.answer == "not_charged":
                return NotCharged("the clerk looked at the terminal and its slips")
            keyed = answered.values
            found = approved_from(request, keyed) if answered.answer == "charged" else _unsettled(request, answered)
            if found is not None:
                return found
        return CLERK_UNSURE

    def read_baseline(self, context: PaymentContext) -> Baseline | None:
        """Nothing can be read from a terminal without a wire."""
        del context
        return None

    def check_health(self, context: PaymentContext) -> Health:
        """Ready as long as a clerk is."""
        del context
        return Health(ready=True, detail="worked by hand")

    def _outcome(
        self, request: AuthorizationRequest, entry: Entry, context: PaymentContext
    ) -> AuthorizationOutcome | None:
        """None when the clerk has to be asked again."""
        match entry.answer:
            case "approved":
                approved = approved_from(request, entry.values)
                return None if approved is None else _committed(approved, context)
            case "declined":
                return _committed(Declined(DeclineReason.CARD_REFUSED, ""), context)
            case "unsure":
                return CLERK_UNSURE
            case _:
                return _unsettled(request, entry)

    def _settle_cancel(
        self, request: AuthorizationRequest, context: PaymentContext, deadline_s: float
    ) -> AuthorizationOutcome | None:
        """Ask whether the terminal had already charged; None when it had, and the slip is to be keyed."""
        context.show(Phase.CANCELING)
        voiding = request.transaction_type is TransactionType.VOID
        form = Form(
            "attended_void_cancel" if voiding else "attended_cancel",
            request.amount_yen,
            (),
            ("not_charged", "approved", "unsure"),
        )
        answered = context.ask(form, deadline_s)
        if isinstance(answered, Wake) or answered.answer not in ("not_charged", "approved"):
            return CLERK_UNSURE
        if answered.answer == "approved":
            context.show(Phase.WAIT_CLERK)
            return None
        return _committed(Declined(DeclineReason.CANCELED, ""), context)


def _unsettled(request: AuthorizationRequest, entry: Entry) -> OutcomeUnknown | None:
    """What the clerk saw on the terminal that settles nothing; None for every other answer."""
    if entry.answer not in ("unfinished", "wrong_amount"):
        return None
    mismatch = mismatch_from(request, entry.values)  # another amount comes first: no brand's rule is about that one
    return mismatch if mismatch or entry.answer == "wrong_amount" else unfinished_from(request, entry.values)


def _committed(result: Approved | Declined, context: PaymentContext) -> AuthorizationOutcome:
    try:
        context.commit(result)
    except NotDurableError:
        return OutcomeUnknown(UnknownReason.NOT_DURABLE)
    return result
