"""Finding and refunding an earlier sale by keyboard alone, and the close while terminals are asked."""

from datetime import date

from PySide6.QtCore import Qt

from kiosk.domain.daily_log import LogReview
from kiosk.domain.operation import State
from kiosk.domain.sale_search import SaleSearch
from kiosk.presenters.screen import Act, CardPanel
from kiosk.services.notices import ClosingProgress, DailyLogsCompared
from kiosk.ui import names
from tests.ui.conftest import Bench
from tests.ui.draw import SILENT
from tests.ui.scripted_desk import PIN, REFUNDING, earlier_sale

FRIDAY = date(2026, 11, 20)


def with_earlier(bench: Bench) -> None:
    bench.desk.earlier = [earlier_sale(2, FRIDAY, REFUNDING), earlier_sale(1, FRIDAY, REFUNDING)]


def test_an_earlier_sale_is_found_by_its_number_and_offers_no_void(selling: Bench) -> None:
    with_earlier(selling)
    selling.click(names.MENU, names.act("show_sales"), names.act(Act.FIND))
    selling.click(names.digit("4"), names.digit("2"), names.MAIN)
    assert selling.desk.archive.searches == [SaleSearch(number="42")]
    card = selling.windows.staff_presenter.screen().right
    assert isinstance(card, CardPanel)
    assert "取消は当日の会計に限ります" in card.hint
    assert [(key.act, key.enabled) for key in card.keys] == [(Act.VOID, False), (Act.REFUND, True)]


def test_an_earlier_sale_is_refunded_on_its_terminal_by_keyboard_alone(selling: Bench) -> None:
    with_earlier(selling)
    selling.keys(Qt.Key.Key_F11, Qt.Key.Key_F3)
    assert selling.desk.archive.searches == [SaleSearch(FRIDAY)]
    selling.keys(Qt.Key.Key_Down, Qt.Key.Key_F8)
    # how, why, who: the first of each
    selling.keys(*(Qt.Key.Key_Down, Qt.Key.Key_Return) * 3)
    selling.type(PIN)
    selling.keys(Qt.Key.Key_F12)
    (refund,) = selling.desk.approvals.terminal_refunds
    assert refund == ("sale-1001", "二重に支払った", "yamada")
    selling.desk.finish(State.DECLINED, reason="card_refused", code="78")
    assert "口座振込" in selling.says(names.BAND_DETAIL)
    assert selling.says(names.MAIN) == "再発行"


def test_nothing_found_keeps_the_form_and_a_wrong_date_says_so(selling: Bench) -> None:
    with_earlier(selling)
    selling.keys(Qt.Key.Key_F11, Qt.Key.Key_F2)
    selling.type("0")
    selling.keys(Qt.Key.Key_F12)
    assert selling.says(names.BAND_HEADLINE) == "当てはまる会計はありません。"
    selling.keys(Qt.Key.Key_Return)
    selling.type("1399")
    selling.keys(Qt.Key.Key_F12)
    assert selling.says(names.BAND_HEADLINE) == "営業日を読み取れません。"
    selling.keys(Qt.Key.Key_Escape)
    assert selling.says(names.MAIN) == "再発行"


def test_the_close_names_the_terminal_it_waits_for_and_lets_the_clerk_go_on(selling: Bench) -> None:
    selling.desk.answers_late = True
    selling.click(names.MENU, names.act("show_close"), names.MAIN)
    selling.desk.tell(ClosingProgress("terminal", "waiting"))
    selling.desk.tell(ClosingProgress("terminal", "processing"))
    assert selling.says(names.INSTRUCTION) == "端末が日計をまとめています"
    assert not selling.windows.staff_presenter.screen().top.menu.enabled
    selling.click(names.CANCEL)
    assert selling.desk.cancels == 1
    selling.desk.tell(DailyLogsCompared((LogReview(SILENT),)))
    assert "受け取れませんでした" in selling.says(names.CARD_NOTE)
    selling.keys(Qt.Key.Key_F7)
    assert selling.desk.asks == 2
