"""The STX/ETX/LRC dialect for the conformance kit: the driver, and its emulated terminal's core in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from drivers.conformance.adapter import Adapter, Operation, Repertoire, Reversal, Scene, Simulation
from drivers.emulators.stxlrc.answers import read_script
from drivers.emulators.stxlrc.book import Book
from drivers.emulators.stxlrc.core import StxLrcCore
from drivers.emulators.stxlrc.ledger import EntryKind, LedgerEntry, MemoryLedger
from drivers.payment.api import Media
from drivers.payment.stxlrc.driver import StxLrcTerminal

TERMINAL_CLOCK = datetime(2026, 11, 23, 10, 15, 30, tzinfo=UTC)
PLAIN = frozenset({Scene.APPROVE, Scene.DECLINE, Scene.SILENT, Scene.LOST_REPLY})


@dataclass(frozen=True, slots=True)
class BookReader:
    """The terminal's ledger in the kit's words; the operation numbers of sales count from 1."""

    entries: Sequence[LedgerEntry]

    def sales(self) -> tuple[int, ...]:
        voided = {entry.operation for entry in self.entries if entry.kind is EntryKind.VOID}
        return tuple(
            entry.amount_yen for entry in self.entries if entry.kind is EntryKind.SALE and entry.operation not in voided
        )

    def reversals(self) -> tuple[Reversal, ...]:
        return tuple(
            Reversal(Operation.VOID, entry.amount_yen, entry.operation)
            for entry in self.entries
            if entry.kind is EntryKind.VOID
        )

    def closes(self) -> int:
        return sum(entry.kind is EntryKind.CLOSE for entry in self.entries)


def _simulate(answers: str) -> Simulation:
    ledger = MemoryLedger()
    core = StxLrcCore(Book(ledger, lambda: TERMINAL_CLOCK, "80001234"), read_script(answers))
    return Simulation(
        lambda: BookReader(ledger.entries()).sales(),
        core,
        read_reversals=lambda: BookReader(ledger.entries()).reversals(),
        read_closes=lambda: BookReader(ledger.entries()).closes(),
    )


def _after(good: int, scene: Scene) -> Simulation:
    return _simulate(",".join(["approve"] * good + [scene]))


STXLRC = Adapter(
    "stxlrc",
    Media.CREDIT,
    partial(_after, 1),
    StxLrcTerminal,
    scenes=PLAIN | {Scene.WRONG_AMOUNT, Scene.PREVIOUS},
    further={
        Operation.VOID: Repertoire(partial(_after, 2), PLAIN | {Scene.OTHER_SALE}),
        Operation.REPORT: Repertoire(partial(_after, 2), frozenset({Scene.APPROVE})),
        Operation.SETTLEMENT: Repertoire(partial(_after, 2), PLAIN),
    },
)
