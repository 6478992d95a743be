"""What a counter leaves behind, as bytes to be searched. Owns where to look; refuses to judge."""

import logging
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QTableWidget, QWidget

from tests.canaries.canaries import found_in


def leaks(sinks: dict[str, bytes]) -> dict[str, list[str]]:
    """Sinks that hold a secret, with what they hold."""
    return {name: found for name, data in sinks.items() if (found := found_in(data))}


def files(*folders: Path) -> dict[str, bytes]:
    """Every file under ``folders`` but pictures, whose texts are searched where they were drawn from."""
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".png"]
    return {str(path): path.read_bytes() for path in paths}


def log(records: list[logging.LogRecord]) -> dict[str, bytes]:
    """Messages with whatever stack they carry."""
    formatter = logging.Formatter("%(name)s %(message)s")
    return {"log": "\n".join(map(formatter.format, records)).encode()}


def window(shown: QWidget, name: str) -> dict[str, bytes]:
    """Every text of a window and of all in it, also of what is out of sight."""
    told: list[str] = []
    for widget in (shown, *shown.findChildren(QWidget)):
        told += [widget.windowTitle(), widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        match widget:
            case QLabel() | QAbstractButton() | QLineEdit():
                told.append(widget.text())
            case QPlainTextEdit():
                told.append(widget.toPlainText())
            case QComboBox():
                told += [widget.itemText(at) for at in range(widget.count())]
            case QTableWidget():
                cells = (widget.item(row, at) for row in range(widget.rowCount()) for at in range(widget.columnCount()))
                told += [cell.text() for cell in cells if cell is not None]
    return {name: "\n".join(told).encode()}
