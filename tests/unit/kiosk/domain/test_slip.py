"""What a slip's particulars may be, and what the item's data say about them."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.cart import Cart, CartError, Exemption, make_offer
from kiosk.domain.item import Account, Item, SlipRule, SlipTreatment
from kiosk.domain.money import Yen
from kiosk.domain.slip import (
    NUMBER_CHARACTERS_MAX,
    PAYER_CHARACTERS_MAX,
    ElQrRule,
    ScannedSlip,
    Slip,
    SlipError,
    SlipSource,
    el_qr_rule,
    fiscal_year_keyed,
    is_same_slip,
    item_for,
    number_in,
    number_keyed,
    objections,
    payer_keyed,
    priced,
    slip_key,
)
from kiosk.domain.tax import TaxClass
from kiosk.domain.tender import Tender, TenderKind

TODAY = date(2026, 11, 25)
RULE = SlipRule(
    "lunch",
    Yen(300_000),
    over_cap=SlipTreatment.REFUSE,
    expired=SlipTreatment.WARN,
    stamp_duty=SlipTreatment.TAKE,
    prefixes=("9123451",),
    number_from=18,
    number_digits=10,
)
ACCOUNT = Account("1-21-05", ("一般会計", "諸収入"), "保健給食課")
LUNCH = Item(
    "5001",
    "学校給食費",
    "がっこうきゅうしょくひ",
    "slip",
    Yen(0),
    TaxClass("out_of_scope", "不課税", None),
    ACCOUNT,
    frozenset(TenderKind),
    date(2026, 4, 1),
    slip=RULE,
)
SCANNED = ScannedSlip(
    "9" * 44, "912345100000000000000045208", date(2026, 12, 25), has_stamp_duty=False, amount_yen=Yen(13_100)
)
CREDIT = Tender(TenderKind.CREDIT, "クレジットカード", "terminal")
CASH = Tender(TenderKind.CASH, "現金", "drawer")


def refused(check: object, *given_: object) -> str:
    assert callable(check)
    with pytest.raises(SlipError) as told:
        check(*given_)
    return told.value.rule


@pytest.mark.parametrize(
    ("keyed", "name"),
    [
        ("豊田　太郎", "豊田 太郎"),
        ("  豊田   花子 ", "豊田 花子"),
        ("𠮷野家 髙﨑", "𠮷野家 髙﨑"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("\ufa19谷", "\ufa19谷"),
        ("SILVA Maria José", "SILVA Maria José"),
        ("㈱とよた・ストアー（本店）", "㈱とよた・ストアー（本店）"),
        ("か\u3099", "か\u3099"),
        ("Nguyễn Văn Đức", "Nguyễn Văn Đức"),
    ],
)
def test_names_are_kept_as_their_owners_write_them(keyed: str, name: str) -> None:
    assert payer_keyed(keyed) == name


@pytest.mark.parametrize(
    ("keyed", "rule"),
    [
        ("", "slip_payer_empty"),
        ("　 ", "slip_payer_empty"),
        ("123", "slip_payer_empty"),
        ("豊田\n太郎", "slip_payer_character"),
        ("豊田\u202e太郎", "slip_payer_character"),
        ("豊田\ue000", "slip_payer_character"),
        ("豊田\ud800", "slip_payer_character"),
        ("あ" * (PAYER_CHARACTERS_MAX + 1), "slip_payer_long"),
    ],
)
def test_what_is_no_name_is_refused(keyed: str, rule: str) -> None:
    assert refused(payer_keyed, keyed) == rule


@given(st.text(max_size=60))
def test_a_name_that_was_taken_is_taken_again_as_it_is(text: str) -> None:
    try:
        name = payer_keyed(text)
    except SlipError:
        return
    assert payer_keyed(name) == name
    assert 0 < len(name) <= PAYER_CHARACTERS_MAX
    assert name.encode()


@pytest.mark.parametrize(
    ("keyed", "number"),
    [
        ("1234", "1234"),
        (" １２－３ａ ", "12-3A"),
        ("0007", "0007"),
        ("1234-5678-9012-3456-7890", "12345678901234567890"),
        ("１２３４ 5678 9012 3456", "1234567890123456"),
        ("1234567890123456-2", "1234567890123456-2"),
    ],
)
def test_numbers_are_put_in_one_form(keyed: str, number: str) -> None:
    assert number_keyed(keyed) == number


@pytest.mark.parametrize(
    "keyed", ["", "-1", "1-", "1--2", "12 3", "番号", "1" * (NUMBER_CHARACTERS_MAX + 1), "1234 5678"]
)
def test_other_numbers_are_refused(keyed: str) -> None:
    assert refused(number_keyed, keyed) == "slip_number"


@pytest.mark.parametrize(("keyed", "year"), [("8", 2026), ("08", 2026), ("2026", 2026), ("9", 2027), ("2016", 2016)])
def test_years_of_reiwa_and_of_our_calendar(keyed: str, year: int) -> None:
    assert fiscal_year_keyed(keyed, TODAY) == year


@pytest.mark.parametrize("keyed", ["", "0", "10", "26", "2015", "2028", "20260", "八"])
def test_no_slip_is_of_such_a_year(keyed: str) -> None:
    assert refused(fiscal_year_keyed, keyed, TODAY) == "slip_year"


def test_in_march_the_year_is_still_last_years() -> None:
    assert fiscal_year_keyed("8", date(2027, 3, 31)) == 2026
    assert refused(fiscal_year_keyed, "10", date(2027, 3, 31)) == "slip_year"
    assert fiscal_year_keyed("10", date(2027, 4, 1)) == 2028


def test_the_longest_prefix_says_which_item_it_is() -> None:
    rest = replace(LUNCH, code="5999", slip=replace(RULE, prefixes=("912345",)))
    assert item_for((rest, LUNCH), SCANNED) is LUNCH
    assert item_for((rest, LUNCH), replace(SCANNED, issuer="9123452" + "0" * 20)) is rest
    assert item_for((rest, LUNCH), replace(SCANNED, issuer="8" * 27)) is None
    assert item_for((replace(LUNCH, slip=None),), SCANNED) is None


def test_the_number_inside_the_free_field() -> None:
    assert number_in(LUNCH, SCANNED) == "45208"
    assert number_in(replace(LUNCH, slip=replace(RULE, number_digits=0)), SCANNED) == ""


def test_the_items_data_say_what_follows() -> None:
    late = replace(SCANNED, due=date(2026, 11, 24), has_stamp_duty=True)
    assert objections(LUNCH, 13_100, SCANNED, TODAY) == ()
    assert objections(LUNCH, 13_100, late, TODAY) == (("slip_expired", SlipTreatment.WARN),)
    assert objections(LUNCH, 300_000, None, TODAY) == ()
    assert objections(LUNCH, 300_001, None, TODAY) == (("slip_cap", SlipTreatment.REFUSE),)
    strict = replace(LUNCH, slip=replace(RULE, stamp_duty=SlipTreatment.REFUSE))
    assert ("slip_stamp", SlipTreatment.REFUSE) in objections(strict, 13_100, late, TODAY)


def test_on_its_last_day_a_slip_is_taken() -> None:
    assert objections(LUNCH, 1, replace(SCANNED, due=TODAY), TODAY) == ()
    assert objections(LUNCH, 1, replace(SCANNED, due=None), TODAY) == ()


def test_el_qr_is_told_by_data_of_the_day() -> None:
    now = ElQrRule(date(2023, 4, 1), frozenset({TenderKind.CREDIT}), ("https://el.example/",), 45)
    later = replace(now, valid_from=date(2027, 4, 1), digits_min=0)
    assert el_qr_rule((now, later), TODAY) is now
    assert el_qr_rule((now, later), date(2027, 4, 1)) is later
    assert el_qr_rule((now,), date(2023, 3, 31)) is None
    assert now.is_one("1" * 45)
    assert now.is_one("https://el.example/x")
    assert not now.is_one("1" * 44)
    assert not now.is_one("1" * 44 + "x")
    assert not later.is_one("1" * 45)


def slip_line(cart: Cart, number: str, amount_yen: int = 13_100, year: int = 2026) -> Cart:
    return cart.add_slip(priced(LUNCH, amount_yen), Slip("豊田 太郎", number), fiscal_year=year)


def test_every_slip_is_a_line_of_its_own() -> None:
    cart = slip_line(slip_line(slip_line(Cart(), "1"), "2", 500), "1", 700, 2025)
    assert [(line.amount_yen, line.fiscal_year) for line in cart.lines] == [(13_100, 2026), (500, 2026), (700, 2025)]
    assert cart.total_yen == 14_300
    assert [line.slip.number for line in cart.remove(cart.lines[1].key).lines if line.slip] == ["1", "1"]


def test_the_same_slip_is_not_paid_twice() -> None:
    with pytest.raises(CartError, match="slip_twice"):
        slip_line(slip_line(Cart(), "1"), "1", 500)


def test_a_slip_has_no_second_copy_no_waiver_and_never_no_amount() -> None:
    cart = slip_line(Cart(), "1")
    with pytest.raises(CartError, match="slip_quantity"):
        cart.set_quantity(cart.lines[0].key, 2)
    with pytest.raises(CartError, match="slip_exemption"):
        cart.exempt(Exemption("E1", "生活保護"))
    with pytest.raises(CartError, match="slip_exemption"):
        slip_line(Cart().exempt(Exemption("E1", "生活保護")), "1")
    with pytest.raises(CartError, match="slip_needed"):
        Cart().add(LUNCH)
    with pytest.raises(CartError, match="slip_needed"):
        slip_line(Cart(), "1", 0)


def test_a_barred_tender_is_not_offered() -> None:
    cart = Cart().add_slip(priced(LUNCH, 500, frozenset({TenderKind.CREDIT})), Slip("豊田", "1"), fiscal_year=2026)
    assert make_offer(cart, (CREDIT, CASH)).tenders == (CASH,)
    with pytest.raises(CartError, match="no_common_tender"):
        make_offer(cart, (CREDIT,))


def test_a_slip_scanned_once_and_keyed_once_is_one_slip() -> None:
    keyed, scanned = Slip("豊田", "45208"), Slip("豊田", "45208", SlipSource.GS1_128, "91" * 22)
    same = [slip_key("5001", 2026, each) for each in (keyed, scanned, replace(keyed, payer="トヨタ"))]
    assert all(is_same_slip(one, other) for one in same for other in same)
    others = (
        slip_key("5001", 2025, keyed),
        slip_key("5002", 2026, keyed),
        slip_key("5001", 2026, replace(keyed, number="45208-2")),
    )
    assert not any(is_same_slip(one, other) for one in same for other in others)
    assert not is_same_slip(same[1], slip_key("5001", 2026, replace(scanned, barcode="90" * 22)))
