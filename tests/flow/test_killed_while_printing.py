"""A counter killed between sent and printed, a printer switched off: asked at the start, never printed twice."""

import json
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

from kiosk.local.site import Site
from tests.flow.conftest import MakeSite
from tests.flow.test_sell import enroll, sell, start_kiosk

WAIT_S = 60.0


def entries(site: Site, kind: str) -> list[dict[str, Any]]:
    """Read beside the running counter, as support would."""
    database = next(site.paths.kiosk.glob("*.db"), None)
    if database is None:
        return []
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT canonical FROM journal WHERE kind = ? ORDER BY seq", (kind,)).fetchall()
    except sqlite3.OperationalError:
        return []  # not made yet
    finally:
        connection.close()
    return [json.loads(row[0])["body"] for row in rows]


def papers(site: Site) -> list[str]:
    found = sorted(site.paths.paper.glob("receipt-*.txt"), key=lambda path: int(path.stem.split("-")[1]))
    return [path.read_text("utf-8") for path in found]


def until_on_paper(site: Site) -> None:
    """The first line is printed: the emulator notes its scripted fault."""
    give_up_s = time.monotonic() + WAIT_S
    events = site.paths.paper / "printer-events.jsonl"
    while not (events.exists() and '"fault"' in events.read_text("utf-8")):
        assert time.monotonic() < give_up_s, "the document was never sent"
        time.sleep(0.02)


def kill_while_printing(site: Site) -> None:
    process = start_kiosk(site, "sell", "--item", "1001", "--tender", "cash", "--tendered", "1000")
    until_on_paper(site)
    assert [entry["state"] for entry in entries(site, "document_printed")] == ["sent"]
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=WAIT_S)
    assert process.returncode == -signal.SIGKILL


def written_out(site: Site, count: int) -> list[str]:
    give_up_s = time.monotonic() + WAIT_S
    while len(papers(site)) < count:
        assert time.monotonic() < give_up_s, f"{len(papers(site))} of {count} papers"
        time.sleep(0.05)
    return papers(site)


def test_a_counter_killed_while_its_slip_is_printed_asks_and_prints_no_second_one(make_site: MakeSite) -> None:
    site = make_site(printer_options=("--speed", "0.3", "--fault", "garbage_at_line:1"))
    enroll(site)
    kill_while_printing(site)
    written_out(site, 1)
    code, sale = sell(site, "--item", "1001", "--tender", "credit")
    assert (code, sale["printing"]) == (0, "printed")
    first = entries(site, "document_issued")[0]["document_id"]
    ends = [(x["state"], x["fault"]) for x in entries(site, "document_printed") if x["document_id"] == first]
    assert ends == [("sent", ""), ("unknown", "stopped")]
    numbers = [x["serial_number"] for x in entries(site, "document_issued")]
    printed = written_out(site, 2)
    assert [sum(number in text for text in printed) for number in numbers] == [1, 1], "each is on paper once"
    assert not any("再発行" in text for text in printed)


def test_a_printer_switched_off_in_mid_slip_leaves_it_unknown(make_site: MakeSite) -> None:
    site = make_site(printer_options=("--fault", "power_off_at_line:3"))
    enroll(site)
    code, sale = sell(site, "--item", "1001", "--tender", "cash", "--tendered", "1000")
    assert (code, sale["state"], sale["printing"]) == (0, "approved", "printunknown")
    assert [x["state"] for x in entries(site, "document_printed")] == ["sent", "unknown"]
    with Path(site.paths.printer_control).open("a") as control:
        control.write("power on\n")
    code, sale = sell(site, "--item", "1001", "--tender", "cash", "--tendered", "1000")
    assert (code, sale["printing"]) == (0, "printed")
