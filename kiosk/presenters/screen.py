"""What the staff window shows, as frozen values with finished words. Refuses Qt: pixels belong to kiosk.ui."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a band speaks; the theme turns it into color, shape and icon."""

    NEUTRAL = "neutral"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"
    DOUBT = "doubt"


class Act(StrEnum):
    """What a key does when it is pressed."""

    NOTHING = "nothing"
    OPEN_DAY = "open_day"
    CLOSE_DAY = "close_day"
    SIGN_OUT = "sign_out"
    PROCEED = "proceed"
    SUBMIT = "submit"
    NEXT_SALE = "next_sale"
    CLEAR_CART = "clear_cart"
    CANCEL_PAYMENT = "cancel_payment"
    EXEMPT = "exempt"
    INQUIRE = "inquire"
    RESOLVE = "resolve"
    SET_ASIDE = "set_aside"
    OTHER_TENDER = "other_tender"
    VOID = "void"
    REFUND = "refund"
    FOLLOW_UP = "follow_up"
    SETTLE = "settle"
    REPRINT = "reprint"
    SHOW_SALES = "show_sales"
    SHOW_CLOSE = "show_close"
    SHOW_MENU = "show_menu"
    SHOW_HELP = "show_help"
    BACK = "back"
    STEP_BACK = "step_back"
    FIND = "find"
    CLOSE_FIND = "close_find"
    DAY_BEFORE = "day_before"
    DAY_AFTER = "day_after"
    SHOW_CODE = "show_code"
    TRY_CODE = "try_code"
    CLOSE_CODE = "close_code"
    ASK_AGAIN = "ask_again"
    STOP_ASKING = "stop_asking"
    PAPER_OUT = "paper_out"
    PAPER_MISSING = "paper_missing"
    PRINTER_RESUME = "printer_resume"
    PRINTER_GIVE_UP = "printer_give_up"
    OPEN_DRAWER = "open_drawer"
    CLOSE_DRAWER_FORM = "close_drawer_form"


@dataclass(frozen=True, slots=True)
class Band:
    """One sentence, what it means and what to do next, one figure."""

    tone: Tone
    headline: str
    detail: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several keys. ``name`` is what goes back to the presenter."""

    name: str
    label: str
    note: str = ""
    enabled: bool = True
    selected: bool = False
    color: str = ""
    letter: str = ""
    """The keyboard key that presses it, shown small in its corner."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key with an act of its own."""

    act: Act
    label: str
    enabled: bool = True
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Lamp:
    """One part of the status row: ``light`` is good, attention, bad or unknown; ``word`` says it without color."""

    name: str
    label: str
    word: str
    light: str


@dataclass(frozen=True, slots=True)
class TopBar:
    """State on top."""

    counter: str
    date: str
    day: str
    day_open: bool
    operator: str
    operator_title: str
    lamps: tuple[Lamp, ...]
    menu: Key


# --- the left side ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WelcomePart:
    """Before the first sale: where we are and what is known of the day."""

    title: str
    subtitle: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ItemKey:
    """One item as a key."""

    code: str
    name: str
    price: str


@dataclass(frozen=True, slots=True)
class ItemsPart:
    """Item keys; the window pages them to what fits."""

    categories: tuple[Choice, ...]
    query: str
    items: tuple[ItemKey, ...]
    dimmed: bool
    empty: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``figures`` are right-aligned and tabular, ``share`` is its part of the width."""

    label: str
    share: int
    figures: bool = False
    chip: bool = False
    """Drawn in the row's tone."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; ``name`` is empty where it cannot be selected."""

    name: str
    cells: tuple[str, ...]
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class TablePart:
    """A list with a title: sales, totals, status, keys."""

    title: str
    keys: tuple[Key, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    selected: str = ""
    empty: str = ""


LeftPart = WelcomePart | ItemsPart | TablePart

# --- the right side -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CartRow:
    """One line of the cart."""

    code: str
    name: str
    quantity: str
    amount: str


@dataclass(frozen=True, slots=True)
class CartPanel:
    """The cart with its total and tenders. ``choosing``: the offer is frozen and a tender is awaited."""

    title: str
    count: str
    rows: tuple[CartRow, ...]
    selected: str
    empty: str
    total_label: str
    total_yen: int
    total_note: str
    tenders: tuple[Choice, ...]
    tender_label: str
    exempt: Key | None
    choosing: bool
    revision: int


@dataclass(frozen=True, slots=True)
class ProgressPanel:
    """The device works. ``step`` changes when the sentence does; the window counts the seconds."""

    title: str
    instruction: str
    hint: str
    amount_label: str
    amount_yen: int | None
    tender: str
    elapsed: str
    """With a ``{seconds}`` placeholder."""
    limit_s: int = 0
    """The seconds that are left are told instead, from the moment this changes; with ``{minutes}`` as well."""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of a form. ``kind`` is digits, text, choice, yen, pin or scan."""

    name: str
    label: str
    kind: str
    value: str
    active: bool
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class FormPanel:
    """Something to key, with the keypad. ``change_label`` is empty where no change is given back."""

    title: str
    amount_label: str
    amount_yen: int | None
    fields: tuple[FieldRow, ...]
    answers: tuple[Choice, ...]
    quick: tuple[Choice, ...]
    change_label: str
    change_yen: int | None
    keypad: bool


@dataclass(frozen=True, slots=True)
class CardPanel:
    """A result or a summary: one figure, rows of facts, numbered steps, keys."""

    title: str
    amount_label: str
    amount_yen: int | None
    rows: tuple[tuple[str, str], ...]
    tone: Tone = Tone.NEUTRAL
    big_label: str = ""
    big_yen: int = 0
    """A second large figure, such as the change to hand over."""
    steps: tuple[str, ...] = ()
    note: Band | None = None
    picture: str = ""
    """A drawing of what to do, beside the note: one of kiosk.ui.pictograms."""
    hint: str = ""
    """Why a key rests, and what to do instead."""
    keys: tuple[Key, ...] = ()


RightPart = CartPanel | ProgressPanel | FormPanel | CardPanel


@dataclass(frozen=True, slots=True)
class StaffScreen:
    """The whole staff window."""

    top: TopBar
    band: Band
    left: LeftPart
    right: RightPart
    main: Key
    cancel: Key
