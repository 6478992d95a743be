"""The counter without a terminal, whole: a notebook, its journal, the register; no device, no printer, the keyboard."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import Qt

from drivers.codes import jpqr
from kiosk.clock import CityClock
from kiosk.domain.operation import Operation, State
from kiosk.domain.payment import Standing
from kiosk.journal import commands
from kiosk.local.clerk import CLERK_PIN, Clerk, slip_printed
from kiosk.local.prepare import ensure_enrolled
from kiosk.local.site import Site, run_register
from kiosk.paths import CONFIG
from kiosk.presenters.screen import Act
from kiosk.presenters.state import Approving, Asking, Done, Doubt, Editing, Resolving
from kiosk.profile import load_profile
from kiosk.services.notices import Scanned
from kiosk.ui import names
from tests.flow.conftest import MakeSite
from tests.flow.test_attended import Fingers, type_key
from tests.unit.kiosk.services.test_enroll_code import ISSUED, STORE

PROFILE = CONFIG / "counters" / "inabu.toml"
KEYSTROKES_MAX = 6
"""For operator, time and the last four digits of the payment's number."""


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    return make_site()


@pytest.fixture
def clerk(site: Site, tmp_path: Path) -> Iterator[Clerk]:
    profile = load_profile(PROFILE, on=CityClock().today(), overrides={"register_url": site.register_address})
    ensure_enrolled(profile, site)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    with ExitStack() as stack:
        clerk = stack.enter_context(Clerk(profile, site.paths.kiosk, pictures))
        clerk.window.activateWindow()
        clerk.sign_in("suzuki")
        clerk.open_day()
        yield clerk


