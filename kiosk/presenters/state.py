"""The staff window's state, frozen, and the one place that holds it. Refuses words and widgets."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from kiosk.domain.books import SaleRow
from kiosk.domain.cart import Cart, Exemption, Offer
from kiosk.domain.daily_log import LogReview
from kiosk.domain.ids import OperationId, SaleId
from kiosk.domain.item import Item
from kiosk.domain.money import YEN_MAX, Yen
from kiosk.domain.operation import Operation
from kiosk.domain.operator import Operator
from kiosk.domain.slip import ElQrRule, ReadCode, ScannedSlip
from kiosk.domain.tender import Tender, TenderKind
from kiosk.domain.wallet import OtherCode, ReadWallet
from kiosk.presenters.screen import Band
from kiosk.services.notices import (
    CitizenCode,
    ClosingProgress,
    CodeKnown,
    CounterStatus,
    DayChanged,
    DocumentChanged,
    Modules,
    SalesFound,
    SalesListed,
)

CODE_WORDS, WALLET_WORDS = "code.", "wallet."


@dataclass(frozen=True, slots=True)
class Category:
    """A tab of item keys."""

    code: str
    name: str
    color: str = ""


@dataclass(frozen=True, slots=True)
class CounterSetup:
    """What the counter's profile gives the windows. Item versions not valid today are left out by themselves."""

    office_name: str
    counter_name: str
    items: tuple[Item, ...]
    categories: tuple[Category, ...]
    tenders: tuple[Tender, ...]
    operators: tuple[Operator, ...]
    exemptions: tuple[Exemption, ...] = ()
    cap_yen: Yen = YEN_MAX
    training: bool = False
    """For practice: the windows say so all over."""
    el_qr: tuple[ElQrRule, ...] = ()
    read_slip: Callable[[str], ReadCode] = lambda _: None
    unprintable_character: Callable[[str], str] = lambda _: ""
    """The first character of a text that no paper shows."""
    """What a scanned or keyed text is among payment slips."""
    read_wallet: Callable[[str, Collection[str]], ReadWallet] = lambda _, __: OtherCode("wallet_unknown")
    """What a scanned text is where a wallet of one of these operators is asked for."""
    has_drawer: bool = False
    """The cash drawer opens through the printer."""

    @property
    def by_code(self) -> frozenset[str]:
        """Devices that are a code and a citizen's phone: no terminal stands behind them."""
        return frozenset(tender.device for tender in self.tenders if tender.without_terminal)

    @property
    def pays_by_service_alone(self) -> bool:
        """Whether everything but cash goes through a service: the light is its, and no terminal's."""
        return all(each.through_service for each in self.tenders if each.kind is not TenderKind.CASH)

    @property
    def word_families(self) -> Mapping[str, str]:
        """By device, what keys of the words begin with that are its own: it is no terminal with a card in it."""
        families = {tender.device: WALLET_WORDS for tender in self.tenders if tender.through_service}
        return {**families, **dict.fromkeys(self.by_code, CODE_WORDS)}


class View(StrEnum):
    """Which page the signed-in clerk has chosen."""

    SALE = "sale"
    SALES = "sales"
    CLOSE = "close"
    MENU = "menu"
    HELP = "help"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class FormField:
    """A field. ``kind`` is digits, text, name, number, year, choice, yen, pin or scan; choices are (value, label)."""

    name: str
    label: str
    kind: str
    length_max: int = 0
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    length_min: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A form being filled in. ``answers`` are (name, label); the first is the main action."""

    name: str
    title: str
    instruction: str
    amount_yen: int | None
    fields: tuple[FormField, ...]
    answers: tuple[tuple[str, str], ...]
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    active: str = ""
    refused: str = ""
    """The field whose value was refused: the next key begins it anew."""

    def with_value(self, name: str, value: str) -> "Form":
        return replace(self, values={**self.values, name: value}, refused="")

    def field_named(self, name: str) -> FormField | None:
        return next((x for x in self.fields if x.name == name), None)


# --- where the current sale stands --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Editing:
    """The cart may change; the clerk may have chosen a tender already."""

    tender: TenderKind | None = None
    unpaid: bool = False
    """The last try to pay this cart came to nothing, and the citizen is told so."""


@dataclass(frozen=True, slots=True)
class Exempting:
    """A full exemption is being chosen."""


@dataclass(frozen=True, slots=True)
class KeyingSlip:
    """A 納付書 is being keyed; what its code said stands beside the form."""

    item: Item
    form: Form
    scanned: ScannedSlip | None = None
    el_qr: bool = False
    """Its eL-QR was scanned."""
    warned: tuple[str, ...] = ()
    """Rules of the item that it breaks and the clerk has been told of, the one in sight last."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The cart is frozen; the first tender from either window wins."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class Working:
    """The payment is under way. ``operation`` is None until its intent is durable."""

    revision: int
    amount_yen: int
    tender: Tender | None
    operation: Operation | None = None
    phase: str = ""
    canceling: bool = False
    code: CitizenCode | None = None
    """What the citizen is to pay by just now, where the device has said so."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A device asks the clerk; ``before`` is what was going on and goes on afterwards."""

    form: Form
    before: "Working | Doubt"


