"""JPQR without a terminal: the citizen pays by a code, the clerk reads the result off the citizen's own screen.

Owns the questions and which code is shown; refuses to take anybody's word that nothing was paid once a completion
screen is missing: the operator's portal tells that, and two people look there.
"""

from collections.abc import Callable

from drivers.codes import jpqr
from drivers.codes.refusal import CodeError
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
    ShownCode,
    TransactionType,
    UnknownReason,
)

ANSWER_S_MAX = 300.0
"""An application that is slow to start and a citizen who looks for glasses; then somebody should look."""
ASKS_MAX = 5
"""A form that comes back wrong this often needs a person, not another form."""
PAYMENT_DIGITS = 4
"""Of the payment's number (決済番号) the scheme's handbook has its last four digits kept."""
REFERENCE_CHARACTERS_MAX = 32
"""A portal's number of a cancellation; those seen have 12 to 22 characters."""
YEN_DIGITS_MAX = 9
BILL_CHARACTERS_MAX = 25
"""EMV MPM 1.1 table 4.8: of a bill number."""

_LAST4 = Field("payment_last4", FieldKind.DIGITS, length_max=PAYMENT_DIGITS, length_min=PAYMENT_DIGITS)
_OTHER_YEN = Field("amount_yen", FieldKind.YEN, length_max=YEN_DIGITS_MAX)
_REFERENCE = Field("reference", FieldKind.TEXT, length_max=REFERENCE_CHARACTERS_MAX)


