"""Checks everything held once more: chains, signatures, projections. Owns the verdict; refuses to repair."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, select

from kiosk.domain.batch import BATCH_ENTRIES_MAX, LINE_END, Purpose, Statement
from kiosk.domain.checkpoint_check import check_recorded, stated_by
from kiosk.domain.record import GENESIS_HASH, DayCheckpoint, DayClosed, Record, RecordError, parse_record
from register.domain.entries import BrokenEntry, Entry, FlagRule, read_entry
from register.domain.projection import Projection, Standing
from register.domain.refusal import Unusable
from register.domain.submission import fits, is_signed
from register.store import kiosks, ledger
from register.store.engine import reading
from register.store.schema import DAY, EXCEPTION_FLAG, OPERATION, SALE_FACT

PROBLEMS_MAX = 50
"""A person acts on the first few; a wrecked store must not print millions."""


class ProblemRule(StrEnum):
    """What kind of thing is wrong; a key of the words in register.services.verify_words."""

    FROZEN = "frozen"
    ALTERED = "altered"
    MISSING = "missing"
    UNSIGNED = "unsigned"
    SIGNATURE = "signature"
    CUT_SHORT = "cut_short"
    HEAD = "head"
    CHECKPOINT = "checkpoint"
    PROJECTION = "projection"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; ``detail`` is one English line for support people."""

    kiosk_id: str
    rule: ProblemRule
    detail: str
    breaks_at: tuple[int, int] | None = None
    """Epoch and entry from which on the chain is not known to be whole; None where the chain is not in question."""

    def __str__(self) -> str:
        return f"{self.kiosk_id}: {self.detail}"


def is_whole(problems: Iterable[Problem], epoch: int, last_seq: int) -> bool:
    """Whether every entry of an epoch up to ``last_seq`` follows the one before it."""
    broken = (problem.breaks_at for problem in problems if problem.breaks_at is not None)
    return all(place[0] != epoch or place[1] > last_seq for place in broken)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked, and what was found wrong."""

    kiosks: int
    entries: int
    signatures: int
    quarantined: int
    found: tuple[Problem, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """What was found wrong, one line each."""
        return tuple(str(problem) for problem in self.found)


@dataclass(slots=True)
class _Counts:
    entries: int = 0
    signatures: int = 0


def verify(engine: Engine, kiosk_id: str | None = None) -> Verdict:
    """Read everything, or one kiosk's, in one consistent snapshot and check it. Raises Unusable for no such kiosk."""
    with reading(engine) as connection:
        return verify_in(connection, kiosk_id)


def verify_in(connection: Connection, kiosk_id: str | None = None) -> Verdict:
    """The same in the caller's snapshot."""
    problems: list[Problem] = []
    counts = _Counts()
    rows = [row for row in kiosks.kiosk_rows(connection) if kiosk_id in (None, row.kiosk_id)]
    if kiosk_id is not None and not rows:
        raise Unusable(f"--kiosk {kiosk_id}: no such kiosk")
    for kiosk in rows:
        for problem in _kiosk_problems(connection, kiosk, counts):
            problems.append(problem)
            if len(problems) >= PROBLEMS_MAX:
                break
    quarantined = [row for row in ledger.quarantined(connection) if kiosk_id in (None, row.kiosk_id)]
    problems += [
        Problem(row.kiosk_id, ProblemRule.QUARANTINE, f"quarantined from entry {row.first_seq}: {row.detail}")
        for row in quarantined
    ]
    return Verdict(len(rows), counts.entries, counts.signatures, len(quarantined), tuple(problems[:PROBLEMS_MAX]))


