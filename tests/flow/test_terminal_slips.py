"""A terminal without a printer, the real driver, window and printer: whose paper comes out, and what is kept of it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from PySide6.QtTest import QTest

from drivers.emulators.terminal.clear_card import NUMBERS
from kiosk.domain.business_day import DayState
from kiosk.domain.tender import TenderKind
from kiosk.local.clerk import CLERK_PIN, Clerk
from kiosk.local.prepare import ensure_enrolled, read_counter
from kiosk.local.site import Site
from kiosk.paths import CONFIG
from kiosk.presenters.state import Done, StaffState
from kiosk.services.notices import Light
from kiosk.ui import names
from tests.flow.conftest import MakeSite

PROFILE = CONFIG / "counters" / "shiminka.toml"
OpenCounter = Callable[[Site], Clerk]


@pytest.fixture
def open_counter(tmp_path: Path) -> Iterator[OpenCounter]:
    """A clerk at an open counter whose card terminal prints here."""
    with ExitStack() as stack:

        def open_it(site: Site) -> Clerk:
            profile = read_counter(PROFILE, site)
            ensure_enrolled(profile, site)
            devices = tuple(
                replace(x, options=MappingProxyType({"prints_here": 1})) if x.driver == "zvt" else x
                for x in profile.devices
            )
            pictures = tmp_path / "pictures"
            pictures.mkdir()
            clerk = stack.enter_context(Clerk(replace(profile, devices=devices), site.paths.kiosk, pictures))
            clerk.sign_in("suzuki")
            clerk.open_day()
            return clerk

        yield open_it


def charge(clerk: Clerk) -> None:
    clerk.click(names.category("certificate"))
    clerk.click(names.item("1001"))
    clerk.click(names.tender(TenderKind.CREDIT))
    clerk.click(names.MAIN)


def papers(site: Site) -> list[str]:
    """The text of every piece of paper, in the order they came out."""
    found = sorted(site.paths.paper.glob("receipt-*.txt"), key=lambda path: int(path.stem.rpartition("-")[2]))
    return [path.read_text("utf-8") for path in found]


def await_papers(clerk: Clerk, site: Site, count: int) -> list[str]:
    clerk.until(f"{count} papers are out", lambda _: len(papers(site)) >= count)
    return papers(site)


def journal(site: Site) -> list[dict[str, Any]]:
    shown = subprocess.run(
        [sys.executable, "-m", "kiosk", "journal", "export", "--state", str(site.paths.kiosk)],
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout
    return [json.loads(line) for line in shown.splitlines()]


def bodies(site: Site, kind: str) -> list[dict[str, Any]]:
    return [line["record"]["body"] for line in journal(site) if line["kind"] == kind]


def ends(site: Site) -> list[str]:
    """How each print job ended, in the order of the journal."""
    return [body["state"] for body in bodies(site, "document_printed") if body["state"] != "sent"]


@pytest.mark.parametrize("form", ["lines", "blocks"])
def test_a_payment_prints_both_copies_and_our_own_slip_and_records_each(
    make_site: MakeSite, open_counter: OpenCounter, form: str
) -> None:
    site = make_site(terminal_options=["--slips", form])
    clerk = open_counter(site)
    charge(clerk)
    merchant, customer, own = await_papers(clerk, site, 3)
    assert "窓口控え" in merchant
    assert "お客様控え" not in merchant
    assert "お客様控え" in customer
    assert "JPY 300" in merchant
    assert "JPY 300" in customer
    assert "************1034" in customer
    assert "領収書ではありません" in customer
    assert "ご利用明細" in own
    assert "Danke schoen" in customer, "what our font has not is written with what it has"
    clerk.until("all is recorded", lambda _: len(ends(site)) == 3)
    issued = bodies(site, "document_issued")
    assert [(x["kind"], x["serial_number"]) for x in issued] == [
        ("terminal_merchant", "A1-T2026-000001"),
        ("terminal_customer", "A1-T2026-000002"),
        ("usage_slip", "A1-U2026-000001"),
    ]
    assert ends(site) == ["printed"] * 3
    whole = json.dumps(journal(site), ensure_ascii=False)
    assert "MERCHANT COPY" not in whole, "the terminal's words are not kept"
    assert "Danke" not in whole


def test_a_void_and_the_end_of_day_print_here_as_well(make_site: MakeSite, open_counter: OpenCounter) -> None:
    site = make_site()
    clerk = open_counter(site)
    charge(clerk)
    await_papers(clerk, site, 3)
    sales = clerk.state().sales
    assert sales is not None
    clerk.desk.approvals.void(sales.sales[0].sale_id, "yamada", CLERK_PIN["yamada"])
    *_, merchant, customer, own = await_papers(clerk, site, 6)
    assert "VOID" in merchant
    assert "VOID" in customer
    assert "取消のご案内" in own
    assert "No. A1-U2026-000001" in own, "the document that the void makes invalid is ours, not the terminal's"
    clerk.desk.close_day()
    clerk.until("the day is closed", lambda s: s.day is not None and s.day.day.state is DayState.CLOSED)
    day, report = await_papers(clerk, site, 8)[6:]
    assert "END OF DAY" in day
    assert "No. " not in day, "a slip of no payment has no number"
    assert "精算票" in report
    kinds = [x["kind"] for x in bodies(site, "document_issued")]
    assert kinds.count("terminal_merchant") == kinds.count("terminal_customer") == 2
    assert "terminal_slip" not in kinds


def test_a_printer_without_paper_keeps_nobody_from_paying_and_prints_all_of_it_later(
    make_site: MakeSite, open_counter: OpenCounter
) -> None:
    site = make_site()
    clerk = open_counter(site)
    tell_printer(site, "paper end")
    await_paper_end(clerk)
    charge(clerk)
    clerk.until("the sale is paid", lambda s: isinstance(s.stage, Done))
    assert papers(site) == []
    assert ends(site) == []
    tell_printer(site, "paper ok")
    await_papers(clerk, site, 3)
    clerk.until("every job has ended", lambda _: len(ends(site)) == 3)
    assert ends(site) == ["printed"] * 3
    assert len(papers(site)) == 3


def tell_printer(site: Site, word: str) -> None:
    with site.paths.printer_control.open("a") as control:
        control.write(f"{word}\n")


def await_paper_end(clerk: Clerk) -> None:
    """The printer obeys its control file a moment later: ask it until it says so."""

    def reached(state: StaffState) -> bool:
        clerk.desk.refresh_status()
        QTest.qWait(100)
        return state.status is not None and state.status.paper.light is Light.BAD

    clerk.until("the paper is out", reached)


@pytest.mark.parametrize("form", ["lines", "blocks"])
def test_no_card_number_is_whole_on_paper_in_the_journal_or_in_a_log(
    make_site: MakeSite, open_counter: OpenCounter, form: str, capfd: pytest.CaptureFixture[str]
) -> None:
    site = make_site("clear-card", terminal_options=["--slips", form])
    clerk = open_counter(site)
    charge(clerk)
    merchant, customer, own = await_papers(clerk, site, 3)
    assert "1111" in customer, "the last four digits are shown"
    kept = [merchant, customer, own, json.dumps(journal(site)), *capfd.readouterr()]
    kept += [path.read_bytes().decode("latin-1") for path in site.paths.root.rglob("*") if path.suffix == ".log"]
    kept += [path.read_bytes().decode("latin-1") for path in site.paths.kiosk.rglob("*") if path.is_file()]
    for text in kept:
        digits = "".join(character for character in text if character.isdecimal())
        for number in NUMBERS:
            assert number not in digits, number


def test_the_command_line_prints_them_too(make_site: MakeSite, tmp_path: Path) -> None:
    site = make_site()
    shutil.copytree(CONFIG, tmp_path / "config")
    counter = tmp_path / "config" / "counters" / "shiminka.toml"
    text = counter.read_text("utf-8")
    counter.write_text(text.replace("baud = 9600", "baud = 9600\noptions = { prints_here = 1 }", 1), "utf-8")
    settings = [f"--set={key}={value}" for key, value in site.overrides("terminal").items()]
    sold = subprocess.run(
        [
            *(sys.executable, "-m", "kiosk", "sell", "--profile", str(counter), "--state", str(site.paths.kiosk)),
            *(*settings, "--json", "--item", "1001", "--tender", "credit"),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(sold.stdout)["printing"] == "printed"
    merchant, customer, own = papers(site)
    assert ("窓口控え" in merchant, "お客様控え" in customer, "ご利用明細" in own) == (True, True, True)
