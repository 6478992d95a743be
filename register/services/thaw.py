"""Lifts a freeze after a person has looked. Owns nothing else: the next batch is checked as every one is."""

from sqlalchemy import Engine

from register.domain.clock import NowMs
from register.domain.event import EventKind
from register.domain.refusal import Unusable
from register.store import events, kiosks
from register.store.engine import writing


def thaw(engine: Engine, kiosk_id: str, *, reason: str, now_ms: NowMs) -> bool:
    """Take entries from a frozen kiosk again; False when it was not frozen. Raises Unusable for an unknown kiosk."""
    with writing(engine) as connection:
        kiosk = kiosks.kiosk_row(connection, kiosk_id, lock=True)
        if kiosk is None:
            raise Unusable(f"--kiosk {kiosk_id}: no such kiosk")
        if not kiosk.frozen_rule:
            return False
        kiosks.update_kiosk(connection, kiosk_id, frozen_rule="", frozen_detail="")
        events.add_event(connection, kiosk_id, now_ms(), EventKind.THAWED, detail=reason)
    return True
