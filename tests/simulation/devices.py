"""The devices of a counter and the truth about each charge. Owns the devices' books; believes no kiosk."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from PIL import Image

from drivers.emulators.printer.core import Job, PrinterCore
from drivers.emulators.printer.faults import Faults
from drivers.emulators.printer.head import Mechanics
from drivers.emulators.printer.paper import qr_picture
from drivers.emulators.script import Answer, Script
from drivers.emulators.stxlrc import answers as stxlrc_answers
from drivers.emulators.stxlrc import book as stxlrc_book
from drivers.emulators.stxlrc import ledger as stxlrc_ledger
from drivers.emulators.stxlrc.core import StxLrcCore
from drivers.emulators.terminal import answers as zvt_answers
from drivers.emulators.terminal.book import Book
from drivers.emulators.terminal.core import TerminalCore
from drivers.emulators.terminal.ledger import EntryKind, MemoryLedger
from drivers.payment.api import PaymentDevice
from drivers.payment.stxlrc.driver import StxLrcTerminal
from drivers.payment.zvt.driver import ZvtSettings, ZvtTerminal
from drivers.payment.zvt.link import Framing
from drivers.transport import OpenLine
from tests.simulation.clockwork import World
from tests.simulation.faults import Dice, Fault
from tests.simulation.wire import Damages, Site

TERMINAL_ID = "13100001"


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale that stands in a device's own book. Numbers are empty where the device gives none."""

    amount_yen: int
    slip_number: str = ""
    transaction_number: str = ""


Begun = Callable[[], None]
"""Told when a device begins a charge: the moment at which an intent has to be durable."""


class Kind(StrEnum):
    """Card terminals a counter may have."""

    ZVT_REVERSING = "zvt-reversing"
    ZVT_KEEPING = "zvt-keeping"
    ZVT_MIRRORING = "zvt-mirroring"
    ZVT_TCP = "zvt-tcp"
    STXLRC = "stxlrc"


_ZVT_ACTS: dict[Fault, tuple[zvt_answers.Act, int]] = {
    Fault.DECLINE: (zvt_answers.Act.DECLINE, 0x05),
    Fault.BUSY: (zvt_answers.Act.BUSY, 0),
    Fault.SILENT: (zvt_answers.Act.SILENT, 0),
    Fault.STALL: (zvt_answers.Act.STALL, 0),
    Fault.SLOW: (zvt_answers.Act.SLOW, 20),
    Fault.LOST_REPLY: (zvt_answers.Act.LOST_REPLY, 0),
    Fault.TERMINAL_CUT: (zvt_answers.Act.CUT, 0),
    Fault.NO_COMPLETION: (zvt_answers.Act.NO_COMPLETION, 0),
    Fault.WRONG_AMOUNT: (zvt_answers.Act.WRONG_AMOUNT, 0),
    Fault.PREVIOUS: (zvt_answers.Act.PREVIOUS, 0),
    Fault.REBOOT: (zvt_answers.Act.REBOOT, 0),
    Fault.REBOOT_CHARGED: (zvt_answers.Act.REBOOT_CHARGED, 0),
    Fault.TOO_LATE: (zvt_answers.Act.TOO_LATE, 0),
    Fault.STALE: (zvt_answers.Act.STALE, 0),
    Fault.WRONG_TERMINAL: (zvt_answers.Act.WRONG_TERMINAL, 0),
    Fault.NAK_STORM: (zvt_answers.Act.NAK_STORM, 0),
}
_STXLRC_ACTS: dict[Fault, tuple[stxlrc_answers.Act, int]] = {
    Fault.DECLINE: (stxlrc_answers.Act.DECLINE, 1),
    Fault.BUSY: (stxlrc_answers.Act.BUSY, 0),
    Fault.SILENT: (stxlrc_answers.Act.SILENT, 0),
    Fault.STALL: (stxlrc_answers.Act.STALL, 0),
    Fault.SLOW: (stxlrc_answers.Act.SLOW, 20),
    Fault.LOST_REPLY: (stxlrc_answers.Act.LOST_REPLY, 0),
    Fault.TERMINAL_CUT: (stxlrc_answers.Act.CUT, 0),
    Fault.WRONG_AMOUNT: (stxlrc_answers.Act.WRONG_AMOUNT, 0),
    Fault.PREVIOUS: (stxlrc_answers.Act.PREVIOUS, 0),
    Fault.REBOOT: (stxlrc_answers.Act.REBOOT, 0),
    Fault.STALE: (stxlrc_answers.Act.STALE, 0),
    Fault.WRONG_TERMINAL: (stxlrc_answers.Act.WRONG_TERMINAL, 0),
    Fault.WRONG_ECHO: (stxlrc_answers.Act.WRONG_ECHO, 0),
    Fault.NAK_STORM: (stxlrc_answers.Act.NAK_STORM, 5),
}
_ZVT_DEAF = frozenset({Fault.BUSY, Fault.SILENT})
_STXLRC_DEAF = _ZVT_DEAF | {Fault.NAK_STORM}
"""What strikes before a terminal has taken the command up."""
TROUBLE = 0.035
"""Chance of each way in which a terminal may treat a charge badly."""


