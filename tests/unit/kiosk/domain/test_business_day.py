"""Fiscal years begin on 1 April."""

from datetime import date

import pytest

from kiosk.domain.business_day import fiscal_year_of


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 3, 31), 2025),
        (date(2026, 4, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
        (date(2028, 2, 29), 2027),
        (date(2019, 4, 30), 2019),
        (date(2019, 5, 1), 2019),
    ],
)
def test_the_year_of_a_day(day: date, year: int) -> None:
    assert fiscal_year_of(day) == year
