"""Checks everything held once more: chains, signatures, projections. Owns the verdict; refuses to repair."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, select

from kiosk.domain.batch import LINE_END, Purpose, Statement
from kiosk.domain.record import GENESIS_HASH
from register.domain.entries import BrokenEntry, FlagRule, read_entry
from register.domain.projection import Projection, Standing
from register.domain.submission import is_signed
from register.store import kiosks, ledger
from register.store.engine import reading
from register.store.schema import DAY, EXCEPTION_FLAG, OPERATION, SALE_FACT

PROBLEMS_MAX = 50
"""A person acts on the first few; a wrecked store must not print millions."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked, and what was found wrong, one line each."""

    kiosks: int
    entries: int
    signatures: int
    quarantined: int
    problems: tuple[str, ...]


@dataclass(slots=True)
class _Counts:
    entries: int = 0
    signatures: int = 0


def verify(engine: Engine) -> Verdict:
    """Read everything in one consistent snapshot and check it."""
    problems: list[str] = []
    counts = _Counts()
    with reading(engine) as connection:
        rows = kiosks.kiosk_rows(connection)
        for kiosk in rows:
            for problem in _kiosk_problems(connection, kiosk, counts):
                problems.append(f"{kiosk.kiosk_id}: {problem}")
                if len(problems) >= PROBLEMS_MAX:
                    break
        quarantined = ledger.quarantined(connection)
        problems += [f"{row.kiosk_id}: quarantined from entry {row.first_seq}: {row.detail}" for row in quarantined]
    return Verdict(len(rows), counts.entries, counts.signatures, len(quarantined), tuple(problems[:PROBLEMS_MAX]))


def _kiosk_problems(connection: Connection, kiosk: kiosks.KioskRow, counts: _Counts) -> Iterator[str]:
    if kiosk.frozen_rule:
        yield f"frozen, {kiosk.frozen_rule}: {kiosk.frozen_detail}"
    keys = {row.key_id: row.public_key for row in kiosks.key_rows(connection, kiosk.kiosk_id)}
    known: dict[str, Standing] = {}
    folds: list[Projection] = []
    for epoch in ledger.epochs_held(connection, kiosk.kiosk_id):
        reader = _EpochCheck(kiosk.kiosk_id, epoch, keys, Projection(epoch, known))
        yield from reader.run(connection, counts)
        folds.append(reader.projection)
        if epoch == kiosk.epoch and (reader.seq, reader.hash) != (kiosk.head_seq, kiosk.head_hash):
            yield f"epoch {epoch}: the journal ends at {reader.seq}, the head says {kiosk.head_seq}"
    if not folds and kiosk.head_seq:
        yield f"the head says {kiosk.head_seq}, the journal is empty"
    yield from _projection_problems(connection, kiosk.kiosk_id, folds)


class _EpochCheck:
    """Walks one epoch's entries beside the batches that brought them."""

    def __init__(self, kiosk_id: str, epoch: int, keys: dict[str, bytes], projection: Projection) -> None:
        self._kiosk_id, self._epoch, self._keys = kiosk_id, epoch, keys
        self.projection = projection
        self.seq, self.hash = 0, GENESIS_HASH
        self._recent: list[bytes] = []
        """Canonical bytes of the entries since ``_recent_from``: a batch may begin before its first new entry."""
        self._recent_from = 1

    def run(self, connection: Connection, counts: _Counts) -> Iterator[str]:
        batches = iter(ledger.batch_rows(connection, self._kiosk_id, self._epoch))
        batch = next(batches, None)
        for row in ledger.journal_rows(connection, self._kiosk_id, self._epoch):
            counts.entries += 1
            problem = self._take(row)
            if problem:
                yield f"epoch {self._epoch} entry {row.seq}: {problem}"
                return
            if batch is None:
                yield f"epoch {self._epoch} entry {row.seq}: no signed batch brought it"
                return
            if row.seq == batch.last_seq:
                counts.signatures += 1
                if not self._is_signed(batch):
                    yield f"epoch {self._epoch} entries {batch.first_seq}-{batch.last_seq}: the signature does not fit"
                batch = next(batches, None)
                self._forget_before(batch.first_seq if batch else row.seq + 1)
        if batch is not None:
            yield f"epoch {self._epoch}: the journal ends at {self.seq}, a signed batch reached {batch.last_seq}"

    def _take(self, row: Row[Any]) -> str | None:
        if row.seq != self.seq + 1:
            return f"entry {self.seq + 1} is missing"
        try:
            entry = read_entry(
                row.canonical, kiosk_id=self._kiosk_id, epoch=self._epoch, seq=row.seq, prev_hash=self.hash
            )
        except BrokenEntry as error:
            return str(error)
        if entry.hash != row.hash:
            return "its bytes do not give its hash: the entry or the one before it was altered"
        self.seq, self.hash = entry.seq, entry.hash
        self.projection.take(entry)
        self._recent.append(row.canonical)
        return None

    def _forget_before(self, seq: int) -> None:
        del self._recent[: max(0, seq - self._recent_from)]
        self._recent_from = max(seq, self._recent_from)

    def _is_signed(self, batch: Row[Any]) -> bool:
        public_key = self._keys.get(batch.key_id)
        start = batch.first_seq - self._recent_from
        if public_key is None or start < 0:
            return False
        body = b"".join(canonical + LINE_END for canonical in self._recent[start:])
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


def _projection_problems(connection: Connection, kiosk_id: str, folds: list[Projection]) -> Iterator[str]:
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
            yield (
                f"projection {table.name}: {len(rows - held)} row(s) missing, {len(held - rows)} not from the journal: "
                "run register rebuild"
            )
