"""The staff window as a clerk uses it: by finger and by keyboard."""

from dataclasses import replace
from threading import Thread, get_ident

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.domain.operation import DeviceResult, State
from kiosk.services.notices import PaymentProgress, Question, QuestionField, Refused
from kiosk.ui import names
from kiosk.ui.app import QtPost, visible
from tests.ui.conftest import Bench, BuildBench
from tests.ui.scripted_desk import CASH, ITEMS, PIN, SETUP


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


def test_a_double_tap_pays_once(selling: Bench) -> None:
    selling.click(names.item("1001"), names.tender("credit"))
    main = selling.find(names.MAIN)
    QTest.mouseClick(main, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(main, Qt.MouseButton.LeftButton)
    selling.click(names.MAIN)
    selling.keys(Qt.Key.Key_F12)
    assert len(selling.desk.offers) == 1


def test_a_double_tap_does_not_run_past_the_result(selling: Bench) -> None:
    selling.click(names.category("tax"), names.item("3006"))
    main = selling.find(names.MAIN)
    QTest.mouseClick(main, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(main, Qt.MouseButton.LeftButton)
    assert selling.says(names.BAND_HEADLINE) == "無料の受付を記録しました。"


def test_the_first_tender_from_either_window_wins(selling: Bench) -> None:
    selling.click(names.item("1001"), names.MAIN)
    QTest.mouseClick(visible(selling.windows.customer, names.tender("emoney")), Qt.MouseButton.LeftButton)
    assert not selling.sees(names.tender("cash"))
    selling.windows.staff_presenter.payment.choose_tender("cash", selling.desk.offers[0][0].revision)
    ((_, tender),) = selling.desk.offers
    assert tender is not None
    assert tender.kind == "emoney"


def test_a_changed_cart_takes_the_offer_back(selling: Bench) -> None:
    selling.click(names.item("1001"), names.MAIN)
    revision = selling.windows.customer_presenter.screen().revision
    selling.click(names.item("1005"))
    assert selling.says(names.BAND_HEADLINE) == "会計の内容が変わりました。"
    selling.windows.customer_presenter.choose_tender("credit", revision)
    selling.click(names.MAIN)
    selling.windows.customer_presenter.choose_tender("credit", revision)
    assert selling.desk.offers == [], "a tap on what is no longer shown neither marks a tender nor pays"


def test_an_empty_cart_is_refused_with_a_sentence(selling: Bench) -> None:
    selling.click(names.MAIN)
    assert selling.says(names.BAND_HEADLINE) == "会計に品目がありません。"
    assert "請求していません" in selling.says(names.BAND_DETAIL)
    assert selling.desk.offers == []


def test_a_cart_above_the_cap_is_refused_with_a_sentence(selling: Bench) -> None:
    selling.click(names.item("1001"))
    selling.type("333")
    selling.click(names.item("1005"))
    assert "上限額" in selling.says(names.BAND_HEADLINE)
    assert selling.says(names.TOTAL) == "99,900円"


def test_a_cash_only_item_leaves_cash_alone(selling: Bench) -> None:
    selling.click(names.category("other"), names.item("9001"))
    assert not selling.sees(names.tender("credit"))
    assert selling.says(names.MAIN) == "現金で支払う"


def test_in_doubt_blocks_and_offers_no_second_charge(selling: Bench) -> None:
    selling.click(names.item("1001"), names.tender("credit"), names.MAIN)
    selling.desk.finish(State.IN_DOUBT, reason="line_lost")
    assert selling.says(names.BAND_HEADLINE).startswith("結果不明")
    assert selling.says(names.MAIN) == "端末に照会する"
    assert not selling.sees(names.item("1001"))
    assert not selling.sees(names.MENU)
    selling.click(names.MAIN, names.MAIN)
    selling.keys(Qt.Key.Key_F12, Qt.Key.Key_F5, Qt.Key.Key_Escape)
    assert len(selling.desk.inquiries) == 1
    assert len(selling.desk.offers) == 1
    selling.desk.finish(State.APPROVED)
    assert selling.says(names.MAIN) == "次の会計へ"


def test_two_people_settle_what_the_terminal_cannot_tell(selling: Bench) -> None:
    selling.click(names.item("1001"), names.tender("credit"), names.MAIN)
    selling.desk.finish(State.IN_DOUBT, reason="silence")
    selling.click(names.CANCEL, names.choice("found", "not_charged"), names.choice("evidence", "端末の控え"))
    selling.click(names.choice("approver", "yamada"), *map(names.digit, "0000"), names.MAIN)
    assert selling.says(names.BAND_HEADLINE) == "暗証番号が違います。"
    selling.click(*map(names.digit, PIN), names.MAIN)
    assert selling.desk.resolutions[-1] == ("operation-1", False, "端末の控え", "yamada", PIN)
    assert selling.says(names.BAND_HEADLINE) == "決済されていないことを確認しました。"
    assert selling.says(names.TOTAL) == "300円"


def test_zero_yen_needs_no_tender(selling: Bench) -> None:
    selling.click(names.item("1001"), names.EXEMPT, names.choice("exemption", "welfare"))
    assert not selling.sees(names.tender("credit"))
    selling.click(names.MAIN)
    ((offer, tender),) = selling.desk.offers
    assert tender is None
    assert offer.cart.exemption is not None
    assert selling.says(names.BAND_HEADLINE) == "無料の受付を記録しました。"


def test_cash_shows_the_change_large(selling: Bench) -> None:
    selling.click(names.item("1001"), names.tender("cash"), names.MAIN)
    tendered = QuestionField("tendered_yen", "yen", 7, required=True, choices=())
    selling.desk.tell(Question("cash_sale", 300, (tendered,), ("done", "cancel")))
    selling.click(names.digit("2"), names.MAIN)
    assert selling.says(names.BAND_HEADLINE) == "お預かりの金額が足りません。"
    selling.click(names.CORRECT, names.quick("1000"))
    assert selling.says(names.CHANGE) == "700円"
    selling.click(names.MAIN)
    assert selling.desk.answers[-1].answer == "done"
    assert selling.desk.answers[-1].values == {"tendered_yen": "1000"}


def test_an_attended_terminal_is_asked_for_brand_and_slip(selling: Bench) -> None:
    selling.click(names.item("1001"), names.tender("emoney"), names.MAIN)
    brand = QuestionField("brand", "choice", 0, required=True, choices=("iD", "WAON"))
    slip = QuestionField("slip_number", "digits", 8, required=True, choices=())
    selling.desk.tell(Question("attended_sale", 300, (brand, slip), ("approved", "declined", "unsure")))
    selling.click(names.choice("brand", "WAON"), names.MAIN)
    assert selling.desk.answers == []
    selling.type("00123")
    selling.click(names.MAIN)
    assert selling.desk.answers[-1].values == {"brand": "WAON", "slip_number": "00123"}


def test_cancel_is_a_request_and_the_cart_stays(selling: Bench) -> None:
    selling.click(names.item("1001"), names.tender("credit"), names.MAIN, names.CANCEL)
    selling.keys(Qt.Key.Key_Escape)
    assert selling.desk.cancels == 1
    selling.desk.finish(State.DECLINED, reason="canceled")
    assert selling.says(names.BAND_HEADLINE) == "お支払いを中止しました。"
    assert selling.says(names.TOTAL) == "300円"
    selling.click(names.tender("credit"), names.MAIN)
    assert len(selling.desk.offers) == 2


def test_sales_of_the_day_and_reprint(selling: Bench) -> None:
    selling.click(names.item("1001"), names.tender("credit"), names.MAIN)
    selling.desk.finish(State.APPROVED)
    selling.keys(Qt.Key.Key_F12, Qt.Key.Key_F11)
    selling.click_row(names.TABLE, "sale-1")
    selling.click(names.MAIN)
    assert selling.desk.printing.reprints == ["sale-1"]
    selling.keys(Qt.Key.Key_Escape)
    assert selling.sees(names.item("1001"))


def test_a_wrong_pin_lets_nobody_in(counter: Bench) -> None:
    counter.click(names.choice("operator", "suzuki"), *map(names.digit, "9999"), names.MAIN)
    assert counter.says(names.BAND_HEADLINE) == "暗証番号が違います。"
    assert counter.says(names.field("pin")) == ""
    assert not counter.sees(names.MENU)


def test_open_and_close_the_day(counter: Bench) -> None:
    counter.sign_in()
    assert counter.says(names.MAIN) == "受付を始める"
    counter.click(names.MAIN, names.item("1001"), names.tender("credit"), names.MAIN)
    counter.desk.finish(State.APPROVED)
    counter.click(names.MAIN, names.MENU, names.act("show_close"))
    counter.click(names.MAIN)
    assert counter.says(names.BAND_HEADLINE) == "本日の受付は終わりました。"
    assert not counter.sees(names.MAIN)


def test_a_day_with_a_payment_in_doubt_is_not_closed(selling: Bench) -> None:
    selling.click(names.item("1001"), names.tender("credit"), names.MAIN)
    selling.desk.finish(State.APPROVED)
    selling.click(names.MAIN)
    assert selling.desk.operation is not None
    selling.desk.remember(replace(selling.desk.operation, state=State.IN_DOUBT))
    selling.click(names.MENU, names.act("show_close"))
    assert not selling.sees(names.MAIN)


def test_one_tender_key_and_two_hundred_items(build: BuildBench) -> None:
    many = tuple(replace(ITEMS[0], code=f"{n:04}", name=f"品目{n}") for n in range(200))
    counter = build(replace(SETUP, items=many, tenders=(CASH,)))
    counter.open()
    counter.click(names.PAGE_ON)
    counter.type("q")
    assert counter.says(names.TOTAL) == "300円"
    for n in range(40):
        counter.windows.staff_presenter.cart.select_item(f"{n:04}")
    assert counter.says(names.MAIN) == "現金で支払う"
    counter.keys(Qt.Key.Key_F12)
    assert len(counter.desk.offers) == 1


def test_a_bar_code_in_the_search_field_picks_the_item(selling: Bench) -> None:
    selling.keys(Qt.Key.Key_F2)
    QTest.keyClicks(selling.find(names.SEARCH), "2900000010057")
    QTest.keyClick(selling.find(names.SEARCH), Qt.Key.Key_Return)
    assert selling.says(names.TOTAL) == "300円"
    assert selling.says(names.SEARCH) == ""


def test_the_pin_is_never_in_sight(counter: Bench) -> None:
    counter.click(names.choice("operator", "suzuki"), *map(names.digit, PIN))
    assert PIN not in repr(counter.windows.staff_presenter.screen())
    counter.click(names.MAIN)
    assert PIN not in repr(counter.windows.staff_presenter.store.state)


def test_notices_from_another_thread_arrive_in_order(qtbot: QtBot) -> None:
    post, got = QtPost(), list[object]()
    threads: set[int] = set()

    def work() -> None:
        for n in range(100):
            post(Refused(str(n)))

    worker = Thread(target=work)
    worker.start()
    worker.join()

    def take(notice: object) -> None:
        threads.add(get_ident())
        got.append(notice)

    post.deliver_to(take)
    qtbot.waitUntil(lambda: len(got) == 100)
    assert got == [Refused(str(n)) for n in range(100)]
    assert threads == {get_ident()}
