"""Payment slips: the published sample to the digit, and every rule that a damaged one breaks."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.codes.slip import (
    AMOUNT_YEN_MAX,
    DIGITS,
    SCANNED_CHARACTERS_MAX,
    PayEasy,
    SlipCode,
    SlipCodeError,
    check_digit,
    decode,
    digits_scanned,
    encode,
    parse_pay_easy,
)

SAMPLE = "91912345000000000000004520875004013100295004"
"""A convenience-store slip as a maker of barcode software prints it in its catalog."""
READ = SlipCode("912345", "000000000000004520875", 0, date(2004, 1, 31), has_stamp_duty=False, amount_yen=29_500)

digits = st.text("0123456789")
codes = st.builds(
    SlipCode,
    st.text("0123456789", min_size=6, max_size=6),
    st.text("0123456789", min_size=21, max_size=21),
    st.integers(0, 9),
    st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.booleans(),
    st.integers(1, AMOUNT_YEN_MAX),
)


def broken(text: str) -> tuple[str, int]:
    with pytest.raises(SlipCodeError) as told:
        decode(text)
    return told.value.rule, told.value.position


def with_check(unchecked: str) -> str:
    return unchecked + check_digit(unchecked)


def test_the_published_sample_is_read_and_written_to_the_digit() -> None:
    assert decode(SAMPLE) == READ
    assert encode(READ) == SAMPLE


def test_check_digit_counts_three_times_from_the_right() -> None:
    """By hand, GS1 General Specifications 7.9.1: 629104150021 ends with 3."""
    assert check_digit("629104150021") == "3"


@given(codes)
def test_what_is_written_is_read_back(code: SlipCode) -> None:
    assert len(encode(code)) == DIGITS
    assert decode(encode(code)) == code


@given(codes, st.integers(0, DIGITS - 1), st.integers(1, 9))
def test_one_wrong_digit_is_never_taken(code: SlipCode, at: int, more: int) -> None:
    text = encode(code)
    wrong = text[:at] + str((int(text[at]) + more) % 10) + text[at + 1 :]
    with pytest.raises(SlipCodeError):
        decode(wrong)


@given(st.text(max_size=60))
def test_whatever_is_taken_is_exactly_a_slip(text: str) -> None:
    try:
        code = decode(text)
    except SlipCodeError:
        return
    assert encode(code) == text


@pytest.mark.parametrize(
    ("text", "rule", "position"),
    [
        (SAMPLE[:-1], "length", 43),
        (SAMPLE + "0", "length", 44),
        ("", "length", 0),
        (SAMPLE[:10] + "O" + SAMPLE[11:], "digits", 10),
        (SAMPLE[:10] + "\uff10" + SAMPLE[11:], "digits", 10),
        (with_check("90" + SAMPLE[2:43]), "identifier", 0),
        (SAMPLE[:-1] + "5", "check_digit", 43),
        (with_check(SAMPLE[:30] + "040230" + SAMPLE[36:43]), "due", 30),
        (with_check(SAMPLE[:30] + "991332" + SAMPLE[36:43]), "due", 30),
        (with_check(SAMPLE[:36] + "2" + SAMPLE[37:43]), "stamp", 36),
        (with_check(SAMPLE[:37] + "000000"), "amount", 37),
    ],
)
def test_every_rule_names_itself_and_its_place(text: str, rule: str, position: int) -> None:
    assert broken(text) == (rule, position)


def test_a_slip_without_a_due_date_says_nines() -> None:
    open_ended = replace(READ, due=None)
    assert encode(open_ended)[30:36] == "999999"
    assert decode(encode(open_ended)) == open_ended


@pytest.mark.parametrize(
    "wrong",
    [
        replace(READ, maker_code="12345"),
        replace(READ, free="12"),
        replace(READ, free="000000000000000045208" + "7"),
        replace(READ, maker_code="12345x"),
        replace(READ, reissue=10),
        replace(READ, amount_yen=0),
        replace(READ, amount_yen=AMOUNT_YEN_MAX + 1),
        replace(READ, due=date(1999, 12, 31)),
        replace(READ, due=date(2100, 1, 1)),
    ],
)
def test_a_value_that_does_not_fit_is_not_written(wrong: SlipCode) -> None:
    with pytest.raises(ValueError, match="slip"):
        encode(wrong)


@pytest.mark.parametrize(
    "scanned",
    [
        SAMPLE,
        SAMPLE + "\r\n",
        "]C1" + SAMPLE,
        "]C1\x1d" + SAMPLE + "\r",
        "(91)" + SAMPLE[2:],
        "(91)912345-000000000000004520875-0-040131-0-029500-4",
        "91 912345 000000000000004520875 0 040131 0 029500 4",
        "".join(chr(0xFF10 + int(digit)) for digit in SAMPLE),
    ],
)
def test_what_scanners_and_people_add_is_taken_off(scanned: str) -> None:
    assert decode(digits_scanned(scanned)) == READ


def test_letters_stay_for_the_decoder_to_refuse() -> None:
    assert broken(digits_scanned(SAMPLE.replace("5", "S", 1))) == ("digits", SAMPLE.index("5"))


def test_a_flood_is_not_looked_at() -> None:
    flood = "9" * (SCANNED_CHARACTERS_MAX + 1)
    assert digits_scanned(flood) is flood
    assert parse_pay_easy(flood) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("13800-1234567890123456-1234-567", PayEasy("13800", "1234567890123456", "1234", "567")),
        ("13800 12345678901234567890 123 4567", PayEasy("13800", "12345678901234567890", "4567", "123")),
        (
            "13800 1234567890123456 123456 123\r",
            PayEasy("13800", "1234567890123456", "123456", "123"),
        ),
        (
            "収納機関番号：１３８００\n納付番号：1234-5678-9012-3456-7890\n確認番号：123456\n納付区分：001\n",
            PayEasy("13800", "12345678901234567890", "123456", "001"),
        ),
    ],
)
def test_pay_easy_numbers_are_read_by_their_lengths(text: str, read: PayEasy) -> None:
    assert parse_pay_easy(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "13800",
        "1380 1234567890123456 1234 567",
        "13800 123456789012345 1234 567",
        "13800 1234567890123456 12 567",
        "13800 1234 5678 9012 3456 123 456 789",
        "13800 12345678 90123456 1234 567",
        "1 13800 1234567890123456 1234 567",
    ],
)
def test_other_numbers_are_no_pay_easy(text: str) -> None:
    assert parse_pay_easy(text) is None


@given(digits)
def test_no_digits_alone_are_pay_easy(text: str) -> None:
    """Without gaps nobody can say where one number ends."""
    assert parse_pay_easy(text) is None
