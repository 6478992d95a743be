"""State -> StaffScreen. Owns which page, band and main key a state has; refuses to change the state."""

from collections.abc import Callable

from kiosk.domain.business_day import DayState
from kiosk.domain.operation import Operation
from kiosk.presenters.compose_left import LeftComposer
from kiosk.presenters.compose_right import RightComposer
from kiosk.presenters.forms import form_in, scan_field
from kiosk.presenters.page import Page, page_of
from kiosk.presenters.printer import printer_band
from kiosk.presenters.screen import Act, Band, Key, Lamp, StaffScreen, Tone, TopBar
from kiosk.presenters.search import ItemIndex
from kiosk.presenters.state import (
    WALLET_WORDS,
    Approving,
    Asking,
    CounterSetup,
    Done,
    Doubt,
    Editing,
    Exempting,
    KeyingSlip,
    Offered,
    Resolving,
    StaffState,
    Working,
)
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import Words, is_unfinished, two_people_needed
from kiosk.services.notices import CounterStatus, DeviceStatus, Light

MAIN_LETTER = "F12"
CANCEL_LETTER = "Esc"


class Composer:
    """Draws one state; keeps nothing but what makes the next drawing cheaper."""

    def __init__(self, setup: CounterSetup, texts: Texts, words: Words, index: Callable[[], ItemIndex]) -> None:
        self._setup = setup
        self._texts = texts
        self._lamp_texts = texts.preferring(WALLET_WORDS) if setup.pays_by_service_alone else texts
        self._words = words
        self._left = LeftComposer(setup, texts, index)
        self._right = RightComposer(setup, texts, words)

    def screen(self, state: StaffState) -> StaffScreen:
        page = page_of(state)
        return StaffScreen(
            self._top(state),
            state.message or self._band(state, page),
            self._left.part(state, page),
            self._right.part(state, page),
            self._main(state, page),
            self._cancel(state, page),
        )

    def _top(self, state: StaffState) -> TopBar:
        texts = self._texts
        day = state.day.day.state if state.day else DayState.NOT_OPENED
        can_leave = state.operator is not None and page_of(state) not in (Page.BUSY, Page.SIGN_IN) and not state.asked
        return TopBar(
            self._setup.counter_name,
            texts.date(state.today),
            texts(f"day.{day}"),
            day is DayState.OPEN,
            state.operator.name if state.operator else "",
            state.operator.title if state.operator else "",
            lamps(state.status, self._lamp_texts),
            Key(Act.SHOW_MENU, texts("key.menu"), can_leave, "F10"),
        )

    def _band(self, state: StaffState, page: Page) -> Band:
        match page:
            case Page.SIGN_IN:
                return self._guide("sign_in")
            case Page.DAY:
                closed = state.day is not None and state.day.day.state is DayState.CLOSED
                return self._guide("day_closed" if closed and not _may_open(state) else "day_open")
            case Page.CLOSE:
                if state.day and state.day.day.business_date not in (None, state.today):
                    return self._words.refusal("day_left_open")
                return self._guide("closing" if state.asked else "close")
            case Page.SALES if state.finding is not None:
                return Band(Tone.NEUTRAL, state.finding.instruction, self._texts("guide.find.next"))
            case Page.SALES if state.found is not None:
                return self._guide("found")
            case Page.CODE if state.setting_up is not None:
                return Band(Tone.NEUTRAL, state.setting_up.form.instruction, self._texts("guide.approving.next"))
            case Page.MENU if state.drawer is not None:
                return Band(Tone.NEUTRAL, state.drawer.instruction, self._texts("drawer.next"))
            case Page.SALES | Page.MENU | Page.HELP | Page.CODE:
                return self._guide(page.value)
            case Page.SALE | Page.BUSY:
                return self._sale_band(state)

    def _sale_band(self, state: StaffState) -> Band:
        match state.stage:
            case Editing() if state.doubts:
                return self._aside(state)
            case Editing() if state.cart.lines:
                return self._guide("cart")
            case Editing():
                return printer_band(state, self._words, self._texts) or self._guide("pick")
            case Exempting():
                return self._guide("exempt")
            case KeyingSlip():
                return self._words.slip(state.stage)
            case Offered(offer):
                return Band(
                    Tone.NEUTRAL,
                    self._texts("guide.offer.what"),
                    self._texts("guide.offer.next"),
                    self._texts.yen(offer.cart.total_yen),
                )
            case Working(canceling=True):
                return self._guide("canceling")
            case Working(code=code):
                return self._guide("wait_code" if code is not None and code.valid_s else "working")
            case Asking(form):
                then = self._texts.first(f"question.{form.name}.next", "guide.asking.next")
                return Band(Tone.NEUTRAL, form.instruction, then)
            case Done(operation):
                return self._words.operation(operation) if operation else self._free_band()
            case Doubt(operation, inquiring):
                return self._words.doubt(operation, inquiring=inquiring)
            case Approving(_, _, form):
                return Band(Tone.NEUTRAL, form.instruction, self._texts("guide.approving.next"))
            case Resolving(operation):
                return self._words.doubt(operation, inquiring=False)

    def _aside(self, state: StaffState) -> Band:
        """The doubts nobody has settled stay in sight while the next citizen is served."""
        names = "、".join(dict.fromkeys(operation.prepared.tender_name for operation in state.doubts))
        what = self._texts("aside.what", count=len(state.doubts))
        total = sum(operation.prepared.amount_yen for operation in state.doubts)
        return Band(Tone.DOUBT, what, self._texts("aside.next", tenders=names), self._texts.yen(total))

    def _free_band(self) -> Band:
        return Band(Tone.SUCCESS, self._texts("free.what"), self._texts("free.next"), self._texts.yen(0))

    def _guide(self, name: str) -> Band:
        return Band(Tone.NEUTRAL, self._texts(f"guide.{name}.what"), self._texts(f"guide.{name}.next"))

    def _main(self, state: StaffState, page: Page) -> Key:
        match page:
            case Page.SIGN_IN:
                return self._submit(state)
            case Page.DAY:
                return self._key(Act.OPEN_DAY, "open_day", enabled=_may_open(state))
            case Page.CLOSE:
                may = state.day is not None and state.day.day.state is DayState.OPEN
                name = "close_confirmed" if state.compared else "closing" if state.closing else "close_day"
                return self._key(Act.CLOSE_DAY, name, enabled=may and not state.closing and not state.doubts)
            case Page.SALES:
                return self._sales_main(state)
            case Page.CODE:
                ready = state.code is not None and bool(state.code.code.text) and bool(state.code_brand)
                return self._submit(state) if state.setting_up else self._key(Act.TRY_CODE, "try_code", enabled=ready)
            case Page.MENU if state.drawer is not None:
                return self._submit(state)
            case Page.MENU | Page.HELP:
                return self._key(Act.BACK, "back_to_sale")
            case Page.SALE | Page.BUSY:
                return self._sale_main(state)

    def _sales_main(self, state: StaffState) -> Key:
        if state.finding is not None:
            return self._submit(state)
        doubtful = any(_of_sale(operation, state.selected_sale) for operation in state.doubts)
        if doubtful:
            return self._key(Act.SETTLE, "settle")
        return self._key(Act.REPRINT, "reprint", enabled=self._right.can_reprint(state))

    def _sale_main(self, state: StaffState) -> Key:
        match state.stage:
            case Editing(tender):
                if state.cart.lines and state.cart.total_yen == 0:
                    return self._key(Act.PROCEED, "record_free")
                names = [x.name for x in self._right.allowed(state) if tender in (None, x.kind)]
                sole = len(self._right.allowed(state)) == 1 or tender is not None
                if state.cart.lines and sole and names:
                    label = self._texts("key.pay_with", tender=names[0])
                    return Key(Act.PROCEED, label, letter=MAIN_LETTER)
                return self._key(Act.PROCEED, "proceed")
            case Exempting():
                return self._key(Act.PROCEED, "choose_exemption", enabled=False)
            case Offered():
                return self._key(Act.NOTHING, "choose_tender", enabled=False)
            case Working():
                return self._key(Act.NOTHING, "working", enabled=False)
            case Asking() | Resolving() | Approving() | KeyingSlip():
                return self._submit(state)
            case Done():
                return self._key(Act.NEXT_SALE, "next_sale")
            case Doubt(operation, inquiring):
                if two_people_needed(operation):
                    return self._key(Act.RESOLVE, "resolve")
                ask = "inquiring" if inquiring else "tell_outcome" if is_unfinished(operation) else "inquire"
                label = self._words.texts_about(operation)(f"key.{ask}")
                return Key(Act.INQUIRE, label, not inquiring, MAIN_LETTER)

    def _cancel(self, state: StaffState, page: Page) -> Key:
        texts, letter = self._texts, CANCEL_LETTER
        if page in (Page.SIGN_IN, Page.DAY):
            return Key(Act.SIGN_OUT, texts("key.sign_out"), page is Page.DAY, letter)
        if page is Page.SALES and state.finding is not None:
            return Key(Act.CLOSE_FIND, texts("key.back"), letter=letter)
        if page is Page.CLOSE and state.asked:
            return Key(Act.STOP_ASKING, texts("key.stop_asking"), letter=letter)
        if page is Page.CODE and state.setting_up is not None:
            return Key(Act.CLOSE_CODE, texts("key.back"), letter=letter)
        if page is Page.MENU and state.drawer is not None:
            return Key(Act.CLOSE_DRAWER_FORM, texts("key.back"), letter=letter)
        if page in (Page.SALES, Page.CLOSE, Page.MENU, Page.HELP, Page.CODE):
            overdue = page is Page.CLOSE and state.day is not None and state.day.day.business_date != state.today
            return Key(Act.BACK, texts("key.back"), not overdue, letter)
        match state.stage:
            case Editing():
                return Key(Act.CLEAR_CART, texts("key.cancel"), bool(state.cart.lines), letter)
            case Exempting() | Offered() | Resolving() | Approving() | KeyingSlip():
                return Key(Act.STEP_BACK, texts("key.back"), letter=letter)
            case Working(canceling=canceling):
                return Key(Act.CANCEL_PAYMENT, texts("key.cancel"), not canceling, letter)
            case Asking(before=before):
                return Key(Act.CANCEL_PAYMENT, texts("key.cancel"), isinstance(before, Working), letter)
            case Done():
                can = self._right.can_reprint(state)
                return Key(Act.REPRINT, texts("key.reprint"), can, letter)
            case Doubt(operation, inquiring):
                if two_people_needed(operation):
                    return Key(Act.SET_ASIDE, texts("key.later"), letter=letter)
                return Key(Act.RESOLVE, texts("key.resolve"), not inquiring, letter)

    def _submit(self, state: StaffState) -> Key:
        form = form_in(state)
        scanned = scan_field(form) if form else None
        if scanned is not None and scanned.required:
            return self._key(Act.NOTHING, "wait_scan", enabled=False)
        label = form.answers[0][1] if form and form.answers else self._texts("answer.other")
        return Key(Act.SUBMIT, label, letter=MAIN_LETTER)

    def _key(self, act: Act, name: str, *, enabled: bool = True) -> Key:
        return Key(act, self._texts(f"key.{name}"), enabled, MAIN_LETTER)


