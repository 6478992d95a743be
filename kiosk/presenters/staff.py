"""The staff window's presenter. Owns dispatch of notices and keys to the pieces; refuses Qt and devices."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from kiosk.domain.cart import Cart
from kiosk.presenters.approval import ApprovalPresenter
from kiosk.presenters.cart import CartPresenter, new_sale
from kiosk.presenters.code_setup import CodePresenter
from kiosk.presenters.compose import Composer
from kiosk.presenters.day import DayPresenter, sign_in_form
from kiosk.presenters.desk import Desk
from kiosk.presenters.find import FindPresenter
from kiosk.presenters.forms import FormPresenter, form_in
from kiosk.presenters.payment import PaymentPresenter
from kiosk.presenters.printer import PrinterPresenter
from kiosk.presenters.rows import RowsPresenter
from kiosk.presenters.sales import SalesPresenter
from kiosk.presenters.scan import ScanPresenter
from kiosk.presenters.screen import Act, StaffScreen
from kiosk.presenters.search import ItemIndex
from kiosk.presenters.slip import SlipPresenter
from kiosk.presenters.state import (
    Approving,
    Asking,
    CounterSetup,
    Editing,
    Exempting,
    KeyingSlip,
    Resolving,
    StaffState,
    Store,
    View,
)
from kiosk.presenters.texts import Texts
from kiosk.presenters.wallet import WalletPresenter
from kiosk.presenters.words import Words
from kiosk.services.notices import (
    ClosingProgress,
    CodeKnown,
    CodeShown,
    CounterStatus,
    DailyLogsCompared,
    DayChanged,
    DocumentChanged,
    FollowUpRecorded,
    FreeSaleFinished,
    Notice,
    OperatorSignedIn,
    OperatorSignedOut,
    OtherTenderApproved,
    PaymentFinished,
    PaymentProgress,
    PaymentStarted,
    Question,
    RefundRecorded,
    Refused,
    SalesFound,
    SalesListed,
    Scanned,
    ScanUnreadable,
    SlipShown,
)


class StaffPresenter:
    """The pieces (``cart``, ``payment`` …) take the clerk's intents; ``act`` the named keys.

    ``warn`` makes a sound: whoever scans looks at the paper, not at the screen.
    """

    def __init__(
        self,
        setup: CounterSetup,
        texts: Texts,
        desk: Desk,
        today: Callable[[], date],
        render: Callable[[StaffScreen], None],
        warn: Callable[[], None] = lambda: None,
    ) -> None:
        self.setup = setup
        self.texts = texts
        self._desk = desk
        self._render = render
        self._words = words = Words(texts, setup.word_families)
        first = setup.categories[0].code if setup.categories else ""
        self.store = Store(
            StaffState(
                today(),
                Cart(cap_yen=setup.cap_yen),
                category=first,
                sign_in=sign_in_form(setup.operators, texts),
            )
        )
        self._index = ItemIndex(setup.items, today())
        self._index_day = today()
        self._composer = Composer(setup, texts, words, self._items)
        self.slip = SlipPresenter(self.store, words, texts, setup, self._items)
        self.cart = CartPresenter(self.store, words, self._items, self.slip.begin)
        self.form = FormPresenter(self.store, words)
        self.payment = PaymentPresenter(self.store, words, texts, desk, setup)
        self.day = DayPresenter(self.store, words, texts, desk, setup.operators)
        self.approval = ApprovalPresenter(self.store, words, texts, desk, setup)
        self.sales = SalesPresenter(self.store, words, desk)
        self.find = FindPresenter(self.store, words, texts, desk)
        self.code = CodePresenter(self.store, words, texts, desk, setup)
        self.printer = PrinterPresenter(self.store, words, texts, desk)
        self.rows = RowsPresenter(self.store, self.sales, self.code)
        wallet = WalletPresenter(self.store, words, self._items, self.payment, setup, warn)
        self.scan = ScanPresenter(
            self.store, words, self._items, self.cart, self.sales, self.code, desk, warn, self.slip, wallet
        )
        self.store.listen(lambda state: self._render(self._composer.screen(state)))

    def start(self) -> None:
        """Draw the first screen."""
        self._render(self.screen())

    def screen(self) -> StaffScreen:
        return self._composer.screen(self.store.state)

    def handle(self, notice: Notice) -> None:
        """Take what the product tells, on the window's thread."""
        match notice:
            case CodeKnown():
                self.code.handle(notice)
            case RefundRecorded() | FollowUpRecorded():
                self.approval.recorded(notice)
            case OperatorSignedIn() | OperatorSignedOut() | DayChanged() | ClosingProgress() | DailyLogsCompared():
                self.day.handle(notice)
            case SalesFound():
                self.find.handle(notice)
            case PaymentStarted() | PaymentProgress() | CodeShown() | Question():
                self.payment.handle(notice)
            case PaymentFinished() | FreeSaleFinished():
                self.payment.handle(notice)
            case OtherTenderApproved():
                self.approval.handle(notice)
            case SalesListed() | DocumentChanged() | SlipShown():
                self.sales.handle(notice)
            case Scanned() | ScanUnreadable():
                self.scan.handle(notice)
            case CounterStatus():
                self.store.set(replace(self.store.state, status=notice))
            case Refused(rule, minutes):
                self.store.set(replace(self.store.state, closing=False, asked=()))
                self.payment.refused(rule, minutes)

    def main_action(self) -> None:
        """The one main key, F12."""
        self.act(self.screen().main.act)

    def cancel(self) -> None:
        """中止 or back, Esc."""
        self.act(self.screen().cancel.act)

    def act(self, act: Act) -> None:
        """Do what a key is named for; what does not fit the screen does nothing."""
        match act:
            case Act.SUBMIT:
                form = form_in(self.store.state)
                self.submit(form.answers[0][0] if form else "")
            case Act.PROCEED:
                self.payment.proceed()
            case Act.NEXT_SALE:
                self.payment.next_sale()
            case Act.CLOSE_FIND:
                self.find.close()
            case Act.CANCEL_PAYMENT | Act.STEP_BACK:
                self.payment.cancel()
            case Act.CLEAR_CART:
                self._clear_cart()
            case Act.EXEMPT:
                self._toggle_exempting()
            case Act.INQUIRE:
                self.payment.inquire()
            case Act.RESOLVE:
                self.payment.begin_resolve()
            case _:
                self._act_elsewhere(act)

    def submit(self, answer: str) -> None:
        """Hand in the open form with one of its answers."""
        form = self.form.checked(answer)
        if form is None:
            return
        state = self.store.state
        if state.operator is None:
            self.day.sign_in(form)
        elif isinstance(state.stage, Asking):
            self.payment.answer(form, answer)
        elif isinstance(state.stage, Resolving):
            self.payment.resolve(form)
        elif isinstance(state.stage, Approving):
            self.approval.submit(form)
        elif isinstance(state.stage, KeyingSlip):
            self.slip.submit(form)
        elif state.setting_up is not None and state.view is View.CODE:
            self.code.submit(form)
        elif state.view is View.MENU:
            self.printer.submit(form)
        else:
            self.find.submit(form)

    def choose(self, field: str, value: str, *, walking: bool = False) -> None:
        """A choice key of the form on the right; ``walking``: an arrow key that only goes past."""
        if isinstance(self.store.state.stage, Exempting):
            self.exempt(value)
        else:
            self.form.choose(field, value)
            form = form_in(self.store.state)
            if isinstance(self.store.state.stage, Asking) and form and len(form.fields) == 1 and not walking:
                self.submit(form.answers[0][0])  # a choice and nothing else: the key is the answer

    def exempt(self, code: str) -> None:
        """Choose a full exemption, or none with an empty code."""
        exemption = next((known for known in self.setup.exemptions if known.code == code), None)
        self.cart.exempt(lambda cart: cart.exempt(exemption))

    def _act_elsewhere(self, act: Act) -> None:
        match act:
            case Act.OPEN_DAY:
                self.day.open_day()
            case Act.CLOSE_DAY:
                self.day.close_day()
            case Act.ASK_AGAIN:
                self.day.ask_again()
            case Act.STOP_ASKING:
                self.day.stop_asking()
            case Act.SIGN_OUT:
                self.day.sign_out()
            case Act.SET_ASIDE:
                self.approval.set_aside()
            case Act.OTHER_TENDER:
                self.approval.begin_other_tender()
            case Act.VOID:
                self.approval.begin_void()
            case Act.REFUND:
                self.approval.begin_refund()
            case Act.FOLLOW_UP:
                self.approval.begin_follow_up()
            case Act.REPRINT:
                self.sales.reprint()
            case Act.SETTLE:
                self.sales.settle()
            case Act.SHOW_SALES:
                self.sales.show()
            case Act.FIND:
                self.find.open()
            case Act.DAY_BEFORE | Act.DAY_AFTER:
                self.find.step(later=act is Act.DAY_AFTER)
            case Act.SHOW_CODE:
                self.code.show()
            case Act.TRY_CODE:
                self.code.try_out()
            case Act.CLOSE_CODE:
                self.code.close()
            case Act.PAPER_OUT | Act.PAPER_MISSING | Act.PRINTER_RESUME | Act.PRINTER_GIVE_UP:
                self.printer.act(act)
            case Act.OPEN_DRAWER | Act.CLOSE_DRAWER_FORM:
                self.printer.act(act)
            case Act.SHOW_CLOSE:
                self.day.show_close()
            case Act.SHOW_MENU:
                self._show(View.MENU)
                self._desk.refresh_status()
            case Act.SHOW_HELP:
                self._show(View.HELP)
            case Act.BACK:
                self._show(View.SALE)
            case _:
                return

    def _show(self, view: View) -> None:
        self.store.set(replace(self.store.state, view=view, drawer=None, message=None))

    def _clear_cart(self) -> None:
        if isinstance(self.store.state.stage, Editing):
            self.store.set(new_sale(self.store.state))

    def _toggle_exempting(self) -> None:
        state = self.store.state
        if not isinstance(state.stage, Editing) or not self.setup.exemptions:
            return
        if any(line.slip for line in state.cart.lines):
            self.store.set(replace(state, message=self._words.refusal("slip_exemption")))
        else:
            self.store.set(replace(state, stage=Exempting(), message=None))

    def _items(self) -> ItemIndex:
        # A counter left running overnight sells at the new day's prices.
        if self._index_day != self.store.state.today:
            self._index_day = self.store.state.today
            self._index = ItemIndex(self.setup.items, self._index_day)
        return self._index
