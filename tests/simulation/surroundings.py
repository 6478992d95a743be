"""What happens around a counter at any moment: clocks, cables, paper, a second start, a wrong key. Owns no payment."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from kiosk.journal.errors import JournalError
from kiosk.journal.store import SqliteJournal
from kiosk.runtime.desk import Desk
from tests.simulation.faults import Fault, Moment
from tests.simulation.wire import UNPLUGGED_S

if TYPE_CHECKING:
    from tests.simulation.kiosk_side import CounterSide

CHANCE = 0.005
"""Chance of each trouble after each entry of the journal: at any moment of an operation."""
TURN = 0.01
"""Chance that the date changes just now, once a day."""
PRINTER_TROUBLE = {
    Fault.PAPER_END: ("paper end", "paper ok"),
    Fault.COVER_OPEN: ("cover open", "cover close"),
    Fault.CUTTER: ("cutter jam", "cutter clear"),
    Fault.PRINTER_SILENT: ("silent on", "silent off"),
}
MENDED_S = (5.0, 120.0)
"""Somebody puts paper in, closes the cover, switches the printer off and on."""
HALF_A_DAY = timedelta(hours=12)
RUNNING = (Moment.PREPARED, Moment.REQUESTED)
TURNS = {(3, 31): Fault.FISCAL_YEAR_TURN, (2, 28): Fault.LEAP_DAY, (12, 31): Fault.YEAR_TURN}
"""What begins with the day after; years of a 28 February here have a 29th."""


class Surroundings:
    """Strikes after an entry has become durable, whatever stage of whatever work that was."""

    def __init__(self, counter: "CounterSide") -> None:
        self._counter, self._dice, self._random = counter, counter.dice, counter.world.random
        self._troubles: tuple[tuple[Fault, Callable[[], None]], ...] = (
            (Fault.CLOCK_BACK, partial(self._bend_clock, -1)),
            (Fault.CLOCK_AHEAD, partial(self._bend_clock, 1)),
            (Fault.SECOND_INSTANCE, self._start_twice),
            (Fault.UNPLUG, lambda: counter.terminal.site.hang_up(UNPLUGGED_S)),
            (Fault.STAFF_CHANGE, lambda: counter.press(Desk.sign_out)),
            (Fault.CANCEL, lambda: counter.press(Desk.cancel_payment)),
            *((fault, partial(self.upset_printer, fault)) for fault in PRINTER_TROUBLE),
        )

    def upset(self) -> None:
        """To be called after every durable entry."""
        for fault, happen in self._troubles:
            if self._dice.roll(fault, CHANCE):
                happen()
        clock = self._counter.clock
        if clock.off < HALF_A_DAY / 2 and self._dice.storm and self._random.random() < TURN:
            self._dice.strike(_turn_of(clock.today()))
            clock.off += HALF_A_DAY
        if self._counter.moment() in RUNNING and self._dice.roll(Fault.CLOSE_TOO_EARLY, CHANCE * 3):
            self._counter.press(Desk.close_day)

    def upset_printer(self, fault: Fault) -> None:
        """Trouble with paper, cover or cutter; somebody mends it after a while."""
        word, mended = PRINTER_TROUBLE[fault]
        self._turn_printer(word)
        self._counter.world.after(self._random.uniform(*MENDED_S), partial(self._turn_printer, mended))

    def mend(self) -> None:
        """Cables, paper and cover are as they should be."""
        service = self._counter.service
        sites = [self._counter.terminal.site, self._counter.printer_site, *([service.site] if service else [])]
        for site in sites:
            site.mend()
        for _, mended in PRINTER_TROUBLE.values():
            self._turn_printer(mended)

    def _turn_printer(self, word: str) -> None:
        self._counter.printer.control(word)
        self._counter.printer_site.step()

    def _bend_clock(self, direction: int) -> None:
        self._counter.clock.off += direction * timedelta(minutes=self._random.randrange(1, 180))

    def _start_twice(self) -> None:
        counter = self._counter
        try:
            SqliteJournal(counter.folder, kiosk_id=counter.name, clock=counter.clock).close()
        except JournalError:
            return
        counter.world.problem(f"{counter.name}: two programs have the journal open")


def _turn_of(today: date) -> Fault:
    """What half a day more brings."""
    return TURNS.get((today.month, today.day), Fault.MIDNIGHT)
