"""The page before the counter is ready, and the page when it cannot start. Owns two sentences; loads nothing else."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from kiosk.presenters.texts import Texts
from kiosk.ui import names
from kiosk.ui.theme import S8, S12, S16, S24, S48, T16, T20, T24, T48, Theme

BUTTON_HEIGHT = 72
BUTTON_WIDTH = 288
LINE_WIDTH_MAX = 880
"""Forty-four full-width characters: a longer line is hard to follow."""


class FrontWindow(QWidget):
    """Shown first, while the rest is loaded; shown again when the counter cannot start."""

    def __init__(self, theme: Theme, texts: Texts) -> None:
        super().__init__()
        self._theme, self._texts = theme, texts
        self.setWindowTitle(texts("front.title"))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, theme.color("canvas"))
        palette.setColor(QPalette.ColorRole.WindowText, theme.color("ink"))
        self.setPalette(palette)
        self._page = QVBoxLayout(self)
        self._page.setContentsMargins(S48, S48, S48, S48)
        self._page.setSpacing(S8)
        self._line(texts("front.title"), T48, bold=True)
        self._page.addSpacing(S48)
        self._what = self._line(texts("front.preparing.what"), T24, bold=True)
        self._next = self._line(texts("front.preparing.next"), T16)
        self._page.addStretch()

    def show_stopped(self, sentence: str, close: Callable[[], None]) -> None:
        """Say that the counter cannot start, and why; ``close`` is the only key."""
        self._what.setText(self._texts("front.stopped.what"))
        self._what.setObjectName(names.BAND_HEADLINE)
        self._next.setText(self._texts("front.stopped.next"))
        detail = self._line(sentence, T20, at=self._page.count() - 1)
        detail.setObjectName(names.BAND_DETAIL)
        colors, radius = self._theme.tokens.colors, self._theme.tokens.radius["control_px"]
        detail.setStyleSheet(f"background: {colors['error_surface']}; border-left: {S8}px solid {colors['error']};")
        detail.setContentsMargins(S24, S16, S24, S16)
        detail.updateGeometry()
        self._page.insertSpacing(self._page.indexOf(detail), S16)
        key = QPushButton(self._texts("front.close"))
        key.setObjectName(names.MAIN)
        key.setFont(self._theme.font(T20, bold=True))
        key.setFixedSize(BUTTON_WIDTH, BUTTON_HEIGHT)
        key.setStyleSheet(
            f"background: {colors['primary']}; color: {colors['canvas']}; border-radius: {radius}px; padding: {S12}px;"
        )
        key.clicked.connect(close)
        self._page.addWidget(key, alignment=Qt.AlignmentFlag.AlignRight)
        key.setFocus()

    def _line(self, text: str, size: int, *, bold: bool = False, at: int = -1) -> QLabel:
        label = QLabel(text)
        label.setFont(self._theme.font(size, bold=bold))
        label.setWordWrap(True)
        label.setMaximumWidth(LINE_WIDTH_MAX)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self._page.insertWidget(at, label)
        return label
