"""Is this picture of the disk a journal that lost nothing? The product opens it; what it then holds is compared.

Owns the questions; refuses to open anything but with the product's own code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

from kiosk.domain.books import Books, Entry
from kiosk.domain.operation import UNSETTLED, Operation, Prepared, Requested, State, apply
from kiosk.domain.record import SYSTEM, DocumentIssued, Draft, NotDurable, OperationEvent, parse_record
from kiosk.journal.commands import verify
from kiosk.journal.database import load_driver
from kiosk.journal.errors import JournalError
from kiosk.journal.head_file import HEAD_NAME, read_head
from kiosk.journal.store import SqliteJournal
from kiosk.services.counter import Counter, CounterIdentity
from kiosk.services.resolve_in_doubt import recover
from tests.crash.recording import Expected, Recording
from tests.crash.stage import KIOSK, STARTED, STATE, StillClock

ENTRIES_MAX, BYTES_MAX = 10_000, 100_000_000
IDENTITY = CounterIdentity("豊田市", "0101", "市民課 1番窓口", "0565-31-1212", "A1")
REFUSALS = (JournalError, NotDurable, ValueError, LookupError, AssertionError, OSError, load_driver().error)
"""With these the product refuses a journal, or runs into a bug of its own."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an image holds. ``problem`` says why it is no journal at all, or what came of opening it; else empty."""

    entries: int = 0
    witness: int = 0
    sync: str = ""
    abandoned: frozenset[str] = frozenset()
    problem: str = ""


@dataclass
class Fold:
    """The first entries folded anew, without the product's read models."""

    operations: dict[str, Operation] = field(default_factory=dict)
    serials: dict[str, int] = field(default_factory=dict)
    sequence_number: int = 0

    def unsettled(self) -> dict[str, State]:
        return {key: each.state for key, each in self.operations.items() if each.state in UNSETTLED}


