"""ZVT for the conformance kit: the driver, and the emulated terminal's core in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from drivers.conformance.adapter import Adapter, Operation, Repertoire, Reversal, Scene, Simulation
from drivers.emulators.pty_shell import Output
from drivers.emulators.terminal.answers import read_script
from drivers.emulators.terminal.book import Book
from drivers.emulators.terminal.core import TerminalCore
from drivers.emulators.terminal.ledger import EntryKind, LedgerEntry, MemoryLedger
from drivers.payment.api import Media
from drivers.payment.zvt.driver import ZvtTerminal

TERMINAL_CLOCK = datetime(2026, 11, 23, 10, 15, 30, tzinfo=UTC)
STATUS_INFORMATION, POSITIVE = b"\x04\x0f", b"\x80\x00\x00"
REVERSALS = {EntryKind.VOID: Operation.VOID, EntryKind.REFUND: Operation.REFUND}


class WatchedCore:
    """The core, with a count of the results that the register has answered 80 00 to."""

    def __init__(self, core: TerminalCore) -> None:
        self._core = core
        self._awaits_reply = False
        self.acknowledged = 0

    @property
    def wake_at_s(self) -> float | None:
        return self._core.wake_at_s

    def step(self, now_s: float, received: bytes) -> Sequence[Output]:
        if self._awaits_reply and POSITIVE in received:
            self._awaits_reply = False
            self.acknowledged += 1
        outputs = self._core.step(now_s, received)
        if any(STATUS_INFORMATION in payload for _, payload in outputs):
            self._awaits_reply = True
        return outputs


@dataclass(frozen=True, slots=True)
class BookReader:
    """The terminal's ledger in the kit's words."""

    entries: Sequence[LedgerEntry]
    taken_back: set[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "taken_back", {entry.reverses for entry in self.entries if entry.reverses})

    def sales(self) -> tuple[int, ...]:
        return tuple(
            entry.amount_yen
            for entry in self.entries
            if entry.kind is EntryKind.SALE and entry.id not in self.taken_back
        )

    def reversals(self) -> tuple[Reversal, ...]:
        numbers = [entry.id for entry in self.entries if entry.kind is EntryKind.SALE]
        return tuple(
            Reversal(
                REVERSALS[entry.kind],
                entry.amount_yen,
                numbers.index(entry.reverses) + 1 if entry.reverses else 0,
            )
            for entry in self.entries
            if entry.kind in REVERSALS and entry.id not in self.taken_back
        )

    def closes(self) -> int:
        return sum(entry.kind is EntryKind.SETTLED for entry in self.entries)


def _simulate(answers: str, *, reverses: bool) -> Simulation:
    ledger = MemoryLedger()
    book = Book(ledger, lambda: TERMINAL_CLOCK, "13100001")
    core = WatchedCore(TerminalCore(book, read_script(answers), reverses=reverses))
    return Simulation(
        lambda: BookReader(ledger.entries()).sales(),
        core,
        read_acknowledged=lambda: core.acknowledged,
        read_reversals=lambda: BookReader(ledger.entries()).reversals(),
        read_closes=lambda: BookReader(ledger.entries()).closes(),
    )


def _adapter(name: str, *, reverses: bool) -> Adapter:
    def after(good: int, scene: Scene) -> Simulation:
        return _simulate(",".join(["approve"] * good + [scene]), reverses=reverses)

    simulate = partial(after, 2)
    log = frozenset({Scene.APPROVE, Scene.DECLINE, Scene.BUSY, Scene.SILENT, Scene.LOST_REPLY})
    return Adapter(
        name,
        Media.CREDIT,
        partial(after, 1),
        ZvtTerminal,
        further={
            Operation.VOID: Repertoire(simulate, log | {Scene.PREVIOUS, Scene.OTHER_SALE}),
            Operation.REFUND: Repertoire(simulate, log | {Scene.PREVIOUS, Scene.WRONG_AMOUNT, Scene.TOO_LATE}),
            Operation.SETTLEMENT: Repertoire(simulate, log),
        },
    )


REVERSING = _adapter("zvt, reversing", reverses=True)
KEEPING = _adapter("zvt, keeping", reverses=False)