class JpqrCounter:
    """A PaymentDevice that is a code, a citizen's phone and a clerk's eyes."""

    def __init__(self, *, training: bool = False) -> None:
        media = frozenset({Media.CODE})
        self._capabilities = Capabilities(media=media, can_inquire=False, can_void=True, training=training)

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def authorize_sales(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Forms "jpqr_brand", then "jpqr_static" or "jpqr_dynamic"; "jpqr_other_amount", "jpqr_cancel" on the way.

        As soon as the first one is asked the citizen may have paid by the sticker: nothing but the clerk's own word
        that no payment key was pressed is "not charged".
        """
        if request.media is not Media.CODE:
            return NotSent(NotSentReason.NOT_SUPPORTED)
        outcome = _Sale(request, context, is_code_shown=not self._capabilities.training).run()
        context.show_code(None)
        return outcome

    def authorize_void(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Form "jpqr_void": somebody cancels it in the operator's portal and keys the portal's number of that."""
        if request.media is not Media.CODE:
            return NotSent(NotSentReason.NOT_SUPPORTED)
        form = Form("jpqr_void", request.amount_yen, (_REFERENCE,), ("approved", "declined", "unsure"))
        deadline_s = context.now_s() + ANSWER_S_MAX
        context.show(Phase.WAIT_CLERK)
        for _ in range(ASKS_MAX):
            answered = _answer(lambda: context.ask(form, deadline_s), "jpqr_void_cancel", request, context, deadline_s)
            if isinstance(answered, Declined):
                return _committed(answered, context)
            if answered is None or answered.answer == "unsure":
                break
            if answered.answer == "declined":
                return _committed(Declined(DeclineReason.REVERSAL_NOT_POSSIBLE, ""), context)
            if voided := _voided(request, answered):
                return _committed(voided, context)
        return OutcomeUnknown(UnknownReason.CLERK_UNSURE, _brand_of(request))

    def authorize_refund(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Not by this device: a transfer is asked for."""
        return NotSent(NotSentReason.NOT_SUPPORTED)

    def access_daily_log(self, kind: DailyLogKind, context: PaymentContext) -> DailyLogOutcome:
        """Every operator has a statement of its own; none can be asked from here."""
        return LogUnavailable(NotSentReason.NOT_SUPPORTED)

    def query_last_transaction(self, request: AuthorizationRequest, context: PaymentContext) -> InquiryOutcome:
        """Form "jpqr_inquiry": a completion that came late. That nothing was paid, two people say, by the portal."""
        voiding, brand = request.transaction_type is TransactionType.VOID, _brand_of(request)
        if voiding:
            form = Form("jpqr_void_inquiry", request.amount_yen, (_REFERENCE,), ("charged", "unsure"))
        else:
            asked = (_LAST4,) if brand or not request.brands else (_brand_field(request), _LAST4)
            form = Form("jpqr_inquiry", request.amount_yen, asked, ("charged", "wrong_amount", "unsure"))
        deadline_s = context.now_s() + ANSWER_S_MAX
        context.show(Phase.WAIT_CLERK)
        for _ in range(ASKS_MAX):
            answered = context.ask(form, deadline_s)
            if isinstance(answered, Wake) or answered.answer not in ("charged", "wrong_amount"):
                break
            found: InquiryOutcome | None
            used = brand or _chosen_brand(request, answered)
            if answered.answer == "wrong_amount":
                found = _other_amount(request, used, context, deadline_s)
            else:
                found = _voided(request, answered) if voiding else _paid(request, used, answered)
            if found is not None:
                return found
        return OutcomeUnknown(UnknownReason.CLERK_UNSURE, brand)

    def read_baseline(self, context: PaymentContext) -> Baseline | None:
        """There is nothing to read it from."""
        del context
        return None

    def check_health(self, context: PaymentContext) -> Health:
        """Ready as long as there is a sticker."""
        del context
        return Health(ready=True, detail="a code and a clerk")


class _Sale:
    """One sale's questions, in the order in which a clerk meets them."""

    def __init__(self, request: AuthorizationRequest, context: PaymentContext, *, is_code_shown: bool) -> None:
        self._request, self._context, self._is_code_shown = request, context, is_code_shown
        self._deadline_s = context.now_s() + ANSWER_S_MAX
        self._brand = _brand_of(request)

    def run(self) -> AuthorizationOutcome:
        self._context.show(Phase.WAIT_CLERK)
        for _ in range(ASKS_MAX):
            answered = _answer(self._ask, "jpqr_cancel", self._request, self._context, self._deadline_s)
            if answered is None:
                break
            if isinstance(answered, Declined):
                return _committed(answered, self._context)
            outcome = self._outcome(answered)
            if outcome is not None:
                return outcome
        return OutcomeUnknown(UnknownReason.CLERK_UNSURE, self._brand)

    def _ask(self) -> Entry | Wake:
        """Whose application, where that is not known yet; then what its screen says."""
        request, context = self._request, self._context
        if not self._brand and request.brands:
            context.show_code(ShownCode("", carries_amount=False))
            form = Form("jpqr_brand", request.amount_yen, (_brand_field(request),), ("chosen",))
            chosen = context.ask(form, self._deadline_s)
            if isinstance(chosen, Wake):
                return chosen
            self._brand = _chosen_brand(request, chosen)
            if not self._brand:
                return chosen
        code = ShownCode("", carries_amount=False, brand=self._brand)
        if self._is_code_shown:
            code = shown_code(request, self._brand)
        context.show_code(code)
        answers = ("approved", "wrong_amount", "no_completion", "declined")
        name = "jpqr_dynamic" if code.carries_amount else "jpqr_static"
        return context.ask(Form(name, request.amount_yen, (_LAST4,), answers), self._deadline_s)

    def _outcome(self, entry: Entry) -> AuthorizationOutcome | None:
        """None when the clerk has to be asked again."""
        match entry.answer:
            case "approved":
                paid = _paid(self._request, self._brand, entry)
                return None if paid is None else _committed(paid, self._context)
            case "declined":
                return _committed(Declined(DeclineReason.CARD_REFUSED, ""), self._context)
            case "no_completion":
                return OutcomeUnknown(UnknownReason.NO_COMPLETION, self._brand)
            case "wrong_amount":
                return _other_amount(self._request, self._brand, self._context, self._deadline_s)
            case _:
                return None


def _other_amount(
    request: AuthorizationRequest, brand: str, context: PaymentContext, deadline_s: float
) -> OutcomeUnknown | None:
    """The citizen has paid another amount: which, and by which number; None when it was the right one after all."""
    form = Form("jpqr_other_amount", request.amount_yen, (_OTHER_YEN, _LAST4), ("wrong_amount", "back"))
    answered = context.ask(form, deadline_s)
    if isinstance(answered, Entry) and answered.answer == "back":
        return None
    values = {} if isinstance(answered, Wake) else answered.values
    keyed, last4 = values.get("amount_yen", ""), values.get("payment_last4", "")
    other_yen = int(keyed) if _are_digits(keyed, 1, YEN_DIGITS_MAX) else 0
    if other_yen == request.amount_yen:
        return None
    last4 = last4 if _are_digits(last4, PAYMENT_DIGITS, PAYMENT_DIGITS) else ""
    return OutcomeUnknown(UnknownReason.MISMATCH, brand, last4, other_yen)


def shown_code(request: AuthorizationRequest, brand: str) -> ShownCode:
    """With the amount in it where this operator's application has passed its live test; else as the scheme issued it.

    A code that is none any more, which enrolling refuses, is not shown: the sticker is there.
    """
    try:
        issued = jpqr.decode(request.issued_code)
        if brand in request.tested_brands:
            bill = bill_of(request.operation_id)
            return ShownCode(jpqr.with_amount(issued, amount_yen=request.amount_yen, bill=bill).payload, brand=brand)
    except CodeError:
        return ShownCode("", carries_amount=False, brand=brand)
    return ShownCode(request.issued_code, carries_amount=False, brand=brand)


def bill_of(operation_id: str) -> str:
    """What a code's bill number (EMV tag 62.01) says, so that a portal's row names our operation: its last digits."""
    return "".join(character for character in operation_id if character.isalnum())[-BILL_CHARACTERS_MAX:]


def _answer(
    ask: Callable[[], Entry | Wake],
    cancel_form: str,
    request: AuthorizationRequest,
    context: PaymentContext,
    deadline_s: float,
) -> Entry | Declined | None:
    """The clerk's answer. After 中止: Declined when nobody had pressed the key that pays. None: nobody can tell."""
    for _ in range(ASKS_MAX):
        answered = ask()
        if answered is not Wake.CANCEL:
            return None if isinstance(answered, Wake) else answered
        context.show(Phase.CANCELING)
        form = Form(cancel_form, request.amount_yen, (), ("not_charged", "approved", "unsure"))
        settled = context.ask(form, deadline_s)
        if isinstance(settled, Wake) or settled.answer not in ("not_charged", "approved"):
            return None
        if settled.answer == "not_charged":
            return Declined(DeclineReason.CANCELED, "")
        context.show(Phase.WAIT_CLERK)
    return None


def _brand_field(request: AuthorizationRequest) -> Field:
    return Field("brand", FieldKind.CHOICE, choices=request.brands)


def _chosen_brand(request: AuthorizationRequest, entry: Entry) -> str:
    """Empty when none of this counter's was chosen."""
    brand = entry.values.get("brand", "")
    return brand if brand in request.brands else ""


def _paid(request: AuthorizationRequest, brand: str, entry: Entry) -> Approved | None:
    """The payment as the citizen's screen shows it; None without an operator, or a number of four digits."""
    last4 = entry.values.get("payment_last4", "")
    if request.brands and not brand:
        return None
    if not _are_digits(last4, PAYMENT_DIGITS, PAYMENT_DIGITS):
        return None
    return Approved(request.amount_yen, Media.CODE, brand, "", "", payment_last4=last4)


def _voided(request: AuthorizationRequest, entry: Entry) -> Approved | None:
    """The cancellation by the portal's number of it; None where there is none."""
    reference = entry.values.get("reference", "").strip()
    is_one = reference.isascii() and reference.isprintable() and 0 < len(reference) <= REFERENCE_CHARACTERS_MAX
    if not is_one:
        return None
    brand = _brand_of(request)
    return Approved(request.amount_yen, Media.CODE, brand, "", "", transaction_number=reference)


def _brand_of(request: AuthorizationRequest) -> str:
    """A void keeps its sale's; a sale's is known where there is only one."""
    if request.original is not None:
        return request.original.brand
    return request.brands[0] if len(request.brands) == 1 else ""


def _committed(result: Approved | Declined, context: PaymentContext) -> AuthorizationOutcome:
    try:
        context.commit(result)
    except NotDurableError:
        return OutcomeUnknown(UnknownReason.NOT_DURABLE)
    return result


def _are_digits(text: str, length_min: int, length_max: int) -> bool:
    return length_min <= len(text) <= length_max and text.isascii() and text.isdecimal()
