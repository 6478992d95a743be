"""Which font draws a character, and under which code. Owns the order of fonts; refuses what none of them has."""

from dataclasses import dataclass
from functools import cache, lru_cache

from receipts.cmap import FontTable, Variant
from receipts.fonts import Face, FontFile, FontMissingError, find_font
from receipts.graphemes import characters, composed, is_variant, refused_character


@dataclass(frozen=True, slots=True)
class Letter:
    """One glyph. The code of a ``variant`` means something in ``FontTable.of_variant`` alone."""

    font: FontFile
    code: str
    variant: Variant | None = None


_LIKE_CP932 = str.maketrans("¥〜‖", "   ")
"""Not in Python's table under these codes; BIZ UD has them, and as wide as they should be."""
_HALF_FILLING = frozenset("¢£¬")
"""In CP932 as wide as a kanji, in BIZ UD half as wide."""


def is_plain(text: str) -> bool:
    """Whether BIZ UD has every character and each fills its cells, as all of CP932 does: then no font need be asked."""
    if text.isascii():
        return True
    try:
        text.translate(_LIKE_CP932).encode("cp932")
    except UnicodeEncodeError:
        return False
    return _HALF_FILLING.isdisjoint(text)


def unprintable_character(text: str) -> str:
    """The first character that no paper of ours can show, or nothing; to be asked before anybody pays.

    Raises FontTableError; FontMissingError where not even BIZ UD is installed.
    """
    position = unprintable_position(text)
    return "" if position is None else characters(text[position:])[0]


@lru_cache(maxsize=4096)
def unprintable_position(text: str) -> int | None:
    """The same as where it stands, or None. What a paper says is mostly what the last one said."""
    position = refused_character(text)
    if position is not None or is_plain(text):
        return position
    position = 0
    for character in characters(text):
        if find_letter(character) is None:
            return position
        position += len(character)
    return None


@lru_cache(maxsize=4096)
def find_letter(character: str, face: Face = Face.CELLS) -> Letter | None:
    """BIZ UD before the Mincho of the registers before the font for further languages; None where none has it.

    A variant is that variant or nothing, never the kanji without it. Raises FontTableError; FontMissingError where
    ``face`` itself is not installed, whereas a further font that is missing has nothing.
    """
    for font in (find_font(face), *_installed(Face.KANJI), *_installed(Face.FURTHER)):
        if is_variant(character):
            variant = ord(character[0]), ord(character[1])
            if variant in font_table(font).variants:
                return Letter(font, chr(font_table(font).variants[variant]), variant)
            continue
        one = composed(character)
        if len(one) == 1 and ord(one) in font_table(font).characters:
            return Letter(font, one)
    return None


@cache
def _installed(face: Face) -> tuple[FontFile, ...]:
    try:
        return (find_font(face),)
    except FontMissingError:
        return ()


@cache
def font_table(font: FontFile) -> FontTable:
    """A font's table, read once."""
    return FontTable(font.path, font.index)
