"""Consumption tax inside prices. Owns rounding: once per rate per document (Invoice System), never per line."""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain.money import Yen


@dataclass(frozen=True, slots=True)
class TaxClass:
    """A tax class as configured. ``percent`` None is 非課税: no tax is stated."""

    code: str
    name: str
    percent: int | None
    reduced: bool = False


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """One class of a document: what was charged, tax included, and the tax inside it (0 for 非課税)."""

    tax: TaxClass
    gross_yen: Yen
    tax_yen: Yen


def inside_tax(gross_yen: int, percent: int) -> Yen:
    """Tax contained in a tax-inclusive amount, fractions of a yen cut off."""
    return Yen(gross_yen * percent // (100 + percent))


def tax_totals(amounts: Iterable[tuple[TaxClass, int]]) -> tuple[TaxTotal, ...]:
    """Sum per class, then round once per class; in order of first appearance."""
    gross: dict[TaxClass, int] = {}
    for tax, amount_yen in amounts:
        gross[tax] = gross.get(tax, 0) + amount_yen
    return tuple(
        TaxTotal(tax, Yen(total), inside_tax(total, tax.percent) if tax.percent else Yen(0))
        for tax, total in gross.items()
    )
