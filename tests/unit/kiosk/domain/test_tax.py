"""Consumption tax: inside the price, rounded once for each rate of a document."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.tax import TaxClass, inside_tax, tax_totals

EXEMPT = TaxClass("exempt", "非課税", None)
STANDARD = TaxClass("standard", "標準税率", 10)
REDUCED = TaxClass("reduced", "軽減税率", 8, reduced=True)
AMOUNT = st.integers(0, 999_999_999)


@pytest.mark.parametrize(
    ("gross_yen", "percent", "tax_yen"),
    [
        (1100, 10, 100),
        (1080, 8, 80),
        (100, 10, 9),
        (99, 10, 9),
        (98, 10, 8),
        (10, 10, 0),
        (13, 8, 0),
        (14, 8, 1),
        (0, 10, 0),
    ],
)
def test_tax_inside_a_price(gross_yen: int, percent: int, tax_yen: int) -> None:
    assert inside_tax(gross_yen, percent) == tax_yen


@given(gross_yen=AMOUNT, percent=st.integers(1, 100))
def test_a_fraction_of_a_yen_is_cut_off_and_nothing_else(gross_yen: int, percent: int) -> None:
    exact = Fraction(gross_yen * percent, 100 + percent)
    assert 0 <= exact - inside_tax(gross_yen, percent) < 1


def test_rounding_happens_once_per_rate_and_not_per_line() -> None:
    # Three lines of 105 yen hold 9.54 yen of tax each: 9 x 3 = 27 by line, 28 by document.
    (total,) = tax_totals([(STANDARD, 105)] * 3)
    assert (total.gross_yen, total.tax_yen) == (315, 28)


def test_rates_are_kept_apart_in_the_order_they_first_appear() -> None:
    totals = tax_totals([(REDUCED, 108), (EXEMPT, 300), (STANDARD, 110), (REDUCED, 108)])
    assert [(t.tax.code, t.gross_yen, t.tax_yen) for t in totals] == [
        ("reduced", 216, 16),
        ("exempt", 300, 0),
        ("standard", 110, 10),
    ]


def test_nothing_sold_has_no_tax_lines() -> None:
    assert tax_totals([]) == ()


@given(st.lists(st.tuples(st.sampled_from([EXEMPT, STANDARD, REDUCED]), AMOUNT), max_size=20))
def test_totals_add_up_and_equal_the_tax_of_each_rates_sum(amounts: list[tuple[TaxClass, int]]) -> None:
    totals = tax_totals(amounts)
    assert sum(total.gross_yen for total in totals) == sum(amount for _, amount in amounts)
    for total in totals:
        gross = sum(amount for tax, amount in amounts if tax == total.tax)
        assert total.tax_yen == (inside_tax(gross, total.tax.percent) if total.tax.percent else 0)
