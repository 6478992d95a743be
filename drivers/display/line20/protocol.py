"""Two lines of twenty columns in the display's own bytes. Owns commands and characters; refuses what it cannot show.

Commands: 0C clears, 1F 24 x y moves the cursor, 1F 58 n sets the brightness (Epson customer display command set).
Characters: ASCII as Japan has it (JIS X 0201: 5C is the yen sign, 7E an overline) and half-width katakana, A1 to DF.
Displays with kanji take Shift_JIS once 1C 43 01 has chosen it and 1C 26 has switched kanji on, as the printers of the
same command set do.
"""

import unicodedata

from drivers.display.api import COLUMNS, ROWS, CharacterSet, TwoLines, UndisplayableTextError

CLEAR = b"\x0c"
OVERWRITE = b"\x1f\x01"
"""Writing at the end of a line does not scroll the other away."""
TO_DISPLAY = b"\x1b=\x02"
"""Where display and printer share one line: what follows is for the display."""
TO_PRINTER = b"\x1b=\x01"
_KANJI_ON = b"\x1cC\x01" + b"\x1c&"
_BASE = b"\x1b@" + b"\x1bR\x08" + b"\x1bt\x01"
INITIALIZE = {
    CharacterSet.KANA: _BASE + OVERWRITE + CLEAR,
    CharacterSet.KANJI: _BASE + _KANJI_ON + OVERWRITE + CLEAR,
}
BRIGHTNESS_MIN, BRIGHTNESS_MAX = 1, 4

_HALF_WIDTH_FIRST, _HALF_WIDTH_LAST = 0xFF61, 0xFF9F
_JIS_X_0201_FIRST = 0xA1
_JIS_X_0208_LEADS = frozenset((*range(0x81, 0x85), *range(0x88, 0xA0), *range(0xE0, 0xEB)))
_VOICED, _SEMI_VOICED = "\u3099", "\u309a"
_HIRAGANA_TO_KATAKANA = 0x60
_YEN = 0x5C
_SAME_MEANING = {
    "¥": _YEN,
    "￥": _YEN,
    "−": ord("-"),
    "‐": ord("-"),  # the hyphen of JIS X 0208
    "\u3000": ord(" "),
    "ヰ": ord("ｲ") - _HALF_WIDTH_FIRST + _JIS_X_0201_FIRST,
    "ヱ": ord("ｴ") - _HALF_WIDTH_FIRST + _JIS_X_0201_FIRST,
    "ヮ": ord("ﾜ") - _HALF_WIDTH_FIRST + _JIS_X_0201_FIRST,
    "ヵ": ord("ｶ") - _HALF_WIDTH_FIRST + _JIS_X_0201_FIRST,
    "ヶ": ord("ｹ") - _HALF_WIDTH_FIRST + _JIS_X_0201_FIRST,
}
"""The only characters shown as another: their reader would not notice. Kanji have no such neighbor: a display without
them refuses them."""


def _codes() -> dict[str, int]:
    codes = {chr(code): code for code in range(0x20, 0x7F) if chr(code) not in "\\~"}
    codes |= {chr(code + 0xFEE0): code for code in range(0x21, 0x7F) if chr(code) not in "\\~"}
    for point in range(_HALF_WIDTH_FIRST, _HALF_WIDTH_LAST + 1):
        code = point - _HALF_WIDTH_FIRST + _JIS_X_0201_FIRST
        codes[chr(point)] = code
        codes[unicodedata.normalize("NFKC", chr(point))] = code
    return codes | _SAME_MEANING


_CODES = _codes()


def encode_text(text: str, characters: CharacterSet = CharacterSet.KANA) -> bytes:
    """One byte a column.

    Without kanji full-width ASCII and katakana become half-width, hiragana katakana, a voiced kana two columns; with
    kanji only what is no half-width character takes two columns. Raises UndisplayableTextError naming the first
    character that has no code.
    """
    codes = bytearray()
    for position, character in enumerate(text):
        if characters is CharacterSet.KANJI and (pair := _kanji(character)):
            codes += pair
            continue
        for part in _parts(character):
            code = _CODES.get(part)
            if code is None:
                raise UndisplayableTextError(f"{text!r}: no display shows {character!r} (character {position + 1})")
            codes.append(code)
    return bytes(codes)


def _kanji(character: str) -> bytes:
    """The two bytes of a character of JIS X 0208 in Shift_JIS; empty for any other.

    What code page 932 adds to it differs from display to display.
    """
    try:
        code = character.encode("cp932")
    except UnicodeEncodeError:
        return b""
    return code if len(code) > 1 and code[0] in _JIS_X_0208_LEADS else b""


def _parts(character: str) -> str:
    """A kana as katakana with its mark behind it; anything else as it is."""
    if "ぁ" <= character <= "ゖ":
        character = chr(ord(character) + _HIRAGANA_TO_KATAKANA)
    if "ァ" <= character <= "ヺ":
        return unicodedata.normalize("NFD", character)
    return character


def move(column: int, row: int) -> bytes:
    """1F 24 x y: the cursor goes to column 1 to 20 of row 1 or 2."""
    if not (1 <= column <= COLUMNS and 1 <= row <= ROWS):
        raise ValueError(f"column 1 to {COLUMNS} and row 1 to {ROWS}, not {column}, {row}")
    return bytes((0x1F, 0x24, column, row))


def brightness(level: int) -> bytes:
    """1F 58 n. Raises ValueError outside 1 to 4."""
    if not BRIGHTNESS_MIN <= level <= BRIGHTNESS_MAX:
        raise ValueError(f"brightness {BRIGHTNESS_MIN} to {BRIGHTNESS_MAX}, not {level}")
    return bytes((0x1F, 0x58, level))


def show(lines: TwoLines, characters: CharacterSet = CharacterSet.KANA) -> bytes:
    """Both lines, written over what stood there: no clear, no flicker. Raises UndisplayableTextError."""
    upper = _row(lines.upper, lines.upper_right, characters)
    lower = _row(lines.lower, lines.lower_right, characters)
    return move(1, 1) + upper + move(1, 2) + lower


def _row(left: str, right: str, characters: CharacterSet) -> bytes:
    start, end = encode_text(left, characters), encode_text(right, characters)
    gap = COLUMNS - len(start) - len(end)
    if gap < (1 if start and end else 0):
        raise UndisplayableTextError(f"{left!r} and {right!r} need more than {COLUMNS} columns")
    return start + b" " * gap + end
