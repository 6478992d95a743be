"""A notebook with one screen: the citizen's page is there when it is needed, and costs the clerk no keystroke."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiosk.domain.operation import State
from kiosk.ui import names
from kiosk.ui.one_screen import OneScreen
from tests.ui.code_scenes import CODE_SETUP, ISSUED, STATIC
from tests.ui.conftest import Bench, BuildBench
from tests.ui.cut_words import clipped
from tests.ui.test_code_page import KEYSTROKES_MAX, pay
from tests.ui.wallet_scenes import EITHER, SHOWN, WALLET_SETUP


@pytest.fixture(params=["ja", "en"])
def notebook(build: BuildBench, request: pytest.FixtureRequest) -> Bench:
    counter = build(CODE_SETUP, language=request.param, width=1024, height=768)
    counter.windows.customer.hide()
    OneScreen(counter.windows)
    counter.open()
    return counter


def show_code(notebook: Bench) -> None:
    pay(notebook)
    notebook.keys(Qt.Key.Key_2)
    notebook.desk.tell(ISSUED)
    notebook.desk.tell(STATIC)


def test_the_code_comes_to_the_front_by_itself_and_nothing_else_does(notebook: Bench) -> None:
    customer = notebook.windows.customer
    pay(notebook)
    assert not customer.isVisible()
    notebook.desk.tell(ISSUED)
    assert customer.isVisible()
    assert customer.geometry() == notebook.windows.staff.geometry()
    assert clipped(customer) == []


def test_the_clerks_first_digit_leads_back_and_counts(notebook: Bench) -> None:
    show_code(notebook)
    QTest.keyClick(notebook.windows.customer, Qt.Key.Key_4)
    assert not notebook.windows.customer.isVisible()
    notebook.keys(Qt.Key.Key_8, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_Return)
    answers = [(answer.answer, dict(answer.values)) for answer in notebook.desk.answers]
    assert answers == [("chosen", {"brand": "d払い"}), ("approved", {"payment_last4": "4821"})]
    assert KEYSTROKES_MAX >= 1 + 4 + 1


def test_it_can_be_shown_again_while_there_is_a_code(notebook: Bench) -> None:
    show_code(notebook)
    QTest.mouseClick(notebook.windows.customer, Qt.MouseButton.LeftButton)
    assert not notebook.windows.customer.isVisible()
    notebook.windows.staff.activateWindow()
    notebook.keys(Qt.Key.Key_F8)
    assert notebook.windows.customer.isVisible()


def test_it_goes_when_there_is_nothing_to_scan_any_more(notebook: Bench) -> None:
    show_code(notebook)
    notebook.desk.finish(State.IN_DOUBT, reason="no_completion")
    assert not notebook.windows.customer.isVisible()
    assert notebook.sees(names.MAIN)


def test_a_services_code_comes_and_goes_and_its_cancel_is_one_key(build: BuildBench) -> None:
    notebook = build(WALLET_SETUP, width=1024, height=768)
    customer = notebook.windows.customer
    customer.hide()
    OneScreen(notebook.windows)
    notebook.open()
    notebook.click(names.item("1001"), names.tender("code"), names.MAIN)
    notebook.desk.tell(EITHER)
    assert not customer.isVisible(), "the clerk reads what to scan"
    notebook.keys(Qt.Key.Key_F12)
    notebook.desk.tell(SHOWN)
    assert customer.isVisible()
    assert clipped(customer) == []
    QTest.keyClick(customer, Qt.Key.Key_Escape)
    assert (customer.isVisible(), notebook.desk.cancels) == (False, 1)
    notebook.desk.finish(State.DECLINED, reason="canceled")
    assert notebook.sees(names.MAIN)
