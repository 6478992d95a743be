"""The customer window's presenter: amount, items, state. Owns no offer: a choice goes to the staff side's one."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.presenters.code_setup import trial_of
from kiosk.presenters.forms import scan_field
from kiosk.presenters.page import Page, page_of
from kiosk.presenters.payment import PaymentPresenter
from kiosk.presenters.screen import Choice
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
    Purpose,
    Resolving,
    StaffState,
    Store,
    Working,
)
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import family_of
from kiosk.services.notices import CitizenCode

LINES_SHOWN_MAX = 6
"""More lines than this do not fit at 24 px; the rest is counted."""


class CustomerPage(StrEnum):
    """What the citizen sees."""

    IDLE = "idle"
    CART = "cart"
    CHOOSE = "choose"
    WALLET = "wallet"
    """The citizen's own code is to be held under the scanner."""
    PAYING = "paying"
    CODE_APP = "code_app"
    """Whose application, is asked."""
    CODE_AMOUNT = "code_amount"
    """A code with the amount in it is scanned."""
    CODE_STICKER = "code_sticker"
    """The citizen keys the amount."""
    DONE = "done"
    UNPAID = "unpaid"
    """The try to pay came to nothing; how it goes on, the clerk says."""
    DOUBT = "doubt"
    VOIDING = "voiding"
    VOIDED = "voided"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class CustomerScreen:
    """The whole customer window. ``amount_yen`` None shows no figure."""

    page: CustomerPage
    office: str
    counter: str
    headline: str
    detail: str
    amount_label: str
    amount_yen: int | None
    lines: tuple[tuple[str, str], ...]
    tenders: tuple[Choice, ...]
    revision: int
    code: CitizenCode | None = None
    """What the citizen pays by; None where there is nothing to scan."""
    steps: tuple[str, ...] = ()
    """What to do with the code, one after the other."""
    countdown: tuple[str, str] = ("", "")
    """How long the code can be paid, with ``{minutes}`` and ``{seconds}``, and the same for its last seconds."""


class CustomerPresenter:
    """Follows the same store as the staff window."""

    def __init__(
        self,
        setup: CounterSetup,
        texts: Texts,
        store: Store,
        payment: PaymentPresenter,
        render: Callable[[CustomerScreen], None],
    ) -> None:
        self._setup = setup
        self._texts, self._wallet_texts = texts, texts.preferring(WALLET_WORDS)
        self._store = store
        self._payment = payment
        self._render = render
        store.listen(lambda state: self._render(self._compose(state)))

    def start(self) -> None:
        """Draw the first screen."""
        self._render(self.screen())

    def screen(self) -> CustomerScreen:
        return self._compose(self._store.state)

    def choose_tender(self, kind: str, revision: int) -> None:
        """The citizen chooses, for the offer that was shown; before an offer there is nothing to choose."""
        if isinstance(self._store.state.stage, Offered):
            self._payment.choose_tender(kind, revision)

    def _compose(self, state: StaffState) -> CustomerScreen:
        texts, page = self._texts_about(state), page_for_citizen(state)
        lines: tuple[tuple[str, str], ...] = ()
        tenders: tuple[Choice, ...] = ()
        if page in (CustomerPage.CART, CustomerPage.CHOOSE, CustomerPage.UNPAID):
            lines = self._lines(state)
        if page is CustomerPage.CHOOSE and isinstance(state.stage, Offered):
            tenders = tuple(Choice(tender.kind, tender.name) for tender in state.stage.offer.tenders)
        if page is CustomerPage.IDLE:
            tenders = tuple(Choice(tender.kind, tender.name, enabled=False) for tender in self._setup.tenders)
        what, then = self._headline(state, page, texts)
        return CustomerScreen(
            page,
            self._setup.office_name,
            self._setup.counter_name,
            what,
            then,
            texts("customer.code_key_amount" if page is CustomerPage.CODE_STICKER else "customer.amount"),
            amount_for_citizen(state, page),
            lines,
            tenders,
            state.cart.revision,
            code_for_citizen(state),
            self._steps(state, page, texts),
            self._countdown(state),
        )

    def _texts_about(self, state: StaffState) -> Texts:
        """The catalogue as it speaks to somebody who pays with a wallet, while one is being paid with."""
        stage = state.stage.before if isinstance(state.stage, Asking) else state.stage
        match stage:
            case Working(tender=tender) if tender is not None:
                device = tender.device
            case Doubt(operation) | Resolving(operation):
                device = operation.prepared.device
            case _:
                return self._texts
        # A code without a service is paid by rules of its own, which its pages' own names tell.
        return self._wallet_texts if self._setup.word_families.get(device) == WALLET_WORDS else self._texts

    def _headline(self, state: StaffState, page: CustomerPage, texts: Texts) -> tuple[str, str]:
        if page is not CustomerPage.WALLET:
            return texts(f"customer.{page}.what"), texts(f"customer.{page}.next")
        assert isinstance(state.stage, Asking), "its page is that of a question"
        field, working = scan_field(state.stage.form), state.stage.before
        tender = working.tender.name if isinstance(working, Working) and working.tender else ""
        then = "next" if field is not None and field.required else "either"
        return texts("customer.wallet.what", tender=tender), texts(f"customer.wallet.{then}")

    def _countdown(self, state: StaffState) -> tuple[str, str]:
        code, texts = code_for_citizen(state), self._texts
        if code is None or not code.valid_s:
            return "", ""
        return texts("customer.code_valid"), texts("customer.code_ending")

    def _steps(self, state: StaffState, page: CustomerPage, texts: Texts) -> tuple[str, ...]:
        code = code_for_citizen(state)
        if code is not None and isinstance(state.stage, Done):
            return tuple(texts(f"customer.slip.step.{n}") for n in (1, 2))
        if code is None or page not in (CustomerPage.CODE_AMOUNT, CustomerPage.CODE_STICKER):
            return ()
        app = texts("customer.app_of", brand=code.brand) if code.brand else texts("customer.your_app")
        amount = texts.yen(amount_for_citizen(state, page) or 0)
        place = "" if code.modules else "_there"
        first = texts(f"customer.code_scan{place}", app=app)
        return (first, *(texts(f"customer.{page}.step.{n}", amount=amount) for n in (2, 3)))

    def _lines(self, state: StaffState) -> tuple[tuple[str, str], ...]:
        texts = self._texts
        rows = [
            (texts("sales.line", name=line.item.name, quantity=line.quantity), texts.yen(line.amount_yen))
            for line in state.cart.lines
        ]
        if len(rows) <= LINES_SHOWN_MAX:
            return tuple(rows)
        hidden = state.cart.lines[LINES_SHOWN_MAX - 1 :]
        rest = sum(line.amount_yen for line in hidden)
        return (*rows[: LINES_SHOWN_MAX - 1], (texts("customer.more", more=len(hidden)), texts.yen(rest)))