def _kiosk_problems(connection: Connection, kiosk: kiosks.KioskRow, counts: _Counts) -> Iterator[Problem]:
    kiosk_id = kiosk.kiosk_id
    if kiosk.frozen_rule:
        yield Problem(kiosk_id, ProblemRule.FROZEN, f"frozen, {kiosk.frozen_rule}: {kiosk.frozen_detail}")
    keys = {row.key_id: row.public_key for row in kiosks.key_rows(connection, kiosk.kiosk_id)}
    known: dict[str, Standing] = {}
    folds: list[Projection] = []
    broken = False
    for epoch in ledger.epochs_held(connection, kiosk_id):
        reader = _EpochCheck(kiosk_id, epoch, keys, Projection(epoch, known))
        yield from reader.run(connection, counts)
        folds.append(reader.projection)
        broken = broken or reader.broken
        if epoch == kiosk.epoch and not reader.broken:
            yield from _head_problems(kiosk, reader.seq, reader.hash)
    if not folds and kiosk.head_seq:
        detail = f"the head says {kiosk.head_seq}, the journal is empty"
        yield Problem(kiosk_id, ProblemRule.CUT_SHORT, detail, (kiosk.epoch, 1))
    if not broken:
        yield from _projection_problems(connection, kiosk_id, folds)


def _head_problems(kiosk: kiosks.KioskRow, seq: int, digest: bytes) -> Iterator[Problem]:
    if seq < kiosk.head_seq:
        detail = f"epoch {kiosk.epoch}: the journal ends at {seq}, the head says {kiosk.head_seq}"
        yield Problem(kiosk.kiosk_id, ProblemRule.CUT_SHORT, detail, (kiosk.epoch, seq + 1))
    elif (seq, digest) != (kiosk.head_seq, kiosk.head_hash):
        detail = f"epoch {kiosk.epoch}: the head says {kiosk.head_seq} and does not fit entry {seq}, the last one"
        yield Problem(kiosk.kiosk_id, ProblemRule.HEAD, detail)


def record_of(canonical: bytes, prev_hash: bytes) -> Record | None:
    """An entry as the kiosk's own reader has it; None where it does not understand what was kept all the same."""
    try:
        return parse_record(canonical, prev_hash)
    except RecordError:
        return None


class _BrokenPlaceError(Exception):
    """An entry that is not what its place in the chain says: nothing after it can be judged."""

    def __init__(self, rule: ProblemRule, detail: str) -> None:
        super().__init__(detail)
        self.rule = rule


