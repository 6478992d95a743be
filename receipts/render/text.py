"""Rows to plain text, one line per row: for the screen, the archive and golden tests. Refuses emphasis."""

from receipts.document import Align, Document
from receipts.layout import CutRow, FeedRow, QrRow, TextRow, lay_out
from receipts.line_breaking import width_of

HALF_LINES_PER_LINE = 2


def render(document: Document, columns: int) -> str:
    """Lines ended by a newline, each text at its cell; a QR symbol as its content in brackets.

    Raises UnprintableCharacterError for control characters.
    """
    lines: list[str] = []
    for row in lay_out(document, columns):
        match row:
            case TextRow():
                lines.append(_line(row, columns))
            case FeedRow():
                lines.extend([""] * (row.half_lines // HALF_LINES_PER_LINE))
            case QrRow():
                lines.append(f"[QR {row.text}]")
            case CutRow():
                lines.append("=" * columns)
    return "".join(f"{line}\n" for line in lines)


def _line(row: TextRow, columns: int) -> str:
    """Large letters are written small here; what was centered or at the right edge stays so."""
    line = ""
    for span in row.spans:
        width = width_of(span.text)
        start, end = span.start, span.start + width * row.style.size.across
        if row.align is not Align.LEFT or (span.start and end == columns):
            start = (columns - width) // (2 if row.align is Align.CENTER else 1)
        line += " " * (start - width_of(line)) + span.text
    return line.rstrip(" ")
