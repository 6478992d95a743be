"""The citizen's two lines: what is bought, what it costs, what to do; twenty columns and no character it lacks."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.display.api import CharacterSet, TwoLines
from drivers.display.line20.protocol import encode_text, show
from kiosk.domain.money import YEN_MAX, Yen
from kiosk.domain.operation import DeviceResult, State
from kiosk.presenters.lines import COLUMNS, CustomerLines, LinesScreen, columns_of
from kiosk.presenters.screen import Act
from kiosk.presenters.staff import StaffPresenter
from kiosk.presenters.texts import load_texts
from kiosk.profile import load_profile
from kiosk.services.notices import PaymentProgress
from tests.ui.draw import CASH_SALE
from tests.ui.scripted_desk import ITEMS, PIN, SETUP, TODAY, ScriptedDesk

ROOT = Path(__file__).resolve().parents[4]


class Sale:
    """A clerk at work, and what the display is told meanwhile."""

    def __init__(self, characters: str = "kana", language: str = "ja") -> None:
        texts = load_texts(ROOT / "config" / "texts", language)
        self.desk = ScriptedDesk()
        self.staff = StaffPresenter(SETUP, texts, self.desk, lambda: TODAY, lambda _: None)
        self.desk.tell = self.staff.handle
        self.told: list[LinesScreen] = []
        self.lines = CustomerLines(texts, characters, self.staff.store, self.told.append)
        self.staff.choose("operator", "suzuki")
        self.staff.form.write("pin", PIN)
        self.staff.main_action()
        self.staff.main_action()

    def add(self, *codes: str) -> "Sale":
        for code in codes:
            self.staff.cart.select_item(code)
        return self

    def pay(self, kind: str) -> "Sale":
        self.staff.payment.choose_tender(kind, self.staff.store.state.cart.revision)
        self.staff.main_action()
        return self

    def rows(self) -> tuple[str, str]:
        """The two lines as the display shows them."""
        last = self.told[-1]
        return line(last.upper, last.upper_right), line(last.lower, last.lower_right)


def line(left: str, right: str) -> str:
    return f"{left} … {right}" if right else left


def test_nothing_is_told_until_there_is_something_to_show() -> None:
    assert Sale().told == []


def test_the_item_just_added_stands_over_the_total() -> None:
    sale = Sale().add("1001")
    assert sale.rows() == ("じゅうみんひょうのうつし … ¥300", "ｺﾞｳｹｲ … ¥300")
    assert sale.add("2001").rows() == ("こせきぜんぶじこうしょう … ¥450", "ｺﾞｳｹｲ … ¥750")
    assert sale.add("2001").rows() == ("こせきぜんぶじこう … x2 ¥900", "ｺﾞｳｹｲ … ¥1,200")


def test_a_display_with_kanji_shows_the_name() -> None:
    assert Sale("kanji").add("1001").rows() == ("住民票の写し … ¥300", "合計 … ¥300")
    assert Sale("kanji").add("9001").rows() == ("マイナンバーカ … ¥800", "合計 … ¥800")


@pytest.mark.parametrize("name", ["髙齢者①", "住民票～写し", "é", "A~B"])
def test_a_name_with_a_character_that_not_every_display_has_is_read_out(name: str) -> None:
    sale = Sale("kanji")
    item = replace(ITEMS[0], name=name)
    state = sale.staff.store.state
    screen = sale.lines.screen(replace(state, cart=state.cart.add(item), selected=item.code))
    assert screen.upper == ("住民票～写し" if name == "住民票～写し" else "じゅうみんひょ")


def test_in_english_the_names_are_english() -> None:
    assert Sale("kana", "en").add("1001").rows() == ("Copy of residen … ¥300", "TOTAL … ¥300")


def test_a_card_is_asked_for_and_thanked_for() -> None:
    sale = Sale().add("1001").pay("credit")
    assert sale.rows() == ("ｼﾊﾞﾗｸ ｵﾏﾁｸﾀﾞｻｲ", "ｺﾞｳｹｲ … ¥300")
    for phase, said in (
        ("wait_card", "ｶｰﾄﾞｦ ﾀｯﾁ ﾏﾀﾊ ｻｼｺﾐ"),
        ("wait_pin", "ｱﾝｼｮｳﾊﾞﾝｺﾞｳｦ ﾄﾞｳｿﾞ"),
        ("processing", "ｼﾊﾞﾗｸ ｵﾏﾁｸﾀﾞｻｲ"),
        ("remove_card", "ｶｰﾄﾞｦ ｵﾄﾘｸﾀﾞｻｲ"),
    ):
        sale.desk.tell(PaymentProgress(phase))
        assert sale.rows() == (said, "ｺﾞｳｹｲ … ¥300")
    sale.desk.finish(State.APPROVED)
    assert sale.rows() == ("ｱﾘｶﾞﾄｳｺﾞｻﾞｲﾏｼﾀ", "ｵｼﾊﾗｲｽﾞﾐ … ¥300")
    assert sale.told[-1].passing
    sale.staff.main_action()
    assert sale.told[-1] == LinesScreen()


def test_cash_is_asked_for_and_its_change_told() -> None:
    sale = Sale().add("1001").pay("cash")
    sale.desk.tell(CASH_SALE)
    assert sale.rows() == ("ｹﾞﾝｷﾝｦ ﾄﾞｳｿﾞ", "ｺﾞｳｹｲ … ¥300")
    sale.staff.form.write("tendered_yen", "1000")
    sale.staff.main_action()
    sale.desk.finish(State.APPROVED, result=DeviceResult(tendered_yen=Yen(1000)))
    assert sale.rows() == ("ｱﾘｶﾞﾄｳｺﾞｻﾞｲﾏｼﾀ", "ｵﾂﾘ … ¥700")


def test_exact_cash_has_no_change() -> None:
    sale = Sale().add("1001").pay("cash")
    sale.desk.finish(State.APPROVED, result=DeviceResult(tendered_yen=Yen(300)))
    assert sale.rows()[1] == "ｵｼﾊﾗｲｽﾞﾐ … ¥300"


def test_a_declined_payment_shows_the_sale_again() -> None:
    sale = Sale().add("1001").pay("credit")
    sale.desk.finish(State.DECLINED, reason="card_refused")
    assert sale.rows()[1] == "ｺﾞｳｹｲ … ¥300"
    assert not sale.told[-1].passing


def test_in_doubt_no_amount_asks_to_be_paid_again() -> None:
    sale = Sale().add("1001").pay("credit")
    sale.desk.finish(State.IN_DOUBT, reason="line_lost")
    assert sale.rows() == ("ｹｯｻｲｦ ｶｸﾆﾝ ﾁｭｳﾃﾞｽ", "ｼﾊﾞﾗｸ ｵﾏﾁｸﾀﾞｻｲ")
    assert "¥" not in "".join(sale.rows())


def test_leaving_the_sale_page_leaves_the_display_blank() -> None:
    sale = Sale().add("1001")
    sale.staff.act(Act.SHOW_SALES)
    assert sale.told[-1] == LinesScreen()


@pytest.mark.parametrize("characters", CharacterSet)
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("counter", ["shiminka", "bijutsukan"])
def test_every_item_that_is_sold_can_be_shown(counter: str, language: str, characters: CharacterSet) -> None:
    profile = load_profile(ROOT / "config" / "counters" / f"{counter}.toml", on=date(2026, 11, 23))
    sale = Sale(characters, language)
    state = sale.staff.store.state
    for item in (*profile.items, *ITEMS):
        for quantity in (1, 999):
            cart = replace(state.cart, cap_yen=YEN_MAX).add(item).set_quantity(item.code, quantity)
            screen = sale.lines.screen(replace(state, cart=cart, selected=item.code))
            assert screen.upper
            show(TwoLines(screen.upper, screen.upper_right, screen.lower, screen.lower_right), characters)


@pytest.mark.parametrize("characters", CharacterSet)
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "name",
    [
        *("total", "choose", "wait_card", "wait_pin", "remove_card", "cash", "terminal", "wait"),
        *("thanks", "paid", "change", "free", "doubt", "voiding", "voided", "refunding", "refunded"),
    ],
)
def test_every_sentence_fits_and_can_be_shown(name: str, language: str, characters: CharacterSet) -> None:
    text = load_texts(ROOT / "config" / "texts", language)(f"lines.{characters}.{name}")
    assert len(encode_text(text, characters)) == columns_of(text, characters) <= COLUMNS


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
@pytest.mark.parametrize("characters", CharacterSet)
def test_a_name_with_any_character_is_shown_or_read_out(characters: CharacterSet, name: str) -> None:
    item = replace(ITEMS[0], name=name)
    sale = Sale(characters)
    state = sale.staff.store.state
    screen = sale.lines.screen(replace(state, cart=state.cart.add(item), selected=item.code))
    show(TwoLines(screen.upper, screen.upper_right, screen.lower, screen.lower_right), characters)
    assert "?" not in screen.upper or "?" in name
