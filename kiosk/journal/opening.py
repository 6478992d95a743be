"""Opening a journal directory. Owns the checks of schema, head file and chain; refuses a journal that lost entries."""

import logging
from pathlib import Path

from kiosk.domain.operation import TransitionError
from kiosk.domain.record import Head, RecordError
from kiosk.journal.database import Session, WriteConnection
from kiosk.journal.entries import ACKED, check_chain, hash_at, read_database_head
from kiosk.journal.errors import JournalError
from kiosk.journal.head_file import HEAD_NAME, create_head, read_head
from kiosk.journal.intents import IntentCache
from kiosk.journal.migrate import migrate
from kiosk.journal.read_models import create_read_models, drop_read_models, read_models_current, replay
from kiosk.journal.schema import check_journal_table, create_lasting

DATABASE_NAME = "journal.db"
EPOCH_FIRST = 1
TAIL_ENTRIES_MAX = 1024
"""Newest entries whose hashes are checked at every start: a few days of a counter in some 10 ms."""

_log = logging.getLogger(__name__)


def open_schema(link: WriteConnection, intents: IntentCache) -> None:
    """Create or migrate, then make sure of the append-only triggers and current read models. Raises JournalError."""
    session = link.session
    empty = session.connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    if empty:
        link.begin()
        create_lasting(session.connection)
        link.commit()
    else:
        migrate(link)
    check_journal_table(session.connection)
    if not read_models_current(session):
        rebuild_read_models(link, intents)


def rebuild_read_models(link: WriteConnection, intents: IntentCache) -> None:
    """Drop the read models and replay the journal, in one transaction. Raises JournalError for a forged entry."""
    link.begin()
    try:
        drop_read_models(link.session)
        create_read_models(link.session)
        replay(link.session, link.session, intents)
        link.commit()
    except BaseException as error:
        link.rollback()
        if isinstance(error, (RecordError, TransitionError)):
            raise JournalError(f"the journal cannot be replayed ({error}); call support before selling") from error
        raise


def open_head(session: Session, directory: Path, *, kiosk_id: str, epoch: int | None) -> Head:
    """The head both database and head file vouch for. Raises JournalError when either lost or changed something."""
    path = directory / HEAD_NAME
    witness = read_head(path)
    head, owner = read_database_head(session, (witness.epoch if witness else epoch) or EPOCH_FIRST)
    if owner and owner != kiosk_id:
        raise JournalError(f"{directory}: the journal belongs to kiosk {owner}, not to {kiosk_id}")
    if epoch is not None and epoch != head.epoch and (owner or witness):
        raise JournalError(
            f"{directory}: the journal is in epoch {head.epoch}, not {epoch}; a new epoch begins in an empty directory"
        )
    if witness is None:
        if head.seq:
            raise JournalError(
                f"{path}: missing; compare the journal with the central register before it is used again"
            )
        create_head(path, head.epoch)
        return head
    compare_heads(session, head, witness, path)
    check_acknowledged(session)
    check_chain(session, head, first_seq=max(1, min(witness.seq, head.seq - TAIL_ENTRIES_MAX + 1)))
    if witness.seq < head.seq:
        _log.warning("%s was %d entries behind and has been brought up to date", path, head.seq - witness.seq)
    return head


def check_acknowledged(session: Session) -> None:
    """Raises JournalError unless the entry that the register acknowledged last is still here as it was."""
    row = session.one(ACKED)
    if row is None:
        raise JournalError("sync_state has lost its row: the journal was altered; call support, do not sell")
    epoch, seq, digest, _ = row
    if seq and hash_at(session, epoch, seq) != digest:
        raise JournalError(
            f"entry {seq} is not the one the central register has: the journal was replaced or altered;"
            " call support, do not sell"
        )


def compare_heads(session: Session, head: Head, witness: Head, path: Path) -> None:
    """Raises JournalError unless the database continues what the head file saw last."""
    if (head.epoch, head.seq) < (witness.epoch, witness.seq):
        raise JournalError(
            f"{path.with_name(DATABASE_NAME)} ends at entry {head.seq}, but {HEAD_NAME} has seen entry {witness.seq}:"
            " the journal was truncated or an old backup was put back; call support, do not sell"
        )
    if head.epoch != witness.epoch or hash_at(session, witness.epoch, witness.seq) != witness.hash:
        raise JournalError(
            f"{path.with_name(DATABASE_NAME)}: entry {witness.seq} is not the one {HEAD_NAME} has seen:"
            " the journal was replaced or altered; call support, do not sell"
        )
