"""Rows to ESC/POS bytes in the printer's own Japanese font. Owns commands and characters; refuses the unprintable."""

from functools import cache

from receipts.document import Align, Document, Style
from receipts.layout import CutRow, FeedRow, QrRow, TextRow, UnprintableCharacterError, lay_out
from receipts.paper import IBM_EXTENSIONS, JIS_X_0208, NEC_ROW_13, NEC_SELECTED_IBM, PaperProfile
from receipts.qr import qr_bytes, qr_on_paper

INITIALIZE = b"\x1b@"
SHIFT_JIS = b"\x1cC\x01"
INTERNATIONAL_JAPAN = b"\x1bR\x08"
"""0x5C prints as the yen sign; every other ASCII character as itself."""
INTERNATIONAL_USA = b"\x1bR\x00"
"""0x5C prints as a backslash."""
KATAKANA_PAGE = b"\x1bt\x01"
CUT = b"\x1dV\x42\x00"
SPACES_MAX = 4
"""A longer gap is cheaper as an absolute position (ESC $, 4 bytes)."""
FEED_UNITS_MAX = 255
CUTTERLESS_FEED_LINES = b"\x1bd\x05"
"""Without a cutter the last line has to pass the tear bar."""
RASTER_BAND_BYTES = 1024
"""A raster symbol is sent in bands, each a command that a receive buffer of 4 KB holds with others before it."""

_YEN_AND_DASHES = str.maketrans({"¥": "\\", "—": "―", "〜": "～", "−": "－", "‖": "∥"})
"""The same JIS X 0208 characters under the code points of Python's cp932; the yen sign is 0x5C under ESC R 8."""
_EXTENDED_LEADS = {
    0x87: NEC_ROW_13,
    0xED: NEC_SELECTED_IBM,
    0xEE: NEC_SELECTED_IBM,
    0xFA: IBM_EXTENSIONS,
    0xFB: IBM_EXTENSIONS,
    0xFC: IBM_EXTENSIONS,
}
_PYTHON_SETS = frozenset((JIS_X_0208, NEC_ROW_13, NEC_SELECTED_IBM, IBM_EXTENSIONS))
"""With all of them in the font, whichever code Python chooses is right."""
_HALF_WIDTH_KATAKANA = frozenset(map(chr, range(0xFF61, 0xFFA0)))


