"""From the frozen offer to the outcome. Owns the one offer and its first tender; refuses a second charge."""

from dataclasses import replace

from kiosk.domain.cart import CartError, Offer, make_offer
from kiosk.domain.operation import Operation, State
from kiosk.domain.tender import Tender, TenderKind
from kiosk.presenters.cart import new_sale
from kiosk.presenters.desk import Desk
from kiosk.presenters.forms import question_form
from kiosk.presenters.resolve import resolve_form
from kiosk.presenters.state import (
    Approving,
    Asking,
    CounterSetup,
    Done,
    Doubt,
    Editing,
    Exempting,
    Form,
    KeyingSlip,
    Offered,
    Resolving,
    StaffState,
    Store,
    View,
    Working,
    open_tenders,
    waiting_doubt,
)
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import Words, family_of
from kiosk.services.notices import (
    Answer,
    CitizenCode,
    CodeShown,
    FreeSaleFinished,
    PaymentFinished,
    PaymentProgress,
    PaymentStarted,
    Question,
)

PaymentNotice = PaymentStarted | PaymentProgress | CodeShown | Question | PaymentFinished | FreeSaleFinished
INQUIRING = "inquiring"


class PaymentPresenter:
    """One payment at a time; late and double taps find no matching revision."""

    def __init__(
        self,
        store: Store,
        words: Words,
        texts: Texts,
        desk: Desk,
        setup: CounterSetup,
    ) -> None:
        self._store = store
        self._words = words
        self._texts = texts
        self._desk = desk
        self._tenders = setup.tenders
        self._operators = setup.operators
        self._families = setup.word_families
        self._asked_revision = -1

    # --- what people do -------------------------------------------------------------------------------------

    def proceed(self) -> None:
        """支払いへ進む: freeze the cart; pay at once when only one tender is left or one was chosen."""
        state = self._store.state
        if not isinstance(state.stage, Editing):
            return
        try:
            offer = make_offer(state.cart, open_tenders(state, self._tenders))
        except CartError as error:
            blocked = state.doubts and error.rule == "no_common_tender"
            self._store.set(replace(state, message=self._words.refusal("device_in_doubt" if blocked else error.rule)))
            return
        chosen = tuple(tender for tender in offer.tenders if tender.kind is state.stage.tender)
        if not offer.tenders:
            self._pay(offer, None)
        elif chosen or len(offer.tenders) == 1:
            self._pay(offer, (chosen or offer.tenders)[0])
        else:
            self._store.set(replace(state, stage=Offered(offer), view=View.SALE, message=None))

    def choose_tender(self, kind: str, revision: int) -> None:
        """From either window, for the cart it showed. While editing it is a mark; on a frozen offer it pays."""
        state = self._store.state
        if revision != state.cart.revision or kind not in set(TenderKind):
            return
        match state.stage:
            case Editing(marked):
                wanted = TenderKind(kind)
                if wanted not in {tender.kind for tender in open_tenders(state, self._tenders)}:
                    return
                stage = Editing(None if marked is wanted else wanted)
                self._store.set(replace(state, stage=stage, message=None))
            case Offered(offer):
                tender = next((known for known in offer.tenders if known.kind == kind), None)
                if tender is not None:
                    self._pay(offer, tender)
            case _:
                return

    def cancel(self) -> None:
        """中止: back from the offer to the cart, or a request to the running payment to stop."""
        state = self._store.state
        match state.stage:
            case Offered() | Exempting() | KeyingSlip():
                self._store.set(replace(state, stage=Editing(), message=None))
            case Approving(before=before):
                self._store.set(replace(state, stage=before, message=None))
            case Resolving(operation):
                self._store.set(replace(state, stage=Doubt(operation, asked=True), message=None))
            case Working(canceling=False) as working:
                self._stop(working)
            case Asking(before=Working(canceling=False) as working):
                self._stop(working)
            case _:
                return

    def answer(self, form: Form, answer: str) -> None:
        """Send a filled form to the device that asked."""
        state = self._store.state
        if isinstance(state.stage, Asking):
            before = state.stage.before
            resumed = before
            if isinstance(before, Working):
                phase = "connecting" if _by_service(before) else "finishing"  # a service is only asked now
                resumed = replace(before, phase=phase, canceling=False)
            self._store.set(replace(state, stage=resumed, message=None))
            self._desk.answer(Answer(answer, {name: value for name, value in form.values.items() if value}))

    def inquire(self) -> None:
        """Ask the device again what became of it; never charges."""
        state = self._store.state
        if isinstance(state.stage, Doubt) and not state.stage.inquiring:
            self._store.set(replace(state, stage=replace(state.stage, inquiring=True), message=None))
            self._desk.inquire(state.stage.operation.prepared.operation_id)

    def begin_resolve(self) -> None:
        state = self._store.state
        if isinstance(state.stage, Doubt) and not state.stage.inquiring:
            operation = state.stage.operation
            family = self._families.get(operation.prepared.device, "")
            texts = self._words.texts_about(operation)
            form = resolve_form(operation, self._operators, state.operator, texts, family=family)
            self._store.set(replace(state, stage=Resolving(state.stage.operation, form), message=None))

    def resolve(self, form: Form) -> None:
        """Hand in what a person found, with the approver's PIN."""
        state = self._store.state
        if isinstance(state.stage, Resolving):
            values = form.values
            cleared = replace(state.stage, form=replace(form.with_value("pin", ""), active="pin"))
            self._store.set(replace(state, stage=cleared))
            self._desk.resolve(
                state.stage.operation.prepared.operation_id,
                charged=values["found"] == "charged",
                provisional=values["found"] == "provisional",
                evidence=values["evidence"],
                reference=values.get("reference", ""),
                approver_id=values["approver"],
                approver_pin=values["pin"],
            )

    def next_sale(self) -> None:
        """次の会計へ: an open doubt comes first."""
        state = self._store.state
        if isinstance(state.stage, Done):
            fresh = new_sale(state)
            waiting = waiting_doubt(state)
            self._store.set(replace(fresh, stage=Doubt(waiting)) if waiting else fresh)

    # --- what the product tells -----------------------------------------------------------------------------

    def handle(self, notice: PaymentNotice) -> None:
        state = self._store.state
        match notice:
            case PaymentStarted(operation, revision):
                self._store.set(self._started(state, operation, revision))
            case PaymentProgress(phase):
                self._store.set(_progressed(state, phase))
            case CodeShown(code):
                self._store.set(_with_code(state, code))
            case Question():
                form = question_form(notice, self._texts)
                self._store.set(replace(state, stage=Asking(form, _before(state, notice.amount_yen)), message=None))
            case PaymentFinished(operation):
                self._store.set(self._finished(state, operation))
            case FreeSaleFinished(sale):
                self._store.set(replace(new_sale(state), stage=Done(None, sale)))

    def refused(self, rule: str, minutes: int = 0) -> None:
        """The product refused a payment before its intent: the cart is as it was, under a new revision."""
        state = self._store.state
        about = shown_operation(state)
        band = self._words.refusal(rule, minutes, device=about.prepared.device if about else "")
        match state.stage:
            case Working(operation=None):
                cart = replace(state.cart, revision=state.cart.revision + 1)
                self._store.set(replace(state, cart=cart, stage=Editing(), message=band))
            case Doubt():
                self._store.set(replace(state, stage=replace(state.stage, inquiring=False), message=band))
            case _:
                self._store.set(replace(state, message=band))

    def _stop(self, working: Working) -> None:
        # Nobody shall begin to pay a service's code now: it is being taken back. A sticker cannot be.
        code = None if _by_service(working) else working.code
        stage = replace(working, canceling=True, code=code)
        self._store.set(replace(self._store.state, stage=stage, message=None))
        self._desk.cancel_payment()

    def _pay(self, offer: Offer, tender: Tender | None) -> None:
        if offer.revision == self._asked_revision:
            return
        self._asked_revision = offer.revision
        working = Working(offer.revision, offer.cart.total_yen, tender)
        self._store.set(replace(self._store.state, stage=working, view=View.SALE, message=None))
        self._desk.pay(offer, tender, self._store.state.instead_of)

    def _started(self, state: StaffState, operation: Operation, revision: int) -> StaffState:
        prepared = operation.prepared
        tender = next((known for known in self._tenders if known.kind is prepared.tender), None)
        working = Working(revision, prepared.amount_yen, tender, operation)
        if isinstance(state.stage, Working):
            working = replace(state.stage, operation=operation)
        return replace(state, stage=working, view=View.SALE, message=None)

    def _finished(self, state: StaffState, operation: Operation) -> StaffState:
        operation_id = operation.prepared.operation_id
        others = tuple(x for x in state.doubts if x.prepared.operation_id != operation_id)
        before = state.stage
        shown = shown_operation(state)
        if operation.state is State.IN_DOUBT:
            again = isinstance(before, Doubt | Resolving | Asking)
            elsewhere = shown.prepared.operation_id != operation_id if shown else operation_id in state.aside
            if elsewhere:
                return replace(state, doubts=(*others, operation))
            return replace(
                state, doubts=(*others, operation), stage=Doubt(operation, asked=again), view=View.SALE, message=None
            )
        if shown is not None and shown.prepared.operation_id != operation_id:
            return replace(state, doubts=others)
        if shown is None and (isinstance(before, KeyingSlip) or (isinstance(before, Editing) and state.cart.lines)):
            # An older doubt settled while the clerk serves the next citizen: say so, keep the cart.
            return replace(state, doubts=others, message=self._words.operation(operation))
        if operation.state is State.APPROVED:
            return replace(new_sale(state), doubts=others, stage=Done(operation))
        cart = replace(state.cart, revision=state.cart.revision + 1)
        band = self._words.operation(operation)
        # What could not be taken back is still there: back to the sale, for another try or another way.
        view = View.SALES if family_of(operation) else state.view
        stage = Editing(unpaid=not family_of(operation))
        return replace(state, doubts=others, cart=cart, stage=stage, view=view, message=band)


