"""Statements on the journal and sync_state tables. Owns their SQL and the chain check; refuses UPDATE on the chain."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select, update

from kiosk.domain.books import Entry
from kiosk.domain.record import GENESIS_HASH, Head, chain_hash
from kiosk.journal.database import Session, prepare
from kiosk.journal.errors import JournalError
from kiosk.journal.schema import journal, sync_state

_j = journal.c

INSERT = prepare(journal.insert())
HEAD = prepare(select(_j.epoch, _j.seq, _j.hash, _j.kiosk_id).order_by(_j.epoch.desc(), _j.seq.desc()).limit(1))
HASH_AT = prepare(select(_j.hash).where(_j.epoch == bindparam("epoch"), _j.seq == bindparam("seq")))
CANONICAL_AT = prepare(select(_j.canonical).where(_j.epoch == bindparam("epoch"), _j.seq == bindparam("seq")))
AFTER = prepare(
    select(_j.epoch, _j.seq, _j.prev_hash, _j.hash, _j.canonical)
    .where(_j.epoch == bindparam("epoch"), _j.seq > bindparam("seq"))
    .order_by(_j.seq)
    .limit(bindparam("count_max"))
)
STORED = prepare(
    select(_j.kiosk_id, _j.schema_version, _j.kind, _j.epoch, _j.seq, _j.prev_hash, _j.hash, _j.canonical).order_by(
        _j.epoch, _j.seq
    )
)
LAST = prepare(
    select(_j.seq, _j.prev_hash, _j.canonical).order_by(_j.epoch.desc(), _j.seq.desc()).limit(bindparam("count_max"))
)
ACKED = prepare(
    select(sync_state.c.acked_epoch, sync_state.c.acked_seq, sync_state.c.acked_hash, sync_state.c.frozen_reason)
)
_newest = select(_j.epoch, _j.seq).order_by(_j.epoch.desc(), _j.seq.desc()).limit(1)
SYNC_STATUS = prepare(
    select(
        _newest.with_only_columns(_j.epoch).scalar_subquery(),
        _newest.with_only_columns(_j.seq).scalar_subquery(),
        sync_state.c.acked_epoch,
        sync_state.c.acked_seq,
        sync_state.c.frozen_reason,
    )
)
"""One row: the head, what the register acknowledged, and why it refuses this kiosk."""
ACKNOWLEDGE = prepare(
    update(sync_state).values(
        acked_epoch=bindparam("epoch"), acked_seq=bindparam("seq"), acked_hash=bindparam("digest")
    )
)
FREEZE = prepare(update(sync_state).values(frozen_reason=bindparam("reason")))


def read_database_head(session: Session, epoch: int) -> tuple[Head, str]:
    """The newest entry and the kiosk it names; seq 0, GENESIS_HASH and no name for an empty table."""
    row = session.one(HEAD)
    return (Head(row[0], row[1], row[2]), str(row[3])) if row else (Head(epoch, 0, GENESIS_HASH), "")


def hash_at(session: Session, epoch: int, seq: int) -> bytes | None:
    """The hash of an entry; GENESIS_HASH before the first; None for no entry."""
    if seq == 0:
        return GENESIS_HASH
    row = session.one(HASH_AT, epoch=epoch, seq=seq)
    return bytes(row[0]) if row else None


def entries_after(session: Session, epoch: int, seq: int, *, count_max: int) -> Iterable[Entry]:
    """Entries in order, lazily: stop iterating to stop reading."""
    return (Entry(*row) for row in session.each(AFTER, epoch=epoch, seq=seq, count_max=count_max))


def check_chain(session: Session, head: Head, *, first_seq: int) -> None:
    """Raises JournalError at the first entry from ``first_seq`` to the head that does not follow its predecessor."""
    previous = hash_at(session, head.epoch, first_seq - 1)
    expected_seq = first_seq
    for entry in entries_after(session, head.epoch, first_seq - 1, count_max=head.seq - first_seq + 1):
        if entry.seq != expected_seq:
            break
        if entry.prev_hash != previous or chain_hash(entry.prev_hash, entry.canonical) != entry.hash:
            raise JournalError(f"journal entry {entry.seq} has been altered; call support before selling")
        previous, expected_seq = entry.hash, expected_seq + 1
    if expected_seq != head.seq + 1:
        raise JournalError(f"journal entry {expected_seq} is missing; call support before selling")
