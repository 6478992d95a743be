"""The way to the close: every terminal's own day first, on its worker, then ours. Refuses to wait on the desk."""

import threading
from collections.abc import Mapping
from functools import partial

from drivers.payment.api import DailyLogKind, DailyLogOutcome
from kiosk.domain.daily_log import needs_confirmation
from kiosk.domain.operator import Act
from kiosk.domain.record import Actor
from kiosk.runtime.print_room import PrintRoom
from kiosk.runtime.shift import Errands, Shift
from kiosk.runtime.till import Station, refuse_commit
from kiosk.runtime.worker import WorkerBusyError
from kiosk.services.close_day import close_day
from kiosk.services.close_report import close_report
from kiosk.services.compare_daily_log import compare_daily_log, is_compared
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.notices import DailyLogsCompared
from kiosk.services.tell_books import tell_day


class Closing:
    """Closes the day on the desk's worker."""

    def __init__(
        self,
        counter: Counter,
        stations: Mapping[str, Station],
        errands: Errands,
        shift: Shift,
        print_room: PrintRoom,
    ) -> None:
        self._counter, self._stations, self._errands = counter, stations, errands
        self._shift, self._print_room = shift, print_room
        self._lock = threading.Lock()

    def close(self, *, confirmed: bool) -> None:
        """Close; ask terminals first. ``confirmed``: a person has seen the differences of the last comparison."""
        actor = self._shift.permitted(Act.CLOSE_DAY)
        books = self._counter.journal.books()
        business_date = self._counter.open_date(books)
        if books.unsettled():
            raise RefusalError("day_has_unsettled")
        asked = [
            name
            for name, station in self._stations.items()
            if station.device.capabilities.can_daily_log and not (confirmed and is_compared(books, name, business_date))
        ]
        if asked:
            self._ask(asked, actor)
        else:
            self._finish(actor)

    def _ask(self, devices: list[str], actor: Actor) -> None:
        found: dict[str, DailyLogOutcome] = {}

        def job(name: str) -> None:
            station = self._stations[name]
            context = station.open_context(
                self._counter.tell, refuse_commit, partial(self._print_room.print_slip, None)
            )
            log = station.device.access_daily_log(DailyLogKind.SETTLEMENT, context)
            with self._lock:
                found[name] = log
                complete = len(found) == len(devices)
            if complete:
                self._errands.run(lambda: self._compare(found, actor))

        for name in devices:
            try:
                self._stations[name].worker.submit(partial(job, name))
            except WorkerBusyError as error:
                raise RefusalError("device_busy") from error

    def _compare(self, found: Mapping[str, DailyLogOutcome], actor: Actor) -> None:
        compared = tuple(compare_daily_log(self._counter, name, log, actor) for name, log in found.items())
        if any(needs_confirmation(each) for each in compared):
            self._counter.tell(DailyLogsCompared(compared))
        else:
            self._finish(actor)

    def _finish(self, actor: Actor) -> None:
        day = close_day(self._counter, actor)
        tell_day(self._counter)
        if day.business_date is not None:
            self._print_room.report(close_report(self._counter, day.business_date, actor))
