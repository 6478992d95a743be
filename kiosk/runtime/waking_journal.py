"""The journal that wakes whoever sends it on after every entry. Refuses to know the wire."""

from collections.abc import Callable

from kiosk.domain.books import Books, Decide, Journal
from kiosk.domain.record import Draft, Record


class WakingJournal:
    """A journal that wakes its sender after every durable append."""

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
