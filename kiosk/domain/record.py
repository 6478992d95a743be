"""Journal records: canonical bytes and the hash chain. Owns what is hashed; refuses to store or send."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from kiosk.domain.codec import CodecError, Plain, from_plain, to_plain
from kiosk.domain.ids import DocumentId, OperationId, SaleId
from kiosk.domain.money import Yen
from kiosk.domain.operation import (
    Abandoned,
    Approved,
    Declined,
    Event,
    NotCharged,
    NotSent,
    OutcomeUnknown,
    Prepared,
    Reported,
    Requested,
    ResolvedCharged,
    ResolvedNotCharged,
    SaleLine,
)
from kiosk.domain.tender import TenderKind

SCHEMA_VERSION = 1
DOMAIN_TAG = b"counter-kiosk/journal/1\x00"
"""Keeps a journal hash from ever equalling a hash made for another purpose."""
GENESIS_HASH = bytes(32)
"""``prev_hash`` of an epoch's first entry."""
RECORD_BYTES_MAX = 256 * 1024
"""One record must fit a sync batch (512 KB) with room to spare; three hundred lines take about 120 KB."""


class RecordError(ValueError):
    """Bytes that are not a record of a known shape; says what is wrong."""


class NotDurable(Exception):  # noqa: N818 - a state of the world, named as the design names it
    """The journal could not make records durable. Whatever depended on them must not happen."""


class NotReadable(NotDurable):
    """The disk under the journal does not answer. What is recorded stands; what would follow from it must wait."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: 出納員, 現金取扱員, 指定公金事務取扱者 …: the title is data."""

    operator_id: str
    name: str
    title: str


SYSTEM = Actor("system", "", "")
"""The product itself, for what no person did: start-up inquiries, print completions."""


# --- bodies other than operation events ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KioskStarted:
    """The first entry of every run."""

    program_version: str
    sqlite_version: str
    training: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An operator took the counter; the header's actor says who."""

    role: str


@dataclass(frozen=True, slots=True)
class SignedOut:
    """An operator left the counter."""


@dataclass(frozen=True, slots=True)
class PinRefused:
    """A wrong PIN for a person of this counter; never the PIN. The header's actor is whoever was signed in."""

    operator_id: str
    act: str
    """What it was keyed for."""


@dataclass(frozen=True, slots=True)
class DayOpened:
    """The business day begins; the header carries its date."""


@dataclass(frozen=True, slots=True)
class TenderTotal:
    """Sales of one tender on one business day."""

    tender: TenderKind
    count: int
    amount_yen: Yen


@dataclass(frozen=True, slots=True)
class DayClosed:
    """The business day ends: its entries and totals, so that the register can tell when it has them all."""

    first_seq: int
    last_seq: int
    totals: tuple[TenderTotal, ...]
    free_count: int = 0


@dataclass(frozen=True, slots=True)
class DayCheckpoint:
    """The signed word of the day just closed, as its paper carries it (kiosk.domain.checkpoint)."""

    text: str
    public_key: str = ""
    """Hexadecimal, of the key that signed; empty where the counter had none that the register knows."""


@dataclass(frozen=True, slots=True)
class FreeSale:
    """A zero-yen sale: no tender, no receipt number; category and reason are counted (入館者数日報)."""

    sale_id: SaleId
    lines: tuple[SaleLine, ...]
    exemption_code: str = ""
    exemption_name: str = ""
    """Empty where every item is free by itself; the reason then stands in ``free_reasons``."""
    free_reasons: tuple[str, ...] = ()


_TERMINAL_SLIPS = "terminal_"


def is_terminal_slip(kind: str) -> bool:
    """Whether a document of this kind holds a payment terminal's words; such a slip is no document of ours."""
    return kind.startswith(_TERMINAL_SLIPS)


@dataclass(frozen=True, slots=True)
class DocumentIssued:
    """A document exists and is about to be printed. ``serial`` counts without gaps within ``series``."""

    document_id: DocumentId
    sale_id: SaleId
    kind: str
    series: str
    serial: int
    serial_number: str
    """As printed."""
    copy_number: int
    """0 the original, n the n-th 再発行 (it repeats the original's serial)."""
    content_sha256: str
    sending_recorded: bool = False
    """Its first byte waits until ``sent`` is recorded. Older entries have no such step: queued may mean sent."""


