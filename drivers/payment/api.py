"""The payment device interface, in UnifiedPOS CAT words. Owns requests, outcomes and forms; refuses any vendor's bytes.

A driver waits only in its context, starts no thread, opens its line through the opener it was given, and after the
first byte of a charge has left it never raises for a missing answer: it returns OutcomeUnknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Literal, Protocol, runtime_checkable

from drivers.context import DeviceContext, Wake
from drivers.http import HttpAnswer, HttpClient, HttpRequest

API_VERSION = 1


class Media(StrEnum):
    """What the citizen pays with (UnifiedPOS CAT PaymentMedia, plus the means a CAT does not know)."""

    CASH = "cash"
    CREDIT = "credit"
    EMONEY = "emoney"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a device can do (UnifiedPOS Cap* properties)."""

    media: frozenset[Media]
    can_inquire: bool
    """It can answer query_last_transaction by itself, without a person."""
    can_cancel: bool = True
    can_void: bool = False
    can_refund: bool = False
    can_daily_log: bool = False
    training: bool = False
    """The device is in training mode (UnifiedPOS TrainingMode): nothing it approves is money."""
    api_version: int = API_VERSION


@dataclass(frozen=True, slots=True)
class Baseline:
    """The newest transaction we knew of on a terminal before a charge; None where nothing is known."""

    terminal_id: str
    slip_number: str
    transaction_number: str


@dataclass(frozen=True, slots=True)
class Original:
    """The sale that a void or refund undoes, as the device numbered it."""

    slip_number: str
    approval_code: str = ""
    transaction_number: str = ""
    terminal_id: str = ""
    brand: str = ""


class TransactionType(IntEnum):
    """UnifiedPOS CAT TransactionType."""

    SALES = 10
    VOID = 20
    """取消: the whole sale, on the same day, before the terminal's close."""
    REFUND = 21
    """還付: money back for an earlier sale."""


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """One charge, void or refund. ``sequence_number`` is UnifiedPOS SequenceNumber: journaled before the first byte."""

    operation_id: str
    sequence_number: int
    amount_yen: int
    media: Media
    baseline: Baseline | None = None
    brands: tuple[str, ...] = ()
    """Brands this counter takes for the medium; an attended driver offers them to the clerk."""
    transaction_type: TransactionType = TransactionType.SALES
    original: Original | None = None
    """For a void or refund: the sale it undoes."""
    issued_code: str = ""
    """The payment code that the scheme issued for this device, byte for byte; empty where none is enrolled."""
    tested_brands: tuple[str, ...] = ()
    """Those of ``brands`` at which a code with the amount in it has passed a live test."""


@dataclass(frozen=True, slots=True)
class Approved:
    """The terminal took the money, or gave it back. Card data is masked: last four digits at most."""

    amount_yen: int
    media: Media
    brand: str
    approval_code: str
    slip_number: str
    """The terminal's receipt number (wraps; evidence, never a key)."""
    card_last4: str = ""
    terminal_id: str = ""
    transaction_number: str = ""
    """The terminal's trace number."""
    transacted_at: str = ""
    """The terminal's own clock as MMDDHHMMSS, or empty."""
    tendered_yen: int = 0
    """Cash only: what the citizen handed over; change is the difference."""
    payment_last4: str = ""
    """The last four digits of the payment's number (決済番号), read off the citizen's own screen."""


