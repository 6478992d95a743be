"""Codes on phones: whose they are, read from digits, EMV and JPQR symbols; shown and told to nobody."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.codes.cpm import CHARACTERS_MAX, CodeOperators, ConsumerCode, Form, is_consumer_code, read
from drivers.codes.refusal import CodeError, Rule

OPERATORS = CodeOperators(
    {"900001": "楽天ペイ", "90000002": "d払い", "9000818188": "PayPay", "31589900": "メルペイ"},
    {"A0000000": "a scheme", "A0000000555555": "a wallet of it"},
)
EMVCO_1 = "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8="
"""EMVCo CPM 1.1, annex B.1."""
EMVCO_2 = (
    "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRIT0xERVIvRU1WXy0I"
    "cnVlc2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw=="
)
"""EMVCo CPM 1.1, annex B.2."""
PAYPAY = "900081818812345678901234"


def tlv(*elements: tuple[str, bytes]) -> bytes:
    made = b""
    for tag, value in elements:
        length = bytes((len(value),)) if len(value) < 128 else bytes((0x81, len(value)))
        made += bytes.fromhex(tag) + length + value
    return made


def symbol(*elements: tuple[str, bytes]) -> str:
    return base64.b64encode(tlv(*elements)).decode()


def jpqr(operator: bytes = b"31589900", number: bytes = b"MP-20261125-778899", **more: bytes) -> str:
    parts = [("4F", operator), ("57", number), *((name[1:], value) for name, value in more.items())]
    return symbol(("85", b"JPQR1"), ("61", tlv(*parts)))


@pytest.mark.parametrize(
    ("digits", "operator"),
    [
        (PAYPAY, "PayPay"),
        ("9000011234567890", "楽天ペイ"),
        ("9000000212345678901234", "d払い"),
        ("3158990012345678901", "メルペイ"),
        ("9000000312345678", None),
        ("4901234567894", None),
        ("9000818188", "PayPay"),
        ("90008181881" * 40, "PayPay"),
        ("7", None),
    ],
)
def test_digits_belong_to_the_longest_beginning(digits: str, operator: str | None) -> None:
    """Whatever their number: an operator may lengthen its codes overnight."""
    found = read(digits, OPERATORS)
    assert (found.form, found.operator, found.text) == (Form.DIGITS, operator, digits)


def test_emv_symbols() -> None:
    first = read(EMVCO_1, OPERATORS)
    assert (first.form, first.operator, first.last) == (Form.EMV, "a wallet of it", "3458")
    second = read(EMVCO_2, OPERATORS)
    assert (second.form, second.operator, second.last) == (Form.EMV, "a wallet of it", "3458")
    assert read(EMVCO_1, CodeOperators({}, {"A0": "short"})).operator == "short"
    assert read(EMVCO_1, CodeOperators({"A0": "digits' prefix"})).operator is None


def test_jpqr_symbols() -> None:
    code = jpqr(t99=b"\x00\xff free")
    assert code.startswith("hQVKUFFS")
    found = read(code, OPERATORS)
    assert (found.form, found.operator, found.last) == (Form.JPQR, "メルペイ", "8899")
    assert read(jpqr(b"11112222"), OPERATORS).operator is None
    assert read(jpqr(t99=b"x" * 150), OPERATORS).operator == "メルペイ"


@pytest.mark.parametrize(
    ("code", "rule", "path"),
    [
        ("", Rule.CHARACTERS, ""),
        (PAYPAY + " ", Rule.CHARACTERS, ""),
        (PAYPAY[:8] + "-" + PAYPAY[8:], Rule.CHARACTERS, ""),
        ("９" + PAYPAY[1:], Rule.CHARACTERS, ""),
        ("1" * (CHARACTERS_MAX + 1), Rule.TOTAL_LENGTH, ""),
        (EMVCO_1[:-1], Rule.CHARACTERS, ""),
        (EMVCO_1[:-2] + "9=", Rule.CHARACTERS, ""),
        (symbol(("61", b"\x4f\x01a")), Rule.FIRST, "85"),
        (symbol(("85", b"CPV02"), ("61", b"\x4f\x01a")), Rule.FORMAT, "85"),
        (symbol(("85", b"CPV01")), Rule.MISSING, "61"),
        (symbol(("85", b"CPV01"), ("61", tlv(("50", b"x")))), Rule.MISSING, "61.4F"),
        (symbol(("85", b"CPV01"), ("61", tlv(("4F", b"abcd")))), Rule.LENGTH, "61.4F"),
        (symbol(("85", b"CPV01"), ("61", tlv(("4F", b"a" * 17)))), Rule.LENGTH, "61.4F"),
        (symbol(("85", b"CPV01"), ("61", tlv(("4F", b"abcde"), ("4F", b"abcde")))), Rule.DUPLICATE, "61.4F"),
        (symbol(("85", b"CPV01"), ("61", b"\x4f\x09abcde")), Rule.PAST_END, "61.4F"),
        (symbol(("85", b"CPV01"), ("61", b"\x4f\x00")), Rule.EMPTY, "61.4F"),
        (symbol(("85", b"CPV01"), ("61", b"\x4f")), Rule.HEADER, "61"),
        (symbol(("85", b"CPV01"), ("61", b"\x4f\x81\x05abcde")), Rule.HEADER, "61"),
        (symbol(("85", b"CPV01"), ("61", b"\x4f\x80abcde")), Rule.HEADER, "61"),
        (symbol(("85", b"CPV01"), ("61", b"\x9f\x81\x01\x01a")), Rule.HEADER, "61"),
        (symbol(("85", b"CPV01"), ("62", b"\x5f")), Rule.HEADER, "62"),
        (symbol(("85", b"JPQR1"), ("61", tlv(("4F", b"31589900")))), Rule.MISSING, "61.57"),
        (jpqr(number=b"\x31\x00"), Rule.FORMAT, "61.57"),
        (jpqr(operator="九".encode()), Rule.FORMAT, "61.4F"),
    ],
)
def test_a_broken_rule_is_named(code: str, rule: Rule, path: str) -> None:
    with pytest.raises(CodeError) as caught:
        read(code, OPERATORS)
    assert (caught.value.rule, caught.value.path) == (rule, path)


@pytest.mark.parametrize("text", [PAYPAY, EMVCO_1, EMVCO_2, jpqr()])
def test_a_code_is_told_from_others(text: str) -> None:
    assert is_consumer_code(text)
    assert not is_consumer_code("A1-U2026-000123")


@pytest.mark.parametrize("text", [PAYPAY, EMVCO_1, jpqr()])
def test_a_code_is_not_shown(text: str) -> None:
    """Nor any part of it from which the rest could be guessed."""
    code: ConsumerCode = read(text, OPERATORS)
    number = {PAYPAY: PAYPAY, EMVCO_1: "1234567890123458"}.get(text, "MP-20261125-778899")
    for said in (repr(code), str(code), f"{code!r} {code}", repr([code]), repr({"code": code})):
        for secret in (text, number):
            assert not any(secret[at : at + 6] in said for at in range(len(secret) - 5))
    assert code.last == number[-4:]


def test_a_short_number_has_no_end_to_show() -> None:
    assert read("90008181881", OPERATORS).last == ""
    assert read("900081818812", OPERATORS).last == "8812"


@given(st.binary(max_size=200))
def test_errors_repeat_nothing(raw: bytes) -> None:
    for text in (
        base64.b64encode(raw).decode(),
        base64.b64encode(b"\x85\x05JPQR1" + raw).decode(),
        raw.decode("latin-1"),
    ):
        try:
            read(text, OPERATORS)
        except CodeError as error:
            said = str(error)
            assert not any(text[at : at + 12] in said for at in range(max(len(text) - 11, 0)))
