"""Business days and fiscal years. Owns what date money belongs to; refuses to read a clock."""

from datetime import date
from enum import StrEnum

FISCAL_YEAR_FIRST_MONTH = 4
"""April (Local Autonomy Act 208)."""


class DayState(StrEnum):
    """A counter's business day."""

    NOT_OPENED = "not_opened"
    OPEN = "open"
    CLOSED = "closed"


def fiscal_year_of(day: date) -> int:
    """会計年度 of revenue taken on ``day`` without a prior notice (Enforcement Order 142)."""
    return day.year if day.month >= FISCAL_YEAR_FIRST_MONTH else day.year - 1
