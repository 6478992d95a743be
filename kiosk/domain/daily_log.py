"""Where a terminal's own day and ours disagree. Owns the comparison of two sides; refuses to say which is right."""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain.money import Yen
from kiosk.domain.record import BrandCount, DailyLogCompared


@dataclass(frozen=True, slots=True)
class BrandDifference:
    """One brand on which the two disagree; the terminal's less ours."""

    brand: str
    count: int
    amount_yen: int


def differences(compared: DailyLogCompared) -> tuple[BrandDifference, ...]:
    """Brands on which the sides disagree, by name; one line without a brand where the terminal names none."""
    if compared.unavailable:
        return ()
    ours, theirs = _by_brand(compared.ours), _by_brand(compared.theirs)
    if "" in theirs:
        ours, theirs = _by_brand(_as_one(compared.ours)), _by_brand(_as_one(compared.theirs))
    nothing = BrandCount("", 0, Yen(0))
    found = []
    for key in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(key, nothing), theirs.get(key, nothing)
        difference = BrandDifference(
            mine.brand or other.brand, other.count - mine.count, other.amount_yen - mine.amount_yen
        )
        if difference.count or difference.amount_yen:
            found.append(difference)
    return tuple(found)


def needs_confirmation(compared: DailyLogCompared) -> bool:
    """A difference or silence never blocks the close; a person says that it was seen."""
    return bool(compared.unavailable or differences(compared) or compared.only_ours or compared.only_theirs)


def _by_brand(counts: Iterable[BrandCount]) -> dict[str, BrandCount]:
    """Names compared without case: a terminal shouts its brands."""
    return {each.brand.casefold(): each for each in counts}


def _as_one(counts: tuple[BrandCount, ...]) -> tuple[BrandCount, ...]:
    return (BrandCount("", sum(each.count for each in counts), Yen(sum(each.amount_yen for each in counts))),)
