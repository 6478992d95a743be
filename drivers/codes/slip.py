"""What stands on a payment slip for machines: GS1-128 of 44 digits, Pay-easy numbers. Refuses a guess at either.

Source: GS1 Japan, 「GS1-128シンボルによる標準料金代理収納ガイドライン」 (layout of AI 91, check digit), GS1 General
Specifications section 7.9 (modulo 10, weight 3 from the right). Pay-easy numbers differ from city to city, so that
their lengths alone are looked at.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

APPLICATION_IDENTIFIER = "91"
DIGITS = 44
SCANNED_CHARACTERS_MAX = 512
"""No code on a slip is longer; what is longer is not looked at."""
AMOUNT_YEN_MAX = 999_999
"""Six digits; what a counter may take on one slip is its own rule."""
PAY_EASY_NUMBERS = 4
INSTITUTION_DIGITS, NUMBER_DIGITS, LAST_TWO_DIGITS = 5, range(16, 21), range(3, 7)
"""Of the numbers beside a Pay-easy mark."""
NUMBER_GROUP = 4
NO_DUE_DATE = "999999"
CENTURY = 2000

_MAKER, _FREE, _REISSUE = slice(2, 8), slice(8, 29), slice(29, 30)
_DUE, _STAMP_DUTY, _AMOUNT, _CHECK = slice(30, 36), slice(36, 37), slice(37, 43), slice(43, 44)
_SYMBOLOGIES = ("]C1", "]c1")
"""ISO/IEC 15424: what a scanner may say before a GS1-128 code."""
_FNC1 = "\x1d"
_HAND_MADE = re.compile(r"[\s()-]")
"""The brackets around the identifier and the gaps people print and key."""
_DIGIT_GROUP = re.compile(r"\d+", re.ASCII)


class SlipCodeError(ValueError):
    """Digits that are no slip's: ``rule`` says which rule broke, ``position`` where, counted from 0."""

    def __init__(self, rule: str, position: int) -> None:
        super().__init__(f"{rule} at {position}")
        self.rule, self.position = rule, position


@dataclass(frozen=True, slots=True)
class SlipCode:
    """A slip as its 44 digits say it."""

    maker_code: str
    """請求書発行企業コード, 6 digits."""
    free: str
    """自由使用欄, 21 digits; what they mean is the issuer's affair."""
    reissue: int
    """How often it was issued anew, 0 to 9."""
    due: date | None
    """支払期限; None where the slip has none."""
    has_stamp_duty: bool
    """印紙フラグ: the receipt would need a revenue stamp."""
    amount_yen: int


@dataclass(frozen=True, slots=True)
class PayEasy:
    """The four numbers beside a Pay-easy mark, digits only."""

    institution: str
    """収納機関番号, 5 digits."""
    number: str
    """納付番号, 16 to 20 digits."""
    confirmation: str
    """確認番号: with the other three it opens the bill to anybody; never kept."""
    division: str
    """納付区分."""


def digits_scanned(text: str) -> str:
    """What a scanner and a hand leave around a code taken off: symbology, FNC1, brackets, gaps, full-width digits.

    Anything else stays, for the decoder to refuse.
    """
    if len(text) > SCANNED_CHARACTERS_MAX:
        return text
    plain = unicodedata.normalize("NFKC", text.strip())
    if plain.startswith(_SYMBOLOGIES):
        plain = plain[3:]
    return _HAND_MADE.sub("", plain.replace(_FNC1, ""))


def decode(digits: str) -> SlipCode:
    """Read exactly 44 ASCII digits. Raises SlipCodeError: length, digits, identifier, check_digit, due, stamp, amount.

    The check digit comes before what it protects: a damaged date is told as damage.
    """
    if len(digits) != DIGITS:
        raise SlipCodeError("length", min(len(digits), DIGITS))
    for position, character in enumerate(digits):
        if character not in "0123456789":
            raise SlipCodeError("digits", position)
    if not digits.startswith(APPLICATION_IDENTIFIER):
        raise SlipCodeError("identifier", 0)
    if digits[_CHECK] != check_digit(digits[: _CHECK.start]):
        raise SlipCodeError("check_digit", _CHECK.start)
    if digits[_STAMP_DUTY] not in "01":
        raise SlipCodeError("stamp", _STAMP_DUTY.start)
    amount_yen = int(digits[_AMOUNT])
    if amount_yen == 0:
        raise SlipCodeError("amount", _AMOUNT.start)
    return SlipCode(
        digits[_MAKER],
        digits[_FREE],
        int(digits[_REISSUE]),
        _due(digits[_DUE]),
        digits[_STAMP_DUTY] == "1",
        amount_yen,
    )


def encode(code: SlipCode) -> str:
    """The 44 digits. Raises ValueError for a value that does not fit its place."""
    due = NO_DUE_DATE if code.due is None else f"{code.due:%y%m%d}"
    if code.due is not None and code.due.year // 100 * 100 != CENTURY:
        raise ValueError(f"a slip says two digits of the year: {code.due} is not between {CENTURY} and {CENTURY + 99}")
    if not 0 < code.amount_yen <= AMOUNT_YEN_MAX:
        raise ValueError(f"a slip is for 1 to {AMOUNT_YEN_MAX} yen, not {code.amount_yen}")
    flag = "1" if code.has_stamp_duty else "0"
    unchecked = f"91{code.maker_code}{code.free}{code.reissue}{due}{flag}{code.amount_yen:06}"
    if len(unchecked) != _CHECK.start or not (unchecked.isascii() and unchecked.isdigit()):
        raise ValueError("a slip has a maker code of 6 digits, a free field of 21 and a reissue of 1")
    return unchecked + check_digit(unchecked)


def check_digit(digits: str) -> str:
    """Modulo 10: from the right every other digit counts three times, the check digit makes the sum a ten."""
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)


def parse_pay_easy(text: str) -> PayEasy | None:
    """収納機関番号, 納付番号, then 確認番号 and 納付区分 in either order, as slips and people write them; else None.

    Between the numbers may stand anything that is no digit, their names as well. Within one stands nothing, but for a
    納付番号 in groups of four. The shorter of the last two is the 納付区分.
    """
    if len(text) > SCANNED_CHARACTERS_MAX:
        return None
    groups = _DIGIT_GROUP.findall(unicodedata.normalize("NFKC", text))
    if len(groups) < PAY_EASY_NUMBERS:
        return None
    institution, *parts, one, other = groups
    number = "".join(parts)
    if len(institution) != INSTITUTION_DIGITS or not {len(one), len(other)} <= set(LAST_TWO_DIGITS):
        return None
    if len(number) not in NUMBER_DIGITS or (len(parts) > 1 and any(len(part) != NUMBER_GROUP for part in parts)):
        return None
    division, confirmation = sorted((one, other), key=len)
    return PayEasy(institution, number, confirmation, division)


def _due(digits: str) -> date | None:
    if digits == NO_DUE_DATE:
        return None
    try:
        return date(CENTURY + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise SlipCodeError("due", _DUE.start) from None