@dataclass(frozen=True, slots=True)
class Done:
    """The sale is over: paid, or recorded free of charge."""

    operation: Operation | None
    free: SaleRow | None = None

    @property
    def sale_id(self) -> SaleId | None:
        if self.operation is not None:
            return self.operation.prepared.sale_id
        return self.free.sale_id if self.free else None


@dataclass(frozen=True, slots=True)
class Doubt:
    """The outcome is unknown; nothing may be charged until it is."""

    operation: Operation
    inquiring: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Resolving:
    """A person records what was found, with a second person's approval."""

    operation: Operation
    form: Form


class Purpose(StrEnum):
    """What a second person is asked to approve."""

    OTHER_TENDER = "other_tender"
    VOID = "void"
    REFUND = "refund"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Approving:
    """A second person's PIN is awaited; ``before`` is where 戻る leads."""

    purpose: Purpose
    operation: Operation
    form: Form
    before: "Stage"


@dataclass(frozen=True, slots=True)
class SettingUp:
    """A second person's PIN is awaited for the payment code: for a scanned sticker, or an operator's live test."""

    form: Form
    text: str = field(default="", repr=False)
    """What was scanned."""
    brand: str = ""


Stage = Editing | Exempting | KeyingSlip | Offered | Working | Asking | Done | Doubt | Resolving | Approving


@dataclass(frozen=True, slots=True)
class StaffState:
    """Everything the staff window knows."""

    today: date
    cart: Cart
    stage: Stage = field(default_factory=Editing)
    view: View = View.SALE
    operator: Operator | None = None
    sign_in: Form | None = None
    day: DayChanged | None = None
    status: CounterStatus | None = None
    category: str = ""
    query: str = ""
    selected: str = ""
    """Code of the cart line the keypad works on."""
    keyed: str = ""
    """Digits keyed for it since it was selected."""
    message: Band | None = None
    el_qr_scanned: bool = False
    """An eL-QR was scanned: the slip that is keyed next is its."""
    doubts: tuple[Operation, ...] = ()
    aside: frozenset[str] = frozenset()
    """Operations in doubt that the clerk will look into later; their devices stay blocked."""
    instead_of: OperationId | None = None
    """The operation in doubt for whose cart a second person allowed another tender."""
    documents: Mapping[str, DocumentChanged] = field(default_factory=dict)
    """The newest word on each sale's document."""
    slips: Mapping[str, Modules] = field(default_factory=dict)
    """The newest sale's document as a symbol, at a counter without paper; by sale."""
    lost_slips: Mapping[str, DocumentChanged] = field(default_factory=dict)
    """Sales with a terminal's slip that is not certainly on paper."""
    sales: SalesListed | None = None
    selected_sale: str = ""
    finding: Form | None = None
    """The search form of the sales page."""
    found: SalesFound | None = None
    """Earlier sales that the sales page shows instead of the day's."""
    drawer: Form | None = None
    """On the menu: why the cash drawer is to be opened without a sale."""
    code: CodeKnown | None = None
    """The scheme's payment code, once the page about it has been opened."""
    code_brand: str = ""
    """The operator looked at there."""
    setting_up: SettingUp | None = None
    asked: tuple[ClosingProgress, ...] = ()
    """What each terminal is doing while its own day is asked for."""
    compared: tuple[LogReview, ...] = ()
    """Terminals' own days that differ from ours or were not told: the close waits for a confirmation."""
    closing: bool = False
    """close_day was asked for and not answered yet."""


def listed_sales(state: StaffState) -> tuple[SaleRow, ...]:
    """The sales that the sales page shows."""
    if state.found is not None:
        return state.found.sales
    return state.sales.sales if state.sales else ()


def looked_at(state: StaffState) -> SaleRow | None:
    """The selected sale of the sales page."""
    if state.view is not View.SALES:
        return None
    return next((sale for sale in listed_sales(state) if sale.sale_id == state.selected_sale), None)


def open_tenders(state: StaffState, tenders: tuple[Tender, ...]) -> tuple[Tender, ...]:
    """Tenders whose device has nothing in doubt."""
    blocked = {operation.prepared.device for operation in state.doubts}
    return tuple(tender for tender in tenders if tender.device not in blocked)


def waiting_doubt(state: StaffState) -> Operation | None:
    """The oldest doubt that nobody has set aside."""
    return next((each for each in state.doubts if each.prepared.operation_id not in state.aside), None)


Listener = Callable[[StaffState], None]


class Store:
    """Holds the state; every change is told to every listener, in order."""

    def __init__(self, state: StaffState) -> None:
        self.state = state
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def set(self, state: StaffState) -> None:
        if state is self.state:
            return
        self.state = state
        for listener in self._listeners:
            listener(state)
