"""Glyphs that a printer is told (外字): which stands in which slot, and its dots. Owns slots; refuses the characters.

Source: Epson ESC/POS command reference, FS 2 (kanji size) and ESC & (half as wide). ESC @ and power-off clear them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from receipts.document import PLAIN
from receipts.graphemes import composed
from receipts.line_breaking import width_of
from receipts.render.strips import draw_strip

GLYPH_HEIGHT_DOTS = 24
"""What FS 2 and ESC & define with three bytes a column; a cell of another size has no user glyphs here."""
BYTES_PER_COLUMN = GLYPH_HEIGHT_DOTS // 8
GLYPH_CODES = tuple(bytes((0xEC, trail)) for trail in (*range(0x40, 0x7F), *range(0x80, 0x9F)))
"""FS 2 under Shift_JIS: 94 codes."""
LETTER_CODES = tuple(bytes((code,)) for code in range(0x21, 0x7E) if code != 0x5C)
"""ESC &: 92 codes of ASCII, neither the yen sign nor the overline, while ESC % 1 holds."""
INK_BELOW_LEVEL = 150
"""Darker than this is a dot: thin strokes stay closed, the eyes of 邉 stay open."""
_REAL_TIME = frozenset((0x04, 0x05, 0x14))
"""DLE EOT, DLE ENQ, DLE DC4: some printers obey them in the middle of a picture."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two kinds of user glyphs: its codes, and the command that defines one."""

    codes: tuple[bytes, ...]
    define: Callable[[bytes, str], bytes]


def _define_glyph(code: bytes, character: str) -> bytes:
    return b"\x1c2" + code + glyph_columns(character)


def _define_letter(code: bytes, character: str) -> bytes:
    columns = glyph_columns(character)
    return b"\x1b&\x03" + code + code + bytes((len(columns) // BYTES_PER_COLUMN,)) + columns


GLYPHS, LETTERS = Kind(GLYPH_CODES, _define_glyph), Kind(LETTER_CODES, _define_letter)


class UserGlyphs:
    """What the printer holds since ESC @. Each is sent once; where slots are short the longest unused gives way."""

    def __init__(self, kind: Kind, slots: int) -> None:
        self._kind = kind
        self._free = list(reversed(kind.codes[:slots]))
        self._held: dict[str, bytes] = {}
        self._slots = slots

    def has_room(self, wanted: Sequence[str]) -> bool:
        """Whether the printer can have all of ``wanted`` at once."""
        return len(set(map(composed, wanted))) <= self._slots

    def hold(self, wanted: Sequence[str]) -> bytes:
        """What to send so that the printer has all of ``wanted``, for which there must be room.

        To be sent at the beginning of a line: what is in the line already would change with its slot.
        """
        line = dict.fromkeys(map(composed, wanted))
        for character in line:
            if character in self._held:
                self._held[character] = self._held.pop(character)
        out = b""
        for character in line:
            if character not in self._held:
                code = self._free.pop() if self._free else self._held.pop(next(iter(self._held)))
                self._held[character] = code
                out += self._kind.define(code, character)
        return out

    def code_of(self, character: str) -> bytes:
        """The code of a character that is held."""
        return self._held[composed(character)]


@lru_cache(maxsize=1024)
def glyph_columns(character: str) -> bytes:
    """24 dots from the top for each column, the most significant bit first. Raises as ``draw_strip``."""
    cell_dots = GLYPH_HEIGHT_DOTS // 2
    strip = draw_strip(character, PLAIN, width_of(character) * cell_dots, GLYPH_HEIGHT_DOTS)
    return without_commands(dots_of(strip.transpose(Image.Transpose.TRANSPOSE)))


def dots_of(picture: Image.Image) -> bytes:
    """Rows of a gray picture as bits, 1 is ink, each row filled up to whole bytes."""
    return picture.point(lambda level: 255 if level < INK_BELOW_LEVEL else 0, "1").tobytes()


def without_commands(dots: bytes) -> bytes:
    """The same picture; where two bytes in a row would be a real-time command, one dot beside another is added."""
    clean = bytearray(dots)
    for at in range(len(clean) - 1):
        if clean[at] == 0x10 and clean[at + 1] in _REAL_TIME:
            clean[at] = 0x18
    return bytes(clean)
