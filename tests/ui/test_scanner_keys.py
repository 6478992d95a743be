"""A scanner that is a keyboard, at the real window: its codes reach no field and press no key; a person's keys do."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from kiosk.domain.operation import State
from kiosk.presenters.screen import Act
from kiosk.presenters.state import Asking, Editing, Working
from kiosk.ui import names
from kiosk.ui.app import QtPost
from kiosk.ui.scanner_keys import KeyGate, KeyStamps
from kiosk.wedge import WedgeScanner
from tests.ui.conftest import Bench
from tests.ui.draw import CASH_SALE

ITEM, BARCODE = "1001", "2900000010017"
SCANNER_S, ROLLED_S, PERSON_S = 0.006, 0.02, 0.12
REST_S = 1.0


class Keyboard:
    """Presses keys into the staff window as the system does: a stamped event for the window, then the loop's turn."""

    def __init__(self, bench: Bench, qtbot: QtBot) -> None:
        self.bench, self._qtbot = bench, qtbot
        self.now_s = 1000.0
        self.edits: list[str] = []
        self.composed = ""
        staff = bench.windows.staff
        staff.activateWindow()
        window = staff.windowHandle()
        qtbot.waitUntil(lambda: QGuiApplication.focusWindow() == window)
        self.window = window
        self._post = post = QtPost()
        post.deliver_to(bench.windows.staff_presenter.handle)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._fingers = WedgeScanner(post)
        KeyGate(app, staff, self._fingers, lambda: self.now_s)

    def into_search(self) -> QLineEdit:
        """The only text field that takes an input method gets the focus."""
        search = self.bench.find(names.SEARCH)
        assert isinstance(search, QLineEdit)
        search.setFocus()
        search.textEdited.connect(self.edits.append)
        return search

    def press(self, text: str, gap_s: float) -> None:
        self.send(text, self.now_s + gap_s, self.now_s + gap_s)

    def send(self, text: str, pressed_s: float, seen_s: float) -> None:
        """A key that was pressed at one moment and is seen at another."""
        self.now_s = seen_s
        key = Qt.Key.Key_Return if text == "\r" else Qt.Key(ord(text.upper()))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(int(pressed_s * 1000))
            QCoreApplication.sendEvent(self.window, event)

    def type(self, text: str, gap_s: float = PERSON_S) -> None:
        for character in text:
            self.press(character, gap_s)

    def scan(self, code: str, end: str = "\r") -> None:
        self.now_s += REST_S
        self.type(code + end, SCANNER_S)

    def compose(self, text: str, gap_s: float) -> None:
        """The input method takes key after key and shows what it makes of them."""
        for character in text:
            self.now_s += gap_s
            self.composed += character
            self._send(QInputMethodEvent(self.composed, []))

    def commit(self, text: str, gap_s: float) -> None:
        self.now_s += gap_s
        self.composed = ""
        event = QInputMethodEvent("", [])
        event.setCommitString(text)
        self._send(event)

    def rest(self) -> None:
        """Time passes until nothing is held and everything told has arrived."""
        self.now_s += REST_S
        self._qtbot.waitUntil(lambda: self._fingers.deadline_s is None)
        QCoreApplication.processEvents()

    def _send(self, event: QInputMethodEvent) -> None:
        field = QGuiApplication.focusObject()
        assert isinstance(field, QLineEdit)
        QCoreApplication.sendEvent(field, event)

    def cart(self) -> dict[str, int]:
        cart = self.bench.windows.staff_presenter.store.state.cart
        return {line.item.code: line.quantity for line in cart.lines}


@pytest.fixture
def keyboard(selling: Bench, qtbot: QtBot) -> Keyboard:
    return Keyboard(selling, qtbot)


@pytest.fixture
def signing_in(counter: Bench, qtbot: QtBot) -> Keyboard:
    return Keyboard(counter, qtbot)