def symbol_on(clerk: Clerk, tmp_path: Path) -> str:
    """What a phone reads off the citizen's window."""
    file = tmp_path / "window.png"
    clerk.customer.grab().save(str(file))
    with Image.open(file) as picture:
        (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    return found.text


def asked(clerk: Clerk, name: str) -> None:
    clerk.until(name, lambda state: isinstance(state.stage, Asking) and state.stage.form.name == name)


def ended(clerk: Clerk) -> Operation:
    clerk.until("it is over", lambda state: isinstance(state.stage, Done | Doubt))
    stage = clerk.state().stage
    assert isinstance(stage, Done | Doubt)
    assert stage.operation is not None
    return stage.operation


def begin(clerk: Clerk, item: str = "1001") -> None:
    clerk.click(names.item(item))
    clerk.click(names.tender("code"))
    clerk.click(names.MAIN)
    asked(clerk, "jpqr_brand")


def approve(clerk: Clerk) -> None:
    """The second person of this counter; where there is no other, the form has the name already."""
    if isinstance(clerk.state().stage, Resolving):
        clerk.click(names.choice("approver", "yamada"))
    for digit in CLERK_PIN["yamada"]:
        clerk.click(names.digit(digit))
    clerk.click(names.MAIN)


def enroll(clerk: Clerk) -> None:
    clerk.click(names.MENU)
    clerk.click(names.act(Act.SHOW_CODE))
    clerk.presenter.handle(Scanned(ISSUED))
    clerk.until("the form is open", lambda state: state.setting_up is not None)
    approve(clerk)
    clerk.until("it is enrolled", lambda state: state.code is not None and state.code.code.text == ISSUED)


def back(clerk: Clerk) -> None:
    clerk.click(names.CANCEL)
    clerk.until("the sale page", lambda state: isinstance(state.stage, Editing) and state.view == "sale")


@dataclass(frozen=True)
class Kept:
    """An entry as an auditor exports it."""

    at: str
    approver: str
    body: Mapping[str, Any]


def records(site: Site, tmp_path: Path, *kinds: str) -> list[Kept]:
    file = tmp_path / "journal.jsonl"
    with file.open("wb") as out:
        commands.export(site.paths.kiosk, out)
    lines = [json.loads(line)["record"] for line in file.read_text("utf-8").splitlines()]
    kept = [(line["header"], line["body"]) for line in lines if line["header"]["kind"] in kinds]
    return [Kept(head["at"], (head["approver"] or {}).get("operator_id", ""), body) for head, body in kept]


def test_a_sale_takes_six_keystrokes_and_reaches_file_phone_journal_and_register(
    clerk: Clerk, site: Site, tmp_path: Path
) -> None:
    begin(clerk)
    fingers = Fingers(clerk)
    fingers.press(Qt.Key.Key_2)
    asked(clerk, "jpqr_static")
    fingers.press(Qt.Key.Key_4, Qt.Key.Key_8, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_Return)
    operation = ended(clerk)
    assert len(fingers.pressed) <= KEYSTROKES_MAX
    assert operation.state is State.APPROVED
    assert operation.result is not None
    assert (operation.result.brand, operation.result.payment_last4) == ("d払い", "4821")
    clerk.until("the slip is a file", slip_printed)
    clerk.until("and a symbol", lambda state: bool(state.slips))
    (file,) = (site.paths.kiosk / "documents").glob("*.pdf")
    assert file.name.startswith("N1-U")
    text = symbol_on(clerk, tmp_path)
    assert "領収書ではありません" in text
    assert "決済番号 下4桁 4821" in text
    clerk.click(names.MAIN)
    clerk.close_day()
    clerk.wait_synced()
    (approved,) = records(site, tmp_path, "operation_approved")
    assert approved.at[:10] == CityClock().today().isoformat()
    settled = run_register(site.paths, "settle", "--date", CityClock().today().isoformat())
    (row,) = (line.split(",") for line in settled.splitlines() if line.startswith("明細"))
    assert (row[8], row[9], row[11]) == ("コード決済", "1", "300")


def test_the_scanned_sticker_and_a_live_test_decide_what_the_citizen_scans(
    clerk: Clerk, site: Site, tmp_path: Path
) -> None:
    enroll(clerk)
    clerk.click(names.MAIN)  # PayPay stands first
    clerk.until("the trial is on", lambda state: state.code is not None and state.code.trial is not None)
    trial = jpqr.decode(symbol_on(clerk, tmp_path))
    assert (trial.amount_yen, trial.store) == (1, STORE)
    clerk.click(names.choice("tested", "passed"))
    approve(clerk)
    clerk.until("it is recorded", lambda state: state.code is not None and state.code.code.tested == ("PayPay",))
    back(clerk)
    begin(clerk)
    clerk.click(names.choice("brand", "PayPay"))
    asked(clerk, "jpqr_dynamic")
    assert jpqr.decode(symbol_on(clerk, tmp_path)).amount_yen == 300
    clerk.click(names.CANCEL)
    asked(clerk, "jpqr_cancel")
    clerk.click(names.MAIN)  # nobody has pressed the key that pays
    clerk.until("back at the cart", lambda state: isinstance(state.stage, Editing))
    clerk.click(names.tender("code"))
    clerk.click(names.MAIN)
    asked(clerk, "jpqr_brand")
    clerk.click(names.choice("brand", "au PAY"))
    asked(clerk, "jpqr_static")
    assert symbol_on(clerk, tmp_path) == ISSUED
    kept = records(site, tmp_path, "code_enrolled", "code_tested")
    assert [record.approver for record in kept] == ["yamada", "yamada"]
    assert kept[0].body["text"] == ISSUED


def test_without_a_completion_screen_two_people_look_in_the_portal(clerk: Clerk, site: Site, tmp_path: Path) -> None:
    begin(clerk)
    clerk.click(names.choice("brand", "メルペイ"))
    asked(clerk, "jpqr_static")
    clerk.click(names.answer("no_completion"))
    operation = ended(clerk)
    assert (operation.state, operation.reason) == (State.IN_DOUBT, "no_completion")
    clerk.click(names.CANCEL)  # 責任者が確定
    clerk.until("the form is open", lambda state: isinstance(state.stage, Resolving))
    clerk.click(names.choice("found", "not_charged"))
    clerk.click(names.choice("evidence", "事業者の管理画面"))
    approve(clerk)
    clerk.until("it is settled", lambda state: isinstance(state.stage, Editing) and not state.doubts)
    (record,) = records(site, tmp_path, "operation_resolved_not_charged")
    assert record.body["evidence"] == "事業者の管理画面"


def test_another_amount_is_undone_in_the_portal_under_its_number(clerk: Clerk, site: Site, tmp_path: Path) -> None:
    begin(clerk)
    clerk.click(names.choice("brand", "メルペイ"))
    asked(clerk, "jpqr_static")
    clerk.click(names.answer("wrong_amount"))
    asked(clerk, "jpqr_other_amount")
    for digit in "30":
        clerk.click(names.digit(digit))
    type_key(clerk, Qt.Key.Key_Return)
    for digit in "4821":
        clerk.click(names.digit(digit))
    clerk.click(names.MAIN)
    operation = ended(clerk)
    assert operation.seen is not None
    assert (operation.reason, operation.seen.amount_yen, operation.seen.slip_number) == ("mismatch", 30, "4821")
    clerk.click(names.MAIN)  # 責任者が確定 is the only way on
    clerk.until("the form is open", lambda state: isinstance(state.stage, Resolving))
    clerk.click(names.choice("found", "not_charged"))
    clerk.click(names.choice("evidence", "事業者の管理画面"))
    for digit in "04813557201846":
        clerk.click(names.digit(digit))
    clerk.presenter.form.next_field()
    approve(clerk)
    clerk.until("it is settled", lambda state: isinstance(state.stage, Editing) and not state.doubts)
    (record,) = records(site, tmp_path, "operation_resolved_not_charged")
    assert (record.body["evidence"], record.body["reference"]) == ("事業者の管理画面", "04813557201846")
    assert record.approver == "yamada"


def test_a_sale_canceled_in_the_portal_is_a_void_with_its_number(clerk: Clerk, site: Site, tmp_path: Path) -> None:
    begin(clerk)
    clerk.click(names.choice("brand", "PayPay"))
    asked(clerk, "jpqr_static")
    for digit in "4821":
        clerk.click(names.digit(digit))
    clerk.click(names.MAIN)
    ended(clerk)
    clerk.click(names.MAIN)
    clerk.look_at_sales()
    clerk.click(names.act(Act.VOID))
    clerk.until("a second person is asked", lambda state: isinstance(state.stage, Approving))
    approve(clerk)
    asked(clerk, "jpqr_void")
    for digit in "20261123778812":
        clerk.click(names.digit(digit))
    clerk.click(names.MAIN)
    operation = ended(clerk)
    assert operation.result is not None
    assert operation.result.transaction_number == "20261123778812"
    clerk.until("the void slip is a file", slip_printed)
    deadline_s = time.monotonic() + 10
    while "取消の受付番号 20261123778812" not in symbol_on(clerk, tmp_path) and time.monotonic() < deadline_s:
        clerk.until("the symbol", lambda state: bool(state.slips))
    clerk.click(names.MAIN)
    sales = clerk.state().sales
    assert sales is not None
    assert [sale.standing for sale in sales.sales] == [Standing.VOIDED]
    voided = records(site, tmp_path, "operation_prepared")[-1]
    assert voided.approver == "yamada"
