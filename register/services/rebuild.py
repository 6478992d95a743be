"""Replays the journal into projections. Owns the replay; refuses to change the journal."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from kiosk.domain.record import GENESIS_HASH
from register.domain.entries import read_entry
from register.domain.projection import Projection, Standing
from register.store import kiosks, ledger
from register.store.engine import writing


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How much was replayed."""

    kiosks: int
    entries: int


def rebuild(engine: Engine) -> Rebuilt:
    """Empty the projections and fold every entry again, in one transaction: readers see the old ones or the new."""
    entries = 0
    with writing(engine) as connection:
        rows = kiosks.kiosk_rows(connection)
        for kiosk in rows:
            kiosks.kiosk_row(connection, kiosk.kiosk_id, lock=True)
        ledger.forget_projections(connection)
        for kiosk in rows:
            entries += _rebuild_kiosk(connection, kiosk.kiosk_id)
    return Rebuilt(len(rows), entries)


def _rebuild_kiosk(connection: Connection, kiosk_id: str) -> int:
    entries = 0
    for projection, count in replay(connection, kiosk_id):
        ledger.add_projection(connection, kiosk_id, projection)
        entries += count
    return entries


def replay(connection: Connection, kiosk_id: str) -> list[tuple[Projection, int]]:
    """One fold per epoch with the entries it took; operations carry over from epoch to epoch.

    Raises BrokenEntry where the journal's bytes are not what their place says.
    """
    folds: list[tuple[Projection, int]] = []
    known: dict[str, Standing] = {}
    for epoch in ledger.epochs_held(connection, kiosk_id):
        projection = Projection(epoch, known)
        prev_hash, count = GENESIS_HASH, 0
        for row in ledger.journal_rows(connection, kiosk_id, epoch):
            entry = read_entry(row.canonical, kiosk_id=kiosk_id, epoch=epoch, seq=row.seq, prev_hash=prev_hash)
            prev_hash = entry.hash
            projection.take(entry)
            count += 1
        folds.append((projection, count))
    return folds