def test_a_scan_into_the_search_field_adds_the_item_and_leaves_no_character_there(keyboard: Keyboard) -> None:
    search = keyboard.into_search()
    keyboard.scan(BARCODE)
    keyboard.scan(ITEM)
    keyboard.rest()
    assert keyboard.cart() == {ITEM: 2}
    assert search.text() == ""
    assert keyboard.edits == []


def test_what_a_person_types_around_a_scan_stays_whole_and_in_order(keyboard: Keyboard) -> None:
    search = keyboard.into_search()
    keyboard.type("se")
    keyboard.scan(BARCODE)
    keyboard.now_s += REST_S
    keyboard.type("ki")
    keyboard.rest()
    assert search.text() == "seki"
    assert keyboard.edits == ["s", "se", "sek", "seki"]
    assert keyboard.cart() == {ITEM: 1}


def test_the_fastest_fingers_lose_nothing(keyboard: Keyboard) -> None:
    search = keyboard.into_search()
    text = "juuminhyou no utsushi"
    for at, character in enumerate(text):
        keyboard.press(character, ROLLED_S if at % 3 else PERSON_S)
    keyboard.rest()
    assert search.text() == text
    assert keyboard.cart() == {}


def test_a_persons_enter_picks_what_the_search_found(keyboard: Keyboard) -> None:
    keyboard.into_search()
    keyboard.type(ITEM + "\r")
    keyboard.rest()
    assert keyboard.cart() == {ITEM: 1}


@pytest.mark.parametrize("focused", [names.MAIN, names.tender("credit"), names.item("1002"), names.CANCEL])
def test_the_enter_of_a_scan_presses_no_key_that_has_the_focus(keyboard: Keyboard, focused: str) -> None:
    keyboard.bench.windows.staff_presenter.cart.select_item(ITEM)
    keyboard.bench.find(focused).setFocus()
    keyboard.scan(BARCODE, end="\r\n")
    keyboard.scan("9 9 9 9 9")  # a blank presses a key as well
    keyboard.rest()
    state = keyboard.bench.windows.staff_presenter.store.state
    assert state.stage == Editing()
    assert keyboard.cart() == {ITEM: 2}
    assert keyboard.bench.desk.offers == []


def test_a_persons_enter_still_presses_it(keyboard: Keyboard) -> None:
    keyboard.bench.windows.staff_presenter.cart.select_item(ITEM)
    keyboard.bench.find(names.item("1002")).setFocus()
    keyboard.press("\r", PERSON_S)
    assert keyboard.cart() == {ITEM: 1, "1002": 1}


def test_a_scan_is_no_pin_and_no_operator(signing_in: Keyboard) -> None:
    signing_in.bench.click(names.choice("operator", "suzuki"))
    signing_in.type("13")
    signing_in.scan("135724681357")
    signing_in.rest()
    state = signing_in.bench.windows.staff_presenter.store.state
    assert state.operator is None
    assert state.sign_in is not None
    assert state.sign_in.values["pin"] == "13"
    assert "読み取り" in signing_in.bench.says(names.BAND_HEADLINE)


def test_a_scan_is_no_money_in_a_cash_form(keyboard: Keyboard) -> None:
    staff, desk = keyboard.bench.windows.staff_presenter, keyboard.bench.desk
    staff.cart.select_item(ITEM)
    staff.payment.choose_tender("cash", staff.store.state.cart.revision)
    staff.main_action()
    desk.tell(CASH_SALE)
    keyboard.type("5")
    keyboard.scan("1000000000")
    keyboard.rest()
    stage = staff.store.state.stage
    assert isinstance(stage, Asking)
    assert stage.form.values["tendered_yen"] == "5"
    assert desk.answers == []
    assert "受け付けません" in keyboard.bench.says(names.BAND_HEADLINE)
    keyboard.type("00")
    keyboard.rest()
    assert isinstance(staff.store.state.stage, Asking)
    assert staff.store.state.stage.form.values["tendered_yen"] == "500"


