"""A journal that is opened after the window is painted. Owns nothing but the waiting; every call goes through."""

from collections.abc import Callable

from kiosk.domain.books import Books, Decide, Journal
from kiosk.domain.record import Draft, Record


class LateJournal:
    """Opened once, by the desk's first errand; whoever calls before that has a bug."""

    def __init__(self, open_journal: Callable[[], Journal]) -> None:
        self._open_journal = open_journal
        self._journal: Journal | None = None

    def open(self) -> None:
        """Open it. Raises what opening raises."""
        self._journal = self._open_journal()

    def append(self, *drafts: Draft) -> tuple[Record, ...]:
        return self._opened().append(*drafts)

    def transact(self, decide: Decide) -> tuple[Record, ...]:
        return self._opened().transact(decide)

    def books(self) -> Books:
        return self._opened().books()

    def _opened(self) -> Journal:
        assert self._journal is not None, "the desk's first errand opens the journal"
        return self._journal
