"""Going through scenes of both windows, to look at them or to draw them. Owns no scene."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from kiosk.ui.app import Windows
from tests.ui.cut_words import clipped

Visit = Callable[[str, QWidget, QWidget], None]
"""Of a scene's name, the staff's window and the citizen's."""


def visit_scenes(windows: Windows, scenes: Iterable[str], visit: Visit) -> None:
    """Visit both windows in each scene, then close them."""
    for name in scenes:
        QApplication.processEvents()
        visit(name, windows.staff, windows.customer)
    windows.staff.close()
    windows.customer.close()


def draw_scenes(walk_scenes: Callable[[str, tuple[int, int], Visit], None], sizes: Iterable[tuple[int, int]]) -> None:
    """Draw every scene of a walk, and print what is cut: arguments are the folder and the language."""
    folder, language = Path(sys.argv[1]), (sys.argv[2:] or ["ja"])[0]
    app = QApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    for size in sizes:

        def save(name: str, staff: QWidget, customer: QWidget, size: tuple[int, int] = size) -> None:
            width = size[0]
            staff.grab().save(str(folder / f"{width}-{name}.png"))
            customer.grab().save(str(folder / f"customer-{name}.png"))
            for cut in (*clipped(staff), *clipped(customer)):
                print(name, width, cut)
            if staff.size().toTuple() != size:
                print(name, width, "window grew to", staff.size().toTuple())

        walk_scenes(language, size, save)
    app.quit()
