"""ZVT for the conformance kit: the driver, and the emulated terminal's core in memory."""

from collections.abc import Callable, Sequence
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
from drivers.payment.zvt.driver import ZvtSettings, ZvtTerminal
from drivers.payment.zvt.link import Framing
from drivers.transport import OpenLine
from tests.contract.conformance.played import played_by

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


TELLS_WRONG = ("stale", "wrong-terminal", "wrong-trace")
FALLS_SILENT = ("stall", "slow:20", "no-completion", "cut", "reboot", "reboot-charged")
REFUSES = ("decline:6C", "decline:6F", "decline:C6", "refuse-currency:2")
DISTURBS_FRAMES = ("corrupt", "corrupt-all", "noise", "slow-bytes", "duplicate", "nak-storm")
"""Not on TCP, where there are no frames."""
WRAP = "receipt wraps at 9999"


@dataclass(frozen=True, slots=True)
class Wire:
    """One way in which such a terminal is set up."""

    unconfirmed: str
    """What becomes of a sale that is not confirmed: reverse, keep, mirror."""
    framed: bool = True

    def simulate(self, answers: str, last_slip: int = 0) -> Simulation:
        ledger = MemoryLedger()
        book = Book(ledger, lambda: TERMINAL_CLOCK, "13100001", last_slip=last_slip)
        script = read_script(answers)
        mirrors, reverses = self.unconfirmed == "mirror", self.unconfirmed == "reverse"
        terminal = TerminalCore(book, script, reverses=reverses, mirrors=mirrors, framed=self.framed)
        core = WatchedCore(terminal)
        return Simulation(
            lambda: BookReader(ledger.entries()).sales(),
            core,
            read_acknowledged=lambda: core.acknowledged,
            read_reversals=lambda: BookReader(ledger.entries()).reversals(),
            read_closes=lambda: BookReader(ledger.entries()).closes(),
            read_played=played_by(script, answers),
            line_opened=None if self.framed else terminal.line_opened,
        )

    def create_device(self, open_line: OpenLine) -> ZvtTerminal:
        framing = Framing.SERIAL if self.framed else Framing.TCP
        settings = ZvtSettings(framing=framing, mirrors_receipt=self.unconfirmed == "mirror")
        return ZvtTerminal(open_line, settings)

    def own_faults(self) -> dict[str, Callable[[], Simulation]]:
        named = TELLS_WRONG + FALLS_SILENT + REFUSES + (DISTURBS_FRAMES if self.framed else ())
        faults: dict[str, Callable[[], Simulation]] = {
            name: partial(self.simulate, f"approve,{name}") for name in named
        }
        faults[WRAP] = partial(self.simulate, "", last_slip=9998)
        return faults


LOG_SCENES = frozenset({Scene.APPROVE, Scene.DECLINE, Scene.BUSY, Scene.SILENT, Scene.LOST_REPLY})


def _adapter(name: str, wire: Wire) -> Adapter:
    def after(good: int, scene: Scene) -> Simulation:
        return wire.simulate(",".join(["approve"] * good + [scene]))

    after_two = partial(after, 2)
    return Adapter(
        name,
        Media.CREDIT,
        partial(after, 1),
        wire.create_device,
        further={
            Operation.VOID: Repertoire(after_two, LOG_SCENES | {Scene.PREVIOUS, Scene.OTHER_SALE}),
            Operation.REFUND: Repertoire(after_two, LOG_SCENES | {Scene.PREVIOUS, Scene.WRONG_AMOUNT, Scene.TOO_LATE}),
            Operation.SETTLEMENT: Repertoire(after_two, LOG_SCENES),
        },
        own_faults=wire.own_faults(),
        is_stream=not wire.framed,
    )


REVERSING = _adapter("zvt, reversing", Wire("reverse"))
KEEPING = _adapter("zvt, keeping", Wire("keep"))
MIRRORING = _adapter("zvt, mirroring", Wire("mirror"))
ON_TCP = _adapter("zvt, TCP", Wire("keep", framed=False))
