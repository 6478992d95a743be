"""How wide text is and where it may break: one function each, for every renderer. Refuses to part a character."""

import re
import unicodedata
from enum import Enum, IntEnum, auto
from functools import lru_cache

from receipts.graphemes import characters, without_marks

NO_LINE_START = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー）〕］｝〉》」』】’”〜～％℃°′″"  # closing marks
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"  # small kana
    "｡｣､･ｧｨｩｪｫｬｭｮｯｰﾞﾟ"
    ",.:;?!)]}%"
)
"""行頭禁則 (JIS X 4051 classes 2-6 and 9, as far as a receipt meets them)."""
NO_LINE_END = frozenset("（〔［｛〈《「『【‘“￥＄£｢([{¥$")
"""行末禁則 (JIS X 4051 class 1 and prefixed abbreviations)."""
PUSHED_UNITS_MAX = 4
"""At most so many units move to the next line to satisfy the rules; a row of brackets must not empty the line."""

_LATIN = "À-ÖØ-öø-ɏḀ-ỿ"
_MARK = "\u0300-\u036f"
_UNIT = re.compile(
    f"[!-~¥{_LATIN}][!-~¥{_LATIN}{_MARK}]*| +|.[{_MARK}\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*", re.DOTALL
)
_LATIN_LETTER = re.compile(f"[{_LATIN}]")
"""Ambiguous in Unicode where a legacy set had them wide; beside n and g they are letters of half a kanji's width."""
_HYPHENATED = re.compile(r"[^-]*-|[^-]+")
_CLOSING = "".join(sorted(NO_LINE_START)) + " "
_WIDE = frozenset("WFA")
_WIDE_IN_PRINT = frozenset("¢£¬−")
"""Narrow in Unicode; the device font has them in JIS X 0208 alone, where everything is wide."""


class _Place(IntEnum):
    """Where a line may end, the best first."""

    GAP = auto()
    """At a space or before an opening bracket: クレジット / （一括）."""
    PHRASE = auto()
    """Behind a particle: お持ちの方と / 同伴者. Japanese phrases begin where hiragana end, and behind every を."""
    WORD = auto()
    """Between katakana and kanji: サービス / 株式会社."""
    ANY = auto()
    TORN = auto()
    """Within a katakana word, behind the お or ご of a polite one, or between a figure and what it counts."""
    LONELY = auto()
    """A single character would be left for the last line."""


class _Script(Enum):
    HIRAGANA = auto()
    KATAKANA = auto()
    KANJI = auto()
    OTHER = auto()


_LETTERS = {
    _Script.HIRAGANA: re.compile("[ぁ-ゖ]"),
    _Script.KATAKANA: re.compile("[ァ-ヺー]"),
    _Script.KANJI: re.compile("[一-鿿々〆]"),
}


@lru_cache(maxsize=4096)
def width_of(text: str) -> int:
    """Width in cells: 2 for Wide, Fullwidth and Ambiguous (UAX #11 in an East Asian context), and ¢ £ ¬ −; else 1.

    Marks and variation selectors take no room, and a Latin letter one cell whatever stands on it.
    """
    if text.isascii():
        return len(text)
    bases = without_marks(text)
    return len(bases) + sum(map(_is_wide, bases))


def _is_wide(character: str) -> bool:
    if _LATIN_LETTER.match(character):
        return False
    return unicodedata.east_asian_width(character) in _WIDE or character in _WIDE_IN_PRINT


def break_lines(text: str, columns: int) -> tuple[str, ...]:
    """Break ``text`` into lines of at most ``columns`` cells (>= 2). A newline always breaks.

    Figures and Latin words stay whole unless one alone is wider than the line. Spaces at a break vanish.
    """
    if columns < 2:
        raise ValueError(f"columns must be 2 or more, not {columns}")
    if width_of(text) <= columns and "\n" not in text:
        return (text,)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_break_paragraph(paragraph, columns))
    return tuple(lines)


def _break_paragraph(text: str, columns: int) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    width = 0
    units = _units(text, columns)
    for index, unit in enumerate(units):
        unit_width = width_of(unit)
        if width + unit_width > columns:
            if unit.isspace():
                line.append(unit)  # full: the break before the next unit stands for the space
                width = columns
                continue
            pushed = _pushed_units(line, unit, "".join(units[index + 1 : index + 1 + PUSHED_UNITS_MAX]))
            kept = line[: len(line) - pushed]
            lines.append("".join(kept).rstrip(" "))
            line = line[len(line) - pushed :]
            if line and line[0].isspace():
                line = line[1:]
            width = sum(map(width_of, line))
            if width + unit_width > columns:
                lines.append("".join(line).rstrip(" "))
                line, width = [], 0
        if not line and lines and unit.isspace():
            continue
        line.append(unit)
        width += unit_width
    last = "".join(line)
    lines.append(last.rstrip(" ") if lines or width_of(last) > columns else last)
    return lines


def _units(text: str, columns: int) -> list[str]:
    units: list[str] = []
    for unit in _UNIT.findall(text):
        if width_of(unit) > columns:  # only runs of narrow characters are ever wider than one
            for group in map(characters, _HYPHENATED.findall(unit)):  # a long reference is read group by group
                units.extend("".join(group[start : start + columns]) for start in range(0, len(group), columns))
        else:
            units.append(unit)
    return units


def _pushed_units(line: list[str], following: str, after: str) -> int:
    """How many units at the end of ``line`` go along with ``following``; 0 when the rules cannot be kept.

    The best of the nearby places, and of equal ones the nearest. ``after`` is what comes behind ``following``.
    """
    best, best_rank = 0, None
    for pushed in range(min(PUSHED_UNITS_MAX, len(line) - 1) + 1):
        start = len(line) - pushed
        rest = "".join(line[start:]) + following + after
        last = without_marks(line[start - 1])[-1]
        if rest[0] in NO_LINE_START or last in NO_LINE_END:
            continue
        rank = _place_rank(last, rest[0])
        if rank is not _Place.GAP and width_of(rest.strip(_CLOSING)) <= width_of("一"):
            rank = _Place.LONELY
        if best_rank is None or rank < best_rank:
            best, best_rank = pushed, rank
    return best


def _place_rank(last: str, first: str) -> _Place:
    """How well a line reads that ends with ``last`` when the next begins with ``first``."""
    if last == " " or first == " " or first in NO_LINE_END:
        return _Place.GAP
    before, behind = _script(last), _script(first)
    if last in "おご" and behind is not _Script.HIRAGANA:
        return _Place.TORN
    if last == "を" or (before is _Script.HIRAGANA and behind is not _Script.HIRAGANA):
        return _Place.PHRASE
    if before is not behind and {before, behind} == {_Script.KATAKANA, _Script.KANJI}:
        return _Place.WORD
    if (before is behind and before is _Script.KATAKANA) or (last.isdecimal() and behind is _Script.KANJI):
        return _Place.TORN
    return _Place.ANY


def _script(character: str) -> _Script:
    for script, letters in _LETTERS.items():
        if letters.match(character):
            return script
    return _Script.OTHER
