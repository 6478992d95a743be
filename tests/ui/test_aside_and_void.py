"""A doubt that is set aside, another tender with a second person, and a void, with the clerk's own clicks."""

from dataclasses import replace

from PySide6.QtCore import Qt

from kiosk.domain.business_day import DayState
from kiosk.domain.ids import OperationId
from kiosk.domain.operation import State
from kiosk.services.notices import PaymentFinished
from kiosk.ui import names
from tests.ui.conftest import Bench
from tests.ui.draw import LOGS
from tests.ui.scripted_desk import PIN


def doubtful(selling: Bench) -> None:
    selling.click(names.item("1001"), names.tender("credit"), names.MAIN)
    selling.desk.finish(State.IN_DOUBT, reason="line_lost")


def paid(selling: Bench) -> None:
    selling.click(names.item("1001"), names.tender("emoney"), names.MAIN)
    selling.desk.finish(State.APPROVED)
    selling.click(names.MAIN, names.MENU, names.act("show_sales"))


def test_the_next_citizen_is_served_while_a_doubt_waits(selling: Bench) -> None:
    doubtful(selling)
    selling.click(names.act("set_aside"))
    assert selling.says(names.TOTAL) == "0円"
    assert selling.says(names.BAND_HEADLINE) == "結果不明が1件あります。"
    selling.click(names.item("1005"))
    assert not selling.sees(names.tender("credit"))
    assert "結果不明" in selling.find(names.tender("credit")).accessibleName()
    selling.keys(Qt.Key.Key_F5)
    selling.click(names.tender("cash"), names.MAIN)
    offer, tender = selling.desk.offers[-1]
    assert tender is not None
    assert tender.name == "現金"
    assert [each.name for each in offer.tenders] == ["電子マネー", "現金"]
    assert selling.desk.instead[-1] is None


def test_the_doubt_stays_in_the_list_and_blocks_the_close(selling: Bench) -> None:
    doubtful(selling)
    selling.click(names.act("set_aside"), names.MENU, names.act("show_close"))
    assert not selling.sees(names.MAIN)
    selling.keys(Qt.Key.Key_F11)
    assert selling.says(names.MAIN) == "結果を確認する"
    selling.click(names.MAIN)
    assert selling.says(names.MAIN) == "端末に照会する"
    selling.click(names.MAIN)
    selling.desk.finish(State.NOT_CHARGED)
    selling.click(names.item("1001"))
    assert selling.sees(names.tender("credit"))


def test_a_doubt_set_aside_comes_first_for_the_next_clerk(selling: Bench) -> None:
    doubtful(selling)
    selling.click(names.act("set_aside"), names.MENU, names.act("sign_out"))
    selling.sign_in()
    selling.desk.list_sales()
    assert selling.says(names.BAND_HEADLINE).startswith("結果不明")
    assert selling.says(names.MAIN) == "端末に照会する"


def test_a_doubt_that_came_up_during_a_payment_comes_before_the_next_sale(selling: Bench) -> None:
    selling.click(names.item("1001"), names.tender("emoney"), names.MAIN)
    running = selling.desk.operation
    assert running is not None
    stranded = replace(running.prepared, operation_id=OperationId("stranded"))
    selling.desk.tell(PaymentFinished(replace(running, prepared=stranded, state=State.IN_DOUBT, reason="not_durable")))
    selling.desk.finish(State.APPROVED)
    selling.click(names.MAIN)
    assert selling.says(names.BAND_HEADLINE).startswith("結果不明")
    assert selling.says(names.MAIN) == "端末に照会する"


def test_the_same_cart_is_paid_another_way_only_with_a_second_person(selling: Bench) -> None:
    doubtful(selling)
    selling.click(names.act("other_tender"), names.choice("approver", "yamada"), *map(names.digit, "0000"), names.MAIN)
    assert selling.says(names.BAND_HEADLINE) == "暗証番号が違います。"
    assert len(selling.desk.offers) == 1
    selling.click(*map(names.digit, PIN), names.MAIN)
    assert selling.says(names.TOTAL) == "300円"
    assert not selling.sees(names.tender("credit"))
    selling.click(names.tender("cash"), names.MAIN)
    assert selling.desk.instead[-1] == "operation-1"


