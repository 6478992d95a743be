"""Wallets at both windows: a scan answers the question, everything else is named and sent nowhere."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.operation import State
from kiosk.presenters.customer import CustomerPage
from kiosk.presenters.state import Asking, Done, Working
from kiosk.services.notices import CodeShown, PaymentProgress, Refused, Scanned
from kiosk.ui import names
from kiosk.ui.components import Words
from tests.ui.conftest import Bench, BuildBench
from tests.ui.cut_words import clipped
from tests.ui.draw import SIZES
from tests.ui.test_scanner_keys import Keyboard
from tests.ui.wallet_scenes import EITHER, OTHERS, PAID, SCAN_ALONE, SHOWN, WALLET, WALLET_SETUP, walk_wallet

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.fixture
def library(build: BuildBench) -> Bench:
    """A counter with PayPay, a clerk and an open day."""
    counter = build(WALLET_SETUP)
    counter.open()
    return counter


def asked(counter: Bench, item: str = "1001") -> None:
    """An item by PayPay: the wallet is asked for."""
    counter.click(names.item(item), names.tender("code"), names.MAIN)
    counter.desk.tell(PaymentProgress("wait_clerk"))
    counter.desk.tell(EITHER)


def scan(counter: Bench, text: str) -> None:
    counter.windows.staff_presenter.handle(Scanned(text))


def shown(counter: Bench, code: CodeShown = SHOWN) -> None:
    counter.desk.tell(PaymentProgress("connecting"))
    counter.desk.tell(code)
    counter.desk.tell(PaymentProgress("wait_code"))


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_no_word_is_cut_in_any_scene(qtbot: QtBot, language: str, size: tuple[int, int]) -> None:
    del qtbot
    scenes: list[str] = []

    def visit(name: str, staff: QWidget, customer: QWidget) -> None:
        scenes.append(name)
        assert (name, clipped(staff), clipped(customer)) == (name, [], [])
        assert staff.size().toTuple() == size

    walk_wallet(language, size, visit)
    assert len(scenes) > 30


SCANNERS: dict[str, Callable[[str], str]] = {
    "plain": lambda code: code,
    "trailing CR and LF": lambda code: f"{code}\r\n",
    "full width": lambda code: code.translate(WIDE),
    "symbology identifier": lambda code: f"]C1{code}",
    "blanks": lambda code: f"  {code}\t",
}


@pytest.mark.parametrize("scanner", SCANNERS)
def test_a_scan_answers_with_the_digits_alone(library: Bench, scanner: str) -> None:
    asked(library)
    scan(library, SCANNERS[scanner](WALLET))
    (answer,) = library.desk.answers
    assert (answer.answer, dict(answer.values)) == ("show_code", {"wallet_code": WALLET})
    assert isinstance(library.windows.staff_presenter.store.state.stage, Working)


def test_a_scanner_that_is_a_keyboard_answers_and_its_enter_shows_no_code(library: Bench, qtbot: QtBot) -> None:
    keyboard = Keyboard(library, qtbot)
    asked(library)
    keyboard.scan(OTHERS["other"])
    keyboard.rest()
    assert library.desk.answers == []
    keyboard.scan(WALLET)
    keyboard.rest()
    assert [dict(answer.values) for answer in library.desk.answers] == [{"wallet_code": WALLET}]


@pytest.mark.parametrize("name", OTHERS)
def test_anything_else_is_named_and_sent_nowhere(library: Bench, name: str) -> None:
    asked(library)
    scan(library, OTHERS[name])
    assert library.desk.answers == []
    assert isinstance(library.windows.staff_presenter.store.state.stage, Asking), "it can be scanned again at once"
    told = library.windows.staff_presenter.screen().band
    assert told.detail.startswith("何も請求していません。")
    assert OTHERS[name] not in f"{told}"
    scan(library, WALLET)
    assert len(library.desk.answers) == 1


def test_whose_code_it_is_is_said(library: Bench) -> None:
    asked(library)
    scan(library, OTHERS["other"])
    assert library.says(names.BAND_HEADLINE) == "au PAYのコードです。PayPayでは使えません。"


def test_the_code_is_in_no_state_no_screen_and_no_repr(library: Bench) -> None:
    asked(library)
    staff = library.windows.staff_presenter
    seen = [repr((staff.store.state, staff.screen()))]
    staff.store.listen(lambda state: seen.append(repr((state, staff.screen()))))
    secrets = [code for name, code in OTHERS.items() if name != "goods"] + [WALLET]
    for code in secrets:
        scan(library, code)
    told = "".join((*seen, repr(library.desk.answers)))
    assert not [code for code in secrets if code in told]


def test_keys_cannot_type_a_wallets_code(library: Bench) -> None:
    asked(library)
    library.keys(Qt.Key.Key_9, Qt.Key.Key_0, Qt.Key.Key_0)
    stage = library.windows.staff_presenter.store.state.stage
    assert isinstance(stage, Asking)
    assert stage.form.values == {}


def test_the_main_key_shows_a_code_where_both_ways_are_open_and_rests_where_only_a_scan_is(library: Bench) -> None:
    asked(library)
    library.desk.tell(SCAN_ALONE)
    library.keys(Qt.Key.Key_F12)
    assert library.desk.answers == []
    library.desk.tell(EITHER)
    library.keys(Qt.Key.Key_F12)
    assert [(answer.answer, dict(answer.values)) for answer in library.desk.answers] == [("show_code", {})]


def test_a_phone_read_twice_is_charged_once_and_nobody_is_told_off(library: Bench) -> None:
    asked(library)
    for _ in range(3):
        scan(library, WALLET)
    assert len(library.desk.answers) == 1
    assert library.windows.staff_presenter.store.state.message is None
    library.desk.finish(State.APPROVED, result=PAID)
    scan(library, WALLET)
    assert isinstance(library.windows.staff_presenter.store.state.stage, Done)
    assert library.says(names.BAND_HEADLINE) == "お支払いが完了しました。"


def test_after_a_sale_the_next_item_can_be_scanned(library: Bench) -> None:
    asked(library)
    scan(library, WALLET)
    library.desk.finish(State.APPROVED, result=PAID)
    scan(library, OTHERS["goods"])
    assert library.windows.staff_presenter.store.state.cart.count == 1


def test_a_wallet_before_the_payment_pays_nothing(library: Bench) -> None:
    library.click(names.item("1001"))
    scan(library, WALLET)
    assert (library.desk.offers, library.desk.answers) == ([], [])
    assert library.says(names.BAND_HEADLINE) == "お客様のアプリの支払いコードです。"


def test_a_wallet_while_our_code_is_shown_pays_nothing(library: Bench) -> None:
    asked(library)
    library.keys(Qt.Key.Key_F12)
    shown(library)
    scan(library, WALLET)
    assert len(library.desk.answers) == 1
    assert library.says(names.BAND_HEADLINE) == "画面にコードを出している間は、読み取りで支払えません。"


def test_the_citizen_is_led_through_both_ways(library: Bench) -> None:
    customer = library.windows.customer_presenter
    asked(library)
    assert (customer.screen().page, customer.screen().headline) == (
        CustomerPage.WALLET,
        "PayPayの支払い画面を見せてください",
    )
    library.keys(Qt.Key.Key_F12)
    shown(library)
    screen = customer.screen()
    assert (screen.page, screen.amount_yen) == (CustomerPage.CODE_AMOUNT, 300)
    assert "係員に見せる" not in "".join(screen.steps), "the service tells us: nobody has to show a screen"
    library.desk.tell(CodeShown(None))
    assert customer.screen().page is CustomerPage.PAYING
    library.desk.finish(State.IN_DOUBT, reason="service_silent")
    assert customer.screen().page is CustomerPage.DOUBT
    assert "取引履歴" in customer.screen().detail
    library.desk.finish(State.APPROVED, result=PAID)
    assert customer.screen().page is CustomerPage.DONE


def test_a_try_that_failed_is_told_to_the_citizen_until_the_cart_changes(library: Bench) -> None:
    customer = library.windows.customer_presenter
    asked(library)
    library.desk.finish(State.DECLINED, reason="code_expired")
    assert (customer.screen().page, customer.screen().amount_yen) == (CustomerPage.UNPAID, 300)
    assert "代金はいただいていません" in customer.screen().detail
    library.click(names.item("1005"))
    assert customer.screen().page is CustomerPage.CART


def test_a_canceled_code_is_gone_before_the_service_has_answered(library: Bench) -> None:
    asked(library)
    library.keys(Qt.Key.Key_F12)
    shown(library)
    library.keys(Qt.Key.Key_Escape)
    assert library.desk.cancels == 1
    assert library.windows.customer_presenter.screen().code is None


def test_the_seconds_of_a_code_run_down_and_the_last_are_announced(library: Bench, qtbot: QtBot) -> None:
    asked(library)
    library.keys(Qt.Key.Key_F12)
    assert SHOWN.code is not None
    shown(library, CodeShown(replace(SHOWN.code, valid_s=31)))
    left = library.windows.customer.findChild(Words, names.CODE_LEFT)
    assert left is not None
    first = left.text()
    assert first.startswith("このコードで支払える時間")
    assert library.says(names.ELAPSED).startswith("コードの有効時間")
    qtbot.waitUntil(lambda: "新しいコードも出せます" in left.text(), timeout=10_000)


@pytest.mark.parametrize("rule", ["two_people_needed", "inquiry_running"])
def test_a_refusal_about_a_wallets_doubt_sends_nobody_to_a_terminal(library: Bench, rule: str) -> None:
    asked(library)
    library.desk.finish(State.IN_DOUBT, reason="mismatch")
    library.desk.tell(Refused(rule))
    band = library.windows.staff_presenter.screen().band
    assert band.headline != "今はできません。"
    assert "端末" not in f"{band.headline}{band.detail}"