class Truth:
    """Every entry that was ever appended."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self.after = cache(self._after)

    def _after(self, length: int) -> Fold:
        fold = Fold()
        for entry in self.entries[:length]:
            match parse_record(entry.canonical, entry.prev_hash).body:
                case Prepared() as prepared:
                    fold.operations[prepared.operation_id] = Operation(prepared)
                case OperationEvent(operation_id, event):
                    fold.operations[operation_id] = apply(fold.operations[operation_id], event)
                    if isinstance(event, Requested):
                        fold.sequence_number = event.sequence_number
                case DocumentIssued() as issued:
                    fold.serials[issued.series] = max(issued.serial, fold.serials.get(issued.series, 0))
                case _:
                    pass
        return fold


@dataclass(frozen=True, slots=True)
class Look:
    """What the books say inside one transaction."""

    unsettled: dict[str, State]
    serials: dict[str, int]
    sequence_number: int
    sync: str


class Opener:
    """Opens images of one recording with the product, in this process."""

    def __init__(self, recorded: Recording, folder: Path) -> None:
        self.truth = Truth(recorded.truth)
        self._folder, self._epoch = folder / STATE, recorded.epoch
        self._clock = StillClock(recorded.day)

    def look(self, *, thoroughly: bool) -> Found:
        """What the folder holds; the start of the program has then been run on it. Never raises.

        ``thoroughly``: every entry is compared byte for byte, and the whole verified as an auditor would; else the hash
        of the last stands for the chain that the product has just checked.
        """
        try:
            witness = read_head(self._folder / HEAD_NAME)
            journal = SqliteJournal(self._folder, kiosk_id=KIOSK, clock=self._clock, epoch=self._epoch)
        except REFUSALS as error:
            return Found(problem=f"refused: {error}")
        try:
            if (
                thoroughly
                and journal.entries_after(0, count_max=ENTRIES_MAX, bytes_max=BYTES_MAX)
                != (self.truth.entries[: journal.head().seq])
            ):
                return Found(problem="entries: those found are not those that were appended")
            found = self._start(journal, witness.seq if witness else 0)
        except REFUSALS as error:
            found = Found(problem=f"started: {type(error).__name__} {error}")
        finally:
            journal.close()
        if thoroughly and not found.problem:
            return self._verified(found)
        return found

    def _verified(self, found: Found) -> Found:
        try:
            bad = [str(each) for each in verify(self._folder) if not each.ok and "frozen" not in each.detail]
        except JournalError as error:  # a lying disk may leave pages that only a thorough reader meets
            bad = [str(error)]
        return Found(problem=f"verified: {'; '.join(bad)}") if bad else found

    def _start(self, journal: SqliteJournal, witness: int) -> Found:
        length = journal.head().seq
        if length and (length > len(self.truth.entries) or journal.head().hash != self.truth.entries[length - 1].hash):
            return Found(problem=f"entries: the one numbered {length} is not the one that was appended")
        fold = self.truth.after(length)
        ids = count(1)
        counter = Counter(journal, self._clock, lambda: f"new-{next(ids)}", IDENTITY, "crash", lambda _: None)
        before = self._look(journal, fold, [counter.draft(STARTED, SYSTEM, None)])
        if (before.unsettled, before.serials, before.sequence_number) != (
            fold.unsettled(),
            fold.serials,
            fold.sequence_number,
        ):
            return Found(problem=f"books: {before} is not what {fold.unsettled()} {fold.serials} says")
        in_doubt = (
            frozenset(each.prepared.operation_id for each in recover(counter)) if before.unsettled else frozenset()
        )
        abandoned = frozenset(key for key, state in before.unsettled.items() if state is State.PREPARED)
        after = self._look(journal, fold, []) if before.unsettled else before
        seq = length + 1 + sum(state is not State.IN_DOUBT for state in before.unsettled.values())
        problem = ""
        if in_doubt != frozenset(before.unsettled) - abandoned:
            problem = f"recovery: in doubt are {sorted(in_doubt)} of {before.unsettled}"
        elif after.unsettled != dict.fromkeys(in_doubt, State.IN_DOUBT):
            problem = f"recovery: it left {after.unsettled}"
        elif journal.head().seq != seq or read_head(self._folder / HEAD_NAME) != journal.head():
            problem = (
                f"recovery: {journal.head()}, and {read_head(self._folder / HEAD_NAME)} in the head file, not {seq}"
            )
        return Found(length, witness, before.sync, abandoned, problem)

    @staticmethod
    def _look(journal: SqliteJournal, fold: Fold, drafts: list[Draft]) -> Look:
        """The books before ``drafts`` are appended to them."""
        seen: list[Look] = []

        def decide(books: Books) -> list[Draft]:
            status = books.sync_status()
            seen.append(
                Look(
                    {each.prepared.operation_id: each.state for each in books.unsettled()},
                    {series: books.last_serial(series) for series in fold.serials},
                    books.last_sequence_number(),
                    f"{status.acked_seq} {status.frozen_reason}",
                )
            )
            return drafts

        journal.transact(decide)
        return seen[0]


def judge(expected: Expected, found: Found) -> str:
    """What is wrong with it for the moment of the cut; empty when nothing is."""
    if found.problem:
        return found.problem
    if found.entries < expected.entries_min:
        return f"lost: {found.entries} entries of {expected.entries_min} acknowledged"
    if found.entries > expected.entries_max:
        return f"invented: {found.entries} entries of {expected.entries_max} handed over"
    if found.witness < expected.witness_min:
        return f"witness: the head file has seen {found.witness} of {expected.witness_min} acknowledged"
    if found.sync not in expected.syncs:
        return f"sync: the register's row says {found.sync!r}, not one of {sorted(expected.syncs)}"
    if asked := expected.asked & found.abandoned:
        return f"asked: {sorted(asked)} reached a device and are abandoned"
    return ""
