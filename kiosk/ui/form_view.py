"""The right side while something is keyed: fields, choices, keypad. Owns where they stand; refuses to check them."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from kiosk.presenters.screen import Choice, FieldRow, FormPanel
from kiosk.presenters.staff import StaffPresenter
from kiosk.ui import names
from kiosk.ui.components import Amount, Key, Words
from kiosk.ui.key_face import Role
from kiosk.ui.keypad import Keypad
from kiosk.ui.name_edit import NameEdit
from kiosk.ui.theme import S4, S8, S12, S48, T16, T20, T48, T64, Theme
from kiosk.ui.typeset import Block

LABEL_SHARE = 0.42
"""Part of a field's width that its label takes."""
LONG_LABEL_SHARE = 0.26
"""Names and numbers are long, and their labels short."""
CHOICES_WIDE_MAX = 4
"""Up to so many choices stand two abreast; more, three."""

CHOICES_STRETCH = 1000
"""Against 1 for the room below them: every pixel is the choices'."""
ANSWERS_WIDE_MAX = 2
"""Up to so many other answers stand two abreast; more, in one row of four."""


class FieldView(QWidget):
    """One field: label left, value right, a bold outline while it is keyed."""

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        self._theme, self._staff = theme, staff
        self._row = FieldRow("", "", "", "", active=False)
        self._shown = ""
        self.edit: NameEdit | None = None
        """Where a name is written; other fields are keyed through the window."""
        self.setMinimumHeight(S48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_field(self, row: FieldRow) -> None:
        self._row = row
        chosen = next((choice.label for choice in row.choices if choice.selected), row.value)
        self._shown = chosen.replace("\n", " ")
        self.setObjectName(names.field(row.name))
        self.setAccessibleName(f"{row.label} {self._shown if row.kind != 'pin' else ''}".strip())
        if row.kind == "name" and self.edit is None:
            self.edit = NameEdit(self._theme, self._staff, self)
        if self.edit is not None:
            self.edit.setVisible(row.kind == "name")
            self.edit.setGeometry(self._rooms()[1])
        if self.edit is not None and row.kind == "name":
            self.edit.show_field(row)
        self.update()

    def text(self) -> str:
        return self._shown

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, S48)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        if self.edit is not None:
            self.edit.setGeometry(self._rooms()[1])

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._staff.form.focus(self._row.name)

    def clipped(self) -> bool:
        """Whether label or value is cut."""
        label, value = self._rooms()
        whole = self._block(label, self._theme.font(T16), self._row.label).fits(label)
        if self._row.kind == "name":  # its line scrolls
            return not whole
        return not whole or not self._block(value, self._value_font(value), self._shown).fits(value)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self._theme.tokens.radius["control_px"]
        active = self._row.active
        pen = QPen(self._theme.color("primary" if active else "line_strong"), 2 if active else 1)
        painter.setPen(pen)
        painter.setBrush(self._theme.color("selected" if active else "canvas"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        label, value = self._rooms()
        painter.setPen(self._theme.color("ink_soft"))
        self._block(label, self._theme.font(T16), self._row.label).draw(painter, label, Qt.AlignmentFlag.AlignLeft)
        if self._row.kind == "name":
            return
        painter.setPen(self._theme.color("ink"))
        self._block(value, self._value_font(value), self._shown).draw(painter, value, Qt.AlignmentFlag.AlignRight)
        if active and self._row.kind not in ("choice", "scan"):
            painter.fillRect(QRect(value.right() + 3, self.height() // 2 - 12, 2, 24), self._theme.color("primary"))

    @staticmethod
    def _block(room: QRect, font: QFont, text: str) -> Block:
        return Block(font, room.width(), text)

    def _value_font(self, room: QRect) -> QFont:
        """Large, or smaller where a long value would be cut."""
        figures = self._row.kind in ("digits", "yen", "pin", "number")
        large = self._theme.font(T20, bold=True, figures=figures)
        fits = self._block(room, large, self._shown).fits(room)
        return large if fits else self._theme.font(T16, bold=True, figures=figures)

    def _rooms(self) -> tuple[QRect, QRect]:
        room = self.rect().adjusted(S12, S4, -S12, -S4)
        split = int(room.width() * (LONG_LABEL_SHARE if self._row.kind in ("name", "number") else LABEL_SHARE))
        return QRect(room.left(), room.top(), split, room.height()), room.adjusted(split + S8, 0, 0, 0)


class FormView(QWidget):
    """A form: the fields, then the choices or the keypad of the active one, then the other answers."""

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        self._theme, self._staff = theme, staff
        texts = staff.texts
        self._title = Words(theme, T20, bold=True)
        self._title.setMinimumHeight(S48)
        self._amount_label = Words(theme, T16, "ink_soft", wrap=False)
        self._amount = Amount(theme, T48, texts("yen.unit"))
        self._change_label = Words(theme, T20, bold=True, wrap=False)
        self._change = Amount(theme, T64, texts("yen.unit"))
        self._change.setObjectName(names.CHANGE)
        self._fields: list[FieldView] = []
        self._field_column = QVBoxLayout()
        self._field_column.setSpacing(S8)
        self._quick = KeyBoard(theme, across=4)
        self._choices = KeyBoard(theme, across=2)
        self._many = KeyBoard(theme, across=3)
        self._answers = KeyBoard(theme, across=2)
        self._answer_row = KeyBoard(theme, across=4)
        self.keypad = Keypad(theme, texts, staff.form.digit, staff.form.correct)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        both = QWidget()
        stack = QVBoxLayout(both)
        stack.setContentsMargins(0, 0, 0, 0)
        for board in (self._choices, self._many):
            stack.addWidget(board)
        stack.addStretch(1)
        self._scroll.setWidget(both)
        self._lay_out()

    def show_part(self, panel: FormPanel) -> None:
        self._title.say(panel.title)
        self._amount_label.say(panel.amount_label)
        for widget in (self._amount_label, self._amount):
            widget.setVisible(panel.amount_yen is not None)
        self._amount.say(panel.amount_yen or 0)
        self._change_label.say(panel.change_label)
        self._change.say(panel.change_yen)
        for widget in (self._change_label, self._change):
            widget.setVisible(bool(panel.change_label))
        while len(self._fields) < len(panel.fields):
            self._fields.append(FieldView(self._theme, self._staff))
            self._field_column.addWidget(self._fields[-1])
        for at, view in enumerate(self._fields):
            view.setVisible(at < len(panel.fields))
            if at < len(panel.fields):
                view.show_field(panel.fields[at])
        active = next((row for row in panel.fields if row.active), None)
        choosing = active is not None and active.kind == "choice"
        self._scroll.setVisible(choosing)
        if active is not None and choosing:
            self._show_choices(active)
        self.keypad.setVisible(panel.keypad and not choosing)
        self._quick.show_keys(panel.quick, lambda value: self._staff.form.write("tendered_yen", value), names.quick)
        self._quick.setVisible(bool(panel.quick))
        self._show_answers(panel.answers)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """A name's line out of sight would hand its focus to the search, and the next key would be written there."""
        super().hideEvent(event)
        for view in self._fields:
            if view.edit is not None:
                view.edit.leave()

    def _show_answers(self, answers: tuple[Choice, ...]) -> None:
        several = len(answers) > ANSWERS_WIDE_MAX
        board, other = (self._answer_row, self._answers) if several else (self._answers, self._answer_row)
        other.hide()
        board.show_keys(answers, self._staff.submit, names.answer)
        board.setVisible(bool(answers))

    def _show_choices(self, active: FieldRow) -> None:
        several = len(active.choices) > CHOICES_WIDE_MAX
        board, other = (self._many, self._choices) if several else (self._choices, self._many)
        other.hide()
        board.show()
        board.show_keys(
            active.choices,
            lambda value: self._staff.choose(active.name, value),
            lambda value: names.choice(active.name, value),
        )

    def _lay_out(self) -> None:
        amount = QHBoxLayout()
        amount.addWidget(self._amount_label)
        amount.addWidget(self._amount, 1)
        change = QHBoxLayout()
        change.addWidget(self._change_label)
        change.addWidget(self._change, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S12)
        column.addWidget(self._title)
        column.addLayout(amount)
        column.addLayout(self._field_column)
        column.addWidget(self._scroll, CHOICES_STRETCH)
        column.addLayout(change)
        column.addStretch(1)
        column.addWidget(self._quick)
        column.addWidget(self.keypad)
        column.addWidget(self._answers)
        column.addWidget(self._answer_row)


class KeyBoard(QWidget):
    """A grid of choice keys, reused from form to form."""

    def __init__(self, theme: Theme, *, across: int) -> None:
        super().__init__()
        self._theme, self._across = theme, across
        self._keys: list[Key] = []
        self._shown: tuple[Choice, ...] = ()
        self._press: Callable[[str], None] = lambda _: None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(S8)
        for column in range(across):
            self._grid.setColumnStretch(column, 1)

    def show_keys(self, choices: tuple[Choice, ...], press: Callable[[str], None], name: Callable[[str], str]) -> None:
        """Show these; ``press`` gets the name of the one pressed."""
        self._shown, self._press = choices, press
        while len(self._keys) < len(choices):
            self._add()
        for at, key in enumerate(self._keys):
            key.setVisible(at < len(choices))
            if at < len(choices):
                choice = choices[at]
                key.say(choice.label, note=choice.note, letter=choice.letter, selected=choice.selected)
                key.setEnabled(choice.enabled)
                key.setObjectName(name(choice.name))
        self._grid.setRowStretch(len(self._keys), 1)

    def _add(self) -> None:
        at = len(self._keys)
        key = Key(self._theme, Role.CHOICE, lambda: self._press(self._shown[at].name))
        key.setMinimumHeight(S48)
        key.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._keys.append(key)
        self._grid.setRowStretch(at, 0)
        self._grid.addWidget(key, at // self._across, at % self._across)