class SeededScript(Script[Any]):
    """Takes a script's place: the dice say how a charge goes."""

    def __init__(self, dice: Dice, acts: dict[Fault, tuple[Any, int]], deaf: frozenset[Fault], begun: Begun) -> None:
        super().__init__((), otherwise=type(next(iter(acts.values()))[0]).APPROVE)
        self._dice, self._acts, self._deaf, self._begun = dice, acts, deaf, begun

    def next_answer(self) -> Answer[Any]:
        for fault, (act, number) in self._acts.items():
            if self._dice.roll(fault, TROUBLE):
                if fault not in self._deaf:
                    self._begun()
                return Answer(act, number)
        self._begun()
        return super().next_answer()


class CardTerminal:
    """A terminal on a line, with the driver that belongs to it."""

    def __init__(
        self, world: World, dice: Dice, name: str, kind: Kind, wall: Callable[[], datetime], begun: Begun
    ) -> None:
        self.kind = kind
        opened, damages = None, Damages.EVERYTHING
        if kind is Kind.STXLRC:
            self._stxlrc = stxlrc_ledger.MemoryLedger()
            script = SeededScript(dice, _STXLRC_ACTS, _STXLRC_DEAF, begun)
            book: Any = stxlrc_book.Book(self._stxlrc, wall, TERMINAL_ID)
            core: Any = StxLrcCore(book, script)
        else:
            self._zvt = MemoryLedger()
            script = SeededScript(dice, _ZVT_ACTS, _ZVT_DEAF, begun)
            book = Book(self._zvt, wall, TERMINAL_ID, last_slip=9990)
            core = TerminalCore(
                book,
                script,
                reverses=kind in (Kind.ZVT_REVERSING, Kind.ZVT_TCP),
                mirrors=kind is Kind.ZVT_MIRRORING,
                framed=kind is not Kind.ZVT_TCP,
            )
            if kind is Kind.ZVT_TCP:
                opened, damages = core.line_opened, Damages.NOTHING
        self._book = book
        self.site = Site(world, dice, name, core, opened, damages=damages)

    def make_driver(self, open_line: OpenLine) -> PaymentDevice:
        if self.kind is Kind.STXLRC:
            return StxLrcTerminal(open_line)
        framing = Framing.TCP if self.kind is Kind.ZVT_TCP else Framing.SERIAL
        return ZvtTerminal(open_line, ZvtSettings(framing=framing, mirrors_receipt=self.kind is Kind.ZVT_MIRRORING))

    @property
    def length(self) -> int:
        """How many entries the terminal's book has."""
        return len(self._stxlrc.entries() if self.kind is Kind.STXLRC else self._zvt.entries())

    def sales_between(self, first: int, last: int | None) -> list[Sale]:
        """Sales booked in that part of the book that still stand."""
        if self.kind is Kind.STXLRC:
            numbers = [
                (f"{each.operation:06d}", each.ticket)
                for each in self._stxlrc.entries()[first:last]
                if each.kind is stxlrc_ledger.EntryKind.SALE
            ]
        else:
            part = self._zvt.entries()[first:last]
            numbers = [(each.slip_number, each.trace_number) for each in part if each.kind is EntryKind.SALE]
        return [sale for sale in self.standing() if (sale.slip_number, sale.transaction_number) in numbers]

    def voided_between(self, first: int, last: int | None) -> bool:
        """Whether a void was booked in that part of the book, and stands."""
        if self.kind is Kind.STXLRC:
            part = self._stxlrc.entries()[first:last]
            return any(each.kind is stxlrc_ledger.EntryKind.VOID for each in part)
        undone = {each.reverses for each in self._zvt.entries() if each.kind is EntryKind.REVERSAL}
        voids = [each for each in self._zvt.entries()[first:last] if each.kind is EntryKind.VOID]
        return any(each.id not in undone for each in voids)

    def standing(self) -> list[Sale]:
        """Sales that stand, oldest first: neither reversed nor voided."""
        if self.kind is Kind.STXLRC:
            return self._standing_stxlrc()
        entries = self._zvt.entries()
        back = {entry.reverses for entry in entries if entry.kind in (EntryKind.REVERSAL, EntryKind.VOID)}
        # a reversed void gives the sale back
        undone = {entry.reverses for entry in entries if entry.kind is EntryKind.REVERSAL}
        restored = {entry.reverses for entry in entries if entry.kind is EntryKind.VOID and entry.id in undone}
        return [
            Sale(entry.amount_yen, entry.slip_number, entry.trace_number)
            for entry in entries
            if entry.kind is EntryKind.SALE and (entry.id not in back or entry.id in restored)
        ]

    def _standing_stxlrc(self) -> list[Sale]:
        standing: list[Sale] = []
        day: list[stxlrc_ledger.LedgerEntry] = []
        for entry in (*self._stxlrc.entries(), None):
            if entry is not None and entry.kind is not stxlrc_ledger.EntryKind.CLOSE:
                day.append(entry)
                continue
            voided = {one.operation for one in day if one.kind is stxlrc_ledger.EntryKind.VOID}
            standing += [
                Sale(one.amount_yen, f"{one.operation:06d}", one.ticket)
                for one in day
                if one.kind is stxlrc_ledger.EntryKind.SALE and one.operation not in voided
            ]
            day = []
        return standing

    def void_by_hand(self, sale: Sale) -> None:
        """A person takes a sale back on the terminal itself."""
        if self.kind is Kind.STXLRC:
            self._book.book_void(int(sale.slip_number))
            return
        entry = next(
            each
            for each in self._zvt.entries()
            if each.kind is EntryKind.SALE and each.trace_number == sale.transaction_number
        )
        self._book.book_reversal(entry)


