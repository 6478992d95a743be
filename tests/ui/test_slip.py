"""納付書 at the counter: keyed by keyboard alone, written with an input method, scanned, refused in a sentence."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QLineEdit

from drivers.codes.slip import SlipCode, encode
from kiosk.domain.operation import Operation, State
from kiosk.domain.slip import ElQrRule, Slip, SlipSource
from kiosk.domain.tender import TenderKind
from kiosk.presenters.screen import CardPanel, CartPanel, ItemsPart, TablePart
from kiosk.presenters.state import Editing, KeyingSlip, Working
from kiosk.services.notices import PaymentFinished, Scanned
from kiosk.ui import names
from tests.ui.conftest import Bench, BuildBench
from tests.ui.scripted_desk import CREDIT, prepared
from tests.ui.slip_scenes import CASH_SALE, EL_QR, LATE_CODE, LUNCH_CODE, PAY_EASY, SLIP_SETUP

LATE_AND_DEAR = "91912345010000000000000045208026103103000019"


@pytest.fixture
def branch(build: BuildBench) -> Bench:
    """A counter that takes 納付書, its day open."""
    bench = build(SLIP_SETUP)
    bench.open()
    return bench


def write(bench: Bench, text: str) -> None:
    """What an input method hands over."""
    field = bench.windows.staff.focusWidget()
    assert isinstance(field, QLineEdit)
    event = QInputMethodEvent("", [])
    event.setCommitString(text)
    QCoreApplication.sendEvent(field, event)


def slips(bench: Bench) -> list[tuple[int, int, Slip | None]]:
    cart = bench.windows.staff_presenter.store.state.cart
    return [(line.amount_yen, line.fiscal_year, line.slip) for line in cart.lines]


def headline(bench: Bench) -> str:
    return bench.says(names.BAND_HEADLINE)


def key_slip(bench: Bench, payer: str = "豊田 太郎", number: str = "12345", amount: str = "4500") -> None:
    """From the item's letter to the cart."""
    bench.keys(Qt.Key.Key_Q)
    write(bench, payer)
    bench.keys(Qt.Key.Key_Return, Qt.Key.Key_Return)
    bench.type(number)
    bench.keys(Qt.Key.Key_Return)
    for end in (Qt.Key.Key_Return, Qt.Key.Key_F12):
        bench.type(amount)
        bench.keys(end)


def test_a_slip_is_keyed_by_keyboard_alone(branch: Bench) -> None:
    key_slip(branch)
    assert slips(branch) == [(4500, 2026, Slip("豊田 太郎", "12345"))]
    panel = branch.windows.staff_presenter.screen().right
    assert isinstance(panel, CartPanel)
    assert panel.rows[0].name == "学校給食費　12345\n豊田 太郎 様"
    assert not isinstance(branch.windows.staff.focusWidget(), QLineEdit), "the next key would be written somewhere"
    branch.keys(Qt.Key.Key_F12)
    (line,) = branch.windows.customer_presenter.screen().lines
    assert line == ("学校給食費\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}1", "4,500円")


def test_enter_in_the_last_field_takes_it_and_years_of_reiwa_are_keyed(branch: Bench) -> None:
    branch.keys(Qt.Key.Key_Q)
    write(branch, "豊田 花子")
    branch.keys(Qt.Key.Key_Tab)
    branch.type("7")
    assert branch.says(names.field("fiscal_year")) == "令和7年度"
    branch.keys(Qt.Key.Key_Return)
    branch.type("a-1")
    branch.keys(Qt.Key.Key_Return)
    for _ in range(2):
        branch.type("300")
        branch.keys(Qt.Key.Key_Return)
    assert slips(branch) == [(300, 2025, Slip("豊田 花子", "A-1"))]


