"""The history of kiosks, codes and keys. Owns its numbering and what is not written twice; refuses to change it."""

import logging

from sqlalchemy import Connection, func, insert, select

from register.domain.event import ALARMS, REPEAT_MS, EventKind, KioskEvent
from register.store.schema import KIOSK_EVENT

_alarm = logging.getLogger("register.alarm")


def add_event(
    connection: Connection, kiosk_id: str, at_ms: int, kind: EventKind, *, key_id: str = "", detail: str = ""
) -> None:
    """Write one event, under the kiosk's lock, and raise the alarm where it is one."""
    number = 1 + (
        connection.scalar(select(func.max(KIOSK_EVENT.c.number)).where(KIOSK_EVENT.c.kiosk_id == kiosk_id)) or 0
    )
    connection.execute(
        insert(KIOSK_EVENT).values(
            kiosk_id=kiosk_id, number=number, at_ms=at_ms, kind=kind.value, key_id=key_id, detail=detail
        )
    )
    if kind in ALARMS:
        _alarm.error("kiosk %s: %s %s %s", kiosk_id, kind.value, key_id, detail)


def is_repeated(connection: Connection, kiosk_id: str, at_ms: int, kind: EventKind, key_id: str) -> bool:
    """Whether the same was written within the last hour."""
    event = KIOSK_EVENT.c
    same = (event.kiosk_id == kiosk_id) & (event.kind == kind.value) & (event.key_id == key_id)
    return connection.execute(select(event.number).where(same, event.at_ms > at_ms - REPEAT_MS)).first() is not None


def events_of(connection: Connection, kiosk_id: str) -> tuple[KioskEvent, ...]:
    """Oldest first."""
    query = select(KIOSK_EVENT).where(KIOSK_EVENT.c.kiosk_id == kiosk_id).order_by(KIOSK_EVENT.c.number)
    return tuple(
        KioskEvent(row.kiosk_id, row.number, row.at_ms, EventKind(row.kind), row.key_id, row.detail)
        for row in connection.execute(query)
    )
