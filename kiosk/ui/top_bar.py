"""State on top: counter, date, day, operator, the status row, the menu key. Refuses to decide what a lamp means."""

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kiosk.presenters.screen import Lamp, TopBar
from kiosk.presenters.staff import StaffPresenter
from kiosk.ui import names
from kiosk.ui.components import LEFT, Key, Words
from kiosk.ui.key_face import Role
from kiosk.ui.marks import draw_dot
from kiosk.ui.theme import S4, S8, S12, S16, T14, T16, Theme

TOP_HEIGHT = 48
_DOT = 14


class Wordy(Enum):
    """Which lamps say their word."""

    ALL = "all"
    FAILING = "failing"
    NONE = "none"


class LampView(QWidget):
    """A mark with its label, and a word as far as there is room; the marks differ in shape, not in color alone."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lamp = Lamp("", "", "", "unknown")
        self._wordy = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_lamp(self, lamp: Lamp, wordy: Wordy) -> None:
        self._lamp = lamp
        self._wordy = wordy is Wordy.ALL or (wordy is Wordy.FAILING and self._loud())
        self.setObjectName(names.lamp(lamp.name))
        self.setAccessibleName(f"{lamp.label} {lamp.word}")
        self.setToolTip(f"{lamp.label} {lamp.word}")
        metrics = QFontMetrics(self._theme.font(T14, bold=self._loud()))
        self.setFixedSize(_DOT + S4 + metrics.horizontalAdvance(self._text()) + S4, TOP_HEIGHT - S8)
        self.update()

    def text(self) -> str:
        return self._text()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
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
    """The 48 px at the top of every page. What matters least leaves first when room is short."""

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(TOP_HEIGHT)
        self._counter = Words(theme, T16, bold=True, wrap=False)
        self._date = Words(theme, T16, "ink_soft", wrap=False)
        self._day = Words(theme, T16, "success", bold=True, wrap=False)
        self._operator = Words(theme, T16, "ink_soft", wrap=False)
        self._title = Words(theme, T14, "muted", wrap=False)
        self._lamps: list[LampView] = []
        self._menu = Key(theme, Role.FLAT, lambda: staff.act(staff.screen().top.menu.act))
        self._menu.setObjectName(names.MENU)
        self._menu.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(S16, 0, S4, 0)
        self._row.setSpacing(S16)
        for label in (self._counter, self._date, self._day, self._operator, self._title):
            self._row.addWidget(label)
        self._row.addStretch(1)
        self._lamp_row = QHBoxLayout()
        self._lamp_row.setSpacing(S12)
        self._row.addLayout(self._lamp_row)
        self._row.addWidget(self._menu, 0, Qt.AlignmentFlag.AlignVCenter)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(0, TOP_HEIGHT)

    def show_top(self, top: TopBar) -> None:
        self._counter.say(top.counter)
        self._date.say(top.date)
        self._day.say(top.day)
        self._day.paint_in("success" if top.day_open else "muted")
        self._operator.say(top.operator)
        self._title.say(top.operator_title)
        while len(self._lamps) < len(top.lamps):
            self._lamps.append(LampView(self._theme))
            self._lamp_row.addWidget(self._lamps[-1])
        for at, view in enumerate(self._lamps):
            view.setVisible(at < len(top.lamps))
        self._menu.say(top.menu.label, letter=top.menu.letter)
        self._menu.setFixedWidth(self._menu.sizeHint().width())
        self._menu.setEnabled(top.menu.enabled)
        self._fit(top)

    def _fit(self, top: TopBar) -> None:
        """Take away, one after the other, what matters least, until the rest has room."""
        for label in (self._title, self._date, self._operator):
            label.setVisible(bool(label.text()))
        leaving: tuple[Callable[[], None], ...] = (
            lambda: self._show_lamps(top, Wordy.ALL),
            self._title.hide,
            lambda: self._show_lamps(top, Wordy.FAILING),
            self._date.hide,
            self._operator.hide,
            lambda: self._show_lamps(top, Wordy.NONE),
        )
        for leave in leaving:
            leave()
            self._lamp_row.invalidate()
            self._row.invalidate()
            if self._row.minimumSize().width() <= self.width():
                return

    def _show_lamps(self, top: TopBar, wordy: Wordy) -> None:
        for view, lamp in zip(self._lamps, top.lamps, strict=False):  # one that is well again has left its view behind
            view.show_lamp(lamp, wordy)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), self._theme.color("line"))