def test_amounts_that_differ_are_never_taken(branch: Bench) -> None:
    branch.keys(Qt.Key.Key_Q)
    write(branch, "豊田 太郎")
    branch.keys(Qt.Key.Key_Return, Qt.Key.Key_Return)
    branch.type("1")
    branch.keys(Qt.Key.Key_Return)
    branch.type("4500")
    branch.keys(Qt.Key.Key_Return)
    branch.type("5400")
    branch.keys(Qt.Key.Key_F12)
    assert headline(branch) == "2回の金額が違います。"
    assert slips(branch) == []
    branch.type("4500")  # the first key begins it anew
    branch.keys(Qt.Key.Key_F12)
    assert [amount for amount, _, _ in slips(branch)] == [4500]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("payer", "123", "納入者の名前が入力されていません。"),
        ("payer", "豊田\ue000", "納入者の名前に、ほかの機械で読めない文字（外字など）があります。"),
        ("payer", "\U00030000田", "納入者の名前の「\U00030000」（U+30000）は、書体がないため印字できません。"),
        (
            "payer",
            "葛\U000e01ef城",
            "納入者の名前の「葛\U000e01ef」（U+845B U+E01EF）は、書体がないため印字できません。",
        ),
        ("fiscal_year", "1999", "会計年度が正しくありません。"),
        ("assessment", "番号", "調定番号が正しくありません。"),
        ("payer", "", "入力が足りない項目があります。"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_the_form_stays(
    branch: Bench, field: str, value: str, sentence: str
) -> None:
    staff = branch.windows.staff_presenter
    staff.cart.select_item("5001")
    right = {"payer": "豊田", "fiscal_year": "8", "assessment": "1", "slip_yen": "500", "slip_again_yen": "500"}
    for name, text in {**right, field: value}.items():
        staff.form.write(name, text)
    staff.main_action()
    assert headline(branch) == sentence
    assert isinstance(staff.store.state.stage, KeyingSlip)
    assert staff.store.state.stage.form.active == field
    staff.form.write(field, right[field])
    staff.main_action()
    assert len(slips(branch)) == 1


def test_a_scan_fills_the_form_and_leaves_the_name_to_be_written(branch: Bench) -> None:
    branch.desk.tell(Scanned(f"]C1{LUNCH_CODE}\r"))
    write(branch, "豊田 太郎")
    branch.keys(Qt.Key.Key_F12)
    ((amount_yen, year, slip),) = slips(branch)
    assert (amount_yen, year) == (13_100, 2026)
    assert slip == Slip("豊田 太郎", "45208", SlipSource.GS1_128, LUNCH_CODE, date(2026, 12, 25))


def test_a_scan_into_the_open_form_keeps_the_name(branch: Bench) -> None:
    branch.keys(Qt.Key.Key_Q)
    write(branch, "豊田 太郎")
    branch.desk.tell(Scanned(LUNCH_CODE))
    branch.keys(Qt.Key.Key_F12)
    ((amount_yen, _, slip),) = slips(branch)
    assert amount_yen == 13_100
    assert slip is not None
    assert slip.payer == "豊田 太郎"


def test_a_late_slip_is_warned_of_and_the_record_says_so(branch: Bench) -> None:
    branch.desk.tell(Scanned(LATE_CODE))
    assert headline(branch) == "支払期限 2026年10月31日(土) を過ぎた納付書です。"
    write(branch, "豊田 太郎")
    branch.keys(Qt.Key.Key_F12)
    ((_, _, slip),) = slips(branch)
    assert slip is not None
    assert slip.warnings == ("slip_expired",)


def test_every_rule_that_the_record_names_was_told_by_itself(branch: Bench) -> None:
    branch.desk.tell(Scanned(LATE_AND_DEAR))
    assert headline(branch) == "支払期限 2026年10月31日(土) を過ぎた納付書です。"
    write(branch, "豊田 太郎")
    branch.keys(Qt.Key.Key_F12)
    assert headline(branch) == "納付書1枚の上限を超える金額です。"
    assert slips(branch) == []
    branch.keys(Qt.Key.Key_F12)
    ((_, _, slip),) = slips(branch)
    assert slip is not None
    assert slip.warnings == ("slip_expired", "slip_cap")


def test_above_the_cap_it_is_taken_only_when_the_clerk_says_so_again(branch: Bench) -> None:
    key_slip(branch, amount="300001")
    assert headline(branch) == "納付書1枚の上限を超える金額です。"
    assert slips(branch) == []
    branch.keys(Qt.Key.Key_F12)
    ((amount_yen, _, slip),) = slips(branch)
    assert amount_yen == 300_001
    assert slip is not None
    assert slip.warnings == ("slip_cap",)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (LUNCH_CODE[:-1] + "0", "バーコードの数字が正しくありません。"),
        ("91912345000000000000004520875004013100295004", "この窓口で扱わない納付書です。"),
        (PAY_EASY, "ペイジーの番号です。"),
        (EL_QR, "eL-QRのある納付書です。キャッシュレスでは扱えません。"),
        ("4901234567894", "この窓口にないコードです。"),
    ],
)
def test_other_codes_are_told_and_change_nothing(branch: Bench, code: str, sentence: str) -> None:
    branch.desk.tell(Scanned(code))
    assert headline(branch) == sentence
    assert slips(branch) == []
    assert isinstance(branch.windows.staff_presenter.store.state.stage, Editing)