@dataclass(frozen=True, slots=True)
class DocumentPrinted:
    """What became of a print job: ``state`` is sent, then printed, unknown or failed; who says so is the actor."""

    document_id: DocumentId
    state: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class DrawerOpened:
    """The cash drawer is opened without a sale; the header says by whom. ``reason`` is one of DRAWER_REASONS."""

    reason: str


DRAWER_REASONS = ("change", "count", "cash_in", "mistake")
"""Changing money, counting it, putting change in, a drawer closed too early."""


@dataclass(frozen=True, slots=True)
class RefundRequested:
    """還付: a paid sale is to be paid back by bank transfer; the header names who approved. No account data."""

    sale_id: SaleId
    operation_id: OperationId
    amount_yen: Yen
    reason: str


@dataclass(frozen=True, slots=True)
class FollowUpClosed:
    """What became of a payment that was settled for now; moves no money here. The header names who approved."""

    operation_id: OperationId
    charged: bool
    """The brand has made it a sale in the end (or let it stand)."""
    evidence: str


@dataclass(frozen=True, slots=True)
class CodeEnrolled:
    """The payment code on the sticker that the scheme delivered, byte for byte. The header names who approved."""

    device: str
    text: str


@dataclass(frozen=True, slots=True)
class CodeTested:
    """A live test: one operator's application read a code with the amount in it. The header says who and when."""

    device: str
    brand: str
    passed: bool
    code_sha256: str
    """Of the enrolled text the tested code was made of; another sticker needs other tests."""
    amount_yen: Yen


@dataclass(frozen=True, slots=True)
class BrandCount:
    """What one side counted for one brand: sales that stand, and their yen less what was refunded."""

    brand: str
    count: int
    amount_yen: Yen


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A transaction as one side lists it; below zero what gave money back."""

    brand: str
    slip_number: str
    amount_yen: Yen
    at: str = ""
    """``HH:MM``, or empty where it is not told."""


@dataclass(frozen=True, slots=True)
class LogPair:
    """One slip number under which the two sides list another amount or brand."""

    ours: LogEntry
    theirs: LogEntry


@dataclass(frozen=True, slots=True)
class DailyLogCompared:
    """A terminal's own day (端末日計) beside ours at the close. ``up_to_seq``: our newest entry that was counted."""

    device: str
    up_to_seq: int
    ours: tuple[BrandCount, ...]
    theirs: tuple[BrandCount, ...]
    settled: bool
    """The terminal has, or may have, begun its next day."""
    only_ours: tuple[LogEntry, ...] = ()
    only_theirs: tuple[LogEntry, ...] = ()
    unavailable: str = ""
    """Why the terminal told nothing, or empty."""
    differing: tuple[LogPair, ...] = ()
    left_out: int = 0
    """Differing transactions beyond what one record may list."""


Fact = (
    KioskStarted
    | SignedIn
    | SignedOut
    | PinRefused
    | DayOpened
    | DayClosed
    | DayCheckpoint
    | FreeSale
    | DocumentIssued
    | DocumentPrinted
    | DrawerOpened
    | RefundRequested
    | FollowUpClosed
    | CodeEnrolled
    | CodeTested
    | DailyLogCompared
    | Prepared
)

FACTS: dict[str, type[Fact]] = {
    "kiosk_started": KioskStarted,
    "signed_in": SignedIn,
    "signed_out": SignedOut,
    "pin_refused": PinRefused,
    "day_opened": DayOpened,
    "day_closed": DayClosed,
    "day_checkpoint": DayCheckpoint,
    "free_sale": FreeSale,
    "document_issued": DocumentIssued,
    "document_printed": DocumentPrinted,
    "drawer_opened": DrawerOpened,
    "refund_requested": RefundRequested,
    "follow_up_closed": FollowUpClosed,
    "code_enrolled": CodeEnrolled,
    "code_tested": CodeTested,
    "daily_log_compared": DailyLogCompared,
    "operation_prepared": Prepared,
}
EVENTS: dict[str, type[Event]] = {
    "operation_requested": Requested,
    "operation_abandoned": Abandoned,
    "operation_reported": Reported,
    "operation_approved": Approved,
    "operation_declined": Declined,
    "operation_not_sent": NotSent,
    "operation_outcome_unknown": OutcomeUnknown,
    "operation_not_charged": NotCharged,
    "operation_resolved_charged": ResolvedCharged,
    "operation_resolved_not_charged": ResolvedNotCharged,
}


