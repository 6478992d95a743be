"""処理未了: a terminal that does not know its own outcome. Owns whose rule holds on a day; refuses to apply it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Treatment(StrEnum):
    """What a brand's rule makes of a payment that its terminal left unfinished."""

    NEXT_TOUCH = "next_touch"
    """No sale until the same card touches a terminal again; that may take months."""
    SALE = "sale"
    """A sale; taken back later if it had failed."""
    NOT_CONCLUDED = "not_concluded"
    """Nothing was concluded: it may be run again."""
    PERSON = "person"
    """Nobody has said: unknown until two people settle it."""


@dataclass(frozen=True, slots=True)
class UnfinishedRule:
    """The rule of one brand. ``valid_from`` is None where no rule is known and the cautious one holds."""

    brand: str
    treatment: Treatment
    valid_from: date | None = None
    inquire_days: int = 0
    """Days after the sale in which the brand answers an inquiry; 0 where it names none."""

    def inquire_by(self, business_date: date) -> date | None:
        """The last day of an inquiry about a sale of ``business_date``, or None."""
        return business_date + timedelta(days=self.inquire_days) if self.inquire_days else None


def rule_for(rules: Iterable[UnfinishedRule], brand: str, on: date) -> UnfinishedRule:
    """The newest rule of ``brand`` (in any case) that holds ``on`` a day; the cautious one where none does."""
    holding = [
        rule
        for rule in rules
        if rule.brand.casefold() == brand.casefold() and rule.valid_from is not None and rule.valid_from <= on
    ]
    return max(holding, key=lambda rule: rule.valid_from or on, default=UnfinishedRule(brand, Treatment.PERSON))