def lamps(status: CounterStatus | None, texts: Texts) -> tuple[Lamp, ...]:
    """Terminal, printer, register, paper: each with a word beside its color. Scanner and display when they fail."""
    unknown = DeviceStatus(Light.UNKNOWN)
    parts = (
        ("terminal", status.terminal if status else unknown),
        ("printer", status.printer if status else unknown),
        ("register", status.register if status else unknown),
        ("paper", status.paper if status else unknown),
    )
    beside = (("scanner", status.scanner), ("display", status.display)) if status else ()
    failing = tuple((name, part) for name, part in beside if part is not None and part.light is Light.BAD)
    return tuple(
        Lamp(name, texts(f"lamp.{name}"), lamp_word(name, part, texts), part.light) for name, part in (*parts, *failing)
    )


def lamp_word(name: str, part: DeviceStatus, texts: Texts) -> str:
    """The short word beside a lamp."""
    plain = f"lamp.{part.light}"
    if not part.reason:
        return texts.first(f"lamp.{name}.{part.light}", plain)
    return texts.first(f"lamp.{name}.{part.reason}", f"lamp.reason.{part.reason}", f"lamp.{name}.{part.light}", plain)


def _may_open(state: StaffState) -> bool:
    if state.day is None:
        return True
    day = state.day.day
    return day.state is not DayState.OPEN and (day.business_date is None or day.business_date < state.today)


def _of_sale(operation: Operation, sale_id: str) -> bool:
    return operation.prepared.sale_id == sale_id