def render(document: Document, paper: PaperProfile) -> bytes:
    """The whole job, ``ESC @`` to the cut; 0x00-0xFF with no unasked command in it.

    Raises UnprintableCharacterError naming the first character that ``paper`` cannot show, QrTextTooLongError.
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


def check_text(text: str, paper: PaperProfile) -> None:
    """Raise UnprintableCharacterError if ``text`` cannot be printed; for masters, before the day begins."""
    encode_text(text, paper)


def encode_text(text: str, paper: PaperProfile) -> bytes:
    """Shift_JIS bytes, two per wide character, ``¥`` and ``\\`` both as 0x5C. Raises UnprintableCharacterError."""
    if text.isascii():
        data = text.encode("ascii")
        if not text.isprintable():
            raise UnprintableCharacterError(text, next(i for i, c in enumerate(text) if not c.isprintable()))
        return data
    try:
        data = text.translate(_YEN_AND_DASHES).encode("cp932")
    except UnicodeEncodeError as error:
        raise UnprintableCharacterError(text, error.start) from error
    if paper.character_sets >= _PYTHON_SETS and text.isprintable():
        return data
    return b"".join(_encode_character(text, position, paper) for position in range(len(text)))


def _encode_character(text: str, position: int, paper: PaperProfile) -> bytes:
    character = text[position]
    code = character.translate(_YEN_AND_DASHES).encode("cp932")
    if len(code) == 1:
        if not character.isprintable():
            raise UnprintableCharacterError(text, position)
        return code
    if _set_of(code) in paper.character_sets:
        return code
    for other in _extended_codes().get(character, ()):
        if _set_of(other) in paper.character_sets:
            return other
    raise UnprintableCharacterError(text, position)


def _set_of(code: bytes) -> str:
    return _EXTENDED_LEADS.get(code[0], JIS_X_0208)


@cache
def _extended_codes() -> dict[str, tuple[bytes, ...]]:
    """The same kanji has up to three codes, and a font has it under one: 髙 is EEE0 or FBFC."""
    codes: dict[str, tuple[bytes, ...]] = {}
    for lead in _EXTENDED_LEADS:
        for trail in range(0x40, 0xFD):
            code = bytes((lead, trail))
            character = code.decode("cp932", errors="replace")
            if len(character) == 1 and character != "\ufffd":
                codes[character] = (*codes.get(character, ()), code)
    return codes


class _Writer:
    """Knows what the printer already knows, and sends only the difference."""

    def __init__(self, paper: PaperProfile) -> None:
        self.out = bytearray(INITIALIZE + SHIFT_JIS + INTERNATIONAL_JAPAN)
        self._paper = paper
        self._align = Align.LEFT
        self._style = Style()
        self._pitch_dots = -1
        self._katakana = False

    def text_row(self, row: TextRow) -> None:
        paper, out = self._paper, self.out
        across, down = row.style.size.value
        self._set_align(row.align)
        if row.style != self._style:
            self._set_style(row.style)
        pitch_dots = paper.cell_height_dots * down + (0 if row.tight else paper.line_gap_dots)
        if pitch_dots != self._pitch_dots:
            out += bytes((0x1B, 0x33, min(pitch_dots * paper.vertical_units_per_dot, FEED_UNITS_MAX)))
            self._pitch_dots = pitch_dots
        cursor = 0
        for span in row.spans:
            data = encode_text(span.text, paper)
            gap = span.start - cursor
            if 0 < gap <= SPACES_MAX * across and gap % across == 0:
                out += b" " * (gap // across)
            elif gap:
                out += b"\x1b$" + (span.start * paper.cell_width_dots).to_bytes(2, "little")
            self._text(span.text, data)
            cursor = span.start + len(data) * across
        out += b"\n"

    def feed(self, half_lines: int) -> None:
        dots = half_lines * (self._paper.cell_height_dots + self._paper.line_gap_dots) // 2
        units = dots * self._paper.vertical_units_per_dot
        while units > 0:
            self.out += bytes((0x1B, 0x4A, min(units, FEED_UNITS_MAX)))
            units -= FEED_UNITS_MAX

    def qr(self, row: QrRow) -> None:
        self._set_align(Align.CENTER)
        if row.form.exact or not self._paper.qr_native:
            self._raster(*qr_on_paper(row.text, row.form, self._paper))
            return
        data, module = qr_bytes(row.text, row.form), self._paper.qr_module_dots
        self.out += b"\x1d(k\x04\x00\x31\x41\x32\x00"  # model 2
        self.out += b"\x1d(k\x03\x00\x31\x43" + bytes((module,))
        self.out += b"\x1d(k\x03\x00\x31\x45" + bytes((ord("0") + "LMQH".index(row.form.level),))
        self.out += b"\x1d(k" + (len(data) + 3).to_bytes(2, "little") + b"\x31\x50\x30" + data
        self.out += b"\x1d(k\x03\x00\x31\x51\x30"

    def _raster(self, modules: tuple[tuple[bool, ...], ...], module_dots: int) -> None:
        """GS v 0, one dot per bit, most significant bit left."""
        width_dots = len(modules) * module_dots
        width_bytes = (width_dots + 7) // 8
        rows: list[bytes] = []
        for line in modules:
            bits = "".join(("1" if module else "0") * module_dots for module in line).ljust(width_bytes * 8, "0")
            rows.extend([int(bits, 2).to_bytes(width_bytes, "big")] * module_dots)
        band_rows = RASTER_BAND_BYTES // width_bytes
        for start in range(0, len(rows), band_rows):
            band = rows[start : start + band_rows]
            self.out += b"\x1dv0\x00" + width_bytes.to_bytes(2, "little") + len(band).to_bytes(2, "little")
            self.out += b"".join(band)

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

    def _text(self, text: str, data: bytes) -> None:
        if not self._katakana and not text.isascii() and not _HALF_WIDTH_KATAKANA.isdisjoint(text):
            self.out += KATAKANA_PAGE
            self._katakana = True
        if "\\" not in text:
            self.out += data
            return
        for index, piece in enumerate(text.split("\\")):
            if index:
                self.out += INTERNATIONAL_USA + b"\\" + INTERNATIONAL_JAPAN
            self.out += encode_text(piece, self._paper)
