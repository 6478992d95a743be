"""The roll of paper: puts dots where the head would. Owns picture and plain text of one job; refuses bytes and time."""

import io
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.util import QRData

FONT_PACKAGE = "fonts-morisawa-bizud-gothic"
FONT_FOLDER = Path("/usr/share/fonts/truetype/bizud-gothic")
CELL_WIDTH_DOTS, CELL_HEIGHT_DOTS = 12, 24
MARGIN_DOTS = 32
LEAD_DOTS = 40
"""White paper between the cutter and the first line, and after the last."""
ROLL_DOTS_MAX = 20_000
"""Longer than any receipt: 2.5 m."""
PAPER = (252, 251, 247)
INK = (38, 36, 40)
DESK = (120, 124, 130)
TOOTH_DOTS = 8
"""The cutter's edge."""
BYTE_MODE: Literal[4] = 4


class RollUsedUpError(RuntimeError):
    """One job asked for more paper than a roll should give."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the next characters look."""

    across: int = 1
    down: int = 1
    bold: bool = False
    underline: int = 0
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character at a dot of the current line; the user's own with its ``dots``, three bytes a column."""

    x: int
    character: str
    cells: int
    look: Look
    dots: bytes = b""

    @property
    def end(self) -> int:
        return self.x + self.cells * CELL_WIDTH_DOTS * self.look.across