_WORKING = {"": CustomerPage.PAYING, "void.": CustomerPage.VOIDING, "refund.": CustomerPage.REFUNDING}
_DONE = {"": CustomerPage.DONE, "void.": CustomerPage.VOIDED, "refund.": CustomerPage.REFUNDED}


def page_for_citizen(state: StaffState) -> CustomerPage:
    """What the citizen is to see of a state."""
    if trial_of(state) is not None:
        return CustomerPage.CODE_AMOUNT
    if page_of(state) not in (Page.SALE, Page.BUSY):
        return CustomerPage.IDLE
    match state.stage:
        case Editing(unpaid=True) if state.cart.lines:
            return CustomerPage.UNPAID
        case Editing() | Exempting() | KeyingSlip():
            return CustomerPage.CART if state.cart.lines else CustomerPage.IDLE
        case Offered():
            return CustomerPage.CHOOSE
        case Asking(form) if scan_field(form) is not None:
            return CustomerPage.WALLET
        case Working(operation=operation, code=code) | Asking(before=Working(operation=operation, code=code)):
            return _WORKING[family_of(operation)] if code is None else _code_page(code)
        case Done(operation):
            return _DONE[family_of(operation)]
        case Approving(purpose):
            return CustomerPage.DOUBT if purpose is Purpose.OTHER_TENDER else CustomerPage.IDLE
        case Doubt() | Resolving() | Asking():
            return CustomerPage.DOUBT


def _code_page(code: CitizenCode) -> CustomerPage:
    if code.carries_amount:
        return CustomerPage.CODE_AMOUNT
    return CustomerPage.CODE_STICKER if code.brand or code.modules else CustomerPage.CODE_APP


def code_for_citizen(state: StaffState) -> CitizenCode | None:
    """What the citizen pays by; None where there is nothing to scan."""
    if trial := trial_of(state):
        return trial.trial
    match state.stage:
        case Working(code=code) | Asking(before=Working(code=code)):
            return code
        case Done() as done:
            slip = state.slips.get(done.sale_id or "", ())
            return CitizenCode("", carries_amount=True, modules=slip) if slip else None
        case _:
            return None


def amount_for_citizen(state: StaffState, page: CustomerPage) -> int | None:
    """The one figure that belongs to the page; None when it has none."""
    if page is CustomerPage.IDLE:
        return None
    if trial := trial_of(state):
        return trial.trial_yen
    match state.stage:
        case Done(operation) if operation:
            return operation.prepared.amount_yen
        case Doubt(operation) | Resolving(operation) | Approving(operation=operation):
            return operation.prepared.amount_yen
        case Asking(before=Doubt(operation)):
            return operation.prepared.amount_yen
        case Working(amount_yen=amount_yen) | Asking(before=Working(amount_yen=amount_yen)):
            return amount_yen
        case Done():
            return 0
        case _:
            return state.cart.total_yen
