"""What looks like a card number loses all but its last four digits; what only looks like digits stays readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.codes.card_number import DIGITS_MAX, DIGITS_MIN, mask_card_numbers


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("PAN 4111111111111111", "PAN ************1111"),
        ("4111 1111 1111 1111", "**** **** **** 1111"),
        ("5555-5555-5555-4444", "****-****-****-4444"),
        ("4111.1111.1111.1111", "****.****.****.1111"),
        ("3782 822463 10005", "**** ****** *0005"),
        ("4222-2222-2222-2", "****-****-*222-2"),
        ("3056 9309 0259 04", "**** **** **59 04"),
        ("4111  1111  1111  1111", "****  ****  ****  1111"),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "* * * * * * * * * * * * 1 1 1 1"),
        ("41111111\n11111111", "********\n****1111"),
        ("  41111111  \n   11111111", "  ********  \n   ****1111"),
        ("6011000990139424=28121011000012345678", "************9424=****************5678"),
        ("4111\ufffd1111\ufffd1111\ufffd1111", "****\ufffd****\ufffd****\ufffd1111"),
        ("XY4000002760003184Z", "XY************3184Z"),
        ("1234567890123456", "************3456"),
        ("1234 5678 9012 3456", "**** **** **** 3456"),
        ("４１１１１１１１１１１１１１１１", "************１１１１"),
    ],
)
def test_a_card_number_keeps_four_digits(text: str, masked: str) -> None:
    assert mask_card_numbers(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-25      13:31:37",
        "25.11.2026 10:15:30",
        "23.11.26 10:15 0231",
        "TERMINAL        13100001",
        "RECEIPT 0231 TRACE 000975",
        "411111******1111",
        "JPY 1,234,567,890,123",
        "123456789012",
        "0565-31-1212",
        "01a210f9-328c-74e6",
    ],
)
def test_dates_times_amounts_and_numbers_of_a_receipt_stay(text: str) -> None:
    assert mask_card_numbers(text) == text


@given(
    st.text(alphabet="0123456789", min_size=DIGITS_MIN, max_size=DIGITS_MAX),
    st.text(alphabet="abc :=#", max_size=8),
    st.text(alphabet="abc :=#", max_size=8),
)
def test_no_run_of_card_length_is_ever_left_whole(number: str, before: str, after: str) -> None:
    masked = mask_card_numbers(f"{before}{number}{after}")
    assert len(masked) == len(before) + len(number) + len(after)
    assert number not in masked
    assert masked[len(before) :].startswith("*" * (len(number) - 4) + number[-4:])
