"""Rows to a picture of the paper, on the same cells as the printer. Refuses to guess a font."""

import io

from PIL import Image, ImageDraw

from receipts.document import Document
from receipts.layout import CutRow, FeedRow, QrRow, TextRow, lay_out
from receipts.line_breaking import width_of
from receipts.paper import PaperProfile
from receipts.qr import qr_on_paper
from receipts.render.strips import INK_LEVEL, PAPER_LEVEL, draw_strip

MARGIN_DOTS = 32
HEIGHT_DOTS_MAX = 20_000
"""Two and a half meters of paper; a longer document is a mistake."""


def render(document: Document, paper: PaperProfile) -> bytes:
    """A gray PNG, one pixel per dot, white margins included.

    Raises UnprintableCharacterError for what no font has, FontMissingError, QrTextTooLongError.
    """
    canvas = _Canvas(paper)
    for row in lay_out(document, paper.columns):
        match row:
            case TextRow():
                canvas.text_row(row)
            case FeedRow():
                canvas.advance(row.half_lines * canvas.line_dots // 2)
            case QrRow():
                canvas.qr(row)
            case CutRow():
                canvas.cut()
    return canvas.png()


class _Canvas:
    def __init__(self, paper: PaperProfile) -> None:
        self._paper = paper
        self.line_dots = paper.cell_height_dots + paper.line_gap_dots
        self._parts: list[tuple[int, int, Image.Image]] = []
        self._y = MARGIN_DOTS
        self._cuts: list[int] = []

    def advance(self, dots: int) -> None:
        self._y += dots
        if self._y > HEIGHT_DOTS_MAX:
            raise ValueError(f"a document is at most {HEIGHT_DOTS_MAX} dots long")

    def text_row(self, row: TextRow) -> None:
        paper, (across, down) = self._paper, row.style.size.value
        for span in row.spans:
            width = width_of(span.text) * paper.cell_width_dots * across
            if width:
                start = row.start_of(span, paper.columns) * paper.cell_width_dots
                height = paper.cell_height_dots * down
                self._parts.append((start, self._y, draw_strip(span.text, row.style, width, height)))
        self.advance(paper.cell_height_dots * down + (0 if row.tight else paper.line_gap_dots))

    def qr(self, row: QrRow) -> None:
        modules, dots = qr_on_paper(row.text, row.form, self._paper)
        symbol = Image.new("L", (len(modules), len(modules)), PAPER_LEVEL)
        symbol.putdata([INK_LEVEL if module else PAPER_LEVEL for line in modules for module in line])
        side = len(modules) * dots
        start = (self._paper.columns * self._paper.cell_width_dots - side) // 2
        self._parts.append((start, self._y, symbol.resize((side, side), Image.Resampling.NEAREST)))
        self.advance(side + self._paper.line_gap_dots)

    def cut(self) -> None:
        self.advance(MARGIN_DOTS)
        self._cuts.append(self._y)
        self.advance(MARGIN_DOTS)

    def png(self) -> bytes:
        if self._cuts and self._cuts[-1] == self._y - MARGIN_DOTS:
            self._y = self._cuts.pop()
        paper = Image.new("L", (self._paper.width_dots + 2 * MARGIN_DOTS, self._y), PAPER_LEVEL)
        for x, y, part in self._parts:
            paper.paste(part, (MARGIN_DOTS + x, y))
        draw = ImageDraw.Draw(paper)
        for y in self._cuts:
            for x in range(0, paper.width, 16):
                draw.line((x, y, x + 8, y), fill=160)
        out = io.BytesIO()
        paper.save(out, "PNG")  # searching for the smallest file takes ten times as long and saves 4 %
        return out.getvalue()