def test_a_scan_does_not_touch_a_running_payment(keyboard: Keyboard) -> None:
    staff, desk = keyboard.bench.windows.staff_presenter, keyboard.bench.desk
    staff.cart.select_item(ITEM)
    staff.payment.choose_tender("credit", staff.store.state.cart.revision)
    staff.main_action()
    keyboard.scan(BARCODE)
    keyboard.rest()
    assert isinstance(staff.store.state.stage, Working)
    assert keyboard.cart() == {ITEM: 1}
    assert len(desk.offers) == 1
    assert "受け付けません" in keyboard.bench.says(names.BAND_HEADLINE)


def test_a_code_that_an_input_method_composed_reaches_no_field(keyboard: Keyboard) -> None:
    search = keyboard.into_search()
    keyboard.compose("２９００００００１００１７", SCANNER_S)
    keyboard.commit("２９００００００１００１７", SCANNER_S)
    keyboard.rest()
    assert search.text() == ""
    assert keyboard.edits == []
    assert keyboard.cart() == {ITEM: 1}


def test_a_code_typed_full_width_key_by_key_reaches_no_field(keyboard: Keyboard) -> None:
    search = keyboard.into_search()
    for character in "２９００００００１００１７":
        keyboard.commit(character, SCANNER_S)
    keyboard.press("\r", SCANNER_S)
    keyboard.rest()
    assert search.text() == ""
    assert keyboard.cart() == {ITEM: 1}


def test_a_scan_in_the_middle_of_a_persons_composition_leaves_what_was_composed(keyboard: Keyboard) -> None:
    search = keyboard.into_search()
    keyboard.compose("じゅう", PERSON_S)
    keyboard.rest()
    keyboard.compose("２９００００００１００１７", SCANNER_S)
    keyboard.commit("じゅう２９００００００１００１７", SCANNER_S)
    keyboard.rest()
    assert search.text() == "じゅう"
    assert keyboard.cart() == {ITEM: 1}


def test_what_a_person_composes_arrives_as_composed(keyboard: Keyboard) -> None:
    search = keyboard.into_search()
    keyboard.compose("こせき", PERSON_S)
    keyboard.commit("戸籍", PERSON_S)
    keyboard.compose("とう", ROLLED_S)
    keyboard.commit("謄", PERSON_S)
    keyboard.rest()
    assert search.text() == "戸籍謄"
    assert keyboard.edits[-1] == "戸籍謄"
    assert keyboard.cart() == {}


def test_letters_that_became_kana_are_refused_with_the_way_out(keyboard: Keyboard) -> None:
    search = keyboard.into_search()
    keyboard.compose("ちこはし１２３", SCANNER_S)
    keyboard.commit("ちこはし１２３", SCANNER_S)
    keyboard.rest()
    assert search.text() == ""
    assert "読み取れません" in keyboard.bench.says(names.BAND_HEADLINE)
    assert "半角英数" in keyboard.bench.says(names.BAND_DETAIL)


def test_a_code_without_its_end_is_not_typed_either(keyboard: Keyboard) -> None:
    search = keyboard.into_search()
    keyboard.scan(BARCODE, end="")
    keyboard.rest()
    assert search.text() == ""
    assert keyboard.cart() == {}
    assert "読み取れません" in keyboard.bench.says(names.BAND_HEADLINE)


def test_an_unknown_code_is_a_sentence_and_the_sale_stays(keyboard: Keyboard) -> None:
    keyboard.scan(BARCODE)
    keyboard.scan("4901234567894")
    keyboard.rest()
    assert keyboard.cart() == {ITEM: 1}
    assert "コード" in keyboard.bench.says(names.BAND_HEADLINE)
    assert "4901234567894" not in keyboard.bench.says(names.BAND_HEADLINE) + keyboard.bench.says(names.BAND_DETAIL)