def allowed(bench: Bench) -> set[str]:
    panel = bench.windows.staff_presenter.screen().right
    assert isinstance(panel, CartPanel)
    return {tender.name for tender in panel.tenders if tender.enabled}


def test_an_el_qr_slip_is_paid_with_cash_alone(branch: Bench) -> None:
    branch.desk.tell(Scanned(EL_QR))
    key_slip(branch)
    assert allowed(branch) == {"cash"}
    ((_, _, slip),) = slips(branch)
    assert slip is not None
    assert slip.source is SlipSource.EL_QR
    branch.keys(Qt.Key.Key_Escape)
    key_slip(branch)
    assert allowed(branch) == {"credit", "emoney", "cash"}


def test_an_item_whose_slips_carry_an_el_qr_says_so_whichever_code_is_scanned(branch: Bench) -> None:
    branch.windows.staff_presenter.cart.select_item("5005")
    assert headline(branch) == "eL-QRのある納付書です。キャッシュレスでは扱えません。"
    assert "スマートフォン" in branch.says(names.BAND_DETAIL)
    assert isinstance(branch.windows.staff_presenter.store.state.stage, KeyingSlip)
    branch.keys(Qt.Key.Key_Escape)
    branch.windows.staff_presenter.cart.select_item("5001")
    assert headline(branch) == "納付書を見て入力してください。バーコードがあれば読み取れます。"


def test_an_el_qr_hides_no_warning(branch: Bench) -> None:
    late = SlipCode("912345", "09" + "0" * 19, 0, date(2026, 10, 31), has_stamp_duty=False, amount_yen=4500)
    branch.desk.tell(Scanned(encode(late)))
    assert headline(branch) == "eL-QRのある納付書です。キャッシュレスでは扱えません。"
    branch.windows.staff_presenter.form.write("payer", "豊田 太郎")
    branch.windows.staff_presenter.form.write("assessment", "1")
    branch.keys(Qt.Key.Key_F12)
    assert headline(branch) == "支払期限 2026年10月31日(土) を過ぎた納付書です。"
    assert slips(branch) == []
    branch.keys(Qt.Key.Key_F12)
    ((_, _, slip),) = slips(branch)
    assert slip is not None
    assert slip.warnings == ("slip_expired",)


def test_a_counter_without_cash_refuses_an_el_qr_and_says_how_to_pay(build: BuildBench) -> None:
    setup = replace(SLIP_SETUP, tenders=tuple(x for x in SLIP_SETUP.tenders if x.kind is not TenderKind.CASH))
    bench = build(setup)
    bench.open()
    bench.desk.tell(Scanned(EL_QR))
    assert headline(bench) == "eL-QRのある納付書は、この窓口では扱えません。"
    assert "スマートフォン" in bench.says(names.BAND_DETAIL)
    bench.windows.staff_presenter.cart.select_item("5005")
    assert headline(bench) == "eL-QRのある納付書は、この窓口では扱えません。"


def test_before_its_day_the_rule_about_el_qr_does_not_hold(build: BuildBench) -> None:
    bench = build(replace(SLIP_SETUP, el_qr=(ElQrRule(date(2030, 4, 1), frozenset({TenderKind.CREDIT})),)))
    bench.open()
    bench.desk.tell(Scanned(EL_QR))
    assert headline(bench) == "この窓口にないコードです。"
    bench.windows.staff_presenter.cart.select_item("5005")
    assert isinstance(bench.windows.staff_presenter.store.state.stage, KeyingSlip)


def test_pay_easy_numbers_give_the_number_alone(branch: Bench) -> None:
    branch.keys(Qt.Key.Key_Q)
    branch.desk.tell(Scanned(PAY_EASY))
    stage = branch.windows.staff_presenter.store.state.stage
    assert isinstance(stage, KeyingSlip)
    assert stage.form.values["assessment"] == "12345678901234567890"
    assert "1234 567" not in str(stage)


