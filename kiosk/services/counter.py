"""What every service is handed: journal, clock, identities and who the counter is. Owns no behavior beyond drafting."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Protocol

from kiosk.domain.batch import JOURNAL_REFUSALS
from kiosk.domain.books import Books, Journal
from kiosk.domain.ids import NewId, OperationId
from kiosk.domain.operation import Event, Operation, apply
from kiosk.domain.record import Actor, Body, Draft, NotDurable, OperationEvent, Record
from kiosk.domain.tender import TenderKind
from kiosk.domain.unfinished import UnfinishedRule
from kiosk.services.notices import Notice
from receipts.qr_form import PAYMENT, QrForm


class Clock(Protocol):
    """Wall time, for documents and the question which day it is. Order never comes from it."""

    def today(self) -> date: ...
    def now_iso(self) -> str:
        """Local time with offset, to the second: 2026-11-23T10:15:02+09:00."""


class Signer(Protocol):
    """The counter's signing key (Ed25519), as far as a service may have it."""

    @property
    def public_key(self) -> bytes:
        """32 bytes."""

    @property
    def key_id(self) -> str: ...
    def sign(self, message: bytes) -> bytes:
        """64 bytes."""


def no_signer() -> Signer | None:
    """For a counter without a key that the register knows."""
    return None


class RefusalError(Exception):
    """The product refuses what a person asked; ``rule`` is a text-catalogue key. No money moved."""

    def __init__(self, rule: str, *, minutes: int = 0) -> None:
        super().__init__(rule)
        self.rule = rule
        self.minutes = minutes
        """How long it will refuse, where it knows."""


@dataclass(frozen=True, slots=True)
class CounterIdentity:
    """Who hands documents over."""

    municipality: str
    counter_code: str
    counter_name: str
    telephone: str
    serial_prefix: str
    training: bool = False
    """訓練: every document says that it is void."""


@dataclass(frozen=True, slots=True)
class Counter:
    """The counter as its services see it."""

    journal: Journal
    clock: Clock
    new_id: NewId
    identity: CounterIdentity
    master_version: str
    tell: Callable[[Notice], None]
    """Hands a notice to the window; never waits."""
    refunds_on_terminal: frozenset[TenderKind] = frozenset()
    """Tenders whose sales may be refunded on their terminal; the others by transfer alone."""
    unfinished_rules: tuple[UnfinishedRule, ...] = ()
    """What each brand says about 処理未了, every version."""
    brands: Mapping[TenderKind, tuple[str, ...]] = field(default_factory=dict)
    """What an attended device offers the clerk for each tender, at an inquiry too."""
    symbol: QrForm = PAYMENT
    """How its payment code is drawn."""
    signer: Callable[[], Signer | None] = no_signer
    """The key the register knows this counter by, looked up each time: it may be enrolled or rotated meanwhile."""

    def draft(self, body: Body, actor: Actor, business_date: date | None, approver: Actor | None = None) -> Draft:
        return Draft(body, business_date, actor, self.master_version, approver)

    def open_date(self, books: Books) -> date:
        """The open business day's date. Raises RefusalError when no day is open."""
        open_date = books.day().open_date
        if open_date is None:
            raise RefusalError("day_not_open")
        return open_date

    def money_date(self, books: Books) -> date:
        """The open day, on which money may move. Raises RefusalError also while the register holds another journal.

        A journal put back from a backup numbers anew what it forgot: what is sold into it would be booked nowhere.
        """
        if books.sync_status().frozen_rule in JOURNAL_REFUSALS:
            raise RefusalError("register_frozen")
        return self.open_date(books)

    def operation(self, operation_id: OperationId) -> Operation:
        found = self.journal.books().operation(operation_id)
        if found is None:
            raise RefusalError("operation_unknown")
        return found

    def record(
        self, operation: Operation, event: Event | tuple[Event, ...], actor: Actor, approver: Actor | None = None
    ) -> Operation:
        """Append events, all or none, and return the operation after them. Raises NotDurable or TransitionError."""
        after, drafts = self._after(operation, event, actor, approver)
        self.journal.append(*drafts)
        return after

    def record_if(self, operation: Operation, event: Event | tuple[Event, ...], actor: Actor) -> Operation:
        """As ``record``, unless the operation has moved on since it was read: then as it is now. Raises NotDurable."""
        after, drafts = self._after(operation, event, actor)
        found: list[Operation] = []

        def decide(books: Books) -> list[Draft]:
            now = books.operation(operation.prepared.operation_id)
            found.append(after if now == operation else now or operation)
            return drafts if now == operation else []

        self.journal.transact(decide)
        return found[-1]

    def _after(
        self, operation: Operation, event: Event | tuple[Event, ...], actor: Actor, approver: Actor | None = None
    ) -> tuple[Operation, list[Draft]]:
        prepared = operation.prepared
        events = event if isinstance(event, tuple) else (event,)
        bodies = [OperationEvent(prepared.operation_id, each) for each in events]
        drafts = [self.draft(body, actor, prepared.business_date, approver) for body in bodies]
        return reduce(apply, events, operation), drafts

    def transact(self, decide: Callable[[Books], list[Draft]]) -> tuple[Record, ...]:
        """Append what ``decide`` says, refusing in words when the disk cannot take it."""
        try:
            return self.journal.transact(decide)
        except NotDurable as error:
            raise RefusalError("journal_not_durable") from error
