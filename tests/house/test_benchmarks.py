"""The benchmark's yardstick keeps up with the journal: it writes the same rows into the same tables."""

from pathlib import Path

from kiosk.domain.record import Draft
from kiosk.journal.clock import SystemClock
from kiosk.journal.database import load_driver
from kiosk.journal.store import SqliteJournal
from scripts.benchmarks.journal import _RAW_CHANGES, CLERK, DAY, RawStore, _plain, sale_bodies

TABLES = ("sale", "operation", "document", "counter", "baseline", "sale_number")


def rows(path: Path, table: str) -> int:
    connection = load_driver().connect(path)
    try:
        found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(found[0]) if found else 0
    finally:
        connection.close()


def test_the_journals_yardstick_writes_as_many_rows(tmp_path: Path) -> None:
    bodies = sale_bodies(1)
    raw = RawStore(tmp_path)
    for body, change in zip(bodies, _RAW_CHANGES, strict=True):
        raw.record(_plain(body), change)
    raw.close()
    with SqliteJournal(tmp_path / "ours", kiosk_id="k0001", clock=SystemClock()) as journal:
        for body in bodies:
            journal.append(Draft(body, DAY, CLERK, "m1"))
    ours = tmp_path / "ours" / "journal.db"
    assert {table: rows(tmp_path / "raw.db", table) for table in TABLES} == {
        table: rows(ours, table) for table in TABLES
    }
