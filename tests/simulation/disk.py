"""A counter's disk: full at times, or wrong about a commit. Owns the faults; the journal on it is the product's."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from kiosk.domain.books import Books, Decide
from kiosk.domain.record import Draft, NotDurable, Record
from kiosk.journal.database import Connection, load_driver
from kiosk.journal.store import SqliteJournal
from tests.simulation.faults import Dice, Fault

if TYPE_CHECKING:
    from tests.simulation.process import Process

DISK = 0.002
"""Chance that one write fails, for each way of failing."""


class FaultyConnection:
    """A database connection on a disk that may be full, or lie about a commit."""

    def __init__(self, real: Connection, dice: Dice) -> None:
        self._real, self._dice = real, dice

    @property
    def in_transaction(self) -> bool:
        return self._real.in_transaction

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Any:
        if sql.startswith("INSERT") and self._dice.roll(Fault.DISK_FULL, DISK / 3):
            raise self._error("database or disk is full")
        return self._real.execute(sql, parameters)

    def commit(self) -> None:
        if self._dice.roll(Fault.COMMIT_FAILED, DISK):
            self._real.rollback()
            raise self._error("disk I/O error")
        self._real.commit()
        if self._dice.roll(Fault.COMMIT_FAILED_LANDED, DISK):
            raise self._error("disk I/O error")

    def rollback(self) -> None:
        self._real.rollback()

    def close(self) -> None:
        self._real.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @staticmethod
    def _error(text: str) -> Exception:
        return cast(Exception, load_driver().module.OperationalError(text))


class FencedJournal:
    """The journal as a process sees it: when the process is gone, nothing reaches it."""

    def __init__(self, real: SqliteJournal, process: "Process") -> None:
        self._real, self._process = real, process

    def append(self, *drafts: Draft) -> tuple[Record, ...]:
        return self.transact(lambda _: drafts)

    def transact(self, decide: Decide) -> tuple[Record, ...]:
        process = self._process
        process.may_die(Fault.KILL_BEFORE_WRITE, 0.003)
        if not process.is_alive:
            raise NotDurable("the process is gone")
        records = self._real.transact(decide)
        for record in records:
            process.counter.note_record(record)
        process.may_die(Fault.KILL_AFTER_WRITE, 0.003)
        process.may_hang()
        process.wake_sync()
        return records

    def books(self) -> Books:
        return self._real.books()
