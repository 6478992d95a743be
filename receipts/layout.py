"""Puts blocks into the cells of one paper. Owns every column and line break; refuses fonts, dots and bytes."""

from dataclasses import dataclass
from typing import assert_never

from receipts.document import Align, Box, Columns, Cut, Document, Feed, Pair, Qr, Rule, RuleStyle, Style, Text
from receipts.graphemes import characters
from receipts.letters import unprintable_position
from receipts.line_breaking import break_lines, width_of
from receipts.qr_form import QrForm

AMOUNT_CELLS = 10
"""The amount column: ¥9,999,999 with a free cell before it. A wider amount pushes what stands left of it."""
LABEL_CELLS_MAX = 16
"""Pair values start here at the latest: 指定納付受託者 (14 cells) and a gap."""
LABEL_PERCENT_MAX = 45
"""On narrow paper the values need the room: 14 of 32 cells hold お問い合わせ, and a wider label stands alone."""
ALONE_INDENT_CELLS = 2
"""A value below its label is set in, so that the labels can still be run down."""
BOX_TITLE_CELLS = 8
BOX_EMPTY_ROWS = 4
"""Inside of a stamp field: 8 x 12 by 4 x 24 dots are 12 mm square at 203 dpi, room for a 10 mm seal."""
QR_QUIET_HALF_LINES = 2
"""A quiet zone of four modules (ISO/IEC 18004) above and below; left and right there is more than enough."""
GAP_CELLS = 2
"""At least so much air between two texts of one row; one cell reads as a space between words."""

_PLAIN = Style()
_RULES = {RuleStyle.LIGHT: "─", RuleStyle.HEAVY: "━", RuleStyle.DASHED: "- "}


class UnprintableCharacterError(ValueError):
    """A character that no paper of ours shows. ``character`` and ``position`` say which, ``text`` where."""

    def __init__(self, text: str, position: int) -> None:
        self.text, self.position, self.character = text, position, characters(text[position:])[0]
        codes = " ".join(f"U+{ord(code):04X}" for code in self.character)
        super().__init__(f"{codes} at position {position + 1} cannot be printed")


@dataclass(frozen=True, slots=True)
class Span:
    """Text starting at a cell of the paper."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row. Several spans only when left-aligned; ``tight`` rows touch the next one, so that frames close."""

    spans: tuple[Span, ...]
    style: Style = _PLAIN
    align: Align = Align.LEFT
    tight: bool = False

    def start_of(self, span: Span, columns: int) -> int:
        """The first cell of ``span`` on the paper, alignment applied."""
        free = columns - width_of(span.text) * self.style.size.across
        match self.align:
            case Align.LEFT:
                return span.start
            case Align.CENTER:
                return free // 2
            case Align.RIGHT:
                return free
            case _:
                assert_never(self.align)


@dataclass(frozen=True, slots=True)
class QrRow:
    text: str
    form: QrForm


@dataclass(frozen=True, slots=True)
class FeedRow:
    half_lines: int


@dataclass(frozen=True, slots=True)
class CutRow:
    pass


Row = TextRow | QrRow | FeedRow | CutRow