@dataclass(slots=True)
class Sheet:
    """What one job has left on paper so far."""

    width_dots: int
    y: int = LEAD_DOTS
    lines: list[str] = field(default_factory=list)
    line_count: int = 0
    cuts: list[int] = field(default_factory=list)
    _parts: list[tuple[int, int, Image.Image]] = field(default_factory=list)

    def print_line(self, glyphs: list[Glyph], align: int, feed_dots: int) -> None:
        """Print a line; shorter feeds than its height are stretched, as the mechanism does."""
        height = max((glyph.look.down for glyph in glyphs), default=0) * CELL_HEIGHT_DOTS
        shift = self._shift(max((glyph.end for glyph in glyphs), default=0), align)
        for glyph in glyphs:
            picture = _picture(glyph.character, glyph.cells, glyph.look, glyph.dots)
            self._parts.append((glyph.x + shift, self.y + height - picture.height, picture))
        self.lines.append(_text_of(glyphs, shift))
        self.line_count += bool(glyphs)
        self.feed(max(feed_dots, height))

    def print_picture(self, picture: Image.Image, align: int, text: str) -> None:
        self._parts.append((self._shift(picture.width, align), self.y, picture))
        if text:
            self.lines.append(text)
        self.line_count += 1
        self.feed(picture.height)

    def feed(self, dots: int) -> None:
        self.y += dots
        if self.y > ROLL_DOTS_MAX:
            raise RollUsedUpError(f"more than {ROLL_DOTS_MAX} dots of paper in one job")

    def cut(self) -> None:
        self.feed(LEAD_DOTS)
        self.cuts.append(self.y)
        self.lines.append("=" * (self.width_dots // CELL_WIDTH_DOTS))

    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    def png(self) -> bytes:
        """The piece of paper on a gray desk, its cut edge toothed."""
        width, height = self.width_dots + 2 * MARGIN_DOTS, max(self.y, self.cuts[-1] if self.cuts else 0)
        desk = Image.new("RGB", (width + 2 * MARGIN_DOTS, height + 2 * MARGIN_DOTS), DESK)
        sheet = Image.new("RGB", (width, height), PAPER)
        for x, y, part in self._parts:
            sheet.paste(part, (MARGIN_DOTS + x, y))
        draw = ImageDraw.Draw(sheet)
        for y in self.cuts[:-1]:
            draw.line((0, y, width, y), fill=DESK, width=2)
        desk.paste(sheet, (MARGIN_DOTS, MARGIN_DOTS))
        pen = ImageDraw.Draw(desk)
        edges = [MARGIN_DOTS, MARGIN_DOTS + height] if self.cuts else [MARGIN_DOTS]
        for edge in edges:
            outward = -1 if edge == MARGIN_DOTS else 1
            for x in range(MARGIN_DOTS, MARGIN_DOTS + width, TOOTH_DOTS):
                tip = (x + TOOTH_DOTS // 2, edge + outward * TOOTH_DOTS // 2)
                pen.polygon([(x, edge), (x + TOOTH_DOTS - 1, edge), tip], fill=PAPER)
        out = io.BytesIO()
        desk.save(out, "PNG")
        return out.getvalue()

    def _shift(self, end: int, align: int) -> int:
        return (0, (self.width_dots - end) // 2, self.width_dots - end)[align]


def qr_picture(stored: bytes, module_dots: int, level: int) -> Image.Image:
    """The symbol a printer with its own QR code would print; ``level`` 48 to 51 is L, M, Q, H."""
    constants = qrcode.constants
    levels = (
        constants.ERROR_CORRECT_L,
        constants.ERROR_CORRECT_M,
        constants.ERROR_CORRECT_Q,
        constants.ERROR_CORRECT_H,
    )
    symbol = qrcode.QRCode(error_correction=levels[level - 48], border=0)
    symbol.add_data(QRData(stored, mode=BYTE_MODE, check_data=False), optimize=0)
    symbol.make(fit=True)
    matrix = symbol.get_matrix()
    picture = Image.new("RGB", (len(matrix), len(matrix)), PAPER)
    picture.putdata([INK if module else PAPER for row in matrix for module in row])
    return picture.resize((len(matrix) * module_dots,) * 2, Image.Resampling.NEAREST)


def raster_picture(arguments: bytes) -> Image.Image:
    """GS v 0: m, width in bytes, height in dots, then one bit per dot."""
    mode, width_bytes = arguments[0] & 3, int.from_bytes(arguments[1:3], "little")
    height = int.from_bytes(arguments[3:5], "little")
    bits = Image.frombytes("1", (width_bytes * 8, height), bytes(byte ^ 0xFF for byte in arguments[5:]))
    picture = Image.new("RGB", bits.size, PAPER)
    picture.paste(INK, mask=bits.convert("L").point(lambda level: 255 - level))
    return picture.resize((picture.width * (1 + (mode & 1)), picture.height * (1 + (mode >> 1))))


def check_font() -> None:
    """Raise OSError naming the package when the font is missing."""
    if not (FONT_FOLDER / "BIZUDGothic-Regular.ttf").is_file():
        raise OSError(f"the font BIZ UDGothic is missing: apt install {FONT_PACKAGE}")


@cache
def _font(bold: bool, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT_FOLDER / f"BIZUDGothic-{'Bold' if bold else 'Regular'}.ttf"), size_px)


@cache
def _picture(character: str, cells: int, look: Look, dots: bytes) -> Image.Image:
    ink, ground = (PAPER, INK) if look.inverse else (INK, PAPER)
    factor = 1 if dots else max(look.across, look.down)
    height = CELL_HEIGHT_DOTS * factor
    picture = Image.new("RGB", (cells * CELL_WIDTH_DOTS * factor, height), ground)
    if dots:
        mask = _columns(dots)
        for x in (0, 1) if look.bold else (0,):
            picture.paste(ink, (x, 0), mask)
    else:
        draw = ImageDraw.Draw(picture)
        draw.text((0, height * 7 // 8), character, fill=ink, font=_font(look.bold, height), anchor="ls")
    how = Image.Resampling.NEAREST if dots else Image.Resampling.BICUBIC
    picture = picture.resize((cells * CELL_WIDTH_DOTS * look.across, CELL_HEIGHT_DOTS * look.down), how)
    if look.underline:
        pen = ImageDraw.Draw(picture)
        top = picture.height - look.underline
        pen.rectangle((0, top, picture.width, picture.height), fill=ink)
    return picture


def _columns(dots: bytes) -> Image.Image:
    """A glyph of the user's: 24 dots from the top in each column, where ink goes."""
    columns = Image.frombytes("1", (CELL_HEIGHT_DOTS, len(dots) * 8 // CELL_HEIGHT_DOTS), dots)
    return columns.transpose(Image.Transpose.TRANSPOSE)


def _text_of(glyphs: list[Glyph], shift: int) -> str:
    line, cells = "", 0
    for glyph in glyphs:
        gap = (glyph.x + shift) // CELL_WIDTH_DOTS - cells
        if gap > 0:
            line += " " * gap
            cells += gap
        line += glyph.character
        cells += glyph.cells * glyph.look.across
    return line.rstrip()
