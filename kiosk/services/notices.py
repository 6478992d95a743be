"""What the services tell the window, as frozen values. Refuses Qt, drivers and text: words belong to the presenters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.domain.books import DayRow, SaleRow, SyncStatus
from kiosk.domain.daily_log import LogReview
from kiosk.domain.ids import OperationId
from kiosk.domain.operation import Operation
from kiosk.domain.operator import Operator
from kiosk.domain.payment_code import PaymentCode
from kiosk.domain.record import DailyLogCompared, RefundRequested, TenderTotal
from kiosk.domain.sale_search import SaleSearch

Modules = tuple[tuple[bool, ...], ...]
"""Rows of a symbol, True is black, without quiet zone."""


@dataclass(frozen=True, slots=True)
class OperatorSignedIn:
    """Somebody took the counter."""

    operator: Operator


@dataclass(frozen=True, slots=True)
class OperatorSignedOut:
    """Nobody is at the counter."""


@dataclass(frozen=True, slots=True)
class DayChanged:
    """The business day was opened or closed, or was read at start. ``today`` is the wall clock's date."""

    day: DayRow
    today: date
    totals: tuple[TenderTotal, ...] = ()
    free_count: int = 0


@dataclass(frozen=True, slots=True)
class PaymentStarted:
    """The intent is durable. ``revision`` is the offer's."""

    operation: Operation
    revision: int


@dataclass(frozen=True, slots=True)
class PaymentProgress:
    """What the device waits for: ``phase`` is one of drivers.payment.api.Phase, a text-catalogue key."""

    phase: str


@dataclass(frozen=True, slots=True)
class CitizenCode:
    """What the citizen pays by. ``brand`` is empty until it is known whose application is used."""

    brand: str
    carries_amount: bool
    """Otherwise the citizen keys the amount."""
    modules: Modules = field(default=(), repr=False)
    """The symbol; empty where a sticker on the counter is scanned."""
    valid_s: int = 0
    """For how many seconds from now it can be paid; 0 where it does not end."""


@dataclass(frozen=True, slots=True)
class CodeShown:
    """The citizen is to pay by this code, or by none any longer."""

    code: CitizenCode | None


@dataclass(frozen=True, slots=True)
class QuestionField:
    """One field to key. ``kind`` is digits, text, choice or yen; scan is read and never keyed."""

    name: str
    kind: str
    length_max: int
    required: bool
    choices: tuple[str, ...]
    length_min: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """A device asks the clerk; answered with Desk.answer. ``name``, field names and answers are catalogue keys."""

    name: str
    amount_yen: int
    fields: tuple[QuestionField, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The clerk's reply: which button, and the values keyed."""

    answer: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class PaymentFinished:
    """An operation has reached a state the clerk must see: approved, declined, not sent, in doubt …"""

    operation: Operation


@dataclass(frozen=True, slots=True)
class OtherTenderApproved:
    """A second person allows another tender for the sale whose charge is in doubt."""

    operation_id: OperationId


@dataclass(frozen=True, slots=True)
class FreeSaleFinished:
    """A zero-yen sale is recorded."""

    sale: SaleRow


class Asking(StrEnum):
    """Where the question to a terminal stands, besides the phases its driver tells."""

    WAITING = "waiting"
    ANSWERED = "answered"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class ClosingProgress:
    """At the close: what a terminal is doing. ``phase`` is an Asking or one of drivers.payment.api.Phase."""

    device: str
    phase: str


@dataclass(frozen=True, slots=True)
class DailyLogsCompared:
    """A terminal's own day differs from ours or was not told: the close waits for a person's confirmation."""

    reviews: tuple[LogReview, ...]


@dataclass(frozen=True, slots=True)
class RefundRecorded:
    """A refund was asked for and is in the journal."""

    refund: RefundRequested


@dataclass(frozen=True, slots=True)
class FollowUpRecorded:
    """What a brand said in the end about a payment settled for now is in the journal."""

    operation_id: OperationId
    charged: bool


@dataclass(frozen=True, slots=True)
class CodeKnown:
    """The scheme's payment code of a device. ``store`` is the name that a citizen's application shows; empty for none.

    ``trial``: what an operator's application is to read in a live test, while one goes on, and its amount.
    """

    code: PaymentCode
    store: str = ""
    trial: CitizenCode | None = None
    trial_yen: int = 0
    recorded: bool = False
    """What was asked for is in the journal: a sticker, or a test's result."""


class Printing(StrEnum):
    """A document's print job, from its number to what is known of its paper."""

    QUEUED = "queued"
    WAITING = "waiting"
    """Kept until somebody has mended the printer; never in the journal."""
    SENT = "sent"
    PRINTED = "printed"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DocumentChanged:
    """A print job moved. ``fault`` is one of drivers.printer.api.PrintFault, or empty."""

    sale_id: str
    document_kind: str
    serial_number: str
    copy_number: int
    printing: Printing
    fault: str = ""


@dataclass(frozen=True, slots=True)
class SlipShown:
    """A sale's document as a symbol for the citizen's phone; empty where it is too long for one."""

    sale_id: str
    modules: Modules = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """The product refuses what was asked; ``rule`` is a catalogue key such as pin_wrong, day_not_open, cart_empty."""

    rule: str
    minutes: int = 0
    """How long it will be refused, where that is known."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scanner read a code. It may be somebody's money: repr leaves it out, and nobody may log it."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ScanUnreadable:
    """A scanner read something that is no whole code."""


@dataclass(frozen=True, slots=True)
class SalesListed:
    """The day's sales, newest first."""

    business_date: date
    sales: tuple[SaleRow, ...]
    totals: tuple[TenderTotal, ...]
    unsettled: tuple[Operation, ...]
    logs: tuple[DailyLogCompared, ...] = ()
    """What the terminals told of the open day so far."""
    follow_ups: tuple[Operation, ...] = ()
    """Settled for now, of every day, oldest first: the brand has not spoken yet."""


@dataclass(frozen=True, slots=True)
class SalesFound:
    """Sales of any day to which ``search`` applies, newest first. ``cut``: there are more than are told."""

    search: SaleSearch
    sales: tuple[SaleRow, ...]
    cut: bool = False


class Light(StrEnum):
    """How a part of the counter is."""

    GOOD = "good"
    ATTENTION = "attention"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """How one device is; ``reason`` is a catalogue key or empty."""

    light: Light
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CounterStatus:
    """The status row: terminal, printer, paper, register; scanner and line display where the counter has them."""

    terminal: DeviceStatus
    printer: DeviceStatus
    paper: DeviceStatus
    register: DeviceStatus
    sync: SyncStatus
    scanner: DeviceStatus | None = None
    display: DeviceStatus | None = None


Notice = (
    OperatorSignedIn
    | OperatorSignedOut
    | DayChanged
    | PaymentStarted
    | PaymentProgress
    | CodeShown
    | Question
    | PaymentFinished
    | OtherTenderApproved
    | ClosingProgress
    | DailyLogsCompared
    | RefundRecorded
    | FollowUpRecorded
    | CodeKnown
    | FreeSaleFinished
    | DocumentChanged
    | SlipShown
    | Refused
    | Scanned
    | ScanUnreadable
    | SalesListed
    | SalesFound
    | CounterStatus
)
