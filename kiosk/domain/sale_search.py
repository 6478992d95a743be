"""What an earlier sale is looked for by. Owns how a number is compared; refuses to look anything up."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from kiosk.domain.money import Yen

NUMBER_CHARACTERS_MAX = 40
"""A transaction's own number has 36; anything longer stands on no slip."""
_LEFT_OUT = str.maketrans("", "", " -－ー―‐")


@dataclass(frozen=True, slots=True)
class SaleSearch:
    """All that is given must fit. ``number``: any number on the citizen's slip."""

    business_date: date | None = None
    amount_yen: Yen | None = None
    number: str = ""

    @property
    def is_empty(self) -> bool:
        return self.business_date is None and self.amount_yen is None and not number_key(self.number)


def number_key(text: str) -> str:
    """What two writings of one number share: full and half width, case, hyphens, leading zeros."""
    plain = unicodedata.normalize("NFKC", text[:NUMBER_CHARACTERS_MAX]).upper().translate(_LEFT_OUT)
    return plain.lstrip("0") if plain.isdecimal() else plain