def test_the_clerk_is_not_offered_as_the_second_person(selling: Bench) -> None:
    doubtful(selling)
    selling.click(names.act("other_tender"))
    assert not selling.sees(names.choice("approver", "suzuki"))
    selling.click(names.CANCEL)
    assert selling.says(names.MAIN) == "端末に照会する"


def test_a_new_sale_forgets_the_approval(selling: Bench) -> None:
    doubtful(selling)
    selling.click(names.act("other_tender"), names.choice("approver", "yamada"), *map(names.digit, PIN), names.MAIN)
    selling.click(names.CANCEL, names.item("1005"), names.tender("cash"), names.MAIN)
    assert selling.desk.instead[-1] is None


def test_a_void_from_todays_sales(selling: Bench) -> None:
    paid(selling)
    selling.click(names.act("void"), names.choice("approver", "yamada"), *map(names.digit, PIN), names.MAIN)
    assert selling.desk.approvals.voids == [("sale-1", "yamada", PIN)]
    selling.desk.finish(State.APPROVED)
    assert selling.says(names.BAND_HEADLINE) == "取消が完了しました。"
    selling.click(names.MAIN)
    selling.keys(Qt.Key.Key_F11)
    assert "取消済" in selling.says("facts")
    assert not selling.sees(names.act("void"))


def test_a_wrong_pin_voids_nothing_and_asks_again(selling: Bench) -> None:
    paid(selling)
    selling.click(names.act("void"), names.choice("approver", "yamada"), *map(names.digit, "0000"), names.MAIN)
    assert selling.says(names.BAND_HEADLINE) == "暗証番号が違います。"
    assert selling.desk.operation is not None
    assert selling.desk.operation.state is State.APPROVED
    selling.click(names.CANCEL)
    assert selling.sees(names.act("void"))


def test_a_declined_void_says_that_the_payment_stands(selling: Bench) -> None:
    paid(selling)
    selling.click(names.act("void"), names.choice("approver", "yamada"), *map(names.digit, PIN), names.MAIN)
    selling.desk.finish(State.DECLINED, reason="terminal_error", code="B5")
    assert "お支払いは有効なままです" in selling.says(names.BAND_DETAIL)


def test_a_void_in_doubt_speaks_of_the_void_and_offers_no_other_tender(selling: Bench) -> None:
    paid(selling)
    selling.click(names.act("void"), names.choice("approver", "yamada"), *map(names.digit, PIN), names.MAIN)
    selling.desk.finish(State.IN_DOUBT, reason="silence")
    assert "取消されたか分かりません" in selling.says(names.BAND_DETAIL)
    assert not selling.sees(names.act("other_tender"))
    selling.click(names.CANCEL)
    assert selling.find(names.choice("found", "charged")).accessibleName() == "取消されていた"


def test_no_void_in_the_middle_of_a_sale(selling: Bench) -> None:
    paid(selling)
    selling.click(names.CANCEL, names.item("1001"), names.MENU, names.act("show_sales"), names.act("void"))
    assert selling.says(names.BAND_HEADLINE) == "会計の途中です。"
    assert selling.desk.approvals.voids == []


def test_a_refund_is_a_recorded_request(selling: Bench) -> None:
    paid(selling)
    selling.click(names.act("refund"), names.choice("reason", "二重に支払った"), names.choice("approver", "yamada"))
    selling.click(*map(names.digit, PIN), names.MAIN)
    assert selling.desk.approvals.refunds == [("sale-1", "二重に支払った", "yamada")]
    assert selling.says(names.BAND_HEADLINE) == "還付の依頼を記録しました。"
    assert "承認 山田 太郎" in selling.says("facts")
    assert not selling.sees(names.act("refund"))
    assert not selling.sees(names.act("void"))


def test_a_difference_at_the_close_is_shown_and_confirmed(selling: Bench) -> None:
    selling.desk.logs = LOGS
    selling.click(names.MENU, names.act("show_close"), names.MAIN)
    assert selling.says(names.MAIN) == "確認して締める"
    assert "端末日計との差" in selling.says(names.CARD_NOTE)
    selling.click(names.MAIN)
    assert selling.desk.day.state is DayState.CLOSED


def test_leaving_the_close_asks_the_terminal_anew(selling: Bench) -> None:
    selling.desk.logs = LOGS
    selling.click(names.MENU, names.act("show_close"), names.MAIN, names.CANCEL)
    selling.click(names.MENU, names.act("show_close"))
    assert selling.says(names.MAIN) == "日締めをする"