def test_a_busy_window_that_sees_a_persons_keys_all_at_once_takes_them_for_a_persons(keyboard: Keyboard) -> None:
    search = keyboard.into_search()
    keyboard.type("a")
    began_s, seen_s = keyboard.now_s, keyboard.now_s + 20 * PERSON_S
    for number, character in enumerate("bcdefghij", start=1):
        keyboard.send(character, began_s + number * PERSON_S, seen_s)
    keyboard.rest()
    assert search.text() == "abcdefghij"
    assert keyboard.cart() == {}


def test_stamps_tell_when_a_key_was_pressed_even_after_they_began_anew() -> None:
    stamps = KeyStamps()
    assert stamps.at_s(5_000, 100.0) == 100.0
    assert stamps.at_s(5_120, 100.9) == pytest.approx(100.12), "seen late"
    assert stamps.at_s(40, 200.0) == 200.0, "begun anew"
    assert stamps.at_s(160, 200.5) == pytest.approx(200.12)
    assert stamps.at_s(0, 300.0) == 300.0, "never stamped"


def test_the_function_keys_wait_for_nothing(keyboard: Keyboard) -> None:
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F11, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.sendEvent(keyboard.window, key)
    assert keyboard.bench.windows.staff_presenter.screen().main.act is Act.REPRINT


def test_a_slip_scanned_in_the_list_of_sales_is_looked_at(keyboard: Keyboard) -> None:
    staff, desk = keyboard.bench.windows.staff_presenter, keyboard.bench.desk
    sales = []
    for code in ("1001", "2001"):
        staff.cart.select_item(code)
        staff.payment.choose_tender("credit", staff.store.state.cart.revision)
        staff.main_action()
        desk.finish(State.APPROVED)
        assert desk.operation is not None
        sales.append(desk.operation.prepared.sale_id)
        staff.main_action()
    staff.act(Act.SHOW_SALES)
    for sale_id in sales:
        keyboard.scan(sale_id)
        keyboard.rest()
        assert staff.store.state.selected_sale == sale_id


EARLIER = "0190a9c1-0000-7000-8000-000000000000"


def test_a_slip_that_is_not_in_the_list_is_looked_for_in_the_journal(keyboard: Keyboard) -> None:
    staff, desk = keyboard.bench.windows.staff_presenter, keyboard.bench.desk
    keyboard.scan(EARLIER)
    keyboard.rest()
    assert "控え" in keyboard.bench.says(names.BAND_HEADLINE), "the sale page says where to scan it"
    staff.act(Act.SHOW_SALES)
    for code in (EARLIER, "A1-U2026-000123"):
        keyboard.scan(code)
        keyboard.rest()
        assert desk.archive.searches[-1].number == code
    assert "記録にない" in keyboard.bench.says(names.BAND_HEADLINE)


def test_a_payment_code_in_the_list_is_neither_looked_for_nor_shown(keyboard: Keyboard) -> None:
    staff, desk = keyboard.bench.windows.staff_presenter, keyboard.bench.desk
    staff.act(Act.SHOW_SALES)
    keyboard.scan("2812345678901234567")
    keyboard.rest()
    assert desk.archive.searches == []
    assert "控えのコードではありません" in keyboard.bench.says(names.BAND_HEADLINE)


def test_a_scan_hides_no_doubt(keyboard: Keyboard) -> None:
    staff, desk = keyboard.bench.windows.staff_presenter, keyboard.bench.desk
    staff.cart.select_item(ITEM)
    staff.payment.choose_tender("credit", staff.store.state.cart.revision)
    staff.main_action()
    desk.finish(State.IN_DOUBT, reason="line_lost")
    before = keyboard.bench.says(names.BAND_HEADLINE)
    assert "結果不明" in before
    keyboard.scan(BARCODE)
    keyboard.rest()
    assert keyboard.bench.says(names.BAND_HEADLINE) == before
