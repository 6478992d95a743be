"""Pages of A-series paper as PDF, in millimeters from the top left. Owns embedded fonts; refuses letters none has."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, cast

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from receipts.document import Align
from receipts.fonts import Face, FontFile, find_font, fonts_for
from receipts.graphemes import characters, composed, is_variant, refused_character
from receipts.layout import UnprintableCharacterError
from receipts.letters import find_letter, font_table
from receipts.line_breaking import break_lines, width_of

BLACK, WHITE = "#000000", "#ffffff"
POINT_MM = 1 / mm
"""A point in millimeters."""
LEAST_POINTS = 5.0
"""Smaller is a blot on an office printer; nothing is set so that it fits."""
NARROW = 2
"""Letters of their own width are at least half as wide as their cells, whole lines taken together."""
_SHRINK = 0.98


_FAR_CODE = re.compile("<([0-9A-F]{5,6})>")
_Run = tuple[str, str]
"""A font's name and codes that it draws."""


class TooWideError(ValueError):
    """A line that does not fit its room in letters that can be read."""


@dataclass(frozen=True, slots=True)
class PageSize:
    """Paper in millimeters, upright (ISO 216)."""

    width_mm: float
    height_mm: float


A4, A5, A6 = PageSize(210, 297), PageSize(148, 210), PageSize(105, 148)


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself. ``written_at`` is the document's own time and no clock's: same input, same bytes."""

    title: str
    author: str
    written_at: datetime
    """With its zone."""
    language: str = "ja"
    """BCP 47; a screen reader chooses its voice by it."""


@dataclass(frozen=True, slots=True)
class Pen:
    """How letters look. ``stretch`` is their width, 1.0 as the font has them."""

    points: float
    face: Face = Face.TEXT
    color: str = BLACK
    stretch: float = 1.0
    beside: str = ""
    """Letters that the font must have as well: what else is said in the same language."""


class Pages:
    """One file under construction. Everything is in memory until ``finish``: what cannot be set leaves no file."""

    def __init__(self, about: About, size: PageSize) -> None:
        """Begins the first page. Raises ValueError for a time without zone, FontMissingError."""
        self.size = size
        self._out = io.BytesIO()
        self._canvas = Canvas(
            self._out,
            (size.width_mm * mm, size.height_mm * mm),
            pageCompression=1,
            invariant=1,
            lang=about.language,
            # Else a page names a font that is not embedded. (The stubs call a name a number.)
            initialFontName=cast(Any, _registered(find_font(Face.TEXT)).fontName),
        )
        stamp = _pdf_date(about.written_at)
        self._canvas.setDateFormatter(lambda *_: stamp)
        self._canvas.setTitle(about.title)
        self._canvas.setAuthor(about.author)
        self._canvas.setCreator("counter-kiosk")
        self._canvas.setSubject("")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._canvas.setViewerPreference("PrintScaling", "None")  # millimeters on paper are millimeters here

    def finish(self) -> bytes:
        """The file, its last page ended."""
        self._canvas.save()
        return self._out.getvalue()

    def next_page(self) -> None:
        """Ends the page and begins one of the same size."""
        self._canvas.showPage()

    def trim(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
        """Where this page will be cut (TrimBox, ISO 32000-1 14.11.2)."""
        left, top = self._point(x_mm, y_mm)
        right, bottom = self._point(x_mm + width_mm, y_mm + height_mm)
        self._canvas.setTrimBox((left, bottom, right, top))

    def text(self, text: str, x_mm: float, y_mm: float, pen: Pen, align: Align = Align.LEFT) -> None:
        """One line; ``y_mm`` is its baseline. Raises UnprintableCharacterError, FontMissingError."""
        runs = _runs_of(text, pen)
        width_mm = _width_mm(runs, pen)
        start_mm = x_mm - {Align.LEFT: 0.0, Align.CENTER: width_mm / 2, Align.RIGHT: width_mm}[align]
        line = self._canvas.beginText(*self._point(start_mm, y_mm))
        line.setHorizScale(100 * pen.stretch)
        line.setFillColor(HexColor(pen.color))
        for font, codes in runs:
            line.setFont(font, pen.points)
            line.textOut(codes)
        self._canvas.drawText(line)

    def line(
        self, from_mm: tuple[float, float], to_mm: tuple[float, float], width_mm: float, color: str = BLACK
    ) -> None:
        """A straight stroke with square ends at its two points."""
        self._canvas.setLineCap(0)
        self._canvas.setLineWidth(width_mm * mm)
        self._canvas.setStrokeColor(HexColor(color))
        self._canvas.line(*self._point(*from_mm), *self._point(*to_mm))

    def box(
        self,
        x_mm: float,
        y_mm: float,
        width_mm: float,
        height_mm: float,
        *,
        fill: str = "",
        stroke: str = "",
        stroke_mm: float = 0.25,
        radius_mm: float = 0.0,
    ) -> None:
        """A rectangle from its top left corner. Without ``fill`` and ``stroke`` nothing is drawn."""
        if fill:
            self._canvas.setFillColor(HexColor(fill))
        if stroke:
            self._canvas.setStrokeColor(HexColor(stroke))
            self._canvas.setLineWidth(stroke_mm * mm)
        x, y = self._point(x_mm, y_mm + height_mm)
        how = {"stroke": int(bool(stroke)), "fill": int(bool(fill))}
        if radius_mm:
            self._canvas.roundRect(x, y, width_mm * mm, height_mm * mm, radius_mm * mm, **how)
        else:
            self._canvas.rect(x, y, width_mm * mm, height_mm * mm, **how)

    def modules(self, rows: Sequence[Sequence[bool]], x_mm: float, y_mm: float, module_mm: float) -> None:
        """A symbol's dark modules from its top left corner; the quiet zone is the caller's.

        One path, so that no hairlines stand between neighbors.
        """
        path = self._canvas.beginPath()
        for number, row in enumerate(rows):
            for start, end in _runs(row):
                x, y = self._point(x_mm + start * module_mm, y_mm + (number + 1) * module_mm)
                path.rect(x, y, (end - start) * module_mm * mm, module_mm * mm)
        self._canvas.setFillColor(HexColor(BLACK))
        self._canvas.drawPath(path, stroke=0, fill=1)

    def _point(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        return x_mm * mm, (self.size.height_mm - y_mm) * mm


def has_letter(character: str, face: Face) -> bool:
    """Whether BIZ UD itself has it. Raises FontMissingError."""
    return len(character) == 1 and ord(character) in _registered(find_font(face)).face.charToGlyph


def width_mm(text: str, pen: Pen) -> float:
    """How wide a line will be. Raises UnprintableCharacterError, FontMissingError."""
    return _width_mm(_runs_of(text, pen), pen)


def fitted(text: str, pen: Pen, room_mm: float, least_points: float = LEAST_POINTS) -> Pen:
    """``pen``, made smaller until ``text`` fits on one line. Raises TooWideError below ``least_points``."""
    while width_mm(text, pen) > room_mm:
        pen = replace(pen, points=pen.points * _SHRINK)
        if pen.points < least_points:
            raise TooWideError(f"{text!r} does not fit {room_mm:g} mm at {least_points:g} points")
    return pen


def wrapped(text: str, pen: Pen, room_mm: float) -> tuple[str, ...]:
    """Lines of at most ``room_mm``, broken by the rules of a receipt (receipts.line_breaking). A newline always breaks.

    Raises UnprintableCharacterError, FontMissingError; ValueError where not even two letters fit.
    """
    half_letter_mm = pen.points * pen.stretch * POINT_MM / 2
    columns = min(max(map(width_of, text.split("\n"))) + 2, int(NARROW * room_mm / half_letter_mm))
    while True:
        lines = break_lines(text, columns)
        if all(width_mm(line, pen) <= room_mm for line in lines):
            return lines
        columns -= 1


def _width_mm(runs: Sequence[_Run], pen: Pen) -> float:
    points = sum(float(pdfmetrics.stringWidth(codes, font, pen.points)) for font, codes in runs)
    return points * pen.stretch * POINT_MM


def _runs_of(text: str, pen: Pen) -> list[_Run]:
    """``text`` in the first font that has every character of it: a line from two looks like a mistake.

    Only where none has all, as for a rare kanji in a name, each character comes from the first that has it.
    Raises as ``Pages.text``.
    """
    position = refused_character(text + pen.beside)
    if position is not None:
        raise UnprintableCharacterError(text + pen.beside, position)
    codes = "".join(map(composed, characters(text)))
    if not any(map(is_variant, characters(text))):
        for file in fonts_for(pen.face):
            font = _registered(file)
            if all(ord(character) in font.face.charToGlyph for character in codes + pen.beside):
                return [(str(font.fontName), codes)]
    runs: list[_Run] = []
    position = 0
    for character in characters(text):
        letter = find_letter(character, pen.face)
        if letter is None:
            raise UnprintableCharacterError(text, position)
        name = str(_registered(letter.font).fontName)
        runs.append((name, letter.code))
        position += len(character)
    return runs


class _Font(TTFont):
    """A font that draws variants as well, and says in the file which characters its glyphs are."""

    def __init__(self, file: FontFile) -> None:
        super().__init__(f"{file.path.stem}-{file.index}", str(file.path), subfontIndex=file.index)
        table = font_table(file)
        self._meant = {code: "".join(map(chr, variant)) for variant, code in table.variants.items()}
        for variant, code in table.variants.items():
            self.face.charToGlyph[code] = table.variant_glyphs[variant]
            self.face.charWidths[code] = self.face.charWidths.get(variant[0], self.face.defaultWidth)

    def addObjects(self, doc: Any) -> None:  # noqa: N802  # the library's name
        """As the library has it; what it writes for codes beyond FFFF is no UTF-16 (ISO 32000-1 9.10.3)."""
        super().addObjects(doc)
        for name, stream in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                stream.content = _FAR_CODE.sub(self._as_utf_16, stream.content)

    def _as_utf_16(self, match: re.Match[str]) -> str:
        code = int(match[1], 16)
        return f"<{self._meant.get(code, chr(code)).encode('utf-16-be').hex().upper()}>"


@cache
def _registered(file: FontFile) -> TTFont:
    """Read once a process; the library keeps each file's subset apart."""
    font = _Font(file)
    pdfmetrics.registerFont(font)
    return font


def _runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    """Start and end of each run of dark modules."""
    edges = [at for at in range(len(row) + 1) if (at > 0 and row[at - 1]) != (at < len(row) and row[at])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _pdf_date(at: datetime) -> str:
    """D:YYYYMMDDHHmmSS+HH'mm' (ISO 32000-1 7.9.4)."""
    zone = at.strftime("%z")
    if not zone:
        raise ValueError("a document's time needs its zone")
    return f"D:{at:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'"
