"""A 納付書's payer and number pushed through a whole site: where they belong, and never in a log or a crash report."""

import logging
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.cli import main
from kiosk.clock import CityClock
from kiosk.crash import install_hooks
from kiosk.domain.sale_search import SaleSearch
from kiosk.domain.tender import TenderKind
from kiosk.local.clerk import Clerk, slip_printed
from kiosk.local.prepare import ensure_enrolled, read_counter
from kiosk.local.site import Site, run_register
from kiosk.paths import CONFIG
from kiosk.presenters.state import Done, Editing, KeyingSlip
from kiosk.ui import names
from tests.canaries.canaries import ENCODINGS
from tests.canaries.sinks import files, log, window
from tests.flow.conftest import MakeSite
from tests.simulation.slips import with_slips

PROFILE = CONFIG / "counters" / "shiminka.toml"
PAYER, NUMBER = "柿澤カナリア", "KANARIA-77"
SCANNED_PAYER, BARCODE = "金糸雀商店", "91912345010000000000000045208026122500131003"
SECRETS = (PAYER, NUMBER, SCANNED_PAYER, BARCODE)
ON_PAPER = {"receipt-1.bin", "receipt-1.txt", "receipt-2.bin", "receipt-2.txt"}
"""What the emulated printer keeps of each paper; its pictures are not searched."""
BELONGS = {"journal.db", "register.db", "register export", "journal export", "notices"} | ON_PAPER


def holding(sinks: dict[str, bytes], secret: str) -> set[str]:
    """Sinks that hold ``secret``, as text or as JSON escapes it."""
    forms = {secret.encode(each) for each in ENCODINGS} | {secret.encode("unicode_escape")}
    return {Path(name).name.removesuffix("-wal") for name, data in sinks.items() if any(each in data for each in forms)}


def look(clerk: Clerk, seen: dict[str, bytes], step: str) -> None:
    """Read both windows."""
    QApplication.processEvents()
    seen |= window(clerk.window, f"clerk at {step}") | window(clerk.customer, f"citizen at {step}")


def take(clerk: Clerk, seen: dict[str, bytes], tender: TenderKind, values: dict[str, str]) -> None:
    """One slip from its form to the paper."""
    clerk.until("its form is open", lambda state: isinstance(state.stage, KeyingSlip))
    for name, text in values.items():
        clerk.presenter.form.write(name, text)
    clerk.click(names.MAIN)
    look(clerk, seen, f"the cart, {tender}")
    clerk.click(names.tender(tender))
    clerk.click(names.MAIN)
    look(clerk, seen, f"paying, {tender}")
    clerk.until("the sale is paid", lambda state: isinstance(state.stage, Done))
    clerk.until("its paper is out", slip_printed)
    look(clerk, seen, f"paid, {tender}")
    clerk.click(names.MAIN)
    clerk.until("the next sale may begin", lambda state: isinstance(state.stage, Editing))


def break_things(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bugs whose messages repeat what was keyed: in the window, in a thread, on the desk's worker."""

    def bug(*_: object, **__: object) -> None:
        raise ValueError(f"cannot take {SECRETS}")

    try:
        bug()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)  # as Qt's loop does
    thread = threading.Thread(target=bug)
    thread.start()
    thread.join()
    monkeypatch.setattr("kiosk.runtime.archive.find_sales", bug)
    clerk.desk.archive.find(SaleSearch(number=NUMBER))
    clerk.until("the clerk is told of a fault", lambda state: state.message is not None)


def work(clerk: Clerk, site: Site, seen: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk.sign_in("suzuki")
    clerk.open_day()
    clerk.presenter.cart.select_item("5001")
    amount = {"slip_yen": "4500", "slip_again_yen": "4500"}
    take(clerk, seen, TenderKind.CREDIT, {"payer": PAYER, "assessment": NUMBER, **amount})
    with site.paths.scanner_codes.open("a", encoding="utf-8") as codes:
        codes.write(f"{BARCODE}\n")
    take(clerk, seen, TenderKind.CREDIT, {"payer": SCANNED_PAYER})
    clerk.look_at_sales()
    clerk.presenter.sales.move_selection(1)
    look(clerk, seen, "the day's sales")
    break_things(clerk, monkeypatch)
    clerk.close_day()
    clerk.wait_synced()


def test_a_payer_is_where_he_belongs_and_in_no_log(
    make_site: MakeSite,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    install_hooks()
    site, seen = make_site(), dict[str, bytes]()
    profile = with_slips(read_counter(PROFILE, site), CityClock().today())
    ensure_enrolled(profile, site)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    with Clerk(profile, site.paths.kiosk, pictures) as clerk:
        work(clerk, site, seen, monkeypatch)
    state, today = ["--state", str(site.paths.kiosk)], CityClock().today().isoformat()
    for command in ("show", "verify"):
        assert main(["journal", command, *state]) == 0
    printed = capfdbinary.readouterr()
    assert main(["journal", "export", *state]) == 0
    seen |= {"output": printed.out, "errors": printed.err, "journal export": capfdbinary.readouterr().out}
    seen["register export"] = run_register(site.paths, "export", "--kiosk", profile.kiosk_id).encode()
    seen["settle"] = run_register(site.paths, "settle", "--date", today).encode()
    seen["notices"] = run_register(site.paths, "notices", "--date", today, "--json").encode()
    seen |= log(caplog.records)
    seen |= {name: data for name, data in files(site.paths.root).items() if Path(name).name != "scanner-codes"}
    assert caplog.text.count("ValueError at") == 3, "the bugs were told"
    clerks = {name for name in seen if name.startswith("clerk at")}
    for secret in (PAYER, NUMBER, SCANNED_PAYER):
        assert holding(seen, secret) - clerks - ON_PAPER == BELONGS - ON_PAPER
        assert len(holding(seen, secret) & ON_PAPER) == 2, "one paper"
        assert holding(seen, secret) & clerks
    assert holding(seen, BARCODE) == BELONGS - ON_PAPER
