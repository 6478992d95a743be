"""Day checkpoints as a journal holds them, and what stands where a paper points. Refuses to judge or to sign."""

from collections.abc import Iterator

from sqlalchemy import bindparam, func, select

from kiosk.domain.batch import key_id_of
from kiosk.domain.checkpoint import Checkpoint
from kiosk.domain.checkpoint_check import Held, KnownKey, own_key, same_day
from kiosk.domain.record import GENESIS_HASH, DayCheckpoint, Head, Record, RecordError, parse_record
from kiosk.journal.database import Session, prepare
from kiosk.journal.entries import check_chain
from kiosk.journal.errors import JournalError
from kiosk.journal.schema import journal

_ENTRY = prepare(
    select(journal.c.canonical, journal.c.prev_hash).where(
        journal.c.epoch == bindparam("epoch"), journal.c.seq == bindparam("seq")
    )
)
_RECORDED = prepare(
    select(journal.c.canonical, journal.c.prev_hash)
    .where(journal.c.kind == "day_checkpoint")
    .order_by(journal.c.epoch, journal.c.seq)
)
_LAST_SEQ = prepare(select(func.max(journal.c.seq)).where(journal.c.epoch == bindparam("epoch")))
_OWNER = prepare(select(journal.c.kiosk_id).order_by(journal.c.epoch.desc(), journal.c.seq.desc()).limit(1))


def entry_at(session: Session, epoch: int, seq: int) -> Record | None:
    """An entry; None where there is none, or none that can be read."""
    row = session.one(_ENTRY, epoch=epoch, seq=seq)
    try:
        return parse_record(*row) if row else None
    except RecordError:
        return None  # the chain's check names it


def recorded(session: Session) -> Iterator[DayCheckpoint]:
    """Every checkpoint in the order of the days; what cannot be read is left to the chain's check."""
    for row in session.each(_RECORDED):
        try:
            body = parse_record(*row).body
        except RecordError:
            continue
        if isinstance(body, DayCheckpoint):
            yield body


def held(session: Session, paper: Checkpoint, *, key_file: bytes | None) -> Held:
    """What the journal holds of the paper's day. ``key_file``: the public key in the kiosk's key file."""
    owner = session.one(_OWNER)
    bodies = list(recorded(session))
    known = [key for body in bodies if (key := own_key(body, paper.key_id)) is not None]
    known += [key_file] if key_file is not None and key_id_of(key_file) == paper.key_id else []
    return Held(
        kiosk_id=str(owner[0]) if owner else "",
        last_seq=session.number(_LAST_SEQ, epoch=paper.epoch),
        entry=entry_at(session, paper.epoch, paper.last_seq),
        recorded=same_day(bodies, paper),
        key=KnownKey(known[0], vouched=False) if known else None,
        chain_whole=_is_whole(session, paper.epoch, paper.last_seq),
    )


def _is_whole(session: Session, epoch: int, last_seq: int) -> bool:
    """Whether every entry up to ``last_seq`` follows the one before it; those after it do not matter to a paper."""
    try:
        check_chain(session, Head(epoch, last_seq, GENESIS_HASH), first_seq=1)
    except JournalError:
        return False
    return True