@dataclass(frozen=True, slots=True)
class OperationEvent:
    """An event together with the operation it belongs to."""

    operation_id: OperationId
    event: Event


Body = Fact | OperationEvent

_KIND_OF: dict[type, str] = {shape: kind for kind, shape in (*FACTS.items(), *EVENTS.items())}


@dataclass(frozen=True, slots=True)
class Draft:
    """A record before the journal has given it its place."""

    body: Body
    business_date: date | None
    """Frozen at the intent; None for what belongs to no business day."""
    actor: Actor
    master_version: str
    approver: Actor | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """Where, when and by whom. Order is ``seq``, never the clock."""

    kiosk_id: str
    epoch: int
    seq: int
    kind: str
    at: str
    """Wall time at the kiosk, ISO 8601 with milliseconds and offset."""
    monotonic_ms: int
    boot_id: str
    business_date: date | None
    actor: Actor
    master_version: str
    approver: Actor | None = None
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class Record:
    """An entry of the journal."""

    header: Header
    body: Body
    prev_hash: bytes
    canonical: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry: ``seq`` 0 and GENESIS_HASH for an empty epoch."""

    epoch: int
    seq: int
    hash: bytes


def kind_of(body: Body) -> str:
    """The record kind of a body."""
    return _KIND_OF[type(body.event) if isinstance(body, OperationEvent) else type(body)]


def plain_body(body: Body) -> dict[str, Plain]:
    """The body as it is hashed: an event's own fields, with ``operation_id`` beside them."""
    if isinstance(body, OperationEvent):
        return {"operation_id": body.operation_id, **cast(dict[str, Plain], to_plain(body.event))}
    return cast(dict[str, Plain], to_plain(body))


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


def canonical_json(value: Plain) -> bytes:
    """RFC 8785 (JCS) for the values we use: no floats, ASCII keys, integers within 53 bits."""
    return _encode(value).encode()


def canonical_bytes(header: Header, body: Body) -> bytes:
    """The bytes that are hashed, stored, sent and kept. Raises RecordError when they are too many or not Unicode."""
    try:
        data = canonical_json({"header": to_plain(header), "body": plain_body(body)})
    except UnicodeEncodeError as error:
        raise RecordError(f"this {header.kind} holds text that is not Unicode") from error
    if len(data) > RECORD_BYTES_MAX:
        raise RecordError(f"a record may take {RECORD_BYTES_MAX} bytes, this {header.kind} takes {len(data)}")
    return data


def chain_hash(prev_hash: bytes, canonical: bytes) -> bytes:
    """SHA-256 over domain tag, previous hash and canonical bytes."""
    return hashlib.sha256(DOMAIN_TAG + prev_hash + canonical).digest()


def seal(draft: Draft, header: Header, prev_hash: bytes) -> Record:
    """Make the record that follows ``prev_hash``."""
    data = canonical_bytes(header, draft.body)
    return Record(header, draft.body, prev_hash, data, chain_hash(prev_hash, data))


def parse_record(canonical: bytes, prev_hash: bytes) -> Record:
    """Read canonical bytes back. Raises RecordError for anything that is not exactly one known record."""
    try:
        value = json.loads(canonical)
    except (ValueError, RecursionError) as error:
        raise RecordError("not JSON") from error
    if not isinstance(value, dict) or set(value) != {"header", "body"}:
        raise RecordError("a record has a header and a body")
    try:
        header = from_plain(Header, value["header"])
        body = read_body(header.kind, value["body"])
        same = canonical_json(value) == canonical
    except (CodecError, ValueError, RecursionError) as error:
        raise RecordError(str(error)) from error
    if not same:
        raise RecordError("the bytes are not in canonical form (RFC 8785)")
    return Record(header, body, prev_hash, canonical, chain_hash(prev_hash, canonical))


def read_body(kind: str, value: object) -> Body:
    """Read a body of a known kind. Raises CodecError or RecordError."""
    if kind in FACTS:
        return from_plain(FACTS[kind], value, kind)
    if kind not in EVENTS:
        raise RecordError(f"unknown kind {kind!r}")
    operation_id = value.get("operation_id") if isinstance(value, Mapping) else None
    if not isinstance(operation_id, str):
        raise RecordError(f"{kind}.operation_id: missing")
    return OperationEvent(OperationId(operation_id), from_plain(EVENTS[kind], value, kind))
