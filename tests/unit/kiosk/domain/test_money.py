"""Yen as it is read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import YEN_MAX, format_yen, parse_yen


@pytest.mark.parametrize(("text", "amount"), [("0", 0), ("1", 1), ("300", 300), ("999999999", YEN_MAX)])
def test_plain_amounts(text: str, amount: int) -> None:
    assert parse_yen(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "+1",
        "1.5",
        "1,500",
        "１５００",
        "1５００",
        "٣",
        "007",
        " 5",
        "5 ",
        "5\n",
        "1e3",
        "0x10",
        "1_000",
        "1000000000",
        "円",
        "¥5",
    ],
)
def test_anything_else_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="write ASCII digits only, such as 1500"):
        parse_yen(text)


@given(st.integers(0, YEN_MAX))
def test_every_amount_reads_back(amount: int) -> None:
    assert parse_yen(str(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0円"), (1200, "1,200円"), (-600, "-600円"), (1234567, "1,234,567円")]
)
def test_as_screens_show_it(amount: int, text: str) -> None:
    assert format_yen(amount) == text