@dataclass
class HandWork:
    """An unlinked terminal or the cash drawer: the citizen pays, the clerk says so."""

    sales: dict[str, Sale] = field(default_factory=dict)
    """By operation id; every sale that was ever made."""
    voids: dict[str, str] = field(default_factory=dict)
    """By the void's operation id: the operation it took back."""
    refused: set[str] = field(default_factory=set)
    """Operations the citizen or the terminal said no to."""
    unfinished: dict[str, str] = field(default_factory=dict)
    """処理未了: the brand of each operation of which the terminal said that it does not know."""
    mistaken: set[str] = field(default_factory=set)
    """Operations for which another amount was keyed into the terminal."""

    def book(self, operation_id: str, amount_yen: int) -> None:
        self.sales[operation_id] = Sale(amount_yen, f"{len(self.sales) + 1:05d}")

    def put_right(self, operation_id: str) -> None:
        """Two people void what was taken over a wrong amount."""
        if operation_id in self.mistaken:
            self.sales.pop(operation_id, None)

    def standing(self) -> list[Sale]:
        back = set(self.voids.values())
        return [sale for operation_id, sale in self.sales.items() if operation_id not in back]


class MemoryPaper:
    """The printer's jobs, by number, as the text on the paper."""

    def __init__(self) -> None:
        self.texts: dict[int, str] = {}

    def keep(self, job: Job) -> None:
        self.texts[job.number] = job.text

    def note(self, event: str, **facts: object) -> None:
        """Damaged bytes make violations; the line made them, not the product."""


@cache
def _symbol_like(length: int, module_dots: int, level: int) -> Image.Image:
    return qr_picture(b"x" * length, module_dots, level)


def symbol_of_size(stored: bytes, module_dots: int, level: int) -> Image.Image:
    """A QR symbol as large as the right one."""
    return _symbol_like(len(stored), module_dots, level)


class Printer(PrinterCore):
    """The emulated printer without its pictures: drawing each slip would take most of a day's time."""

    def __init__(self, paper: MemoryPaper) -> None:
        super().__init__(paper, Mechanics(draw_symbol=symbol_of_size), Faults(), strict=False)
        self._paper_book = paper

    def _keep(self, completion_id: str) -> None:
        self._paper_book.keep(Job(self._number, bytes(self._data), b"", self._head.sheet.text(), completion_id))
