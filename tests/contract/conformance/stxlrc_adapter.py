"""The STX/ETX/LRC dialect for the conformance kit: the driver, and its emulated terminal's core in memory."""

from collections.abc import Callable, Sequence
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
from tests.contract.conformance.played import played_by

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


def _simulate(answers: str, operation_before: int = 0) -> Simulation:
    ledger = MemoryLedger()
    script = read_script(answers)
    core = StxLrcCore(Book(ledger, lambda: TERMINAL_CLOCK, "80001234", operation_before=operation_before), script)
    return Simulation(
        lambda: BookReader(ledger.entries()).sales(),
        core,
        read_reversals=lambda: BookReader(ledger.entries()).reversals(),
        read_closes=lambda: BookReader(ledger.entries()).closes(),
        read_played=played_by(script, answers),
    )


def _after(good: int, scene: Scene) -> Simulation:
    return _simulate(",".join(["approve"] * good + [scene]))


TELLS_WRONG = ("stale", "wrong-terminal", "wrong-ticket", "wrong-echo")
FALLS_SILENT = ("busy:4", "stall", "slow:20", "cut", "reboot", "refuse")
DISTURBS_FRAMES = ("corrupt", "corrupt-all", "noise", "slow-bytes", "duplicate", "nak-storm:4")
OWN_FAULTS: dict[str, Callable[[], Simulation]] = {
    name: partial(_simulate, f"approve,{name}") for name in TELLS_WRONG + FALLS_SILENT + DISTURBS_FRAMES
}
OWN_FAULTS["operation number wraps at 999999"] = partial(_simulate, "", operation_before=999_998)
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
    own_faults=OWN_FAULTS,
)