class DeclineReason(StrEnum):
    """Why no money moved: one for each thing a clerk would do next; the vendor's own code goes beside it.

    What a card's issuer thinks of its holder is CARD_REFUSED and no more: the citizen stands at the counter.
    """

    CARD_REFUSED = "card_refused"
    CARD_UNREADABLE = "card_unreadable"
    CARD_EXPIRED = "card_expired"
    """Or not yet valid: it is printed on the card."""
    CARD_NOT_ACCEPTED = "card_not_accepted"
    """This kind of card, whoever holds it."""
    CARD_LEFT_IN = "card_left_in"
    PIN_WRONG = "pin_wrong"
    PIN_REFUSED = "pin_refused"
    """Another try with this card and its PIN is not possible."""
    TIMED_OUT = "timed_out"
    CANCELED = "canceled"
    CURRENCY_REFUSED = "currency_refused"
    NETWORK = "network"
    TERMINAL_ERROR = "terminal_error"
    TERMINAL_BUSY = "terminal_busy"
    TERMINAL_SERVICE_NEEDED = "terminal_service_needed"
    """It asks for a diagnosis, keys, settings, an update: it stays so until somebody sees to it."""
    TERMINAL_DEFECT = "terminal_defect"
    """A part of it does not work: reader, PIN pad, power."""
    END_OF_DAY_NEEDED = "end_of_day_needed"
    ALREADY_REVERSED = "already_reversed"
    REVERSAL_NOT_POSSIBLE = "reversal_not_possible"
    AMOUNT_OUT_OF_RANGE = "amount_out_of_range"
    PRINTER_NOT_READY = "printer_not_ready"
    NOT_SUPPORTED = "not_supported"
    CODE_REFUSED = "code_refused"
    """What the service thinks of the wallet behind a code is this and no more: the citizen stands at the counter."""
    CODE_EXPIRED = "code_expired"
    """Or used before: the application shows a new one."""
    CLOCK_WRONG = "clock_wrong"
    """Ours: the service takes no request from a machine whose clock is minutes wrong."""
    KEYS_REFUSED = "keys_refused"
    """The service does not know the counter's keys, or not for this: it stays so until somebody sees to it."""
    SERVICE_UNAVAILABLE = "service_unavailable"
    """It has too much to do, or is being maintained."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The terminal answered, and no money moved."""

    reason: DeclineReason
    result_code: str
    """The device's own result code as text, e.g. "6C"; empty for attended devices."""


class NotSentReason(StrEnum):
    """Why nothing that could charge left us."""

    PORT_MISSING = "port_missing"
    PORT_BUSY = "port_busy"
    NO_ANSWER = "no_answer"
    TERMINAL_BUSY = "terminal_busy"
    CANCELED = "canceled"
    NOT_SUPPORTED = "not_supported"
    SERVICE_UNREACHABLE = "service_unreachable"
    NOT_PRESENTED = "not_presented"
    """Nobody has shown a code in time."""
    OTHER_CODE = "other_code"
    """What was scanned is no code of this device's."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """No charge command left us (or the terminal refused to start it): certain that no money moved."""

    reason: NotSentReason


class UnknownReason(StrEnum):
    """Why we cannot tell."""

    LINE_LOST = "line_lost"
    SILENCE = "silence"
    SERVICE_SILENT = "service_silent"
    """A payment service on the network has not told."""
    PROTOCOL = "protocol"
    MISMATCH = "mismatch"
    NOT_DURABLE = "not_durable"
    RESTARTED = "restarted"
    UNANSWERED = "unanswered"
    CLERK_UNSURE = "clerk_unsure"
    NO_COMPLETION = "no_completion"
    """The citizen's application showed no screen that says it is paid; the operator's portal alone can tell."""
    UNFINISHED = "unfinished"
    """処理未了: the terminal itself says that it does not know. What follows is the counter's rule for the brand."""


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """Money may or may not have moved. Never shown as paid or failed; never charged again.

    What the terminal showed all the same goes beside the reason; UNFINISHED without a brand gets the cautious rule.
    """

    reason: UnknownReason
    brand: str = ""
    slip_number: str = ""
    terminal_yen: int = 0
    """MISMATCH only: the other amount that the terminal took, or 0 where nobody read it."""


@dataclass(frozen=True, slots=True)
class NotCharged:
    """The device has shown that the charge asked about did not happen."""

    evidence: str
    """What showed it, in field names and numbers without card data, e.g. "last slip 0231 = baseline 0231"."""


