"""The staff window as a clerk uses it: by finger and by keyboard."""

from PySide6.QtCore import Qt

from kiosk.domain.operation import DeviceResult, State
from kiosk.services.notices import PaymentProgress
from kiosk.ui import names
from tests.ui.conftest import Bench


def test_a_sale_by_clicks(selling: Bench) -> None:
    selling.click(names.item("1001"), names.item("1001"), names.item("1005"))
    assert selling.says(names.TOTAL) == "900円"
    selling.click(names.tender("credit"), names.MAIN)
    ((offer, tender),) = selling.desk.offers
    assert offer.cart.total_yen == 900
    assert tender is not None
    assert tender.kind == "credit"
    selling.desk.tell(PaymentProgress("wait_card"))
    assert "カードを挿入またはタッチ" in selling.says(names.INSTRUCTION)
    selling.desk.finish(State.APPROVED, result=DeviceResult("Visa", "4242", "123456", "00042"))
    assert selling.says(names.BAND_HEADLINE) == "お支払いが完了しました。"
    selling.click(names.MAIN)
    assert selling.says(names.TOTAL) == "0円"


def test_a_sale_by_keyboard_alone(counter: Bench) -> None:
    counter.keys(Qt.Key.Key_Down, Qt.Key.Key_Down)
    counter.keys(Qt.Key.Key_Return)
    counter.type("1234")
    counter.keys(Qt.Key.Key_F12)
    counter.keys(Qt.Key.Key_F12)
    counter.type("q")
    counter.type("2")
    assert counter.says(names.TOTAL) == "600円"
    counter.keys(Qt.Key.Key_F5, Qt.Key.Key_F12)
    assert len(counter.desk.offers) == 1
    counter.desk.finish(State.APPROVED)
    counter.keys(Qt.Key.Key_F12)
    assert counter.says(names.TOTAL) == "0円"
