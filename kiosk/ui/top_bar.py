"""State on top: counter, date, day, operator, the status row, the menu key. Refuses to decide what a lamp means."""

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
        self._menu.say(top.menu.label, letter=top.menu.letter)
        self._menu.setFixedWidth(self._menu.sizeHint().width())
        self._menu.setEnabled(top.menu.enabled)
        self._fit(top)

    def _fit(self, top: TopBar) -> None:
        for view, lamp in zip(self._lamps, top.lamps, strict=True):
            view.show_lamp(lamp, wordy=True)
        leaving: tuple[Words | None, ...] = (self._title, None, self._date, self._operator)
        for label in (self._title, self._date, self._operator):
            label.setVisible(bool(label.text()))
        for gone in leaving:
            if self._row.minimumSize().width() <= self.width():
                return
            if gone is not None:
                gone.hide()
            else:
                for view, lamp in zip(self._lamps, top.lamps, strict=True):
                    view.show_lamp(lamp, wordy=False)
            self._lamp_row.invalidate()
            self._row.invalidate()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), self._theme.color("line"))