def lay_out(document: Document, columns: int) -> tuple[Row, ...]:
    """Rows for a paper of ``columns`` cells.

    Raises UnprintableCharacterError for what no paper can show, whatever the printer: all faces refuse the same.
    """
    rows: list[Row] = []
    label_cells = _label_cells(document, columns)
    for block in document.blocks:
        match block:
            case Columns():
                rows.extend(_money(block, columns))
            case Pair():
                rows.extend(_pair(block, columns, label_cells))
            case Text():
                rows.extend(_paragraph(block, columns))
            case Rule():
                mark = _RULES[block.style]
                rows.append(TextRow((Span(0, mark * (columns // 2)),)))
            case Box():
                rows.extend(_box(block))
            case Feed():
                rows.append(FeedRow(block.half_lines))
            case Qr():
                rows += (FeedRow(QR_QUIET_HALF_LINES), QrRow(block.text, block.form), FeedRow(QR_QUIET_HALF_LINES))
            case Cut():
                rows.append(CutRow())
            case _:
                assert_never(block)
    return tuple(rows)


def _checked(text: str) -> str:
    position = unprintable_position(text)
    if position is not None:
        raise UnprintableCharacterError(text, position)
    return text


def _paragraph(block: Text, columns: int) -> list[TextRow]:
    lines = break_lines(
        "\n".join(_checked(line) for line in block.text.split("\n")), columns // block.style.size.across
    )
    if block.style.inverse:
        return [_band(line, block, columns) for line in lines]
    return [TextRow((Span(0, line),), block.style, block.align) for line in lines]


def _band(line: str, block: Text, columns: int) -> TextRow:
    cells = columns // block.style.size.across
    free = cells - width_of(line)
    before = {Align.LEFT: 0, Align.CENTER: free // 2, Align.RIGHT: free}[block.align]
    return TextRow((Span(0, " " * before + line + " " * (free - before)),), block.style)


def _money(block: Columns, columns: int) -> list[TextRow]:
    """Left text, a middle that ends where the amounts begin, an amount at the right edge.

    What does not fit beside its neighbor moves: first the name to rows of its own, then the middle.
    """
    across = block.style.size.across
    cells = columns // across
    left, middle, right = _checked(block.left), _checked(block.middle), _checked(block.right)
    right_start = cells - width_of(right)
    if right_start < 0:
        raise ValueError(f"an amount of {width_of(right)} cells does not fit {cells}")
    middle_end = min(cells - AMOUNT_CELLS, right_start - GAP_CELLS)
    middle_start = middle_end - width_of(middle)
    limit = (middle_start if middle else right_start) - GAP_CELLS
    rows: list[TextRow] = []

    def row(*spans: Span) -> TextRow:
        return TextRow(tuple(Span(span.start * across, span.text) for span in spans if span.text), block.style)

    amount = Span(right_start, right)
    if width_of(left) <= limit:
        rows.append(row(Span(0, left), Span(middle_start, middle), amount))
        return rows
    lines = break_lines(left, cells)
    if not middle and width_of(lines[-1]) <= limit:
        rows.extend(row(Span(0, line)) for line in lines[:-1])
        rows.append(row(Span(0, lines[-1]), amount))
        return rows
    rows.extend(row(Span(0, line)) for line in lines)
    if middle and middle_start < 0:
        rows.extend(row(Span(0, line)) for line in break_lines(middle, cells))
        middle = ""
    rows.append(row(Span(middle_start, middle), amount))
    return rows


def _label_cells(document: Document, columns: int) -> int:
    limit = min(LABEL_CELLS_MAX, columns * LABEL_PERCENT_MAX // 100)
    labels = [width_of(block.label) + GAP_CELLS for block in document.blocks if isinstance(block, Pair)]
    return max((cells for cells in labels if cells <= limit), default=limit)


def _pair(block: Pair, columns: int, label_cells: int) -> list[TextRow]:
    """Label and value side by side, or the value below: for a wide label, or a reference that stays whole so."""
    label, value = _checked(block.label), _checked(block.value)
    beside, below = columns - label_cells, columns - ALONE_INDENT_CELLS
    is_label_wide = width_of(label) + GAP_CELLS > label_cells
    would_be_cut = any(beside < width_of(word) <= below for word in value.split(" ") if word.isascii())
    if not is_label_wide and not would_be_cut:
        first, *others = break_lines(value, beside)
        return [
            TextRow((Span(0, label), Span(label_cells, first))),
            *(TextRow((Span(label_cells, line),)) for line in others),
        ]
    start = label_cells if width_of(value) <= beside else ALONE_INDENT_CELLS
    return [
        *(TextRow((Span(0, line),)) for line in break_lines(label, columns)),
        *(TextRow((Span(start, line),)) for line in break_lines(value, columns - start)),
    ]


def _box(block: Box) -> list[TextRow]:
    edge = "─" * (BOX_TITLE_CELLS // 2)
    titles = []
    for title in block.titles:
        free = BOX_TITLE_CELLS - width_of(_checked(title))
        if free < 0:
            raise ValueError(f"a stamp field's title has at most {BOX_TITLE_CELLS} cells")
        titles.append(" " * (free // 2) + title + " " * (free - free // 2))
    count = len(block.titles)
    empty = "│" + (" " * BOX_TITLE_CELLS + "│") * count
    lines = [
        "┌" + "┬".join([edge] * count) + "┐",
        "│" + "│".join(titles) + "│",
        "├" + "┼".join([edge] * count) + "┤",
        *[empty] * BOX_EMPTY_ROWS,
        "└" + "┴".join([edge] * count) + "┘",
    ]
    return [TextRow((Span(0, line),), align=block.align, tight=line is not lines[-1]) for line in lines]
