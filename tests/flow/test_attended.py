"""The unlinked terminal at the real window with the keyboard alone: how many keys a recording takes, and mistakes."""

import time
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from kiosk.domain.books import SaleRow
from kiosk.domain.operation import Operation, OperationKind, State
from kiosk.domain.tender import TenderKind
from kiosk.local.clerk import CLERK_PIN, Clerk
from kiosk.presenters.screen import FormPanel
from kiosk.presenters.state import Asking, Done, Doubt, StaffState, Working
from kiosk.ui import names
from kiosk.ui.app import visible
from tests.flow.conftest import MakeSite, OpenCounter

BETWEEN_KEYS_MS = 120
"""A quick typist's pause."""
PRESSES_MAX = 4
"""Beside the digits themselves: brand, two times on to the next field, done."""


@dataclass
class Fingers:
    """Presses keys of the keyboard where the window's focus is; counts those that are no part of a number."""

    clerk: Clerk
    pressed: list[Qt.Key] = field(default_factory=list)

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.pressed.append(key)
            type_key(self.clerk, key)

    def number(self, digits: str) -> None:
        for digit in digits:
            type_key(self.clerk, Qt.Key(ord(digit)))


def type_key(clerk: Clerk, key: Qt.Key) -> None:
    """One key as the system brings a person's: with a pause before the next, or it would be taken for a scanner's."""
    window = clerk.window.windowHandle()
    text = chr(key).lower() if key < Qt.Key.Key_Escape else "\r" if key is Qt.Key.Key_Return else ""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
        event.setTimestamp(time.monotonic_ns() // 1_000_000)
        QCoreApplication.sendEvent(window, event)
    QTest.qWait(BETWEEN_KEYS_MS)


@pytest.fixture
def clerk(make_site: MakeSite, open_counter: OpenCounter) -> Clerk:
    clerk = open_counter(make_site())
    clerk.window.activateWindow()
    return clerk


@pytest.fixture
def fingers(clerk: Clerk) -> Fingers:
    return Fingers(clerk)


def ask(clerk: Clerk) -> None:
    """One certificate by e-money: the clerk has keyed 300 into the terminal and is asked for its slip."""
    for key in (Qt.Key.Key_Q, Qt.Key.Key_F6, Qt.Key.Key_F12):
        type_key(clerk, key)
    clerk.until("the slip is asked for", lambda state: isinstance(state.stage, Asking))


def say_unfinished(clerk: Clerk, fingers: Fingers, brand: Qt.Key) -> None:
    """処理未了, with amount and number from the terminal's 処理未了の控え."""
    fingers.press(brand)
    fingers.number("300")
    fingers.press(Qt.Key.Key_Return)
    fingers.number("04713")
    clerk.click(names.answer("unfinished"))


def ended(clerk: Clerk) -> Operation:
    clerk.until("the payment is over", lambda state: isinstance(state.stage, Done | Doubt))
    stage = clerk.state().stage
    assert isinstance(stage, Done | Doubt)
    assert stage.operation is not None
    return stage.operation


def headline(clerk: Clerk) -> str:
    return str(visible(clerk.window, names.BAND_HEADLINE).property("text"))


def form(state: StaffState) -> Asking:
    assert isinstance(state.stage, Asking)
    return state.stage


@pytest.mark.parametrize("approval_code", ["", "123456"])
def test_a_whole_recording_takes_four_keys_beside_the_digits(
    clerk: Clerk, fingers: Fingers, approval_code: str
) -> None:
    ask(clerk)
    fingers.press(Qt.Key.Key_5)
    fingers.number("300")
    fingers.press(Qt.Key.Key_Return)
    fingers.number("04711")
    fingers.press(Qt.Key.Key_Return)
    fingers.number(approval_code)
    fingers.press(Qt.Key.Key_Return)
    operation = ended(clerk)
    assert operation.state is State.APPROVED
    result = operation.result
    assert result is not None
    assert (result.brand, result.slip_number, result.approval_code) == ("WAON", "04711", approval_code)
    assert len(fingers.pressed) <= PRESSES_MAX


def test_the_key_of_each_brand_stands_on_it(clerk: Clerk) -> None:
    ask(clerk)
    panel = clerk.presenter.screen().right
    assert isinstance(panel, FormPanel)
    letters = [choice.letter for choice in panel.fields[0].choices]
    assert letters == ["1", "2", "3", "4", "5", "6"]


def test_wrong_keys_are_taken_back_one_by_one_and_over_fields(clerk: Clerk, fingers: Fingers) -> None:
    ask(clerk)
    fingers.press(Qt.Key.Key_4)
    fingers.number("3")
    fingers.press(Qt.Key.Key_Backspace, Qt.Key.Key_Backspace)
    assert form(clerk.state()).form.active == "brand"
    fingers.press(Qt.Key.Key_5)
    fingers.number("301")
    fingers.press(Qt.Key.Key_Backspace)
    fingers.number("0")
    fingers.press(Qt.Key.Key_Return)
    fingers.number("04712")
    fingers.press(Qt.Key.Key_F12)
    operation = ended(clerk)
    assert operation.result is not None
    assert (operation.result.brand, operation.result.slip_number) == ("WAON", "04712")


def test_another_amount_is_refused_in_words_and_the_next_digit_begins_anew(clerk: Clerk, fingers: Fingers) -> None:
    ask(clerk)
    fingers.press(Qt.Key.Key_1)
    fingers.number("3000")
    fingers.press(Qt.Key.Key_Return)
    assert headline(clerk) == "入力した金額が、この会計の金額と違います。"
    assert form(clerk.state()).form.active == "amount_yen"
    fingers.press(Qt.Key.Key_F12)
    assert isinstance(clerk.state().stage, Asking)
    fingers.number("300")
    fingers.press(Qt.Key.Key_Return)
    fingers.number("1")
    fingers.press(Qt.Key.Key_F12)
    assert ended(clerk).state is State.APPROVED


def test_a_terminal_that_took_another_amount_is_in_doubt_and_never_paid(clerk: Clerk, fingers: Fingers) -> None:
    ask(clerk)
    fingers.press(Qt.Key.Key_1)
    fingers.number("300")
    clerk.click(names.answer("wrong_amount"))
    assert headline(clerk) == "入力した金額は、この会計の金額と同じです。"
    fingers.number("3000")
    clerk.click(names.answer("wrong_amount"))
    operation = ended(clerk)
    assert operation.state is State.IN_DOUBT
    assert operation.reason == "mismatch"


def settle(clerk: Clerk, found: str) -> None:
    """Two people settle the doubt on screen; the only other person here is chosen already or by its key."""
    for name, value in (("found", found), ("evidence", ""), ("approver", "yamada")):
        panel = clerk.presenter.screen().right
        assert isinstance(panel, FormPanel)
        row = next(row for row in panel.fields if row.name == name)
        clerk.click(names.choice(name, value or row.choices[0].name))
    for digit in CLERK_PIN["yamada"]:
        clerk.click(names.digit(digit))
    clerk.click(names.MAIN)
    clerk.until("it is settled", lambda state: not state.doubts)


def test_another_amount_is_settled_by_two_people_and_the_sale_paid_anew(clerk: Clerk, fingers: Fingers) -> None:
    ask(clerk)
    fingers.press(Qt.Key.Key_1)
    fingers.number("3000")
    clerk.click(names.answer("wrong_amount"))
    assert ended(clerk).seen is not None
    assert visible(clerk.window, names.MAIN).property("text") == "責任者が確定"
    fingers.press(Qt.Key.Key_F12)
    settle(clerk, "not_charged")
    assert clerk.state().cart.total_yen == 300
    assert clerk.state().sales is not None


def test_unfinished_waits_for_the_touch_and_is_then_recorded(clerk: Clerk, fingers: Fingers) -> None:
    ask(clerk)
    say_unfinished(clerk, fingers, Qt.Key.Key_5)
    doubt = ended(clerk)
    assert (doubt.state, doubt.reason) == (State.IN_DOUBT, "unfinished")
    assert headline(clerk) == "結果不明 - 処理未了（WAON）です。まだ売上ではありません。"
    fingers.press(Qt.Key.Key_F12)
    clerk.until("the outcome is asked for", lambda state: isinstance(state.stage, Asking))
    fingers.press(Qt.Key.Key_5)
    fingers.number("300")
    fingers.press(Qt.Key.Key_Return)
    fingers.number("04714")
    fingers.press(Qt.Key.Key_F12)
    clerk.until("it is paid", lambda state: isinstance(state.stage, Done))
    sale = ended(clerk)
    assert (sale.state, sale.provisional) == (State.APPROVED, False)
    assert sale.result is not None
    assert sale.result.brand == "WAON"


def test_unfinished_is_settled_for_now_and_frees_its_terminal(clerk: Clerk, fingers: Fingers) -> None:
    ask(clerk)
    say_unfinished(clerk, fingers, Qt.Key.Key_1)
    assert ended(clerk).state is State.IN_DOUBT
    fingers.press(Qt.Key.Key_Escape)
    settle(clerk, "provisional")
    assert "いったん売上なし" in headline(clerk)
    clerk.until("it is listed", lambda state: state.sales is not None and len(state.sales.follow_ups) == 1)
    clerk.click(names.tender(TenderKind.EMONEY))
    clerk.click(names.MAIN)
    clerk.until("the terminal may be used again", lambda state: isinstance(state.stage, Asking))


@pytest.mark.parametrize(("key", "state"), [(Qt.Key.Key_4, State.APPROVED), (Qt.Key.Key_2, State.NOT_CHARGED)])
def test_a_rule_that_decides_does_so_at_once(clerk: Clerk, fingers: Fingers, key: Qt.Key, state: State) -> None:
    ask(clerk)
    say_unfinished(clerk, fingers, key)
    clerk.until("it is over", lambda seen: not isinstance(seen.stage, Asking | Working))
    clerk.until("it is listed", lambda seen: any(op.state is state for sale in listed(seen) for op in sale.operations))
    assert headline(clerk).startswith("処理未了")


def test_unfinished_without_its_slip_is_not_taken_down(clerk: Clerk, fingers: Fingers) -> None:
    """A brand's rule may make it a sale: one press must not."""
    ask(clerk)
    fingers.press(Qt.Key.Key_4)
    clerk.click(names.answer("unfinished"))
    assert isinstance(clerk.state().stage, Asking)
    assert clerk.state().message is not None


def listed(state: StaffState) -> tuple[SaleRow, ...]:
    return state.sales.sales if state.sales else ()


def test_a_void_asks_for_the_amount_in_the_same_quick_way(clerk: Clerk, fingers: Fingers) -> None:
    ask(clerk)
    fingers.press(Qt.Key.Key_5)
    fingers.number("300")
    fingers.press(Qt.Key.Key_Return)
    fingers.number("04711")
    fingers.press(Qt.Key.Key_F12)
    sale = ended(clerk)
    clerk.until("it is listed", lambda state: state.sales is not None and bool(state.sales.totals))
    fingers.press(Qt.Key.Key_F12, Qt.Key.Key_F11)
    clerk.click(names.act("void"))
    fingers.number(CLERK_PIN["yamada"])  # the only other person here who may approve is chosen already
    fingers.press(Qt.Key.Key_F12)
    clerk.until("the void's slip is asked for", lambda state: isinstance(state.stage, Asking))
    fingers.pressed.clear()
    fingers.number("3000")
    fingers.press(Qt.Key.Key_Return)
    assert headline(clerk) == "入力した金額が、この会計の金額と違います。"
    fingers.pressed.clear()
    fingers.number("300")
    fingers.press(Qt.Key.Key_Return)
    fingers.number("04713")
    fingers.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
    void = ended(clerk)
    assert (void.prepared.operation_kind, void.state) == (OperationKind.VOID, State.APPROVED)
    assert void.prepared.sale_id == sale.prepared.sale_id
    assert void.prepared.tender is TenderKind.EMONEY
    assert len(fingers.pressed) <= PRESSES_MAX
