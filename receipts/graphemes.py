"""What one written character is: a letter with its marks, a kanji with its variant. Owns sequences; refuses to fold.

A name is kept as it was written. Only what is drawn for a letter with marks is looked up under its one code, where
Unicode has one (canonical composition, UAX #15): the same letter by definition. A kanji is never composed.
"""

import re
import unicodedata
from functools import lru_cache

MARKS_MAX = 3
"""Marks on one letter; Vietnamese writes two, and a tower of them would reach into other lines."""

_MARK = "\u0300-\u036f"
_VOICING = "\u3099\u309a"
_SELECTOR = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_FOLLOWING = re.compile(f"[{_MARK}{_VOICING}{_SELECTOR}]")
_CHARACTER = re.compile(f".[{_MARK}{_VOICING}{_SELECTOR}]*", re.DOTALL)
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_KANJI = re.compile("[㐀-䶿一-鿿豈-\ufaff\U00020000-\U0003ffff]")
_NEVER_ALONE = re.compile("[\u115f\u1160\u3164\uffa0\u2800]")
"""Blanks that are called letters: a name of them would be invisible."""
_SPACES = " \u3000"
_REFUSED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp", "Mn", "Me", "Mc"))


def characters(text: str) -> list[str]:
    """``text`` cut between written characters; joined again it is ``text``."""
    if text.isascii() or not _FOLLOWING.search(text):
        return list(text)
    return _CHARACTER.findall(text)


def without_marks(text: str) -> str:
    """``text`` with the first code of each written character alone: as many as take room."""
    return text if text.isascii() else _FOLLOWING.sub("", text)


def refused_character(text: str) -> int | None:
    """Position of the first code that may not stand in a line of text, or None.

    Controls, invisible formats, directions, blanks of other widths than our two, surrogates, private and unassigned
    codes, and marks where they belong to nothing: on paper they would be a command, nothing, or
    something else than what was approved.
    """
    if text.isascii() and text.isprintable():
        return None
    position = 0
    for character in characters(text):
        base, following = character[0], character[1:]
        if (unicodedata.category(base) in _REFUSED and base not in _SPACES) or _NEVER_ALONE.match(base):
            return position
        if following and not _may_follow(base, following):
            return position + 1
        position += len(character)
    return None


@lru_cache(maxsize=1024)
def composed(character: str) -> str:
    """The one code of a letter with marks, else ``character`` itself; never another kanji."""
    if len(character) == 1 or is_variant(character):
        return character
    base = character[0]
    if unicodedata.normalize("NFC", base) != base:
        return character
    one = unicodedata.normalize("NFC", character)
    return one if len(one) == 1 else character


def is_variant(character: str) -> bool:
    """Whether it is a kanji with a variation selector (異体字, UTS #37)."""
    return len(character) == 2 and re.match(f"[{_SELECTOR}]", character[1]) is not None


def _may_follow(base: str, following: str) -> bool:
    if _KANJI.match(base):
        return is_variant(base + following)
    if _KANA.match(base):
        return following in tuple(_VOICING) and len(composed(base + following)) == 1
    return (
        len(following) <= MARKS_MAX
        and unicodedata.category(base).startswith("L")
        and re.fullmatch(f"[{_MARK}]+", following) is not None
    )
