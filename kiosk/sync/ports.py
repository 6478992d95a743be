"""What sync needs of the journal. Owns the Protocol; refuses to know how entries are stored."""

from typing import Protocol

from kiosk.domain.books import Books, Outbox


class SyncJournal(Outbox, Protocol):
    """The outbox, and the books that say how far it is acknowledged. Called from the sync thread."""

    def books(self) -> Books: ...