def shown_operation(state: StaffState) -> Operation | None:
    """The operation the right side is about while it is not settled; None when it is about no operation."""
    stage = state.stage.before if isinstance(state.stage, Asking) else state.stage
    return stage.operation if isinstance(stage, Working | Doubt | Resolving) else None


def _before(state: StaffState, amount_yen: int) -> Working | Doubt:
    match state.stage:
        case Working() | Doubt():
            return state.stage
        case Asking(before=before):
            return before
        case _ if state.doubts:
            return Doubt(state.doubts[0], inquiring=True)
        case _:
            return Working(state.cart.revision, amount_yen, None)


def _by_service(working: Working) -> bool:
    return working.tender is not None and working.tender.through_service


def _with_code(state: StaffState, code: CitizenCode | None) -> StaffState:
    match state.stage:
        case Working() as working:
            return replace(state, stage=replace(working, code=code))
        case Asking(before=Working() as working) as asking:
            return replace(state, stage=replace(asking, before=replace(working, code=code)))
        case _:
            return state


def _progressed(state: StaffState, phase: str) -> StaffState:
    # An open question ends when the device moves on by itself: its time was over or the line is gone.
    stage = state.stage.before if isinstance(state.stage, Asking) and phase != "wait_clerk" else state.stage
    match stage:
        case Working():
            return replace(state, stage=replace(stage, phase=phase), message=None)
        case Doubt():
            return replace(state, stage=replace(stage, inquiring=True))
        case _:
            return state
