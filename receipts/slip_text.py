"""A document as a short text, for a symbol on a screen that the citizen's phone reads. Refuses layout and pictures."""

from receipts.document import Columns, Document, Pair, Text
from receipts.qr import Modules, QrTextTooLongError, qr_modules
from receipts.qr_form import Level, QrForm

SCREEN = QrForm(Level.L, bytes_max=1_003)
"""Version 22 at level L, 105 modules: three pixels each on the citizen's window, where nothing spoils a symbol."""


def slip_text(document: Document) -> str:
    """The words of a document in its order, one line for each line of it."""
    lines: list[str] = []
    for block in document.blocks:
        match block:
            case Text(text):
                lines.append(text)
            case Pair(label, value):
                lines.append(f"{label} {value}")
            case Columns(left, right, middle):
                lines.append(" ".join(part for part in (left, middle, right) if part))
            case _:
                continue
    return "\n".join(line.strip() for line in lines if line.strip())


def slip_modules(document: Document) -> Modules:
    """Its symbol; none where the document is longer than a phone reads at once off a screen."""
    try:
        return qr_modules(slip_text(document), SCREEN)
    except QrTextTooLongError:
        return ()
