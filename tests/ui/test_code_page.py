"""The counter without a terminal at its windows: nothing is clipped, and every key leads where it says."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.operation import Seen, State
from kiosk.presenters.customer import CustomerPage
from kiosk.presenters.screen import Act
from kiosk.presenters.state import Asking, Editing
from kiosk.services.notices import Scanned
from kiosk.ui import names
from kiosk.ui.code_view import QUIET_MODULES, SymbolView
from tests.ui.code_scenes import ASKED, BRAND, CODE_SETUP, ISSUED, OTHER_AMOUNT, STATIC, WITH_AMOUNT, walk_code
from tests.ui.conftest import Bench, BuildBench
from tests.ui.cut_words import clipped
from tests.ui.draw import SIZES
from tests.ui.scripted_code_setup import STICKER
from tests.ui.scripted_desk import PIN

KEYSTROKES_MAX = 6


@pytest.fixture
def rare(build: BuildBench) -> Bench:
    """A rarely used counter with a clerk and an open day."""
    counter = build(CODE_SETUP)
    counter.open()
    return counter


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_no_word_is_cut_in_any_scene(qtbot: QtBot, language: str, size: tuple[int, int]) -> None:
    del qtbot
    scenes: list[str] = []

    def visit(name: str, staff: QWidget, customer: QWidget) -> None:
        scenes.append(name)
        assert (name, clipped(staff), clipped(customer)) == (name, [], [])
        assert staff.size().toTuple() == size

    walk_code(language, size, visit)
    assert len(scenes) > 15


def pay(counter: Bench) -> None:
    """Two certificates by code: the brand is asked for."""
    counter.click(names.item("1001"), names.item("1005"), names.tender("code"), names.MAIN)
    counter.desk.tell(ASKED)
    counter.desk.tell(BRAND)


def test_a_recording_takes_six_keystrokes_at_most(rare: Bench) -> None:
    pay(rare)
    keys = [Qt.Key.Key_2]
    rare.keys(*keys)
    rare.desk.tell(ISSUED)
    rare.desk.tell(STATIC)
    rest = [Qt.Key.Key_4, Qt.Key.Key_8, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_Return]
    rare.keys(*rest)
    assert [(answer.answer, dict(answer.values)) for answer in rare.desk.answers] == [
        ("chosen", {"brand": "d払い"}),
        ("approved", {"payment_last4": "4821"}),
    ]
    assert len(keys + rest) <= KEYSTROKES_MAX


def test_arrow_keys_walk_past_the_operators_and_choose_none(rare: Bench) -> None:
    pay(rare)
    rare.keys(Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert rare.desk.answers == []
    rare.click(names.MAIN)
    assert [dict(answer.values) for answer in rare.desk.answers] == [{"brand": "d払い"}]


def test_three_digits_are_sent_nowhere(rare: Bench) -> None:
    pay(rare)
    rare.desk.tell(STATIC)
    rare.keys(Qt.Key.Key_4, Qt.Key.Key_8, Qt.Key.Key_2, Qt.Key.Key_Return)
    assert rare.desk.answers == []
    assert rare.says(names.BAND_HEADLINE) == "桁数が足りません。"
    rare.keys(Qt.Key.Key_4, Qt.Key.Key_8, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_Return)
    assert [dict(answer.values) for answer in rare.desk.answers] == [{"payment_last4": "4821"}]


@pytest.mark.parametrize("answer", ["wrong_amount", "no_completion", "declined"])
def test_what_went_wrong_needs_no_digits(rare: Bench, answer: str) -> None:
    pay(rare)
    rare.desk.tell(STATIC)
    rare.click(names.answer(answer))
    assert [each.answer for each in rare.desk.answers] == [answer]


def test_another_amount_needs_itself_and_the_number(rare: Bench) -> None:
    pay(rare)
    rare.desk.tell(OTHER_AMOUNT)
    rare.keys(Qt.Key.Key_6, Qt.Key.Key_0, Qt.Key.Key_Return, Qt.Key.Key_F12)
    assert (rare.desk.answers, rare.says(names.BAND_HEADLINE)) == ([], "入力が足りない項目があります。")
    rare.keys(Qt.Key.Key_4, Qt.Key.Key_8, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_Return)
    (answer,) = rare.desk.answers
    assert (answer.answer, dict(answer.values)) == ("wrong_amount", {"amount_yen": "60", "payment_last4": "4821"})


def test_back_from_another_amount_needs_none_either(rare: Bench) -> None:
    pay(rare)
    rare.desk.tell(OTHER_AMOUNT)
    rare.click(names.answer("back"))
    assert [each.answer for each in rare.desk.answers] == ["back"]


def test_the_citizen_sees_which_way_to_pay(rare: Bench) -> None:
    customer = rare.windows.customer_presenter
    pay(rare)
    assert customer.screen().page is CustomerPage.CODE_APP
    rare.desk.tell(WITH_AMOUNT)
    assert (customer.screen().page, customer.screen().amount_yen) == (CustomerPage.CODE_AMOUNT, 600)
    rare.desk.tell(ISSUED)
    rare.desk.tell(STATIC)
    screen = customer.screen()
    assert (screen.page, screen.amount_yen) == (CustomerPage.CODE_STICKER, 600)
    assert "600円と入力し、支払う前に係員に見せる" in screen.steps
    rare.desk.finish(State.IN_DOUBT, reason="no_completion")
    assert (customer.screen().page, customer.screen().code) == (CustomerPage.DOUBT, None)


def test_every_module_has_the_same_whole_number_of_pixels_with_white_around_them(rare: Bench) -> None:
    pay(rare)
    rare.desk.tell(WITH_AMOUNT)
    symbol = rare.windows.customer.findChild(SymbolView, names.CODE)
    assert symbol is not None
    assert WITH_AMOUNT.code is not None
    modules = WITH_AMOUNT.code.modules
    size, side = symbol.module_px(), len(modules)
    assert size >= 4
    assert symbol.width() == symbol.height() == size * (side + 2 * QUIET_MODULES)
    picture = symbol.grab().toImage()
    read = tuple(
        tuple(
            picture.pixelColor((x + QUIET_MODULES) * size, (y + QUIET_MODULES) * size).lightness() < 128
            for x in range(side)
        )
        for y in range(side)
    )
    assert read == modules
    border = [picture.pixelColor(at, 4 * size - 1).lightness() for at in range(symbol.width())]
    assert set(border) == {255}


def test_a_sticker_is_enrolled_by_scanning_it_and_a_second_persons_pin(rare: Bench) -> None:
    staff = rare.windows.staff_presenter
    rare.click(names.MENU, names.act(Act.SHOW_CODE))
    staff.handle(Scanned(STICKER))
    rare.click(names.choice("approver", "yamada"), *map(names.digit, PIN), names.MAIN)
    assert rare.desk.code_setup.enrolled == [(STICKER, "yamada", PIN)]
    assert rare.says(names.BAND_HEADLINE) == "ステッカーの決済コードを登録しました。"


def test_a_scan_that_overtakes_the_pages_own_answer_keeps_its_form(rare: Bench) -> None:
    staff = rare.windows.staff_presenter
    rare.click(names.MENU, names.act(Act.SHOW_CODE))
    staff.handle(Scanned(STICKER))
    rare.desk.code_setup.tell("code")
    assert staff.store.state.setting_up is not None
    assert rare.desk.code_setup.enrolled == []


def test_a_trial_shows_one_yen_and_its_result_is_recorded(rare: Bench) -> None:
    customer = rare.windows.customer_presenter
    rare.click(names.MENU, names.act(Act.SHOW_CODE))
    rare.windows.staff_presenter.code.select("au PAY")
    rare.desk.code_setup.enroll("code", STICKER, "", "")
    rare.click(names.MAIN)
    assert (customer.screen().page, customer.screen().amount_yen) == (CustomerPage.CODE_AMOUNT, 1)
    assert customer.screen().code is not None
    keys = (names.choice("tested", "failed"), names.choice("approver", "yamada"), *map(names.digit, PIN), names.MAIN)
    rare.click(*keys)
    assert rare.desk.code_setup.tested == [("au PAY", False, "yamada", PIN)]
    assert customer.screen().page is CustomerPage.IDLE


def test_a_scan_elsewhere_enrolls_nothing(rare: Bench) -> None:
    rare.windows.staff_presenter.handle(Scanned(STICKER))
    assert rare.windows.staff_presenter.store.state.setting_up is None
    assert isinstance(rare.windows.staff_presenter.store.state.stage, Editing)


def test_what_the_portal_said_is_kept_with_its_number(rare: Bench) -> None:
    pay(rare)
    assert rare.desk.operation is not None
    stage = rare.windows.staff_presenter.store.state.stage
    assert isinstance(stage, Asking)
    rare.desk.operation = replace(rare.desk.operation, seen=Seen("d払い"))
    rare.desk.finish(State.IN_DOUBT, reason="no_completion")
    rare.click(names.CANCEL, names.choice("found", "charged"), names.choice("evidence", "事業者の管理画面"))
    rare.windows.staff_presenter.form.focus("reference")
    rare.type("X99")
    rare.keys(Qt.Key.Key_Return)
    rare.click(names.choice("approver", "yamada"), *map(names.digit, PIN), names.MAIN)
    (resolution,) = rare.desk.resolutions
    assert resolution[1:4] == (True, "事業者の管理画面", "yamada")
    assert rare.desk.references == ["X99"]
