"""The append-only journal on SQLite. Owns the lock, the writer and the readers; refuses to forget."""

from contextlib import AbstractContextManager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

from kiosk.domain.books import Books, Decide, Entry
from kiosk.domain.record import Draft, Head, NotDurable, Record
from kiosk.journal import entries
from kiosk.journal.books import SqliteBooks
from kiosk.journal.clock import Clock
from kiosk.journal.database import Connect, Session, WriteConnection, load_driver, open_readers, reading
from kiosk.journal.errors import JournalError
from kiosk.journal.head_file import HEAD_NAME, HeadFile
from kiosk.journal.intents import IntentCache
from kiosk.journal.lock import DirectoryLock
from kiosk.journal.opening import DATABASE_NAME, open_head, open_schema
from kiosk.journal.writer import Writer

ENTRIES_READ_MAX = 10_000
"""Upper limit of one read for sync: bounds the memory whatever the caller asks for."""


class SqliteJournal:
    """Implements kiosk.domain.books.Journal and Outbox. Any thread may call; writes take turns.

    Opening raises JournalError if the directory does not hold this kiosk's whole journal, JournalLockedError if it is
    in use.
    """

    def __init__(
        self, directory: Path, *, kiosk_id: str, clock: Clock, epoch: int | None = None, connect: Connect | None = None
    ) -> None:
        """``epoch`` None continues the journal's own, or begins with 1. ``connect`` opens the database file."""
        if not kiosk_id:
            raise JournalError("a journal needs the kiosk's id")
        self._path = directory / DATABASE_NAME
        self._guard = RLock()
        self._deciding = False
        self._closed = False
        self._intents = IntentCache()
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._directory_lock = DirectoryLock(directory)
        except OSError as error:
            raise JournalError(f"{directory}: cannot be used for the journal ({error.strerror})") from error
        try:
            self._writer = self._open(directory, kiosk_id=kiosk_id, clock=clock, epoch=epoch, connect=connect)
            self._readers = open_readers(self._path, connect)
        except BaseException:
            self._directory_lock.release()
            raise

    def _open(
        self, directory: Path, *, kiosk_id: str, clock: Clock, epoch: int | None, connect: Connect | None
    ) -> Writer:
        link: WriteConnection | None = None
        try:
            link = WriteConnection(self._path, connect)
            open_schema(link, self._intents)
            head = open_head(link.session, directory, kiosk_id=kiosk_id, epoch=epoch)
            head_file = HeadFile(directory / HEAD_NAME)
        except BaseException as error:
            if link is not None:
                link.close()
            if isinstance(error, (load_driver().error, OSError, UnicodeDecodeError)):
                raise JournalError(f"{self._path}: cannot be opened ({error})") from error
            raise
        return Writer(
            self._path,
            link,
            head=head,
            head_file=head_file,
            kiosk_id=kiosk_id,
            clock=clock,
            intents=self._intents,
            connect=connect,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the directory back; what is recorded is durable already. A closed journal raises NotDurable."""
        with self._guard:
            if not self._closed:
                self._closed = True
                self._readers.dispose()
                self._writer.close()
                self._directory_lock.release()

    # --- kiosk.domain.books.Journal ---------------------------------------------------------------------------

    def append(self, *drafts: Draft) -> tuple[Record, ...]:
        """Return when every draft is durable, all or none. Raises NotDurable; TransitionError for an illegal step."""
        return self.transact(lambda _: drafts)

    def transact(self, decide: Decide) -> tuple[Record, ...]:
        """Like append, with the drafts decided under the write lock. ``decide`` uses its books only while it runs."""
        with self._guard:
            writer = self._usable_writer()
            self._deciding = True
            try:
                return writer.transact(decide)
            finally:
                self._deciding = False

    def books(self) -> Books:
        """A reader for the calling thread."""
        return SqliteBooks(self._reading, self._intents, self._writer.head.epoch)

    # --- kiosk.domain.books.Outbox ----------------------------------------------------------------------------

    def head(self) -> Head:
        """The newest durable entry."""
        return self._writer.head

    def entries_after(self, seq: int, *, count_max: int, bytes_max: int) -> tuple[Entry, ...]:
        """Entries of this epoch after ``seq``, in order; at least one if there is one, then within both limits."""
        found: list[Entry] = []
        size_bytes = 0
        limit = min(count_max, ENTRIES_READ_MAX)
        with self._reading() as session:
            for entry in entries.entries_after(session, self._writer.head.epoch, seq, count_max=limit):
                size_bytes += len(entry.canonical)
                if found and size_bytes > bytes_max:
                    break
                found.append(entry)
        return tuple(found)

    def acknowledge(self, seq: int, digest: bytes) -> None:
        """The register holds all up to ``seq``. Never goes back. Raises ValueError for a hash that is not ours."""
        with self._guard:
            writer = self._usable_writer()
            epoch = writer.head.epoch
            with self._reading() as session:
                ours, row = entries.hash_at(session, epoch, seq), session.one(entries.ACKED)
            if ours != digest:
                raise ValueError(f"the register acknowledged entry {seq} of another journal")
            if row is None or (row[0], row[1]) < (epoch, seq):
                writer.change(entries.ACKNOWLEDGE, epoch, seq, digest)

    def set_frozen(self, reason: str) -> None:
        """Remember why the register refuses this kiosk; empty when it does no longer. Outside the chain."""
        with self._guard:
            self._usable_writer().change(entries.FREEZE, reason)

    def _usable_writer(self) -> Writer:
        assert not self._deciding, "a decision may not write to the journal itself"
        if self._closed:
            raise NotDurable(f"{self._path}: the journal is closed")
        return self._writer

    def _reading(self) -> AbstractContextManager[Session]:
        return reading(self._readers)
