"""納付書 at the counter: what is keyed or scanned of one, and what the item's data say about it. Refuses to guess.

A slip's payer is personal data: it is in the journal, on the clerk's window, in the register's notices and on the
citizen's own paper, nowhere else.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kiosk.domain.business_day import fiscal_year_of
from kiosk.domain.item import Item, SlipTreatment
from kiosk.domain.money import Yen
from kiosk.domain.tender import TenderKind

PAYER_CHARACTERS_MAX = 40
"""A company's whole name fits; a notice shows it on one or two lines."""
NUMBER_CHARACTERS_MAX = 20
"""調定番号, or a Pay-easy 納付番号 in its place."""
NUMBER_KEYED_MAX = 64
"""All four Pay-easy numbers, as somebody copies them off a slip."""
YEARS_BACK_MAX, YEARS_AHEAD_MAX = 10, 1
"""滞納繰越分 of older years is rare and goes to the section; next year's slips are sent out in March."""
REIWA_BEFORE_FIRST = 2018
"""Reiwa 1 is 2019."""

_NUMBER = re.compile(r"[0-9A-Z]+(-[0-9A-Z]+)*", re.ASCII)
_BY_FOURS = re.compile(r"\d{4}([ -]\d{4}){3,4}", re.ASCII)
"""A 納付番号 as it is printed."""
_UNWRITABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, invisible, half, private (外字) and unknown characters: on another machine another name, or none."""


class SlipSource(StrEnum):
    """Where the particulars came from."""

    KEYED = "keyed"
    GS1_128 = "gs1_128"
    EL_QR = "el_qr"
    """Keyed from a slip whose eL-QR had been scanned."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One 納付書 as it is paid. Its fiscal year and amount stand in the sale's line."""

    payer: str
    number: str
    """調定番号, or what the section finds its 調定 by."""
    source: SlipSource = SlipSource.KEYED
    barcode: str = ""
    """The 44 digits, where they were scanned."""
    due: date | None = None
    """支払期限, where the code has one."""
    warnings: tuple[str, ...] = ()
    """Rules that the clerk was warned of and took it all the same."""


def slip_key(item_code: str, fiscal_year: int, slip: Slip) -> str:
    """What tells one slip from another: paid twice under the same key, it was paid twice."""
    return "/".join((item_code, str(fiscal_year), slip.number, slip.barcode))


def is_same_slip(one: str, other: str) -> bool:
    """Whether two keys are one slip's: what was scanned once and keyed once differs by its code alone."""
    (number, _, code), (number_too, _, code_too) = one.rpartition("/"), other.rpartition("/")
    return number == number_too and (code == code_too or not code or not code_too)


@dataclass(frozen=True, slots=True)
class ScannedSlip:
    """What a slip's GS1-128 code says. ``issuer`` is maker code and free field, 27 digits."""

    barcode: str
    issuer: str
    due: date | None
    has_stamp_duty: bool
    amount_yen: Yen


@dataclass(frozen=True, slots=True)
class PayEasyNumber:
    """The 納付番号 of a Pay-easy slip; its 確認番号 is forgotten at once."""

    number: str


@dataclass(frozen=True, slots=True)
class DamagedSlip:
    """Digits that would be a slip's, but for a broken rule of its code."""

    rule: str


ReadCode = ScannedSlip | PayEasyNumber | DamagedSlip | None
"""What a scanned text is among slips; None for anything else."""


@dataclass(frozen=True, slots=True)
class ElQrRule:
    """What holds from a day on for slips with an eL-QR (地方税統一QRコード). How its code begins is data too."""

    valid_from: date
    barred: frozenset[TenderKind]
    starts: tuple[str, ...] = ()
    digits_min: int = 0
    """A code of digits alone, this long or longer, is one; 0: only what begins as ``starts`` says."""

    def is_one(self, text: str) -> bool:
        """Whether a scanned text is an eL-QR."""
        long_enough = 0 < self.digits_min <= len(text) and text.isascii() and text.isdigit()
        return long_enough or any(text.startswith(start) for start in self.starts)