class DailyLogKind(IntEnum):
    """UnifiedPOS CAT AccessDailyLog: report only, or settle (the terminal starts its next day)."""

    REPORTING = 1
    SETTLEMENT = 2


@dataclass(frozen=True, slots=True)
class BrandTotal:
    """What the terminal has counted for one brand: net of what it took back. ``brand`` empty where it does not say."""

    brand: str
    count: int
    amount_yen: int


@dataclass(frozen=True, slots=True)
class DailyLog:
    """The terminal's own 日計. ``entries`` only where the terminal lists its transactions.

    They are those that stand: a voided sale is left out with its void, a refund has its amount below zero.
    """

    totals: tuple[BrandTotal, ...]
    settled: bool
    entries: tuple[Approved, ...] = ()


@dataclass(frozen=True, slots=True)
class LogUnavailable:
    """The device keeps no log we can read, or did not answer; ``settled_unknown`` when it may have closed its day."""

    reason: NotSentReason | UnknownReason
    settled_unknown: bool = False


DailyLogOutcome = DailyLog | LogUnavailable
AuthorizationOutcome = Approved | Declined | NotSent | OutcomeUnknown
InquiryOutcome = Approved | NotCharged | OutcomeUnknown


class Phase(StrEnum):
    """What the device is doing or waiting for; the presenter turns it into a sentence."""

    CONNECTING = "connecting"
    WAIT_CARD = "wait_card"
    WAIT_PIN = "wait_pin"
    PROCESSING = "processing"
    REMOVE_CARD = "remove_card"
    FINISHING = "finishing"
    CANCELING = "canceling"
    BUSY = "busy"
    INQUIRING = "inquiring"
    WAIT_CLERK = "wait_clerk"
    WAIT_CODE = "wait_code"
    """For the citizen to pay by the code that is shown."""


class FieldKind(StrEnum):
    """How a form's field is keyed."""

    DIGITS = "digits"
    TEXT = "text"
    CHOICE = "choice"
    YEN = "yen"
    SCAN = "scan"
    """Read by a scanner and never keyed; nothing of it is shown. The scan sends the form with its first answer."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. ``name`` is a key into the text catalogue and into Entry.values."""

    name: str
    kind: FieldKind
    length_max: int = 0
    required: bool = True
    choices: tuple[str, ...] = ()
    length_min: int = 0
    """Fewer characters than this are a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Form:
    """A question to the clerk: ``name`` keys its title and instruction in the text catalogue."""

    name: str
    amount_yen: int
    fields: tuple[Field, ...]
    answers: tuple[str, ...] = ("done",)
    """The buttons, as catalogue keys; the first is the main action."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The clerk's answer: which button, and what was keyed (already checked against each field's kind and length)."""

    answer: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


class SlipCopy(StrEnum):
    """Whom a terminal's slip is for; UNSAID where the terminal does not tell."""

    CUSTOMER = "customer"
    MERCHANT = "merchant"
    ADMINISTRATION = "administration"
    """Of no single payment: end of day, diagnosis."""
    UNSAID = "unsaid"


UNREADABLE = "\ufffd"
"""Stands in a slip's text for what the terminal's character set does not allow; never guessed."""


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One line as the terminal wants it set; card numbers in ``text`` are masked."""

    text: str
    centered: bool = False
    double_width: bool = False
    double_height: bool = False


@dataclass(frozen=True, slots=True)
class TerminalSlip:
    """A slip of a terminal without a printer, to be printed at the counter."""

    copy: SlipCopy
    lines: tuple[SlipLine, ...]
    is_cut_short: bool = False
    """The terminal sent more than a slip may hold; what is missing is told on the paper."""


@dataclass(frozen=True, slots=True)
class ShownCode:
    """What the citizen pays by with an application of their own. It is no secret: it says whom to pay."""

    text: str
    """The code's payload; empty where a sticker on the counter is scanned, or where none is to be scanned yet."""
    carries_amount: bool = True
    """Otherwise the citizen keys the amount."""
    brand: str = ""
    """Whose application is used; empty where any may be."""
    valid_s: int = 0
    """For how many seconds from now it can be paid; 0 where it does not end."""