def test_back_leaves_the_cart_as_it_was_and_a_doubt_settled_meanwhile_does_not_take_the_form(branch: Bench) -> None:
    key_slip(branch)
    branch.keys(Qt.Key.Key_W)
    write(branch, "鈴木")
    cart = branch.windows.staff_presenter.store.state.cart
    branch.desk.tell(PaymentFinished(Operation(prepared(cart, CREDIT, 77), State.APPROVED)))
    stage = branch.windows.staff_presenter.store.state.stage
    assert isinstance(stage, KeyingSlip)
    assert stage.form.values["payer"] == "鈴木"
    branch.keys(Qt.Key.Key_Escape)
    assert len(slips(branch)) == 1


def test_a_slip_and_an_exemption_do_not_meet(branch: Bench) -> None:
    key_slip(branch)
    branch.keys(Qt.Key.Key_F9)
    assert headline(branch) == "納付書と減免は、同じ会計では扱えません。"
    branch.keys(Qt.Key.Key_2)
    assert headline(branch) == "納付書は1枚ずつ扱います。"
    assert len(slips(branch)) == 1
    branch.keys(Qt.Key.Key_Delete)
    assert slips(branch) == []


def test_the_same_slip_twice_is_told(branch: Bench) -> None:
    key_slip(branch)
    key_slip(branch)
    assert headline(branch) == "この納付書は、すでにこの会計に入っています。"
    assert len(slips(branch)) == 1


def whose(bench: Bench) -> list[str]:
    """The second column of what the left side shows of the sale under way."""
    left = bench.windows.staff_presenter.screen().left
    assert isinstance(left, TablePart)
    return [row.cells[1] for row in left.rows]


def test_whose_slip_it_is_stays_in_sight_while_the_money_is_taken_and_afterwards(branch: Bench) -> None:
    key_slip(branch)
    branch.keys(Qt.Key.Key_F12, Qt.Key.Key_F7)
    branch.desk.tell(CASH_SALE)
    assert whose(branch) == ["令和8年度　12345\n豊田 太郎 様"]
    before = branch.windows.staff_presenter.store.state
    branch.keys(Qt.Key.Key_Down)
    branch.windows.staff_presenter.rows.move_selection(1)
    assert branch.windows.staff_presenter.store.state.selected_sale == before.selected_sale
    branch.desk.finish(State.IN_DOUBT, reason="silence")
    assert whose(branch) == ["令和8年度　12345\n豊田 太郎 様"]
    branch.desk.finish(State.APPROVED)
    card = branch.windows.staff_presenter.screen().right
    assert isinstance(card, CardPanel)
    assert card.rows[0] == ("納付書", "令和8年度　12345\n豊田 太郎 様")
    branch.keys(Qt.Key.Key_F12)
    branch.desk.list_sales()
    branch.keys(Qt.Key.Key_F11, Qt.Key.Key_Down)
    card = branch.windows.staff_presenter.screen().right
    assert isinstance(card, CardPanel)
    assert ("納付書", "令和8年度　12345\n豊田 太郎 様") in card.rows


def test_a_slip_of_an_older_era_is_named_by_its_own_year(branch: Bench) -> None:
    branch.windows.staff_presenter.cart.select_item("5001")
    for name, text in {
        "payer": "豊田",
        "fiscal_year": "2018",
        "assessment": "1",
        "slip_yen": "5",
        "slip_again_yen": "5",
    }.items():
        branch.windows.staff_presenter.form.write(name, text)
    branch.keys(Qt.Key.Key_F12, Qt.Key.Key_F12, Qt.Key.Key_F5)
    assert whose(branch) == ["平成30年度　1\n豊田 様"]


def test_a_sale_without_a_slip_leaves_the_item_keys_where_they_are(branch: Bench) -> None:
    branch.windows.staff_presenter.cart.select_item("1001")
    branch.keys(Qt.Key.Key_F12, Qt.Key.Key_F5)
    assert isinstance(branch.windows.staff_presenter.store.state.stage, Working)
    assert isinstance(branch.windows.staff_presenter.screen().left, ItemsPart)


def test_no_word_of_the_payer_reaches_the_citizens_window(branch: Bench) -> None:
    key_slip(branch, payer="豊田 太郎", number="98765")
    shown = [str(branch.windows.customer_presenter.screen())]
    branch.keys(Qt.Key.Key_F12)
    shown.append(str(branch.windows.customer_presenter.screen()))
    branch.keys(Qt.Key.Key_F5)
    shown.append(str(branch.windows.customer_presenter.screen()))
    branch.desk.finish(State.APPROVED)
    shown.append(str(branch.windows.customer_presenter.screen()))
    assert not any("太郎" in each or "98765" in each for each in shown)