def el_qr_rule(rules: Iterable[ElQrRule], on: date) -> ElQrRule | None:
    """The newest rule that holds ``on`` a day."""
    return max((rule for rule in rules if rule.valid_from <= on), key=lambda rule: rule.valid_from, default=None)


class SlipError(ValueError):
    """What was keyed cannot be a slip's; ``rule`` is a text-catalogue key."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def payer_keyed(text: str) -> str:
    """A person's or company's name as keyed, spaces put in order. Raises SlipError.

    It is not normalized: NFC would write some names with other characters than their owners do.
    """
    name = " ".join(text.replace("\u3000", " ").split(" ")).strip()
    name = re.sub(" +", " ", name)
    if any(unicodedata.category(character) in _UNWRITABLE for character in name):
        raise SlipError("slip_payer_character")
    if not any(character.isalpha() for character in name):
        raise SlipError("slip_payer_empty")
    if len(name) > PAYER_CHARACTERS_MAX:
        raise SlipError("slip_payer_long")
    return name


def number_keyed(text: str) -> str:
    """調定番号: letters and digits, with hyphens between them; of a 納付番号 in fours the digits. Raises SlipError."""
    number = unicodedata.normalize("NFKC", text).strip().upper()
    if _BY_FOURS.fullmatch(number):
        return number.replace(" ", "").replace("-", "")
    if len(number) > NUMBER_CHARACTERS_MAX or not _NUMBER.fullmatch(number):
        raise SlipError("slip_number")
    return number


def fiscal_year_keyed(digits: str, today: date) -> int:
    """8 is 令和8年度, 2026 the same. Raises SlipError for a year that no slip at a counter is of."""
    keyed = int(digits) if digits.isascii() and digits.isdigit() else 0
    year = keyed + REIWA_BEFORE_FIRST if 0 < keyed < 100 else keyed
    now = fiscal_year_of(today)
    if not now - YEARS_BACK_MAX <= year <= now + YEARS_AHEAD_MAX:
        raise SlipError("slip_year")
    return year


def item_for(items: Iterable[Item], scanned: ScannedSlip) -> Item | None:
    """The slip item whose longest prefix the code begins with."""
    fitting = [
        (len(prefix), item)
        for item in items
        if item.slip is not None
        for prefix in item.slip.prefixes
        if scanned.issuer.startswith(prefix)
    ]
    return max(fitting, key=lambda each: each[0])[1] if fitting else None


def number_in(item: Item, scanned: ScannedSlip) -> str:
    """The 調定番号 inside the free field, where the item says where it stands."""
    if item.slip is None or not item.slip.number_digits:
        return ""
    start = item.slip.number_from - 1
    return scanned.issuer[start : start + item.slip.number_digits].lstrip("0")


def objections(
    item: Item, amount_yen: int, scanned: ScannedSlip | None, today: date
) -> tuple[tuple[str, SlipTreatment], ...]:
    """Rules of the item that this slip breaks, each with what follows: refused, or taken after a warning."""
    rule = item.slip
    if rule is None:
        return ()
    broken = (
        ("slip_expired", rule.expired, scanned is not None and scanned.due is not None and scanned.due < today),
        ("slip_cap", rule.over_cap, amount_yen > rule.cap_yen),
        ("slip_stamp", rule.stamp_duty, scanned is not None and scanned.has_stamp_duty),
    )
    return tuple((name, treatment) for name, treatment, is_so in broken if is_so and treatment != SlipTreatment.TAKE)


def priced(item: Item, amount_yen: int, barred: frozenset[TenderKind] = frozenset()) -> Item:
    """The item at a slip's amount, without the tenders that the slip itself bars."""
    return replace(item, price_yen=Yen(amount_yen), tenders=item.tenders - barred)
