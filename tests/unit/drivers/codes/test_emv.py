"""EMV codes: published samples read as their sources say; each rule, broken alone, is named with its place."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.codes import emv
from drivers.codes.emv import Initiation, decode, encode
from drivers.codes.refusal import CodeError, Rule
from drivers.errors import ProtocolError
from tests.unit.drivers.codes import rules
from tests.unit.drivers.codes.published import EMV_ANNEX_B, JPQR_STATIC, SAMPLES, SOUND, Sample

NAMES = [sample.name for sample in SAMPLES]
PLAIN = {
    "00": "01",
    "26": "0008test.org0104abcd",
    "52": "5311",
    "53": "156",
    "58": "CN",
    "59": "SHOP",
    "60": "BEIJING",
}


def sealed(text: str) -> str:
    """``text`` with right check characters, whatever else is wrong with it."""
    text += "6304"
    return f"{text}{rules.checksum(text.encode()):04X}"


def tagged(values: dict[str, str]) -> str:
    """Tags as they stand in a code; a value may be too long for its two digits of length."""
    return "".join(f"{tag}{len(value):02}{value}" for tag, value in values.items())


def changed(**values: str | None) -> str:
    """A plain code with tags put in, changed or (None) left out: ``t54="23"``."""
    tags: dict[str, str] = dict(PLAIN)
    for name, value in values.items():
        if value is None:
            del tags[name[1:]]
        else:
            tags[name[1:]] = value
    return sealed(tagged(tags))


def refused(payload: str) -> CodeError:
    with pytest.raises(CodeError) as caught:
        decode(payload)
    assert not rules.holds(rules.emv, payload), "refused what keeps every rule"
    return caught.value


def test_the_check_characters_are_those_of_the_catalogue() -> None:
    """CRC-16 with polynomial 1021 and FFFF: 123456789 gives 29B1."""
    assert emv.crc_of("123456789") == "29B1" == f"{rules.checksum(b'123456789'):04X}"


@pytest.mark.parametrize("sample", SAMPLES, ids=NAMES)
def test_published_codes(sample: Sample) -> None:
    if sample.fields is None:
        refused(sample.payload)
    else:
        assert decode(sample.payload).fields == sample.fields


@pytest.mark.parametrize("sample", SOUND, ids=[sample.name for sample in SOUND])
def test_a_round_trip_changes_no_byte(sample: Sample) -> None:
    read = decode(sample.payload)
    again = encode(read.content)
    assert again.payload == sample.payload
    assert again == read


def test_reserved_and_unknown_tags_come_through() -> None:
    payload = sealed(
        tagged(
            PLAIN
            | {
                "65": "reserved 予約",
                "79": "x",
                "62": "1003abc4902zz",
                "64": "0002ZH0102最佳0303etc",
                "99": "0001x77019",
            }
        )
    )
    read = decode(payload)
    assert read.value("65") == "reserved 予約"
    assert read.value("62", "49") == "zz"
    assert read.value("99", "77") == "9"
    assert encode(read.content).payload == payload


def test_values_are_typed() -> None:
    read = decode(EMV_ANNEX_B)
    assert read.initiation is Initiation.DYNAMIC
    assert str(read.amount) == "23.72"
    assert (read.currency, read.country, read.merchant_category) == ("156", "CN", "4111")
    assert (read.merchant_name, read.merchant_city) == ("BEST TRANSPORT", "BEIJING")
    assert [account.tag for account in read.accounts] == ["29", "31"]
    assert read.value("64", "02") == "北京"
    assert (read.value("64", "09"), read.value("77"), decode(changed()).initiation) == (None, None, None)


BROKEN = [
    (JPQR_STATIC[:-1] + "0", Rule.CRC, "63"),
    (JPQR_STATIC[:-4] + JPQR_STATIC[-4:].lower(), Rule.CRC, "63"),
    (JPQR_STATIC.replace("メルペイ", "メルペア"), Rule.CRC, "63"),
    (JPQR_STATIC + "\r", Rule.CHARACTERS, ""),
    (JPQR_STATIC + "5901x", Rule.LAST, "63"),
    (JPQR_STATIC[:-8], Rule.MISSING, "63"),
    (changed() + "63041234", Rule.LAST, "63"),
    (tagged(PLAIN) + "6303ABC", Rule.LENGTH, "63"),
    ("", Rule.FIRST, "00"),
    (sealed("0102110002015204"), Rule.FIRST, "00"),
    (changed(t00="02"), Rule.FORMAT, "00"),
    (changed(t01="13"), Rule.FORMAT, "01"),
    (sealed(tagged(PLAIN) + "5403498" + "5401" + "1"), Rule.DUPLICATE, "54"),
    (sealed(tagged(PLAIN) + "5400"), Rule.EMPTY, "54"),
    (sealed(tagged(PLAIN) + "6599x"), Rule.PAST_END, "65"),
    (sealed(tagged(PLAIN) + "65x1y"), Rule.HEADER, ""),
    (sealed(tagged(PLAIN) + "６501y"), Rule.HEADER, ""),
    (sealed(tagged(PLAIN) + "65 1y"), Rule.HEADER, ""),
    (sealed(tagged(PLAIN) + "6416" + "0002ZH0106最佳"), Rule.HEADER, ""),
    (changed(t26="0008test.org0105abcd"), Rule.PAST_END, "26.01"),
    (changed(t26="0008test.org0104abcd0101x"), Rule.DUPLICATE, "26.01"),
    (changed(t26="0104abcd"), Rule.GUID, "26.00"),
    (changed(t26="0033" + "a" * 33), Rule.GUID, "26.00"),
    (changed(t80="0104abcd"), Rule.GUID, "80.00"),
    (changed(t80="0001店"), Rule.FORMAT, "80.00"),
    (changed(t26=None), Rule.MISSING, "02-51"),
    *((changed(**{f"t{tag}": None}), Rule.MISSING, tag) for tag in ("52", "53", "58", "59", "60")),
    (changed(t52="531"), Rule.LENGTH, "52"),
    (changed(t52="531x"), Rule.FORMAT, "52"),
    (changed(t53="15６"), Rule.FORMAT, "53"),
    (changed(t58="cn"), Rule.FORMAT, "58"),
    (changed(t59="a" * 26), Rule.LENGTH, "59"),
    (changed(t59="窓口"), Rule.FORMAT, "59"),
    (changed(t60="a" * 16), Rule.LENGTH, "60"),
    (changed(t61="12345678901"), Rule.LENGTH, "61"),
    (changed(t54="0"), Rule.AMOUNT, "54"),
    (changed(t54="00.00"), Rule.AMOUNT, "54"),
    (changed(t54="1,234"), Rule.AMOUNT, "54"),
    (changed(t54=".50"), Rule.AMOUNT, "54"),
    (changed(t54="1.2.3"), Rule.AMOUNT, "54"),
    (changed(t54="1.234"), Rule.AMOUNT, "54"),
    (changed(t54="12345678901.12"), Rule.LENGTH, "54"),
    (changed(t54="498.50", t53="392"), Rule.AMOUNT, "54"),
    (changed(t54="498.", t53="392"), Rule.AMOUNT, "54"),
    (changed(t54="0498", t53="392"), Rule.AMOUNT, "54"),
    (changed(t54="４９８", t53="392"), Rule.AMOUNT, "54"),
    (changed(t55="04"), Rule.FORMAT, "55"),
    (changed(t55="02"), Rule.TIP, "56"),
    (changed(t55="02", t56="0"), Rule.AMOUNT, "56"),
    (changed(t56="1"), Rule.TIP, "56"),
    (changed(t55="01", t57="5"), Rule.TIP, "57"),
    (changed(t55="03", t57="00.00"), Rule.FORMAT, "57"),
    (changed(t55="03", t57="5.123"), Rule.FORMAT, "57"),
    (changed(t62="0126" + "b" * 26), Rule.LENGTH, "62.01"),
    (changed(t62="0901B"), Rule.FORMAT, "62.09"),
    (changed(t62="0902AA"), Rule.FORMAT, "62.09"),
    (changed(t62="5005" + "0101x"), Rule.GUID, "62.50.00"),
    (changed(t62="5003abc"), Rule.HEADER, "62.50"),
    (changed(t64="0002ZH"), Rule.MISSING, "64.01"),
    (changed(t64="0102最佳"), Rule.MISSING, "64.00"),
    (changed(t64="0002ZH0126" + "最" * 26), Rule.LENGTH, "64.01"),
    (changed(t64="0002ZH0101最0216" + "北" * 16), Rule.LENGTH, "64.02"),
    (changed(t64="0002Z10101最"), Rule.FORMAT, "64.00"),
    (tagged(PLAIN) + "6502a\ud8006304FFFF", Rule.CHARACTERS, ""),
    (sealed(tagged(PLAIN) + "".join(f"{tag}99" + "x" * 99 for tag in range(65, 70))), Rule.TOTAL_LENGTH, ""),
]


@pytest.mark.parametrize(("payload", "rule", "path"), BROKEN, ids=[f"{rule}-{path}" for _, rule, path in BROKEN])
def test_a_broken_rule_is_named_with_its_place(payload: str, rule: Rule, path: str) -> None:
    error = refused(payload)
    assert (error.rule, error.path) == (rule, path)
    assert isinstance(error, ProtocolError)
    assert len(str(error).splitlines()) == 1
    assert 0 <= error.position <= len(payload)
    if rule in (Rule.DUPLICATE, Rule.LENGTH, Rule.FORMAT, Rule.AMOUNT, Rule.EMPTY, Rule.PAST_END):
        assert payload[error.position : error.position + 2] == path[-2:]


def test_a_length_counts_characters() -> None:
    """最佳运输 is four characters and twelve bytes; whoever counts bytes is refused."""
    assert decode(EMV_ANNEX_B).value("64", "01") == "最佳运输"
    bytes_counted = EMV_ANNEX_B[:-8].replace("64200002ZH0104最佳运输0202北京", "64320002ZH0112最佳运输0206北京")
    assert bytes_counted != EMV_ANNEX_B[:-8]
    refused(sealed(bytes_counted))


@pytest.mark.parametrize(
    ("currency", "amount"),
    [
        ("156", "23.72"),
        ("156", "98."),
        ("156", "98"),
        ("392", "498"),
        ("410", "1000"),
        ("048", "1.234"),
        ("156", "0.01"),
    ],
)
def test_amounts_by_currency(currency: str, amount: str) -> None:
    assert decode(changed(t53=currency, t54=amount)).value("54") == amount


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ([], Rule.FIRST),
        ([*PLAIN.items(), ("63", "0000")], Rule.LAST),
        ([*PLAIN.items(), ("65", "")], Rule.EMPTY),
        ([*PLAIN.items(), ("65", "x" * 100)], Rule.LENGTH),
        ([*PLAIN.items(), ("6", "x")], Rule.HEADER),
        ([*PLAIN.items(), ("８０", "x")], Rule.HEADER),
        ([*PLAIN.items(), ("80", [("00", "x"), ("1", "y")])], Rule.HEADER),
        ([*PLAIN.items(), ("80", [("01", "y")])], Rule.GUID),
        ([*PLAIN.items(), ("65", "\x07")], Rule.CHARACTERS),
        ([*PLAIN.items(), ("65", "\ud800")], Rule.CHARACTERS),
    ],
)
def test_what_would_be_refused_is_not_made(content: emv.Content, rule: Rule) -> None:
    with pytest.raises(CodeError) as caught:
        encode(content)
    assert caught.value.rule is rule


@given(
    amount=st.integers(1, 10**10).map(lambda sen: f"{sen // 100}.{sen % 100:02}"),
    name=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=25),
    other=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=90),
)
def test_what_is_made_is_read_again(amount: str, name: str, other: str) -> None:
    content = [*(PLAIN | {"54": amount, "59": name, "65": other}).items()]
    made = encode(content)
    assert decode(made.payload) == made
    assert made.content == content
    assert rules.holds(rules.emv, made.payload)


def test_composed_is_unicode_s_composed_form() -> None:
    assert emv.composed("か\u3099") == "が"


def test_a_long_hostile_text_costs_no_more_than_its_length() -> None:
    """Refused before it is read: 4 KB of tags, of nothing but zeros, or of one number."""
    for hostile in ("0001x" * 820, "0" * 4096, "26" * 2048, "0002016599" + "9" * 4086):
        began = time.process_time()
        error = refused(hostile)
        assert error.rule is Rule.TOTAL_LENGTH
        assert time.process_time() - began < 1
