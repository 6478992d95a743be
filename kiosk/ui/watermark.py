"""A word across a whole window, for practice: no photograph of it passes for a real sale. Takes no click, no focus."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.ui import names
from kiosk.ui.theme import T64, Theme

OPACITY = 0.12
"""Seen at a glance; the words under it keep a contrast well above 4.5:1."""
SLANT_DEGREES = -20
ROW_PX = 160
GAP_PX = 160


class Watermark(QWidget):
    """Lies on top of ``window`` and keeps its size."""

    def __init__(self, theme: Theme, window: QWidget, word: str) -> None:
        super().__init__(window)
        self._theme, self._word = theme, word
        self.setObjectName(names.WATERMARK)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.resize(window.size())
        window.installEventFilter(self)
        self.raise_()

    def text(self) -> str:
        """The word."""
        return self._word

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        window = self.parentWidget()
        if watched is window and event.type() is QEvent.Type.Resize:
            self.resize(window.size())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setOpacity(OPACITY)
        font = self._theme.font(T64, bold=True)
        painter.setFont(font)
        painter.setPen(self._theme.color("attention"))
        painter.translate(self.rect().center())
        painter.rotate(SLANT_DEGREES)
        step = QFontMetrics(font).horizontalAdvance(self._word) + GAP_PX
        reach = self.width() + self.height()
        for row, y in enumerate(range(-reach, reach, ROW_PX)):
            for x in range(-reach - (row % 2) * step // 2, reach, step):
                painter.drawText(QPointF(x, y), self._word)
