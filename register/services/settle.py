"""Settles a business day per revenue account and tender. Owns completeness; refuses to lay out files."""

from datetime import date

from sqlalchemy import Engine

from register.domain.refusal import Unusable
from register.domain.settlement import Completeness, KioskDay, Settlement, rows_of
from register.store import kiosks, settlement
from register.store.engine import reading


def settle(engine: Engine, day: date, *, kiosk_id: str | None = None) -> Settlement:
    """One consistent reading of the projections. Raises Unusable for an unknown kiosk."""
    with reading(engine) as connection:
        rows = kiosks.kiosk_rows(connection)
        chosen = [row for row in rows if kiosk_id in (None, row.kiosk_id)]
        if kiosk_id is not None and not chosen:
            raise Unusable(f"--kiosk {kiosk_id}: no such kiosk")
        in_doubt = settlement.in_doubt_counts(connection, day)
        exceptions = settlement.exception_counts(connection, day)
        begun = settlement.days_begun(connection, day)
        sold = settlement.kiosks_with_facts(connection, day)
        portions = settlement.portions(connection, day, kiosk_id)
    kiosk_days = tuple(
        KioskDay(
            row.kiosk_id,
            row.counter_code,
            row.counter_name,
            _completeness(closed=begun.get(row.kiosk_id), sold=row.kiosk_id in sold),
            in_doubt.get(row.kiosk_id, 0),
            exceptions.get(row.kiosk_id, 0),
            row.frozen_rule,
        )
        for row in chosen
    )
    return Settlement(day, rows_of(portions), kiosk_days)


def _completeness(*, closed: bool | None, sold: bool) -> Completeness:
    """The chain has no gaps, so a close that is here means all before it is here."""
    if closed is None:
        return Completeness.OPEN if sold else Completeness.NOTHING
    return Completeness.COMPLETE if closed else Completeness.OPEN
