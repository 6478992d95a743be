"""The sync worker: one push at a time, at once after a new entry, backing off when told. Refuses to know the wire."""

import threading
from collections.abc import Callable

from kiosk.domain.books import Books, Decide, Journal
from kiosk.domain.record import Draft, Record

STOP_WAIT_S = 5.0
"""A push in flight at stop may finish; what it does not finish, the next start repeats harmlessly."""


class SyncLoop:
    """Calls ``push`` again after the seconds it returned, or as soon as ``wake`` is called."""

    def __init__(self, push: Callable[[], float], *, on_error: Callable[[Exception], None], retry_s: float) -> None:
        self._push, self._on_error, self._retry_s = push, on_error, retry_s
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There is something new to push; from any thread."""
        self._wake.set()

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(STOP_WAIT_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                wait_s = self._push()
            except Exception as error:  # noqa: BLE001 - our own bug must not end syncing: told once a try, tried again
                self._on_error(error)
                wait_s = self._retry_s
            self._wake.wait(wait_s)


class WakingJournal:
    """A journal that wakes the sync loop after every durable append."""

    def __init__(self, journal: Journal, wake: Callable[[], None]) -> None:
        self._journal, self._wake = journal, wake

    def append(self, *drafts: Draft) -> tuple[Record, ...]:
        records = self._journal.append(*drafts)
        self._wake()
        return records

    def transact(self, decide: Decide) -> tuple[Record, ...]:
        records = self._journal.transact(decide)
        self._wake()
        return records

    def books(self) -> Books:
        return self._journal.books()
