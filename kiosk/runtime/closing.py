"""The way to the close: every terminal's own day first, on its worker, then ours. Refuses to wait on the desk."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from drivers.payment.api import DailyLogKind, DailyLogOutcome, LogUnavailable
from kiosk.domain.daily_log import needs_confirmation
from kiosk.domain.operator import Act
from kiosk.domain.record import Actor
from kiosk.runtime.live_context import CounterContext
from kiosk.runtime.print_room import PrintRoom
from kiosk.runtime.shift import Errands, Shift
from kiosk.runtime.till import Station, refuse_commit
from kiosk.runtime.worker import WorkerBusyError
from kiosk.services.checkpoint_day import checkpoint_day
from kiosk.services.close_day import close_day
from kiosk.services.close_report import close_report
from kiosk.services.compare_daily_log import compare_daily_log, is_compared, review
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.notices import Asking, ClosingProgress, DailyLogsCompared, Notice, PaymentProgress
from kiosk.services.tell_books import tell_day


@dataclass(frozen=True, slots=True)
class Told:
    """A terminal's answer, and our newest entry when it came."""

    log: DailyLogOutcome
    up_to_seq: int


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
        self._contexts: dict[str, CounterContext] = {}

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

    def cancel(self) -> None:
        """Wait no longer for terminals; what each has done is then unknown, and said so."""
        with self._lock:
            contexts = tuple(self._contexts.values())
        for context in contexts:
            context.cancel()

    def _ask(self, devices: list[str], actor: Actor) -> None:
        found: dict[str, Told] = {}

        def job(name: str) -> None:
            told = self._told(name)
            with self._lock:
                found[name] = told
                complete = len(found) == len(devices)
            if complete:
                self._errands.run(lambda: self._compare(found, actor))

        for name in devices:
            self._counter.tell(ClosingProgress(name, Asking.WAITING))
        for name in devices:
            try:
                self._stations[name].worker.submit(partial(job, name))
            except WorkerBusyError as error:
                raise RefusalError("device_busy") from error

    def _told(self, name: str) -> Told:
        """Ask one terminal, on its worker: nothing is charged on it before its answer is taken."""
        station = self._stations[name]
        print_slip = partial(self._print_room.print_slip, None)
        context = station.open_context(partial(self._tell_phase, name), refuse_commit, print_slip)
        with self._lock:
            self._contexts[name] = context
        try:
            log = station.device.access_daily_log(DailyLogKind.SETTLEMENT, context)
        finally:
            with self._lock:
                del self._contexts[name]
        silent = isinstance(log, LogUnavailable)
        self._counter.tell(ClosingProgress(name, Asking.SILENT if silent else Asking.ANSWERED))
        return Told(log, self._counter.journal.books().head().seq)

    def _tell_phase(self, name: str, notice: Notice) -> None:
        self._counter.tell(ClosingProgress(name, notice.phase) if isinstance(notice, PaymentProgress) else notice)

    def _compare(self, found: Mapping[str, Told], actor: Actor) -> None:
        compared = [
            compare_daily_log(self._counter, name, told.log, actor, up_to_seq=told.up_to_seq)
            for name, told in sorted(found.items())
        ]
        if any(needs_confirmation(each) for each in compared):
            books = self._counter.journal.books()
            self._counter.tell(DailyLogsCompared(tuple(review(books, each) for each in compared)))
        else:
            self._finish(actor)

    def _finish(self, actor: Actor) -> None:
        day = close_day(self._counter, actor)
        tell_day(self._counter)
        if day.business_date is not None:
            checkpoint_day(self._counter, day.business_date)
            self._print_room.report(close_report(self._counter, day.business_date, actor))
