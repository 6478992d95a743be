"""A document as PDF for an office printer or a file, on the same cells as the receipt printer. Refuses a clock."""

from dataclasses import dataclass, replace
from functools import lru_cache

from receipts.document import Align, Document, Style
from receipts.fonts import Face
from receipts.graphemes import characters
from receipts.layout import CutRow, FeedRow, QrRow, Row, Span, TextRow, lay_out
from receipts.line_breaking import width_of
from receipts.qr import qr_modules
from receipts.render.pages import A4, BLACK, POINT_MM, WHITE, About, Pages, PageSize, Pen, has_letter, width_mm

COLUMNS = 48
"""As 80 mm paper: a document reads the same from a printer of either kind."""
POINTS_MAX = 10.5
"""Body size of a Japanese office letter; on narrower paper the cells shrink until they fit."""
MARGIN_MM = 12.0
"""No office printer reaches the edge; 12 mm also leave room for the page's foot."""
GAP_CELLS = 1 / 3
"""White between two rows, in heights of a cell: 8 of 24 dots, as on the receipt printer."""
QR_MODULE_CELLS = 1 / 4
"""A module of a symbol, in heights of a cell: 6 of 24 dots."""
BASELINE = 7 / 8
"""Where the baseline lies in a cell."""
LIGHT_MM, HEAVY_MM = 0.2, 0.6
FOOT_POINTS = 8.0

_ARMS = {
    "─": (1, 1, 0, 0),
    "━": (1, 1, 0, 0),
    "│": (0, 0, 1, 1),
    "┌": (0, 1, 0, 1),
    "┬": (1, 1, 0, 1),
    "┐": (1, 0, 0, 1),
    "├": (0, 1, 1, 1),
    "┼": (1, 1, 1, 1),
    "┤": (1, 0, 1, 1),
    "└": (0, 1, 1, 0),
    "┴": (1, 1, 1, 0),
    "┘": (1, 0, 1, 0),
}
"""Left, right, up, down of the layout's frames: drawn as strokes, so that they close and nobody copies them as text."""


def render(document: Document, about: About, size: PageSize = A4) -> bytes:
    """The file, searchable, fonts embedded; more pages where one is not enough, each with its number at the foot.

    Raises UnprintableCharacterError for a character that no font has, FontMissingError, QrTextTooLongError,
    ValueError for an ``about`` without a zone.
    """
    cells = _Cells(size)
    sheets = _paginate(lay_out(document, COLUMNS), cells)
    pages = Pages(about, size)
    foot = " ".join(filter(None, (about.title, f"No. {document.serial_number}" if document.serial_number else "")))
    for number, placed in enumerate(sheets, start=1):
        if number > 1:
            pages.next_page()
        for row, y_mm in placed:
            _draw(pages, cells, row, y_mm)
        if len(sheets) > 1:
            text = f"{foot}　{number}／{len(sheets)}ページ"
            pages.text(text, size.width_mm / 2, size.height_mm - MARGIN_MM / 2, Pen(FOOT_POINTS), Align.CENTER)
    return pages.finish()


@dataclass(frozen=True, slots=True)
class _Cells:
    """The grid on one size of paper, in millimeters."""

    size: PageSize

    @property
    def high(self) -> float:
        return min(POINTS_MAX * POINT_MM, (self.size.width_mm - 2 * MARGIN_MM) / COLUMNS * 2)

    @property
    def wide(self) -> float:
        return self.high / 2

    @property
    def left(self) -> float:
        return (self.size.width_mm - COLUMNS * self.wide) / 2

    def height_of(self, row: Row) -> float:
        match row:
            case TextRow():
                return self.high * (row.style.size.down + (0 if row.tight else GAP_CELLS))
            case FeedRow():
                return row.half_lines * self.high * (1 + GAP_CELLS) / 2
            case QrRow():
                return len(qr_modules(row.text, row.form)) * self.high * QR_MODULE_CELLS + self.high * GAP_CELLS
            case CutRow():
                return 0.0


_Sheet = list[tuple[Row, float]]


def _paginate(rows: tuple[Row, ...], cells: _Cells) -> list[_Sheet]:
    """Rows with the top of each in millimeters. What is tight stays together; a cut begins a page."""
    sheets: list[_Sheet] = [[]]
    y, bottom = MARGIN_MM, cells.size.height_mm - MARGIN_MM
    for group in _groups(rows):
        if isinstance(group[0], CutRow):
            y = bottom + 1  # what follows, if anything, is another piece of paper
            continue
        height = sum(map(cells.height_of, group))
        if y + height > bottom and (sheets[-1] or y > bottom):
            if isinstance(group[0], FeedRow):
                continue  # white space at a page's end
            sheets, y = [*sheets, []] if sheets[-1] else sheets, MARGIN_MM
        for row in group:
            sheets[-1].append((row, y))
            y += cells.height_of(row)
    return sheets


