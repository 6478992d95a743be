"""A settled business day as values. Owns its figures and totals; refuses to know tables or files."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kiosk.domain.item import Ownership


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted. All amounts are in yen and positive; ``net_yen`` is sales less voids and refunds."""

    count: int = 0
    """Approved sales in which the account appears."""
    quantity: int = 0
    amount_yen: int = 0
    void_count: int = 0
    void_yen: int = 0
    refund_count: int = 0
    refund_yen: int = 0
    tax_yen: int = 0
    """Consumption tax inside ``net_yen``."""
    free_quantity: int = 0
    exempted_yen: int = 0

    @property
    def net_yen(self) -> int:
        return self.amount_yen - self.void_yen - self.refund_yen

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, name) + getattr(other, name) for name in Figures.__slots__))


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """One revenue account and tender."""

    fiscal_year: int
    ownership: str
    account_code: str
    account_path: str
    department: str
    tender: str
    tender_name: str
    figures: Figures


class Completeness(StrEnum):
    """Whether a kiosk's day is all here."""

    COMPLETE = "complete"
    OPEN = "open"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class KioskDay:
    """What is known of one kiosk's day. ``frozen`` says why nothing more is taken from it, or is empty."""

    kiosk_id: str
    counter_code: str
    counter_name: str
    completeness: Completeness
    in_doubt_count: int
    exception_count: int
    frozen: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """A business day over the kiosks asked for."""

    business_date: date
    rows: tuple[SettlementRow, ...]
    kiosk_days: tuple[KioskDay, ...]

    @property
    def city_yen(self) -> int:
        """The city's own figure: 歳入 alone, sales less voids and refunds."""
        return sum(row.figures.net_yen for row in self.rows if row.ownership == Ownership.REVENUE)

    @property
    def total_yen(self) -> int:
        """Everything taken, whosever it is."""
        return sum(row.figures.net_yen for row in self.rows)

    @property
    def in_doubt_count(self) -> int:
        return sum(day.in_doubt_count for day in self.kiosk_days)

    @property
    def exception_count(self) -> int:
        return sum(day.exception_count for day in self.kiosk_days)

    @property
    def is_complete(self) -> bool:
        """No kiosk's day is open, in doubt, frozen or in need of a person's eye."""
        return all(
            day.completeness is not Completeness.OPEN and not (day.in_doubt_count or day.exception_count or day.frozen)
            for day in self.kiosk_days
        )

    def totals(self) -> tuple[tuple[str, Figures], ...]:
        """Sums per ownership, 歳入 first; 歳入 is there even on a day without any."""
        found = {Ownership.REVENUE.value: Figures()}
        for row in self.rows:
            found[row.ownership] = found.get(row.ownership, Figures()) + row.figures
        return tuple(found.items())


@dataclass(frozen=True, slots=True)
class Portion:
    """Facts of one kind summed: what the store gives."""

    row: SettlementRow
    kind: str
    count: int
    quantity: int
    amount_yen: int
    exempted_yen: int
    tax_yen: int
    zero_quantity: int
    """Quantity on lines of zero yen."""


def rows_of(portions: Iterable[Portion]) -> tuple[SettlementRow, ...]:
    """Bring the kinds of one account and tender together, in the order of first appearance."""
    found: dict[SettlementRow, Figures] = {}
    for portion in portions:
        found[portion.row] = found.get(portion.row, Figures()) + _figures(portion)
    return tuple(replace(row, figures=figures) for row, figures in found.items())


def _figures(portion: Portion) -> Figures:
    match portion.kind:
        case "sale":
            return Figures(
                count=portion.count,
                quantity=portion.quantity,
                amount_yen=portion.amount_yen,
                tax_yen=portion.tax_yen,
                free_quantity=portion.zero_quantity,
            )
        case "void":
            return Figures(void_count=portion.count, void_yen=portion.amount_yen, tax_yen=-portion.tax_yen)
        case "refund":
            return Figures(refund_count=portion.count, refund_yen=portion.amount_yen, tax_yen=-portion.tax_yen)
        case "free":
            return Figures(free_quantity=portion.quantity, exempted_yen=portion.exempted_yen)
        case other:
            raise AssertionError(f"a fact of kind {other!r}")
