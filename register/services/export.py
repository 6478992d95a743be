"""Writes the journal as the register holds it. Owns the framing; refuses to interpret."""

from collections.abc import Iterator

from sqlalchemy import Engine

from kiosk.domain.batch import LINE_END
from register.domain.refusal import Unusable
from register.store import kiosks, ledger
from register.store.engine import reading


def export_journal(engine: Engine, kiosk_id: str) -> Iterator[bytes]:
    """Canonical records in order, one per line. Raises Unusable for an unknown kiosk."""
    with reading(engine) as connection:
        if kiosks.kiosk_row(connection, kiosk_id) is None:
            raise Unusable(f"--kiosk {kiosk_id}: no such kiosk")
        for row in ledger.journal_rows(connection, kiosk_id):
            yield row.canonical + LINE_END
