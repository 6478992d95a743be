"""Codes that pay, held under the scanner wherever a hand may do it: whole in no window, file, log, notice or output."""

import base64
import logging
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.cli import main
from kiosk.clock import CityClock
from kiosk.local.clerk import Clerk
from kiosk.local.prepare import ensure_enrolled, read_counter
from kiosk.local.site import Site, run_register
from kiosk.paths import CONFIG
from kiosk.presenters.state import Asking, StaffState
from kiosk.services.notices import Scanned
from kiosk.ui import names
from tests.canaries.canaries import WALLETS, found_in
from tests.canaries.sinks import files, leaks, log, window
from tests.flow.conftest import MakeSite
from tests.flow.test_wallet import begin, ended, next_sale, scan

PROFILE = CONFIG / "counters" / "toshokan.toml"
OURS, *OTHERS = WALLETS
INPUTS = ("scanner-codes",)
SHOWN_MS = 60


def tlv(tag: str, value: str) -> bytes:
    return bytes.fromhex(tag) + bytes([len(value)]) + value.encode()


def symbol(code: str) -> str:
    """A JPQR symbol of the same number, as base64 (Consumer-Presented Mode 1.1, section 4)."""
    return base64.b64encode(tlv("85", "JPQR1") + tlv("61", (tlv("4F", code[:10]) + tlv("57", code)).decode())).decode()


def look(seen: dict[str, bytes], states: list[StaffState], step: str) -> None:
    """Read every window that is open, and what is kept behind it."""
    QTest.qWait(SHOWN_MS)
    for shown in QApplication.topLevelWidgets():
        seen |= window(shown, f"{shown.objectName()} at {step}")
    seen[f"states at {step}"] = repr(states).encode()


def work(clerk: Clerk, site: Site, seen: dict[str, bytes]) -> None:
    """Too early, of others, as a symbol, right, again, and at the wrong page."""
    states: list[StaffState] = []
    clerk.presenter.store.listen(states.append)
    clerk.click(names.category("goods"))
    scan(site, OURS)
    clerk.until("it is too early", lambda state: state.message is not None)
    look(seen, states, "before the payment")
    begin(clerk)
    for code in (*OTHERS, symbol(OURS), symbol(OTHERS[0]), OURS[:15]):
        before = clerk.presenter.store.state
        clerk.presenter.handle(Scanned(code))
        assert clerk.presenter.store.state is not before, "it says why not"
        assert isinstance(clerk.state().stage, Asking)
        look(seen, states, f"a scan of {code[:6]}")
    scan(site, OURS)
    ended(clerk)
    look(seen, states, "paid")
    next_sale(clerk)
    begin(clerk)
    scan(site, OURS)
    clerk.until("it is used up", lambda state: state.message is not None)
    look(seen, states, "used up")
    clerk.click(names.CANCEL)
    clerk.look_at_sales()
    scan(site, OURS)
    clerk.until("it is no slip", lambda state: state.message is not None)
    look(seen, states, "the day's sales")
    clerk.wait_synced()


def test_a_wallets_code_is_left_nowhere(
    make_site: MakeSite, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    caplog.set_level(logging.DEBUG)
    site, seen = make_site(), dict[str, bytes]()
    profile = read_counter(PROFILE, site, "--pays-s", "0.1")
    ensure_enrolled(profile, site)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    with Clerk(profile, site.paths.kiosk, pictures) as clerk:
        clerk.sign_in("suzuki")
        clerk.open_day()
        work(clerk, site, seen)
        seen |= {f"{name} while open": data for name, data in files(site.paths.kiosk).items()}
    for command in ("show", "export", "verify"):
        assert main(["journal", command, "--state", str(site.paths.kiosk)]) == 0
    today = CityClock().today().isoformat()
    seen["settle"] = run_register(site.paths, "settle", "--date", today).encode()
    printed = capfdbinary.readouterr()
    seen |= {"output": printed.out, "errors": printed.err} | log(caplog.records)
    seen |= {name: data for name, data in files(site.paths.root).items() if Path(name).name not in INPUTS}
    assert leaks(seen) == {}
    for sink in ("journal.db", "register.db", "receipt-1.bin", "provider-ledger.jsonl", "provider.log"):
        assert any(name.endswith(sink) for name in seen), sink
    assert found_in(symbol(OURS).encode()), "the search sees into a symbol"
