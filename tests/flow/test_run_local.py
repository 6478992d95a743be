"""``scripts/run``: sales by real clicks with four equal books, and the window on a real display."""

import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.clock import CityClock
from kiosk.journal.store import SqliteJournal
from kiosk.paths import CONFIG

ROOT = Path(__file__).resolve().parents[2]
START_WAIT_S = 60.0
DISPLAY_SETTINGS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_two_sales_by_real_clicks_leave_four_equal_books(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "run-local", "--headless", "--sales", "2", "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env={key: value for key, value in os.environ.items() if key != "DISPLAY"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    summary = json.loads(done.stdout)
    assert (summary["sales"], summary["equal"]) == (2, True)
    (yen,) = set(summary["yen"].values())
    assert yen > 0
    ledger = lines(out / "terminal-ledger.jsonl")
    assert sum(entry["amount_yen"] for entry in ledger if entry["kind"] == "sale") == yen
    assert [entry["kind"] for entry in ledger][-1] == "settled", "the close asks the terminal for its own day"
    held = [json.dumps(record, sort_keys=True) for record in lines(out / "register.jsonl")]
    kept = [json.dumps(line["record"], sort_keys=True) for line in lines(out / "journal.jsonl")]
    assert held == kept, "the register holds exactly what the kiosk wrote"
    with (out / "settlement.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["行種別"] == "明細"]
    assert sum(int(row["差引額_円"]) for row in rows) == yen
    pictures = lines(out / "display.jsonl")
    assert [picture["upper"] for picture in pictures].count("ｱﾘｶﾞﾄｳｺﾞｻﾞｲﾏｼﾀ") == 2
    assert pictures[-1] == {"upper": "", "lower": ""}, "nothing is left on the citizen's display"
    for number in (1, 2):
        assert "領収書ではありません" in (out / f"receipt-{number}.txt").read_text("utf-8")
        assert (out / f"receipt-{number}.bin").read_bytes()
    for name in (*summary["screens"], *summary["receipts"]):
        with Image.open(name) as picture:
            assert len(picture.convert("L").getcolors(256) or ()) > 2, f"{name} is blank"


@pytest.fixture
def display() -> Iterator[str]:
    """A real X display of its own."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(writing)
        with os.fdopen(reading) as answer:
            yield f":{answer.readline().strip()}"
        server.terminate()


def test_the_window_opens_on_a_display_and_closes_on_request(display: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": display, "KIOSK_SITE": str(tmp_path / "site")}
    environment.pop("QT_QPA_PLATFORM", None)
    with subprocess.Popen(
        [sys.executable, "-m", "kiosk", "run-local"], env=environment, stderr=subprocess.PIPE, text=True
    ) as counter:
        deadline_s = time.monotonic() + START_WAIT_S
        while not list((tmp_path / "site" / "kiosk").glob("*head*")):
            assert counter.poll() is None, counter.stderr.read() if counter.stderr else ""
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        time.sleep(0.5)
        counter.send_signal(signal.SIGTERM)
        _, errors = counter.communicate(timeout=START_WAIT_S)
    assert (counter.returncode, errors) == (0, "")


@pytest.mark.parametrize("broken", [{}, {"DISPLAY": ":4077"}, {"QT_QPA_PLATFORM": "nosuch"}])
def test_without_a_display_one_line_says_so_and_nothing_is_left_running(broken: dict[str, str], tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if name not in DISPLAY_SETTINGS}
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "run-local"],
        capture_output=True,
        text=True,
        check=False,
        timeout=START_WAIT_S,
        env={**clean, **broken, "KIOSK_SITE": str(tmp_path / "site")},
    )
    (line,) = done.stderr.splitlines()
    assert line.startswith("No window can be opened (")
    assert "--headless" in line
    assert (done.returncode, done.stdout) == (2, "")
    deadline_s = time.monotonic() + START_WAIT_S
    while running_with(str(tmp_path)):
        assert time.monotonic() < deadline_s, "the register and the emulators outlive the window"
        time.sleep(0.05)


def running_with(word: str) -> list[str]:
    """The command lines on this machine in which the word stands."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # ended meanwhile
            found.append(process.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in found if word in line]


def test_a_second_window_on_one_journal_is_refused_in_a_sentence_and_changes_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with SqliteJournal(state, kiosk_id="shiminka-1", clock=CityClock()) as journal:
        arguments = ["run", "--profile", str(CONFIG / "counters" / "shiminka.toml"), "--state", str(state)]
        with subprocess.Popen(
            [sys.executable, "-m", "kiosk", *arguments],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        ) as second:
            assert second.stderr is not None
            said = ""
            while "journal" not in said and second.poll() is None:
                said = second.stderr.readline()  # what the offscreen display itself reports comes before
            assert str(state) in said
            second.send_signal(signal.SIGTERM)
            second.communicate(timeout=START_WAIT_S)
        assert second.returncode == 2
        assert journal.head().seq == 0
