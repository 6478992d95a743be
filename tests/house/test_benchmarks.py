"""The benchmarks' yardsticks keep up with us: the same rows in the same tables, the same words on the same receipt."""

from pathlib import Path

from kiosk.domain.record import Draft
from kiosk.journal.clock import SystemClock
from kiosk.journal.database import load_driver
from kiosk.journal.store import SqliteJournal
from kiosk.paths import CONFIG
from receipts.paper import parse_paper_profile
from receipts.render import text
from receipts.sample import sample_sale
from scripts.benchmarks.journal import _RAW_CHANGES, CLERK, DAY, RawStore, _plain, sale_bodies
from scripts.benchmarks.receipt import PAPER
from scripts.benchmarks.receipt_peers import escpos_lines, receiptline
from tests.layouts import compose_sale

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


def words(said: str) -> str:
    """Without blanks and rules, which each side makes its own way; receiptline spaces out what it prints wide."""
    return "".join(character for character in said if character not in " ─━-=\n")


def test_the_peers_print_the_same_receipt() -> None:
    paper = parse_paper_profile((CONFIG / "printers" / PAPER).read_text("utf-8"), PAPER)
    document = compose_sale(sample_sale())
    ours = text.render(document, paper.columns)
    peer = receiptline(document, paper, rounds=1)
    symbol = f"[QR {sample_sale().qr_text}]"
    assert symbol in ours
    assert words(peer.text) == words(ours.replace(symbol, ""))
    assert b"\x1d8L" in peer.job, "its QR is a picture"
    padded = [line.text for line in escpos_lines(document, paper)]
    assert words("".join(padded)) == words(ours.replace(symbol, sample_sale().qr_text))
