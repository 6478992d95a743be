"""Writing to the chain: records, read models, head file. Owns the write connection; refuses to guess after errors."""

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from kiosk.domain.books import Decide
from kiosk.domain.record import Draft, Head, Header, NotDurable, Record, kind_of, seal
from kiosk.journal.books import SqliteBooks
from kiosk.journal.clock import Clock
from kiosk.journal.database import Connect, Session, Statement, WriteConnection, load_driver
from kiosk.journal.entries import INSERT, hash_at, read_database_head
from kiosk.journal.head_file import HeadFile
from kiosk.journal.intents import IntentCache
from kiosk.journal.read_models import Projection

_log = logging.getLogger(__name__)


class Writer:
    """Not for two threads at once: the journal's lock stands in front of it."""

    def __init__(
        self,
        path: Path,
        link: WriteConnection,
        *,
        head: Head,
        head_file: HeadFile,
        kiosk_id: str,
        clock: Clock,
        intents: IntentCache,
        connect: Connect | None,
    ) -> None:
        self.head = head
        """The newest durable entry."""
        self._path = path
        self._link: WriteConnection | None = link
        self._head_file = head_file
        self._head_file_behind = True
        self._kiosk_id = kiosk_id
        self._clock = clock
        self._boot_id = clock.boot_id
        self._intents = intents
        self._connect = connect
        self._driver_error = load_driver().error
        self._note_head()

    def transact(self, decide: Decide) -> tuple[Record, ...]:
        """Commit what ``decide`` says. Raises NotDurable, or what ``decide`` and the projection raise."""
        link = self._ready()
        try:
            link.begin()
            records = self._write(link.session, decide(self._books(link.session)))
            if not records:
                link.rollback()
                return ()
        except BaseException as error:
            self._roll_back(link)
            if isinstance(error, self._driver_error):
                raise NotDurable(f"{self._path}: not written ({error})") from error
            raise
        last = records[-1]
        self._commit(link, Head(last.header.epoch, last.header.seq, last.hash))
        return records

    def change(self, statement: Statement, *values: object) -> None:
        """Change the mutable row beside the chain. Raises NotDurable."""
        link = self._ready()
        try:
            link.begin()
            link.session.run(statement, *values)
            link.commit()
        except BaseException as error:
            self._roll_back(link)
            if isinstance(error, self._driver_error):
                raise NotDurable(f"{self._path}: not written ({error})") from error
            raise

    def close(self) -> None:
        self._drop()
        self._head_file.close()

    def _books(self, session: Session) -> SqliteBooks:
        return SqliteBooks(lambda: nullcontext(session), self._intents, self.head.epoch)

    def _write(self, session: Session, drafts: Sequence[Draft]) -> tuple[Record, ...]:
        projection = Projection(session, self._intents)
        at = self._clock.wall().isoformat(timespec="milliseconds")
        monotonic_ms = self._clock.monotonic_ms()
        epoch, seq, prev_hash = self.head.epoch, self.head.seq, self.head.hash
        records: list[Record] = []
        for draft in drafts:
            seq += 1
            header = Header(
                kiosk_id=self._kiosk_id,
                epoch=epoch,
                seq=seq,
                kind=kind_of(draft.body),
                at=at,
                monotonic_ms=monotonic_ms,
                boot_id=self._boot_id,
                business_date=draft.business_date,
                actor=draft.actor,
                master_version=draft.master_version,
                approver=draft.approver,
            )
            record = seal(draft, header, prev_hash)
            version, kind = header.schema_version, header.kind
            session.run(
                INSERT, self._kiosk_id, epoch, seq, version, kind, record.canonical, record.prev_hash, record.hash
            )
            projection.apply(record)
            prev_hash = record.hash
            records.append(record)
        return tuple(records)

    def _commit(self, link: WriteConnection, head: Head) -> None:
        try:
            link.commit()
        except BaseException as error:
            # A commit that fails may still have happened: only the database can say.
            self._drop()
            if not isinstance(error, self._driver_error):
                raise
            if not self._has_landed(head):
                raise NotDurable(f"{self._path}: not committed ({error})") from error
            _log.warning("%s: a commit reported an error (%s) but is durable", self._path, error)
        self.head = head
        self._note_head()

    def _has_landed(self, head: Head) -> bool:
        """Whether a fresh connection finds the head, and can bring it from the log into the database proper."""
        try:
            session = self._ready().session
            if self.head != head:
                return False
            # The log's own sync may be what failed; a checkpoint writes the pages again and syncs them.
            row = session.connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
            return row is not None and row[0] == 0
        except (NotDurable, self._driver_error):
            return False

    def _ready(self) -> WriteConnection:
        """An open connection and a head file at most this transaction behind. Raises NotDurable."""
        if self._link is None:
            self._link = self._reopen()
        if self._head_file_behind:
            self._note_head()
            if self._head_file_behind:
                raise NotDurable(f"{self._path}: the head file beside it cannot be written")
        return self._link

    def _reopen(self) -> WriteConnection:
        try:
            link = WriteConnection(self._path, self._connect)
        except self._driver_error as error:
            raise NotDurable(f"{self._path}: cannot be opened again ({error})") from error
        try:
            found = read_database_head(link.session, self.head.epoch)[0]
            if hash_at(link.session, self.head.epoch, self.head.seq) != self.head.hash:
                raise NotDurable(f"{self._path}: has lost entries while it was in use; call support, do not sell")
        except BaseException as error:
            link.close()
            if isinstance(error, self._driver_error):
                raise NotDurable(f"{self._path}: cannot be read ({error})") from error
            raise
        self._head_file_behind = self._head_file_behind or found != self.head
        self.head = found
        return link

    def _note_head(self) -> None:
        """Bring the head file up to date. On an error the next transaction waits for it, not this one."""
        try:
            self._head_file.write(self.head)
            self._head_file_behind = False
        except OSError as error:
            self._head_file_behind = True
            _log.error("the journal's head file cannot be written (%s)", error.strerror)

    def _roll_back(self, link: WriteConnection) -> None:
        try:
            link.rollback()
        except self._driver_error:
            self._drop()

    def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            try:
                link.close()
            except self._driver_error as error:
                _log.warning("closing the journal's connection failed (%s)", error)
