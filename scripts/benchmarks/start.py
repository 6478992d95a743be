"""Import to first paint: the front page, the sign-in page, the sale page. Beside a bare window with as many buttons."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RUNS = 15
"""Fresh processes per side, in turn: a cold cache or a busy neighbor then hits both alike."""
GOAL_RATIO = 1.3
USABLE_MS = 1500.0
TIMEOUT_S = 60
CACHE = Path(tempfile.gettempdir()) / f"kiosk-bench-start-{os.getpid()}"

_MEASURED = """
import time, sys
started = time.perf_counter()
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest:
            watched.removeEventFilter(self)
            QApplication.postEvent(self, QEvent(QEvent.Type.User))
        return False
    def event(self, event):
        if event.type() == QEvent.Type.User:
            print(time.perf_counter() - started, buttons, flush=True)
            QApplication.exit(0)
        return super().event(event)

def show(window):
    watch = FirstPaint()
    window.installEventFilter(watch)
    window.show()
    sys.exit(QApplication.exec())
"""

BARE = (
    _MEASURED
    + """
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget
app = QApplication([])
font = QFont()
font.setFamilies(["BIZ UDPGothic"])
font.setPixelSize(20)
app.setFont(font)
window = QWidget()
window.resize(1280, 800)
grid = QGridLayout(window)
buttons = int(sys.argv[1])
for number in range(buttons):
    grid.addWidget(QPushButton(f"証明書の写し {number}"), number // 5, number % 5, Qt.AlignmentFlag.AlignCenter)
show(window)
"""
)
"""A bare window still names an alignment and shows Japanese words in the house's font, as any window here would."""

OURS = (
    _MEASURED
    + """
import tomllib
from datetime import date
from pathlib import Path
from PySide6.QtWidgets import QAbstractButton
from kiosk.domain.item import Account, Item
from kiosk.domain.operator import Operator, Role
from kiosk.domain.tax import TaxClass
from kiosk.domain.tender import Tender, TenderKind
from kiosk.presenters.state import Category, CounterSetup
from kiosk.presenters.texts import load_texts
from kiosk.ui.app import build_windows
from kiosk.ui.theme import read_tokens
from kiosk.services.notices import DayChanged, OperatorSignedIn
from kiosk.domain.books import DayRow
from kiosk.domain.business_day import DayState

root = Path(sys.argv[1])
today = date(2026, 11, 23)
account = Account("1", ("一般会計",), "市民課")
items = tuple(
    Item(f"{n:04}", f"証明書の写し {n}", "", "c", 300, TaxClass("exempt", "非課税", None), account,
         frozenset(TenderKind), date(2024, 4, 1))
    for n in range(16)
)
tenders = (Tender(TenderKind.CREDIT, "クレジットカード", "t"), Tender(TenderKind.CASH, "現金", "d"))
clerk = Operator("1", "山田 太郎", "出納員", Role.CLERK, "")
setup = CounterSetup("豊田市", "市民課 1番窓口", items, (Category("c", "証明"),), tenders, (clerk,))

class NoDesk:
    def __getattr__(self, name):
        return lambda *_, **__: None

app = QApplication([])
tokens = read_tokens(tomllib.loads((root / "config/design/tokens.toml").read_text("utf-8")))
windows = build_windows(setup, load_texts(root / "config/texts", "ja"), NoDesk(), lambda: today, tokens)
if sys.argv[2] == "sale":
    windows.staff_presenter.handle(OperatorSignedIn(clerk))
    windows.staff_presenter.handle(DayChanged(DayRow(today, DayState.OPEN, 1, 0), today))
windows.staff.resize(1280, 800)
windows.staff.ensurePolished()
buttons = len([b for b in windows.staff.findChildren(QAbstractButton) if b.isVisibleTo(windows.staff)])
show(windows.staff)
"""
)


FRONT = (
    _MEASURED
    + """
from pathlib import Path
from kiosk.presenters.texts import load_texts
from kiosk.ui.front_window import FrontWindow
from kiosk.ui.theme import Theme
from kiosk.window import load_tokens
app = QApplication([])
window = FrontWindow(Theme(load_tokens()), load_texts(Path(sys.argv[1]) / "config/texts", "ja"))
window.resize(1280, 800)
buttons = 0
show(window)
"""
)
"""What ``kiosk run`` shows first, while profile, presenters and the journal are loaded behind it."""


def run() -> list[dict[str, Any]]:
    """A row for each page, beside a bare window with as many buttons as that page has.

    The first paint is the front page's; the sign-in page is where a clerk can begin.
    """
    try:
        _, buttons = _first_paint_s(OURS, str(ROOT), "sign-in")
        return [
            _row("start: import to first paint (front page, no buttons)", FRONT, 0, GOAL_RATIO, "ratio"),
            _row("start: import to sign-in page", OURS, buttons, USABLE_MS, "value", "sign-in"),
            _row("start: import to sale page", OURS, _first_paint_s(OURS, str(ROOT), "sale")[1], None, "value", "sale"),
        ]
    finally:
        shutil.rmtree(CACHE, ignore_errors=True)


def _row(name: str, program: str, buttons: int, goal: float | None, goal_on: str, *page: str) -> dict[str, Any]:
    _first_paint_s(program, str(ROOT), *page)
    _first_paint_s(BARE, str(buttons))
    ours, bare = [], []
    for _ in range(RUNS):
        ours.append(_first_paint_s(program, str(ROOT), *page)[0])
        bare.append(_first_paint_s(BARE, str(buttons))[0])
    value, yardstick = statistics.median(ours), statistics.median(bare)
    ratio = value / yardstick
    return {
        "name": name,
        "value": round(value * 1000, 1),
        "unit": "ms",
        "yardstick": f"bare PySide6 window with {buttons} buttons, same font, Japanese labels",
        "yardstick_value": round(yardstick * 1000, 1),
        "ratio": round(ratio, 2),
        "goal": goal,
        "goal_on": goal_on,
        "better": "less",
        "met": None if goal is None else (ratio if goal_on == "ratio" else value * 1000) <= goal,
    }


def _first_paint_s(program: str, *arguments: str) -> tuple[float, int]:
    # Both sides read compiled modules, as an installed kiosk does; the first, uncounted run compiles them.
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    environment["PYTHONPYCACHEPREFIX"] = str(CACHE)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT_S,
        env=environment,
    )
    seconds, buttons = done.stdout.split()
    return float(seconds), int(buttons)
