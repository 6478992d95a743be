"""JPQR: its own rules over EMV's, typed values, and the code with an amount that is made of an issued one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.codes import emv, jpqr
from drivers.codes.emv import Initiation
from drivers.codes.jpqr import JpqrCode, Store, StoreCode, decode, encode_dynamic, encode_static, with_amount
from drivers.codes.refusal import CodeError, Rule
from tests.unit.drivers.codes import rules
from tests.unit.drivers.codes.published import EMV_ANNEX_B, JPQR_SHOP, JPQR_STATIC
from tests.unit.drivers.codes.test_emv import sealed

STORE = Store(
    StoreCode("0000000000001", "0001", "000001", "000001"),
    merchant_category="9399",
    name="TOYOTA CITY",
    city="TOYOTA",
    postal_code="4718501",
    name_ja="豊田市 市民課",
)
ISSUED = encode_static(STORE).payload


def refused(payload: str) -> CodeError:
    with pytest.raises(CodeError) as caught:
        decode(payload)
    assert not rules.holds(rules.jpqr, payload), "refused what keeps every rule"
    return caught.value


def altered(issued: str, old: str, new: str) -> str:
    body = issued[:-8]
    assert body.count(old) == 1, body
    return sealed(body.replace(old, new))


def test_published_codes_in_values() -> None:
    read = decode(JPQR_STATIC)
    assert read.initiation is Initiation.STATIC
    assert read.store == Store(
        StoreCode("0000000000001", "0001", "000001", "000001"),
        merchant_category="4111",
        name="xxx",
        city="xxx",
        postal_code="1066143",
        name_ja="メルペイ カフェ",
    )
    assert (read.amount_yen, read.bill, read.payload) == (None, None, JPQR_STATIC)
    assert decode(JPQR_SHOP).store.name_ja == "JPQRMPM本舗食堂"


def test_the_sample_with_wrong_check_characters_is_refused() -> None:
    """It was published with 6D60."""
    assert refused(JPQR_SHOP[:-4] + "6D60").rule is Rule.CRC


def test_another_country_s_code_is_none() -> None:
    assert refused(EMV_ANNEX_B).rule is Rule.NOT_JPQR
    assert not jpqr.is_jpqr(emv.decode(EMV_ANNEX_B))
    assert jpqr.is_jpqr(emv.decode(JPQR_STATIC))


def test_the_account_is_found_in_whichever_tag_holds_it() -> None:
    assert decode(altered(JPQR_STATIC, "26680019jp", "43680019jp")).store == decode(JPQR_STATIC).store


GUID = "0019jp.or.paymentsjapan"
ACCOUNT = f"{GUID}011300000000000010204000103060000010406000001"


@pytest.mark.parametrize(
    ("old", "new", "rule", "path"),
    [
        ("5303392", "5303840", Rule.NOT_JPQR, "53"),
        ("5802JP", "5802US", Rule.NOT_JPQR, "58"),
        ("jp.or.paymentsjapan", "jp.or.paymentsjapax", Rule.NOT_JPQR, "26-51"),
        ("5204", f"2768{ACCOUNT}5204", Rule.DUPLICATE, "27.00"),
        ("010211", "", Rule.MISSING, "01"),
        ("010211", "010212", Rule.MISSING, "54"),
        ("61074718501", "", Rule.MISSING, "61"),
        ("61074718501", "6108471-8501", Rule.FORMAT, "61"),
        ("61074718501", "6107471850１", Rule.FORMAT, "61"),
        ("64170002JA0107豊田市 市民課", "", Rule.MISSING, "64"),
        ("64170002JA", "64170002EN", Rule.FORMAT, "64.00"),
        ("64170002JA0107豊田市 市民課", "64240002JA0107豊田市 市民課0203豊田市", Rule.FORBIDDEN, "64.02"),
        ("5802JP", "5502015802JP", Rule.FORBIDDEN, "55"),
        (f"2668{GUID}01130000000000001", f"2667{GUID}0112000000000001", Rule.LENGTH, "26.01"),
        ("02040001", "0204000 ", Rule.FORMAT, "26.02"),
        ("02040001", "02040０01", Rule.FORMAT, "26.02"),
        ("02040001", "05040001", Rule.MISSING, "26.02"),
    ],
)
def test_a_broken_rule_is_named(old: str, new: str, rule: Rule, path: str) -> None:
    error = refused(altered(ISSUED, old, new))
    assert (error.rule, error.path) == (rule, path)


def test_a_static_code_may_have_an_amount() -> None:
    assert decode(encode_static(STORE, amount_yen=300).payload).amount_yen == 300


def test_the_code_with_an_amount_keeps_all_that_was_issued() -> None:
    issued = decode(JPQR_STATIC)
    made = with_amount(issued, amount_yen=1450, bill="R7-000123")
    assert made == decode(made.payload)
    assert (made.amount_yen, made.bill, made.initiation) == (1450, "R7-000123", Initiation.DYNAMIC)
    assert made.store == issued.store
    kept = [(tag, value) for tag, value in made.emv.content if tag not in ("01", "54", "62")]
    assert kept == [(tag, value) for tag, value in issued.emv.content if tag != "01"]
    assert with_amount(made, amount_yen=20).payload == with_amount(issued, amount_yen=20, bill="R7-000123").payload
    assert with_amount(issued, amount_yen=20).bill is None


def test_a_bill_joins_what_the_issued_code_says_beside() -> None:
    issued = decode(sealed(ISSUED[:-8] + "62140704A1230802TX"))
    made = with_amount(issued, amount_yen=20, bill="77")
    assert made.emv.fields["62"] == {"01": "77", "07": "A123", "08": "TX"}
    again = with_amount(made, amount_yen=30, bill="78")
    assert again.emv.fields["62"] == {"01": "78", "07": "A123", "08": "TX"}
    assert again.amount_yen == 30


@pytest.mark.parametrize("amount_yen", [0, -1, 10**13, True])
def test_an_amount_that_is_none_makes_no_code(amount_yen: int) -> None:
    with pytest.raises(CodeError) as made:
        encode_dynamic(STORE, amount_yen=amount_yen)
    with pytest.raises(CodeError) as put_in:
        with_amount(decode(ISSUED), amount_yen=amount_yen)
    for caught in (made, put_in):
        assert (caught.value.rule, caught.value.path) == (Rule.AMOUNT, "54")


@pytest.mark.parametrize(
    ("store", "bill", "path"),
    [
        (replace(STORE, name="とよた"), None, "59"),
        (replace(STORE, postal_code="471-8501"), None, "61"),
        (replace(STORE, name_ja="あ" * 26), None, "64.01"),
        (replace(STORE, code=replace(STORE.code, level_2="001")), None, "26.02"),
        (STORE, "請求1", "62.01"),
        (STORE, "9" * 26, "62.01"),
        (STORE, "", "62.01"),
    ],
)
def test_a_store_that_no_wallet_could_read_makes_no_code(store: Store, bill: str | None, path: str) -> None:
    with pytest.raises(CodeError) as caught:
        encode_dynamic(store, amount_yen=300, bill=bill)
    assert caught.value.path == path


def test_a_name_is_composed_before_it_is_counted() -> None:
    decomposed = "が" + "か\u3099" * 24
    assert decode(encode_static(replace(STORE, name_ja=decomposed)).payload).store.name_ja == "が" * 25


@given(amount_yen=st.integers(1, jpqr.AMOUNT_YEN_MAX), bill=st.none() | st.from_regex(r"[ -~]{1,25}", fullmatch=True))
def test_what_is_made_is_read_again(amount_yen: int, bill: str | None) -> None:
    made: JpqrCode = encode_dynamic(STORE, amount_yen=amount_yen, bill=bill)
    assert (made.amount_yen, made.bill, made.store) == (amount_yen, bill, STORE)
    assert decode(made.payload) == made
    assert rules.holds(rules.jpqr, made.payload)
