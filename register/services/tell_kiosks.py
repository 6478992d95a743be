"""Says how kiosks, their keys and their history stand, as rows for a person. Owns the words; changes nothing."""

from collections.abc import Iterator
from unicodedata import east_asian_width

from sqlalchemy import Connection, Engine

from kiosk.domain.codec import Plain
from register.domain.clock import city_time_of
from register.domain.event import ALARMS, EventKind
from register.domain.refusal import Unusable
from register.store import events, kiosks
from register.store.engine import reading

Row = dict[str, Plain]
"""Column names to values, in the order of reading."""
KEY_ENDS = {EventKind.KEY_RETIRED: "retired", EventKind.KEY_REVOKED: "revoked"}


def kiosk_standings(engine: Engine, kiosk_id: str | None = None) -> list[Row]:
    """One row a kiosk: how far it is, when it was heard, whether it may push. Raises Unusable for an unknown kiosk."""
    with reading(engine) as connection:
        rows: list[Row] = []
        for kiosk in _chosen(connection, kiosk_id):
            keys = kiosks.key_rows(connection, kiosk.kiosk_id)
            valid = sum(row.revoked_ms is None for row in keys)
            heard_ms = max(kiosk.batch_received_ms, kiosk.heartbeat_ms)
            rows.append(
                {
                    "kiosk": kiosk.kiosk_id,
                    "counter": f"{kiosk.counter_code} {kiosk.counter_name}".strip(),
                    "epoch": kiosk.epoch,
                    "entries": kiosk.head_seq,
                    "heard": city_time_of(heard_ms) if heard_ms else "",
                    "keys": valid,
                    "state": kiosk.frozen_rule or ("ok" if valid else "no valid key"),
                    "detail": kiosk.frozen_detail,
                }
            )
    return rows


def key_standings(engine: Engine, kiosk_id: str | None = None) -> list[Row]:
    """One row a key, oldest first: valid, retired (a newer one followed) or revoked (by a person)."""
    with reading(engine) as connection:
        rows: list[Row] = []
        for kiosk in _chosen(connection, kiosk_id):
            ends = {
                event.key_id: KEY_ENDS[event.kind]
                for event in events.events_of(connection, kiosk.kiosk_id)
                if event.kind in KEY_ENDS
            }
            for key in kiosks.key_rows(connection, kiosk.kiosk_id):
                ended = key.revoked_ms is not None
                rows.append(
                    {
                        "kiosk": kiosk.kiosk_id,
                        "key": key.key_id,
                        "state": ends.get(key.key_id, "revoked") if ended else "valid",
                        "since": city_time_of(key.enrolled_ms),
                        "until": city_time_of(key.revoked_ms) if key.revoked_ms is not None else "",
                    }
                )
    return rows


def history(engine: Engine, kiosk_id: str | None = None) -> list[Row]:
    """One row an event, oldest first within each kiosk; alarms are marked."""
    with reading(engine) as connection:
        return [
            {
                "alarm": "ALARM" if event.kind in ALARMS else "",
                "kiosk": event.kiosk_id,
                "at": city_time_of(event.at_ms),
                "event": event.kind.value,
                "key": event.key_id,
                "detail": event.detail,
            }
            for kiosk in _chosen(connection, kiosk_id)
            for event in events.events_of(connection, kiosk.kiosk_id)
        ]


def as_table(rows: list[Row]) -> Iterator[str]:
    """Rows as aligned lines under their column names; an empty value is a hyphen."""
    if not rows:
        return
    texts = [[str(value) or "-" for value in row.values()] for row in rows]
    texts.insert(0, [name.upper() for name in rows[0]])
    widths = [max(_columns(row[place]) for row in texts) for place in range(len(texts[0]))]
    for row in texts:
        yield "  ".join(text + " " * (width - _columns(text)) for text, width in zip(row, widths, strict=True)).rstrip()


def _columns(text: str) -> int:
    """Columns on a terminal: a kanji takes two (Unicode Standard Annex 11)."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _chosen(connection: Connection, kiosk_id: str | None) -> tuple[kiosks.KioskRow, ...]:
    if kiosk_id is None:
        return kiosks.kiosk_rows(connection)
    kiosk = kiosks.kiosk_row(connection, kiosk_id)
    if kiosk is None:
        raise Unusable(f"--kiosk {kiosk_id}: no such kiosk")
    return (kiosk,)
