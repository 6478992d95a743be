"""What the journal's read models answer, as values, and the Protocols through which the house reaches the journal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kiosk.domain.business_day import DayState
from kiosk.domain.ids import DocumentId, OperationId, SaleId
from kiosk.domain.money import Yen
from kiosk.domain.operation import DeviceBaseline, Operation, SaleLine
from kiosk.domain.payment import Standing
from kiosk.domain.payment_code import PaymentCode
from kiosk.domain.record import (
    Actor,
    DailyLogCompared,
    DayCheckpoint,
    Draft,
    FreeSale,
    Head,
    Record,
    RefundRequested,
    TenderTotal,
)
from kiosk.domain.sale_search import SaleSearch


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document and what became of its print job: ``state`` is queued, sent, printed, unknown or failed."""

    document_id: DocumentId
    sale_id: SaleId
    kind: str
    serial_number: str
    copy_number: int
    state: str
    fault: str


@dataclass(frozen=True, slots=True)
class Begun:
    """How an operation began: its intent's place, wall time and people."""

    seq: int
    at: str
    actor: Actor
    approver: Actor | None = None


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation and how it began."""

    operation: Operation
    begun: Begun


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund that was asked for, and by whom."""

    begun: Begun
    refund: RefundRequested


@dataclass(frozen=True, slots=True)
class SaleRow:
    """One sale of the day. ``at`` is the wall time of its intent."""

    sale_id: SaleId
    business_date: date
    at: str
    actor: Actor
    amount_yen: Yen
    lines: tuple[SaleLine, ...]
    operations: tuple[Operation, ...]
    """In the order of their intents; empty for a zero-yen sale."""
    free: FreeSale | None
    standing: Standing
    documents: tuple[DocumentRow, ...]
    begun: tuple[Begun, ...] = ()
    """One for each of ``operations``."""
    refunds: tuple[RefundRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DayRow:
    """The counter's latest business day. ``last_seq`` is 0 while it is open."""

    business_date: date | None
    state: DayState
    first_seq: int
    last_seq: int

    @property
    def open_date(self) -> date | None:
        """Its date while it is open."""
        return self.business_date if self.state is DayState.OPEN else None


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """The entry that closed a business day, and the signed word recorded of it; None until it is."""

    close: Record
    checkpoint: DayCheckpoint | None


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How far the central register has acknowledged."""

    head_seq: int
    acked_seq: int
    oldest_unacked_at: str
    """Wall time of the oldest entry not acknowledged, or empty."""
    frozen_reason: str = ""
    """Why the register refuses this kiosk, ``rule: detail``, or empty."""

    @property
    def frozen_rule(self) -> str:
        """The register's rule (fork, key_revoked, ...), or empty."""
        return self.frozen_reason.partition(":")[0]


class History(Protocol):
    """Answers about what a day did, about earlier sales, and how often a PIN was wrong."""

    def operations(self, business_date: date) -> tuple[OperationRow, ...]:
        """Approved on that day, oldest first, whenever the sale was that they belong to."""

    def follow_ups(self) -> tuple[Operation, ...]:
        """Operations settled for now whose brand has not spoken yet, of every day, oldest first."""

    def operations_on(self, device: str, *, after_seq: int) -> tuple[OperationRow, ...]:
        """Approved on one device of this epoch and begun after an entry, oldest first."""

    def last_settled_seq(self, device: str, *, before_seq: int) -> int:
        """Our newest entry that an own close of the terminal, before an entry, counted; 0 for none in this epoch."""

    def documents(self, business_date: date) -> tuple[DocumentRow, ...]:
        """Originals issued on that day, in the order of their issue."""

    def unfinished_documents(self) -> tuple[DocumentRow, ...]:
        """Documents whose print job was queued or sent and has no end yet, of every day, oldest first."""

    def refund_requests(self, business_date: date) -> tuple[RefundRow, ...]:
        """Refunds by transfer asked for on that day, oldest first."""

    def find(self, search: SaleSearch, *, limit: int) -> tuple[SaleRow, ...]:
        """Sales to which all of ``search`` applies, newest first; nothing for an empty search."""

    def closed_day(self, business_date: date) -> ClosedDay | None:
        """How that day was closed; None while it is open or where there was none."""

    def payment_code(self, device: str) -> PaymentCode:
        """The scheme's code of a device, and the operators at which one with the amount passed its live test."""

    def pin_refusals(self, operator_id: str) -> int:
        """A person's wrong PINs since the last right one."""

    def day_beside(self, business_date: date, *, later: bool) -> date | None:
        """The counter's nearest business day before or after a date."""


class Books(Protocol):
    """Answers from the read models; never changes anything."""

    @property
    def history(self) -> History: ...
    def head(self) -> Head: ...
    def day(self) -> DayRow: ...
    def operation(self, operation_id: OperationId) -> Operation | None: ...
    def unsettled(self) -> tuple[Operation, ...]:
        """Operations a person or an inquiry must still settle, oldest first."""

    def sale(self, sale_id: SaleId) -> SaleRow | None: ...
    def sales(self, business_date: date, *, limit: int = 1000) -> tuple[SaleRow, ...]:
        """Sales of a day and earlier ones refunded on it, newest first."""

    def totals(self, business_date: date) -> tuple[TenderTotal, ...]:
        """Approved sales less voids and refunds per tender."""

    def free_count(self, business_date: date) -> int: ...
    def last_sequence_number(self) -> int: ...
    def last_serial(self, series: str) -> int: ...
    def baseline(self, device: str) -> DeviceBaseline | None:
        """The newest approved transaction on a device, as the device numbered it."""

    def daily_logs(self, business_date: date) -> tuple[DailyLogCompared, ...]:
        """Comparisons with the terminals' own days, oldest first."""

    def sync_status(self) -> SyncStatus: ...


Decide = Callable[[Books], Sequence[Draft]]
"""Looks at the books inside the write transaction and says what to record."""


class Journal(Protocol):
    """The append-only journal as the services see it."""

    def append(self, *drafts: Draft) -> tuple[Record, ...]:
        """Return when every draft is durable, all or none. Raises NotDurable; TransitionError for an illegal step."""

    def transact(self, decide: Decide) -> tuple[Record, ...]:
        """Like append, with the drafts decided under the write lock."""

    def books(self) -> Books:
        """A reader for the calling thread."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal entry on its way to the central register: the stored bytes, never encoded again."""

    epoch: int
    seq: int
    prev_hash: bytes
    hash: bytes
    canonical: bytes


class Outbox(Protocol):
    """The journal as sync sees it. Every method may be called from the sync thread."""

    def head(self) -> Head: ...
    def entries_after(self, seq: int, *, count_max: int, bytes_max: int) -> tuple[Entry, ...]:
        """Entries of this epoch after ``seq``, in order; at least one if there is one, then within both limits."""

    def acknowledge(self, seq: int, digest: bytes) -> None:
        """The register holds all up to ``seq``. Never goes back. Raises ValueError for a hash that is not ours."""

    def set_frozen(self, reason: str) -> None:
        """Remember why the register refuses this kiosk; empty when it does no longer. Outside the chain."""