class PaymentContext(DeviceContext, Protocol):
    """What a payment driver gets besides time and bytes."""

    def exchange(
        self, client: HttpClient, request: HttpRequest, deadline_s: float
    ) -> HttpAnswer | Literal[Wake.TIMED_OUT]:
        """Send one request and wait for its answer until ``now_s()`` reaches ``deadline_s`` (absolute).

        A cancel waits for the next ``pause``: a request that has left cannot be called back, and its answer is worth
        more than the seconds. TIMED_OUT: the server may have done what was asked. Raises PortMissingError when nothing
        has left, LineLostError when that cannot be told.
        """

    def pause(self, until_s: float) -> Wake:
        """Wait for nothing until ``now_s()`` reaches ``until_s``: TIMED_OUT, or CANCEL as soon as somebody cancels."""

    def ask(self, form: Form, deadline_s: float) -> Entry | Wake:
        """Put a question to the person at the counter."""

    def commit(self, result: Approved | Declined) -> None:
        """Return when ``result`` is durable. Raises NotDurableError: then do not acknowledge it to the device."""

    def show(self, phase: Phase) -> None:
        """Tell the window; never waits."""

    def show_code(self, code: ShownCode | None) -> None:
        """Put a code on the citizen's window until another or None takes its place, or the job ends; never waits."""

    def print_slip(self, slip: TerminalSlip) -> None:
        """Have a finished slip printed at the counter; never waits and never raises: paper is no part of a payment."""


@dataclass(frozen=True, slots=True)
class Health:
    """What a device said when asked how it is; ``detail`` is for support."""

    ready: bool
    detail: str
    terminal_id: str = ""
    busy: bool = False
    """It answers, and does something else just now."""
    reason: DeclineReason | NotSentReason | None = None
    """Why it is not ready, where that is known."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a device found when it tested itself and its way to its host. ``result_code`` as in Declined."""

    passed: bool
    reason: DeclineReason | NotSentReason | UnknownReason | None = None
    result_code: str = ""


class PaymentDevice(Protocol):
    """One payment device. Every method runs on the device's one worker."""

    @property
    def capabilities(self) -> Capabilities:
        """Fixed for the life of the object."""

    def authorize_sales(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Charge once. Raises no DeviceError: before the first byte it returns NotSent, after it OutcomeUnknown."""

    def authorize_void(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Take back a sale of the same day; promises as authorize_sales. NotSent(NOT_SUPPORTED) where it cannot."""

    def authorize_refund(self, request: AuthorizationRequest, context: PaymentContext) -> AuthorizationOutcome:
        """Give money back; promises as authorize_sales. NotSent(NOT_SUPPORTED) where it cannot."""

    def access_daily_log(self, kind: DailyLogKind, context: PaymentContext) -> DailyLogOutcome:
        """The device's totals; SETTLEMENT also starts its next day. Raises no DeviceError."""

    def query_last_transaction(self, request: AuthorizationRequest, context: PaymentContext) -> InquiryOutcome:
        """Ask what became of ``request``; never charges. What it cannot tell is OutcomeUnknown."""

    def read_baseline(self, context: PaymentContext) -> Baseline | None:
        """The newest transaction on the terminal, for the next charge's intent; None when it cannot tell."""

    def check_health(self, context: PaymentContext) -> Health:
        """Ask the device how it is; changes nothing. Raises no DeviceError."""


@runtime_checkable
class DiagnosableDevice(Protocol):
    """A payment device that can test itself, for support people; it takes up to some minutes and moves no money."""

    def diagnose(self, context: PaymentContext) -> Diagnosis:
        """Run on the device's one worker, with no payment in doubt on it. Raises no DeviceError."""
