"""ZVT for the conformance kit: the driver, and the emulated terminal's core in memory."""

from collections.abc import Sequence
from datetime import UTC, datetime

from drivers.conformance.adapter import Adapter, Scene, Simulation
from drivers.emulators.pty_shell import Output
from drivers.emulators.terminal.answers import Script, parse_answers
from drivers.emulators.terminal.book import Book
from drivers.emulators.terminal.core import TerminalCore
from drivers.emulators.terminal.ledger import EntryKind, MemoryLedger
from drivers.payment.api import Media
from drivers.payment.zvt.driver import ZvtTerminal

TERMINAL_CLOCK = datetime(2026, 11, 23, 10, 15, 30, tzinfo=UTC)
STATUS_INFORMATION, POSITIVE = b"\x04\x0f", b"\x80\x00\x00"


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


def _simulate(scene: Scene, *, reverses: bool) -> Simulation:
    ledger = MemoryLedger()
    book = Book(ledger, lambda: TERMINAL_CLOCK, "13100001")
    core = WatchedCore(TerminalCore(book, Script(parse_answers(f"approve,{scene}")), reverses=reverses))

    def standing_sales() -> tuple[int, ...]:
        entries = ledger.entries()
        reversed_ids = {entry.reverses for entry in entries if entry.kind is EntryKind.REVERSAL}
        return tuple(
            entry.amount_yen for entry in entries if entry.kind is EntryKind.SALE and entry.id not in reversed_ids
        )

    return Simulation(standing_sales, core, read_acknowledged=lambda: core.acknowledged)


REVERSING = Adapter("zvt, reversing", Media.CREDIT, lambda scene: _simulate(scene, reverses=True), ZvtTerminal)
KEEPING = Adapter("zvt, keeping", Media.CREDIT, lambda scene: _simulate(scene, reverses=False), ZvtTerminal)
