"""``kiosk sell`` through the real chain: terminal and printer on pseudo-terminals, register over HTTP."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kiosk.local.site import Site, run_register
from kiosk.paths import CONFIG
from tests.flow.conftest import MakeSite

PROFILE = CONFIG / "counters" / "shiminka.toml"


def start_kiosk(site: Site, command: str, *arguments: str) -> "subprocess.Popen[str]":
    settings = [f"--set={key}={value}" for key, value in site.overrides("terminal", "scanner", "display").items()]
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "kiosk", command, "--profile", str(PROFILE)),
            *("--state", str(site.paths.kiosk), *settings, *arguments),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kiosk(site: Site, command: str, *arguments: str) -> tuple[int, str, str]:
    with start_kiosk(site, command, *arguments) as process:
        out, error = process.communicate(timeout=120)
        return process.returncode, out, error


def enroll(site: Site) -> None:
    code = run_register(site.paths, "enroll", "--kiosk", "shiminka-1").split()[-1]
    exit_code, _, error = kiosk(site, "enroll", "--code", code)
    assert exit_code == 0, error


def sell(site: Site, *arguments: str) -> tuple[int, dict[str, Any]]:
    exit_code, out, error = kiosk(site, "sell", "--json", *arguments)
    assert out, error
    return exit_code, json.loads(out)


def ledger(site: Site) -> list[dict[str, Any]]:
    path = site.paths.terminal_ledger
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def settled(site: Site, business_date: str) -> dict[str, Any]:
    report = run_register(site.paths, "settle", "--date", business_date, "--format", "json")
    found: dict[str, Any] = json.loads(report)
    return found


def test_one_sale_reaches_paper_and_the_register(make_site: MakeSite) -> None:
    site = make_site()
    enroll(site)
    code, sale = sell(site, "--item", "1001", "--qty", "2", "--tender", "credit")
    assert (code, sale["state"], sale["amount_yen"]) == (0, "approved", 600)
    assert (sale["printing"], sale["synced"]) == ("printed", True)
    assert [entry["amount_yen"] for entry in ledger(site)] == [600]
    slip = (site.paths.paper / "receipt-1.txt").read_text("utf-8")
    assert "ご利用明細" in slip
    assert "領収書ではありません" in slip
    assert "住民票の写し" in slip
    assert sale["slip_number"] in slip
    verified = run_register(site.paths, "verify")
    assert verified


@pytest.mark.parametrize(
    ("answers", "state"),
    [("decline", "declined"), ("busy:100", "not_sent")],
)
def test_a_terminal_that_says_no_takes_nothing(make_site: MakeSite, answers: str, state: str) -> None:
    site = make_site(answers)
    code, sale = sell(site, "--item", "1001", "--tender", "credit")
    assert (code, sale["state"]) == (1, state)
    assert sum(entry["amount_yen"] for entry in ledger(site) if entry["kind"] == "sale") == 0


def test_a_kiosk_killed_in_mid_charge_finds_the_charge_again_and_charges_once(make_site: MakeSite) -> None:
    site = make_site("approve,lost-reply,approve")
    assert sell(site, "--item", "1003", "--tender", "credit")[0] == 0
    with start_kiosk(site, "sell", "--item", "1001", "--tender", "credit") as selling:
        deadline_s = time.monotonic() + 60
        while len(ledger(site)) < 2:
            assert time.monotonic() < deadline_s
            time.sleep(0.01)
        selling.kill()
    code, sale = sell(site, "--item", "1002", "--tender", "cash")
    assert (code, sale["state"]) == (0, "approved"), "the other tender is not blocked"
    code, sale = sell(site, "--item", "1001", "--qty", "2", "--tender", "credit")
    assert (code, sale["state"]) == (0, "approved")
    assert [entry["amount_yen"] for entry in ledger(site)][1:] == [300, 600]
    shown = subprocess.run(
        [sys.executable, "-m", "kiosk", "journal", "export", "--state", str(site.paths.kiosk)],
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout
    kinds = [(json.loads(line)["kind"], json.loads(line)["record"]["body"]) for line in shown.splitlines()]
    charged = [body["amount_yen"] for kind, body in kinds if kind == "operation_approved"]
    assert sum(charged) == sum(entry["amount_yen"] for entry in ledger(site)) + 300
    assert [body["source"] for kind, body in kinds if kind == "operation_approved"].count("inquiry") == 1


def test_cash_is_sold_without_a_terminal(make_site: MakeSite) -> None:
    site = make_site()
    code, sale = sell(site, "--item", "1001", "--tender", "cash", "--tendered", "1000")
    assert (code, sale["state"], sale["tender"]) == (0, "approved", "cash")
    assert "領収書" in (site.paths.paper / "receipt-1.txt").read_text("utf-8")
    assert ledger(site) == []


def test_a_result_that_nobody_can_be_told_is_one_line_and_no_answer(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "sell", "--profile", str(PROFILE), "--state", str(tmp_path)]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*command, "--set=printer.port=/dev/null", "--item", "1001", "--tender", "cash"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    told = [line for line in done.stderr.splitlines() if not line.startswith("…")]
    assert done.returncode == 2, "neither paid nor unpaid is claimed"
    assert told == ["standard output: No space left on device: whether it is paid, `kiosk journal show` says"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--item", "9999", "--tender", "credit"), "no such item"),
        (("--item", "1001", "--qty", "1", "--qty", "2", "--tender", "credit"), "give one for each"),
        (("--item", "1001", "--tender", "code"), "choose"),
        (("--item", "1001", "--qty", "-1", "--tender", "credit"), "not a count"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(tmp_path: Path, arguments: Sequence[str], says: str) -> None:
    done = subprocess.run(
        [*(sys.executable, "-m", "kiosk", "sell", "--profile", str(PROFILE), "--state", str(tmp_path)), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []
