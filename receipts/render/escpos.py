"""Rows to ESC/POS bytes in the printer's own Japanese font. Owns commands; refuses characters that no font has.

Each character in the first of these ways that is open to it: a code of the printer's font, a glyph that the printer is
told (外字), or its whole line as a picture.
"""

from collections.abc import Iterator
from itertools import groupby

from PIL import Image

from receipts.document import Align, Document, Style
from receipts.graphemes import characters
from receipts.layout import CutRow, FeedRow, QrRow, TextRow, lay_out
from receipts.line_breaking import width_of
from receipts.paper import PaperProfile
from receipts.qr import qr_bytes, qr_on_paper
from receipts.render.device_codes import encode_character, encode_text
from receipts.render.strips import PAPER_LEVEL, draw_strip
from receipts.render.user_glyphs import GLYPHS, LETTERS, UserGlyphs, dots_of, without_commands

INITIALIZE = b"\x1b@"
SHIFT_JIS = b"\x1cC\x01"
INTERNATIONAL_JAPAN = b"\x1bR\x08"
"""0x5C prints as the yen sign; every other ASCII character as itself."""
INTERNATIONAL_USA = b"\x1bR\x00"
"""0x5C prints as a backslash."""
KATAKANA_PAGE = b"\x1bt\x01"
USER_LETTERS = (b"\x1b%\x00", b"\x1b%\x01")
"""Off and on: while on, the codes of defined letters print as those."""
CUT = b"\x1dV\x42\x00"
SPACES_MAX = 4
"""A longer gap is cheaper as an absolute position (ESC $, 4 bytes)."""
FEED_UNITS_MAX = 255
CUTTERLESS_FEED_LINES = b"\x1bd\x05"
"""Without a cutter the last line has to pass the tear bar."""
GLYPH_CELLS = 2
"""FS 2 glyphs are as wide as a kanji; what is narrower is a letter for ESC &."""
RASTER_BAND_BYTES = 1024
"""A raster symbol is sent in bands, each a command that a receive buffer of 4 KB holds with others before it."""

_HALF_WIDTH_KATAKANA = frozenset(map(chr, range(0xFF61, 0xFFA0)))


def render(document: Document, paper: PaperProfile) -> bytes:
    """The whole job, ``ESC @`` to the cut; 0x00-0xFF with no unasked command in it.

    Raises UnprintableCharacterError naming a character that no font has, QrTextTooLongError, FontMissingError.
    Source: Epson ESC/POS command reference.
    """
    writer = _Writer(paper)
    for row in lay_out(document, paper.columns):
        match row:
            case TextRow():
                writer.text_row(row)
            case FeedRow():
                writer.feed(row.half_lines)
            case QrRow():
                writer.qr(row)
            case CutRow():
                writer.out += CUT if paper.cutter else CUTTERLESS_FEED_LINES
    return bytes(writer.out)


class _Writer:
    """Knows what the printer already knows, and sends only the difference."""

    def __init__(self, paper: PaperProfile) -> None:
        self.out = bytearray(INITIALIZE + SHIFT_JIS + INTERNATIONAL_JAPAN)
        self._paper = paper
        self._align = Align.LEFT
        self._style = Style()
        self._pitch_dots = -1
        self._katakana = False
        self._user_letters = False
        self._glyphs = UserGlyphs(GLYPHS, paper.user_glyphs)
        self._letters = UserGlyphs(LETTERS, paper.user_letters)

    def text_row(self, row: TextRow) -> None:
        codes = [encode_text(span.text, self._paper) for span in row.spans]
        if None in codes and not self._hold_glyphs(row):
            self._picture_row(row)
            return
        paper, out, size = self._paper, self.out, row.style.size
        across, down = size.across, size.down
        self._set_align(row.align)
        if row.style is not self._style and row.style != self._style:
            self._set_style(row.style)
        pitch_dots = paper.cell_height_dots * down + (0 if row.tight else paper.line_gap_dots)
        if pitch_dots != self._pitch_dots:
            out += bytes((0x1B, 0x33, min(pitch_dots * paper.vertical_units_per_dot, FEED_UNITS_MAX)))
            self._pitch_dots = pitch_dots
        cursor = 0
        for span, data in zip(row.spans, codes, strict=True):
            gap = span.start - cursor
            if 0 < gap <= SPACES_MAX * across and gap % across == 0:
                out += b" " * (gap // across)
            elif gap:
                out += b"\x1b$" + (span.start * paper.cell_width_dots).to_bytes(2, "little")
            if data is None:
                self._mixed(span.text)
            else:
                self._text(span.text, data)
            cursor = span.start + width_of(span.text) * across
        out += b"\n"

    def _hold_glyphs(self, row: TextRow) -> bool:
        """Tell the printer what its font lacks in ``row``; False where it takes no such glyphs, or not so many."""
        lacking = [
            character
            for span in row.spans
            for character in characters(span.text)
            if encode_character(character, self._paper) is None
        ]
        glyphs = [character for character in lacking if width_of(character) == GLYPH_CELLS]
        letters = [character for character in lacking if width_of(character) != GLYPH_CELLS]
        if not (self._glyphs.has_room(glyphs) and self._letters.has_room(letters)):
            return False
        self.out += self._glyphs.hold(glyphs) + self._letters.hold(letters)
        return True

    def _mixed(self, text: str) -> None:
        """Text with glyphs that the printer was told among the characters of its font."""
        for kind, group in groupby(self._coded(text), lambda coded: coded[0]):
            run = list(group)
            data = b"".join(code for _, _, code in run)
            self._set_user_letters(on=kind is self._letters)
            if kind is None:
                self._text("".join(character for _, character, _ in run), data)
            else:
                self.out += data
        self._set_user_letters(on=False)

    def _coded(self, text: str) -> Iterator[tuple[UserGlyphs | None, str, bytes]]:
        for character in characters(text):
            code = encode_character(character, self._paper)
            if code is not None:
                yield None, character, code
            else:
                kind = self._glyphs if width_of(character) == GLYPH_CELLS else self._letters
                yield kind, character, kind.code_of(character)

    def _picture_row(self, row: TextRow) -> None:
        """The line as dots, from the left edge of the paper to the end of its text."""
        paper, (across, down) = self._paper, row.style.size.value
        placed = [(row.start_of(span, paper.columns), span) for span in row.spans]
        ends = [start + width_of(span.text) * across for start, span in placed]
        height = paper.cell_height_dots * down
        line = Image.new("L", (max(ends) * paper.cell_width_dots, height), PAPER_LEVEL)
        for (start, span), end in zip(placed, ends, strict=True):
            strip = draw_strip(span.text, row.style, (end - start) * paper.cell_width_dots, height)
            line.paste(strip, (start * paper.cell_width_dots, 0))
        self._set_align(Align.LEFT)
        self._raster(without_commands(dots_of(line)), (line.width + 7) // 8)
        if not row.tight:
            self._feed_dots(paper.line_gap_dots)

    def feed(self, half_lines: int) -> None:
        self._feed_dots(half_lines * (self._paper.cell_height_dots + self._paper.line_gap_dots) // 2)

    def _feed_dots(self, dots: int) -> None:
        units = dots * self._paper.vertical_units_per_dot
        while units > 0:
            self.out += bytes((0x1B, 0x4A, min(units, FEED_UNITS_MAX)))
            units -= FEED_UNITS_MAX

    def qr(self, row: QrRow) -> None:
        self._set_align(Align.CENTER)
        if row.form.exact or not self._paper.qr_native:
            modules, module_dots = qr_on_paper(row.text, row.form, self._paper)
            width_bytes = (len(modules) * module_dots + 7) // 8
            lines = (
                "".join(("1" if module else "0") * module_dots for module in line).ljust(width_bytes * 8, "0")
                for line in modules
            )
            dots = b"".join(int(line, 2).to_bytes(width_bytes, "big") * module_dots for line in lines)
            self._raster(dots, width_bytes)
            return
        data, module = qr_bytes(row.text, row.form), self._paper.qr_module_dots
        self.out += b"\x1d(k\x04\x00\x31\x41\x32\x00"  # model 2
        self.out += b"\x1d(k\x03\x00\x31\x43" + bytes((module,))
        self.out += b"\x1d(k\x03\x00\x31\x45" + bytes((ord("0") + "LMQH".index(row.form.level),))
        self.out += b"\x1d(k" + (len(data) + 3).to_bytes(2, "little") + b"\x31\x50\x30" + data
        self.out += b"\x1d(k\x03\x00\x31\x51\x30"

    def _raster(self, dots: bytes, width_bytes: int) -> None:
        """GS v 0, one dot per bit, most significant bit left."""
        band_bytes = RASTER_BAND_BYTES // width_bytes * width_bytes
        for start in range(0, len(dots), band_bytes):
            band = dots[start : start + band_bytes]
            size = width_bytes.to_bytes(2, "little") + (len(band) // width_bytes).to_bytes(2, "little")
            self.out += b"\x1dv0\x00" + size + band

    def _set_align(self, align: Align) -> None:
        if align is not self._align:
            self.out += bytes((0x1B, 0x61, align.value))
            self._align = align

    def _set_style(self, style: Style) -> None:
        if style.size is not self._style.size:
            self.out += bytes((0x1D, 0x21, (style.size.across - 1) << 4 | (style.size.down - 1)))
        if style.bold is not self._style.bold:
            self.out += bytes((0x1B, 0x45, style.bold))
        if style.inverse is not self._style.inverse:
            self.out += bytes((0x1D, 0x42, style.inverse))
        self._style = style

    def _set_user_letters(self, *, on: bool) -> None:
        if on is not self._user_letters:
            self.out += USER_LETTERS[on]
            self._user_letters = on

    def _text(self, text: str, data: bytes) -> None:
        """Text that the font has. A backslash is another character than the yen sign, under the same code."""
        if not self._katakana and not text.isascii() and not _HALF_WIDTH_KATAKANA.isdisjoint(text):
            self.out += KATAKANA_PAGE
            self._katakana = True
        if "\\" not in text:
            self.out += data
            return
        for backslash, group in groupby(characters(text), lambda character: character == "\\"):
            codes = b"".join(encode_character(character, self._paper) or b"" for character in group)
            self.out += INTERNATIONAL_USA + codes + INTERNATIONAL_JAPAN if backslash else codes
