"""Writes what the register holds of a kiosk, or has refused. Owns the framing; refuses to interpret."""

from collections.abc import Iterator

from sqlalchemy import Connection, Engine

from kiosk.domain.batch import LINE_END
from register.domain.refusal import Unusable
from register.store import kiosks, ledger
from register.store.engine import reading


def export_journal(engine: Engine, kiosk_id: str) -> Iterator[bytes]:
    """Canonical records in order, one per line. Raises Unusable for an unknown kiosk."""
    with reading(engine) as connection:
        _check_known(connection, kiosk_id)
        for row in ledger.journal_rows(connection, kiosk_id):
            yield row.canonical + LINE_END


def export_quarantine(engine: Engine, kiosk_id: str) -> Iterator[bytes]:
    """Batches that were refused, oldest first, each as it was sent. Raises Unusable for an unknown kiosk."""
    with reading(engine) as connection:
        _check_known(connection, kiosk_id)
        yield from ledger.quarantined_bodies(connection, kiosk_id)


def _check_known(connection: Connection, kiosk_id: str) -> None:
    if kiosks.kiosk_row(connection, kiosk_id) is None:
        raise Unusable(f"--kiosk {kiosk_id}: no such kiosk")
