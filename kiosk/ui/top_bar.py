"""State on top: counter, date, day, operator, the status row, the menu key. Refuses to decide what a lamp means."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kiosk.presenters.screen import Lamp, TopBar
from kiosk.presenters.staff import StaffPresenter
from kiosk.ui import names
from kiosk.ui.components import LEFT, Key, Role, Words
from kiosk.ui.marks import draw_dot
from kiosk.ui.theme import S4, S8, S12, S16, T14, T16, Theme

TOP_HEIGHT = 48
WORDS_FROM = 1200
"""From this window width on good lamps show their word too; below, only what needs a look does."""
_DOT = 14


class LampView(QWidget):
    """A dot with its label, and a word unless all is well and room is short."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lamp = Lamp("", "", "", "unknown")
        self._wordy = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_lamp(self, lamp: Lamp, *, wordy: bool) -> None:
        self._lamp, self._wordy = lamp, wordy or lamp.light in ("attention", "bad")
        self.setObjectName(names.lamp(lamp.name))
        self.setAccessibleName(f"{lamp.label} {lamp.word}")
        self.setToolTip(f"{lamp.label} {lamp.word}")
        metrics = QFontMetrics(self._theme.font(T14, bold=self._loud()))
        self.setFixedSize(_DOT + S4 + metrics.horizontalAdvance(self._text()) + S4, TOP_HEIGHT - S8)
        self.update()

    def text(self) -> str:
        return self._text()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_dot(painter, self._theme, self._lamp.light, QRectF(0, (self.height() - _DOT) / 2, _DOT, _DOT))
        painter.setFont(self._theme.font(T14, bold=self._loud()))
        painter.setPen(self._theme.color("ink" if self._loud() else "ink_soft"))
        painter.drawText(QRect(_DOT + S4, 0, self.width(), self.height()), LEFT, self._text())

    def _loud(self) -> bool:
        return self._lamp.light in ("attention", "bad")

    def _text(self) -> str:
        return f"{self._lamp.label} {self._lamp.word}" if self._wordy else self._lamp.label


class TopBarView(QWidget):
    """The 48 px at the top of every page."""

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(TOP_HEIGHT)
        self._counter = Words(theme, T16, bold=True, wrap=False)
        self._date = Words(theme, T16, "ink_soft", wrap=False)
        self._day = Words(theme, T16, "success", bold=True, wrap=False)
        self._operator = Words(theme, T16, "ink_soft", wrap=False)
        self._lamps: list[LampView] = []
        self._menu = Key(theme, Role.PLAIN, lambda: staff.act(staff.screen().top.menu.act))
        self._menu.setObjectName(names.MENU)
        self._menu.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(S16, 0, S8, 0)
        self._row.setSpacing(S16)
        for label in (self._counter, self._date, self._day, self._operator):
            self._row.addWidget(label)
        self._row.addStretch(1)
        self._lamp_row = QHBoxLayout()
        self._lamp_row.setSpacing(S12)
        self._row.addLayout(self._lamp_row)
        self._row.addWidget(self._menu, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_top(self, top: TopBar) -> None:
        self._counter.say(top.counter)
        self._date.say(top.date)
        self._day.say(top.day)
        self._day.paint_in("success" if top.day_open else "muted")
        self._operator.say(top.operator)
        self._operator.setVisible(bool(top.operator))
        while len(self._lamps) < len(top.lamps):
            self._lamps.append(LampView(self._theme))
            self._lamp_row.addWidget(self._lamps[-1])
        for view, lamp in zip(self._lamps, top.lamps, strict=True):
            view.show_lamp(lamp, wordy=self.width() >= WORDS_FROM)
        self._menu.say(top.menu.label, letter=top.menu.letter)
        self._menu.setEnabled(top.menu.enabled)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), self._theme.color("line"))