class _EpochCheck:
    """Walks one epoch's entries beside the batches that brought them."""

    def __init__(self, kiosk_id: str, epoch: int, keys: dict[str, bytes], projection: Projection) -> None:
        self._kiosk_id, self._epoch, self._keys = kiosk_id, epoch, keys
        self.projection = projection
        self.seq, self.hash = 0, GENESIS_HASH
        self._recent: deque[bytes] = deque(maxlen=BATCH_ENTRIES_MAX)
        """The newest entries' canonical bytes: a batch may begin before its first new entry, and before earlier batches
        did, where a register had less than what it acknowledged. No batch reaches back further than this."""
        self.broken = False
        """An entry is not what its place says, and nothing after it was read."""
        self._close: Record | None = None
        """The newest entry that closed a day."""

    def run(self, connection: Connection, counts: _Counts) -> Iterator[Problem]:
        batches = iter(ledger.batch_rows(connection, self._kiosk_id, self._epoch))
        batch = next(batches, None)
        unsigned_from = 0
        for row in ledger.journal_rows(connection, self._kiosk_id, self._epoch):
            counts.entries += 1
            try:
                entry = self._take(row)
            except _BrokenPlaceError as broken:
                self.broken = True
                yield self._problem(broken.rule, row.seq, f"{broken}; what follows was not checked", breaks=True)
                return
            fault = self._checkpoint_fault(entry)
            if fault:
                yield self._problem(ProblemRule.CHECKPOINT, row.seq, fault)
            if batch is None:
                unsigned_from = unsigned_from or row.seq
            elif row.seq == batch.last_seq:
                counts.signatures += 1
                if not self._is_signed(batch):
                    detail = f"the signature over entries {batch.first_seq} to {batch.last_seq} does not fit"
                    yield self._problem(ProblemRule.SIGNATURE, row.seq, detail)
                batch = next(batches, None)
        if unsigned_from:
            yield self._problem(ProblemRule.UNSIGNED, unsigned_from, "no signed batch brought it, nor what follows")
        if batch is not None:
            detail = f"the journal ends at {self.seq}, a signed batch reached {batch.last_seq}"
            yield self._problem(ProblemRule.CUT_SHORT, self.seq + 1, detail, breaks=True)

    def _problem(self, rule: ProblemRule, seq: int, detail: str, *, breaks: bool = False) -> Problem:
        place = (self._epoch, seq) if breaks else None
        return Problem(self._kiosk_id, rule, f"epoch {self._epoch} entry {seq}: {detail}", place)

    def _take(self, row: Row[Any]) -> Entry:
        if row.seq != self.seq + 1:
            raise _BrokenPlaceError(ProblemRule.MISSING, f"entry {self.seq + 1} is missing")
        try:
            entry = read_entry(
                row.canonical, kiosk_id=self._kiosk_id, epoch=self._epoch, seq=row.seq, prev_hash=self.hash
            )
        except BrokenEntry as error:
            raise _BrokenPlaceError(ProblemRule.ALTERED, str(error)) from error
        if entry.hash != row.hash:
            detail = "its bytes do not give its hash: the entry or the one before it was altered"
            raise _BrokenPlaceError(ProblemRule.ALTERED, detail)
        if isinstance(entry.body, DayClosed):
            self._close = record_of(row.canonical, self.hash)
        self.seq, self.hash = entry.seq, entry.hash
        self.projection.take(entry)
        self._recent.append(row.canonical)
        return entry

    def _checkpoint_fault(self, entry: Entry) -> str:
        """What is wrong with the signed word of a day that this entry records, if it does."""
        if not isinstance(entry.body, DayCheckpoint):
            return ""
        stated = stated_by(entry.body)
        return check_recorded(stated, self._close, self._keys.get(stated.key_id) if stated else None, fits)

    def _is_signed(self, batch: Row[Any]) -> bool:
        public_key = self._keys.get(batch.key_id)
        start = len(self._recent) - (batch.last_seq - batch.first_seq + 1)
        if public_key is None or start < 0:
            return False
        body = b"".join(canonical + LINE_END for canonical in islice(self._recent, start, None))
        statement = Statement(
            purpose=Purpose.JOURNAL,
            kiosk_id=self._kiosk_id,
            epoch=self._epoch,
            first_seq=batch.first_seq,
            prev_hash=batch.prev_hash.hex(),
            body_sha256=hashlib.sha256(body).hexdigest(),
            sent_at=batch.sent_at,
        )
        return is_signed(public_key, batch.signature, statement)


def _projection_problems(connection: Connection, kiosk_id: str, folds: list[Projection]) -> Iterator[Problem]:
    operations = {row[:2]: row for fold in folds for row in ledger.operation_rows(kiosk_id, fold)}
    expected: dict[Table, set[tuple[Any, ...]]] = {
        OPERATION: set(operations.values()),
        SALE_FACT: {row for fold in folds for row in ledger.fact_rows(kiosk_id, fold)},
        DAY: {row for fold in folds for row in ledger.day_rows(kiosk_id, fold)},
        EXCEPTION_FLAG: {row for fold in folds for row in ledger.flag_rows(kiosk_id, fold.epoch, fold.flags)},
    }
    for table, rows in expected.items():
        query = select(table).where(table.c.kiosk_id == kiosk_id)
        if table is EXCEPTION_FLAG:
            query = query.where(table.c.rule != FlagRule.CLOCK_SKEW)
        held = {tuple(row) for row in connection.execute(query)}
        if held != rows:
            missing, strange = len(rows - held), len(held - rows)
            detail = f"projection {table.name}: {missing} row(s) missing, {strange} not from the journal"
            yield Problem(kiosk_id, ProblemRule.PROJECTION, f"{detail}: run register rebuild")
