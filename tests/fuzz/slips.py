"""Codes on payment slips: whatever is scanned is a slip to the digit, or refused by the declared error."""

from drivers.codes.slip import (
    AMOUNT_YEN_MAX,
    DIGITS,
    SlipCodeError,
    check_digit,
    decode,
    digits_scanned,
    encode,
    parse_pay_easy,
)
from tests.fuzz.target import Target, assert_one_line, assert_yen

SAMPLE = "91912345000000000000004520875004013100295004"


def _decoded(digits: str) -> None:
    try:
        code = decode(digits)
    except SlipCodeError as error:
        assert_one_line(error, about=error.rule)
        return
    assert_yen(code.amount_yen, most=AMOUNT_YEN_MAX)
    assert encode(code) == digits, "a slip that is not written as it was read"


def slip_codes(data: bytes) -> None:
    """As it came, taken for scanned, and with its check digit put right, so that what it protects is reached too."""
    text = data.decode("utf-8", "replace")
    digits = digits_scanned(text)
    _decoded(text)
    _decoded(digits)
    unchecked = digits[: DIGITS - 1]
    if unchecked.isascii() and unchecked.isdigit():
        _decoded(unchecked + check_digit(unchecked))
    found = parse_pay_easy(text)
    if found is not None:
        assert len(found.institution) == 5
        assert 16 <= len(found.number) <= 20
        assert len(found.division) <= len(found.confirmation) <= 6


TARGETS = (
    Target(
        "slip-codes",
        ("drivers.codes.slip",),
        slip_codes,
        lambda: (
            SAMPLE.encode(),
            b"]C1\x1d" + SAMPLE.encode() + b"\r",
            f"(91){SAMPLE[2:]}".encode(),
            b"13800 1234567890123456 1234 567",
        ),
        30_000,
        96,
    ),
)
