"""A day at a whole site whose terminal tells card numbers wherever it can: no secret in anything that is left of it."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.cli import main
from kiosk.clock import CityClock
from kiosk.domain.business_day import DayState
from kiosk.domain.sale_search import SaleSearch
from kiosk.domain.tender import TenderKind
from kiosk.local.clerk import Clerk, slip_printed
from kiosk.local.prepare import ensure_enrolled, read_counter
from kiosk.local.site import Site, run_register
from kiosk.paths import CONFIG
from kiosk.presenters.screen import Act
from kiosk.presenters.state import Done, Editing
from kiosk.ui import names
from tests.canaries.canaries import CARDS, PIN, TOKEN, TRACK_2
from tests.canaries.sinks import files, leaks, log, window
from tests.flow.conftest import MakeSite

PROFILE = CONFIG / "counters" / "shiminka.toml"
INPUTS = ("scanner-codes",)
"""What the site was told; everything else under its folder is left by the product and the emulated devices."""


def look(seen: dict[str, bytes], step: str) -> None:
    """Read every window that is open."""
    QApplication.processEvents()
    for shown in QApplication.topLevelWidgets():
        seen |= window(shown, f"{shown.objectName()} at {step}")


def work(clerk: Clerk, site: Site, seen: dict[str, bytes]) -> None:
    """A wrong PIN, codes that are secrets, a payment, a search and the day's close."""
    clerk.desk.sign_in("suzuki", PIN)
    clerk.until("the PIN is refused", lambda state: state.message is not None)
    look(seen, "a wrong PIN")
    clerk.sign_in("suzuki")
    clerk.open_day()
    for code in (CARDS[0], TRACK_2, TOKEN):
        with site.paths.scanner_codes.open("a", encoding="utf-8") as codes:
            codes.write(f"{code}\n")
        clerk.until("the code is refused", lambda state: state.message is not None)
        QTest.qWait(100)
        look(seen, f"a scan of {code[:4]}")
    clerk.click(names.category("certificate"))
    clerk.click(names.item("1001"))
    clerk.click(names.tender(TenderKind.CREDIT))
    clerk.click(names.MAIN)
    look(seen, "the terminal's turn")
    clerk.until("the sale is paid", lambda state: isinstance(state.stage, Done))
    clerk.until("its slip is printed", slip_printed)
    look(seen, "paid")
    clerk.click(names.MAIN)
    clerk.until("the next sale may begin", lambda state: isinstance(state.stage, Editing))
    clerk.look_at_sales()
    look(seen, "the day's sales")
    clerk.desk.archive.find(SaleSearch(number=CARDS[3]))
    clerk.until("nothing is found", lambda state: state.message is not None)
    look(seen, "a search")
    clerk.click(names.MENU)
    clerk.click(names.act(Act.SHOW_CLOSE))
    clerk.click(names.MAIN)
    clerk.until("the brand's name differs", lambda _: "端末日計との差".encode() in window(clerk.window, "")[""])
    look(seen, "a difference")
    clerk.click(names.MAIN)
    clerk.until("the day is closed", lambda state: state.day is not None and state.day.day.state is DayState.CLOSED)
    look(seen, "closed")
    clerk.wait_synced()


def tell(site: Site, kiosk_id: str) -> dict[str, bytes]:
    """What the register's commands print; those of the kiosk print to our own output."""
    settings = [f"--set={key}={value}" for key, value in site.overrides("terminal", "scanner", "display").items()]
    state = ["--state", str(site.paths.kiosk)]
    main(["doctor", "--profile", str(PROFILE), *state, *settings])
    for command in ("show", "export", "verify"):
        assert main(["journal", command, *state]) == 0
    today = CityClock().today().isoformat()
    with ThreadPoolExecutor() as pool:
        export = pool.submit(run_register, site.paths, "export", "--kiosk", kiosk_id)
        settled = pool.submit(run_register, site.paths, "settle", "--date", today)
        return {"register export": export.result().encode(), "settle": settled.result().encode()}


def test_a_day_at_a_site_leaves_no_secret_anywhere(
    make_site: MakeSite, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    caplog.set_level(logging.DEBUG)
    site, seen = make_site("clear-card"), dict[str, bytes]()
    profile = read_counter(PROFILE, site)
    ensure_enrolled(profile, site)
    prints_here = MappingProxyType({"prints_here": 1})
    devices = (replace(each, options=prints_here) if each.driver == "zvt" else each for each in profile.devices)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    with Clerk(replace(profile, devices=tuple(devices)), site.paths.kiosk, pictures) as clerk:
        work(clerk, site, seen)
        seen |= {f"{name} while open": data for name, data in files(site.paths.kiosk).items()}
    seen |= tell(site, profile.kiosk_id) | log(caplog.records)
    printed = capfdbinary.readouterr()
    seen |= {"output": printed.out, "errors": printed.err}
    seen |= {name: data for name, data in files(site.paths.root).items() if Path(name).name not in INPUTS}
    assert leaks(seen) == {}
    assert any(name.endswith(".txt") and b"************1111" in data for name, data in seen.items()), (
        "the slips are out"
    )
    for sink in ("journal.db", "register.db", "receipt-1.bin", "display.jsonl", "terminal.log"):
        assert any(name.endswith(sink) for name in seen), sink
    assert b"Visa" in seen["output"]
    assert b"Visa" in seen["register export"]
    assert "クレジットカード".encode() in seen["settle"]