def _groups(rows: tuple[Row, ...]) -> list[list[Row]]:
    groups: list[list[Row]] = []
    is_open = False
    for row in rows:
        if is_open:
            groups[-1].append(row)
        else:
            groups.append([row])
        is_open = isinstance(row, TextRow) and row.tight
    return groups


def _draw(pages: Pages, cells: _Cells, row: Row, y_mm: float) -> None:
    match row:
        case TextRow():
            for span in row.spans:
                _span(pages, cells, row, span, y_mm)
        case QrRow():
            modules, module_mm = qr_modules(row.text, row.form), cells.high * QR_MODULE_CELLS
            pages.modules(modules, (cells.size.width_mm - len(modules) * module_mm) / 2, y_mm, module_mm)
        case FeedRow() | CutRow():
            pass


def _span(pages: Pages, cells: _Cells, row: TextRow, span: Span, y_mm: float) -> None:
    style, (across, down) = row.style, row.style.size.value
    x_mm = cells.left + row.start_of(span, COLUMNS) * cells.wide
    if style.inverse:
        width, edge = width_of(span.text) * across * cells.wide, cells.high * GAP_CELLS / 2
        pages.box(x_mm, y_mm - edge, width, cells.high * down + 2 * edge, fill=BLACK)
    pen = _pen(style, cells)
    for text in _pieces(span.text, pen.face):
        width = width_of(text) * across * cells.wide
        if text[0] in _ARMS:
            _frame(pages, text, x_mm, y_mm, cells.high)
        elif text.strip():
            at_mm = x_mm, y_mm + cells.high * down * BASELINE
            if _fills_its_cells(characters(text)[0], pen.face):
                pages.text(text, *at_mm, pen)
            else:
                _in_its_cells(pages, text, *at_mm, width, pen)
        x_mm += width


def _pen(style: Style, cells: _Cells) -> Pen:
    across, down = style.size.value
    face = Face.CELLS_BOLD if style.bold else Face.CELLS
    color = WHITE if style.inverse else BLACK
    return Pen(cells.high / POINT_MM * down, face, color, stretch=across / down)


def _pieces(text: str, face: Face) -> list[str]:
    """Frames; letters that fill their cells, together; and each other letter alone, so that the next keeps its cell."""
    pieces: list[str] = []
    last = None
    for character in characters(text):
        kind = "frame" if character in _ARMS else "cells" if _fills_its_cells(character, face) else None
        if kind is not None and kind == last:
            pieces[-1] += character
        else:
            pieces.append(character)
        last = kind
    return pieces


def _in_its_cells(pages: Pages, character: str, x_mm: float, y_mm: float, room_mm: float, pen: Pen) -> None:
    """In the middle of its cells, squeezed where it is wider."""
    natural_mm = width_mm(character, pen)
    pen = replace(pen, stretch=pen.stretch * min(1.0, room_mm / natural_mm))
    pages.text(character, x_mm + room_mm / 2, y_mm, pen, Align.CENTER)


@lru_cache(maxsize=4096)
def _fills_its_cells(character: str, face: Face) -> bool:
    one_em = Pen(1 / POINT_MM, face)
    return has_letter(character, face) and abs(width_mm(character, one_em) - width_of(character) / 2) < 0.01


def _frame(pages: Pages, text: str, x_mm: float, y_mm: float, high_mm: float) -> None:
    """Strokes through the middle of square cells; neighbors to the right are one stroke."""
    middle = y_mm + high_mm / 2
    weight = HEAVY_MM if "━" in text else LIGHT_MM
    start: float | None = None
    for number, character in enumerate(text):
        left, right, up, down = _ARMS[character]
        x = x_mm + (number + 0.5) * high_mm
        if up or down:
            above, below = y_mm * up + middle * (1 - up), (y_mm + high_mm) * down + middle * (1 - down)
            pages.line((x, above - weight / 2 * (1 - up)), (x, below + weight / 2 * (1 - down)), weight)
        if start is None and right:
            start = x - high_mm / 2 * left
        following = text[number + 1] if number + 1 < len(text) else ""
        if start is not None and not (right and following and _ARMS[following][0]):
            pages.line((start, middle), (x + high_mm / 2 * right, middle), weight)
            start = None
