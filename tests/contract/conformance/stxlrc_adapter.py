"""The STX/ETX/LRC dialect for the conformance kit: the driver, and its emulated terminal's core in memory."""

from datetime import UTC, datetime

from drivers.conformance.adapter import Adapter, Scene, Simulation
from drivers.emulators.stxlrc.answers import Script, parse_answers
from drivers.emulators.stxlrc.book import Book
from drivers.emulators.stxlrc.core import StxLrcCore
from drivers.emulators.stxlrc.ledger import EntryKind, MemoryLedger
from drivers.payment.api import Media
from drivers.payment.stxlrc.driver import StxLrcTerminal

TERMINAL_CLOCK = datetime(2026, 11, 23, 10, 15, 30, tzinfo=UTC)
SCENES = frozenset({Scene.APPROVE, Scene.DECLINE, Scene.SILENT, Scene.LOST_REPLY, Scene.WRONG_AMOUNT, Scene.PREVIOUS})


def _simulate(scene: Scene) -> Simulation:
    ledger = MemoryLedger()
    core = StxLrcCore(Book(ledger, lambda: TERMINAL_CLOCK, "80001234"), Script(parse_answers(f"approve,{scene}")))

    def standing_sales() -> tuple[int, ...]:
        entries = ledger.entries()
        voided = {entry.operation for entry in entries if entry.kind is EntryKind.VOID}
        return tuple(
            entry.amount_yen for entry in entries if entry.kind is EntryKind.SALE and entry.operation not in voided
        )

    return Simulation(standing_sales, core)


STXLRC = Adapter("stxlrc", Media.CREDIT, _simulate, StxLrcTerminal, scenes=SCENES)
