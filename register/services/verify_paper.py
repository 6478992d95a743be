"""A day's paper against what the register holds. Owns the keys to try and the day to find; refuses to repair."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from sqlalchemy import Connection, Engine

from kiosk.domain.checkpoint import Checkpoint
from kiosk.domain.checkpoint_check import Finding, Held, KnownKey, code_unknown, examine, same_day, with_code
from kiosk.domain.record import GENESIS_HASH, DayCheckpoint, Record
from register.domain.submission import fits
from register.services.verify import Verdict, is_whole, record_of, verify_in
from register.store import kiosks, ledger
from register.store.engine import reading

JAPAN = timezone(timedelta(hours=9))
"""A key's last day is a day of the city's calendar (no summer time in Japan)."""


def verify_paper(
    engine: Engine, wanted: Checkpoint | str, kiosk_id: str | None = None
) -> tuple[Verdict, tuple[Finding, ...]]:
    """Check the kiosk's whole book, then the paper (or its code) against it, in one snapshot.

    Raises Unusable for a ``kiosk_id`` the register does not know.
    """
    with reading(engine) as connection:
        paper = wanted if isinstance(wanted, Checkpoint) else with_code(_recorded(connection, kiosk_id), wanted)
        if paper is None:
            return verify_in(connection, kiosk_id), code_unknown(str(wanted))
        owner = kiosk_id or paper.kiosk_id
        if kiosk_id is None and kiosks.kiosk_row(connection, owner) is None:
            return Verdict(0, 0, 0, 0, ()), examine(paper, _held(connection, paper, "", chain_whole=True), fits)
        verdict = verify_in(connection, owner)
        whole = is_whole(verdict.found, paper.epoch, paper.last_seq)
        return verdict, examine(paper, _held(connection, paper, owner, chain_whole=whole), fits)


def _held(connection: Connection, paper: Checkpoint, kiosk_id: str, *, chain_whole: bool) -> Held:
    return Held(
        kiosk_id=kiosk_id,
        last_seq=ledger.last_seq(connection, kiosk_id, paper.epoch),
        entry=_entry(connection, kiosk_id, paper.epoch, paper.last_seq),
        recorded=same_day(_recorded(connection, kiosk_id), paper),
        key=_key(connection, paper),
        chain_whole=chain_whole,
        knows_every_key=True,
    )


def _key(connection: Connection, paper: Checkpoint) -> KnownKey | None:
    """Keys that were rotated or revoked later are still known: what they signed before stays valid."""
    row = kiosks.key_row(connection, paper.kiosk_id, paper.key_id)
    if row is None:
        return None
    revoked_on = datetime.fromtimestamp(row.revoked_ms / 1000, JAPAN).date() if row.revoked_ms is not None else None
    return KnownKey(row.public_key, vouched=True, revoked_on=revoked_on)


def _entry(connection: Connection, kiosk_id: str, epoch: int, seq: int) -> Record | None:
    canonical = ledger.canonical_at(connection, kiosk_id, epoch, seq)
    prev_hash = ledger.hash_at(connection, kiosk_id, epoch, seq - 1) if seq > 1 else GENESIS_HASH
    return record_of(canonical, prev_hash) if canonical is not None and prev_hash is not None else None


def _recorded(connection: Connection, kiosk_id: str | None) -> Iterator[DayCheckpoint]:
    for canonical in ledger.canonical_of_kind(connection, "day_checkpoint", kiosk_id):
        record = record_of(canonical, GENESIS_HASH)
        if record is not None and isinstance(record.body, DayCheckpoint):
            yield record.body
