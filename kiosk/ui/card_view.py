"""The right side when something is over or summed up: figure, facts, steps, a note. Refuses to say more than it got."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kiosk.presenters.screen import Act, CardPanel, Tone
from kiosk.presenters.screen import Key as ShownKey
from kiosk.presenters.staff import StaffPresenter
from kiosk.ui import names
from kiosk.ui.components import BAND_COLORS, Amount, BandView, Key, Words
from kiosk.ui.key_face import Role
from kiosk.ui.money_views import card
from kiosk.ui.pictograms import PictureView
from kiosk.ui.theme import S4, S8, S12, S16, S48, T16, T20, T48, T64, Theme
from kiosk.ui.typeset import TEXT_LINE, Block

LABEL_SHARE = 0.5
KEY_HEIGHT = 56


class FactsView(QWidget):
    """Rows of label and value, then numbered steps; as high as its words need."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[tuple[str, str], ...] = ()
        self._steps: tuple[str, ...] = ()

    def show_facts(self, rows: tuple[tuple[str, str], ...], steps: tuple[str, ...]) -> None:
        self._rows, self._steps = rows, steps
        self.setAccessibleName(" ".join((*(" ".join(row) for row in rows), *steps)))
        self.setMinimumHeight(self.heightForWidth(self.width()))
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        return self.accessibleName()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        rows = sum(self._row_height(width, row) for row in self._rows)
        return rows + sum(self._step_height(width, step) for step in self._steps)

    def resizeEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def clipped(self) -> bool:
        """Whether a word is wider than its column."""
        split = int(self.width() * LABEL_SHARE)
        return self.height() < self.heightForWidth(self.width()) or any(
            self._block(split if value else self.width(), label).width > self.width() - S4
            or self._block(self.width() - split, value).width > self.width() - split
            for label, value in self._rows
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = 0
        split = int(self.width() * LABEL_SHARE)
        for label, value in self._rows:
            height = self._row_height(self.width(), (label, value))
            painter.setPen(self._theme.color("ink_soft"))
            wide = split if value else self.width()
            self._block(wide, label).draw(painter, QRect(0, y, wide, height), Qt.AlignmentFlag.AlignLeft)
            painter.setPen(self._theme.color("ink"))
            room = QRect(split, y, self.width() - split, height)
            self._block(room.width(), value).draw(painter, room, Qt.AlignmentFlag.AlignRight)
            painter.fillRect(QRect(0, y + height - 1, self.width(), 1), self._theme.color("line"))
            y += height
        for number, step in enumerate(self._steps, 1):
            height = self._step_height(self.width(), step)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("ink"))
            top = y + (height - 28) // 2
            painter.drawEllipse(QRect(0, top, 28, 28))
            painter.setPen(self._theme.color("canvas"))
            painter.setFont(self._theme.font(T16, bold=True, figures=True))
            painter.drawText(QRect(0, top, 28, 28), int(Qt.AlignmentFlag.AlignCenter), str(number))
            painter.setPen(self._theme.color("ink"))
            room = QRect(28 + S12, y, self.width() - 28 - S12, height)
            self._block(room.width(), step).draw(painter, room, Qt.AlignmentFlag.AlignLeft)
            y += height

    def _row_height(self, width: int, row: tuple[str, str]) -> int:
        label, value = row
        split = int(width * LABEL_SHARE)
        high = max(self._block(split if value else width, label).height, self._block(width - split, value).height)
        return max(40, high + S12)

    def _step_height(self, width: int, step: str) -> int:
        return max(28 + 2 * S8, self._block(width - 28 - S12, step).height + 2 * S8)

    def _block(self, width: int, text: str) -> Block:
        return Block(self._theme.font(T16), width, text, line=TEXT_LINE, balanced=True)


class CardView(QWidget):
    """A card with a bar in its tone."""

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        self._theme, self._staff = theme, staff
        self._keys: list[Key] = []
        self._acts: list[Act] = []
        self._key_row = QHBoxLayout()
        self._key_row.setSpacing(S8)
        self._title = Words(theme, T20, bold=True)
        self._title.setMinimumHeight(S48)
        self._amount_label = Words(theme, T16, "ink_soft")
        self._amount = Amount(theme, T48, staff.texts("yen.unit"))
        self._big_label = Words(theme, T20, bold=True, wrap=False)
        self._big = Amount(theme, T64, staff.texts("yen.unit"))
        self._big.setObjectName(names.CHANGE)
        self._facts = FactsView(theme)
        self._facts.setObjectName("facts")
        self._note = BandView(theme, small=True)
        self._note.setObjectName(names.CARD_NOTE)
        self._picture = PictureView(theme)
        self._hint = Words(theme, T16, "ink_soft")
        self._bar = QFrame()
        self._bar.setFixedHeight(S4)
        frame = card(theme)
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        scroll.setWidget(self._facts)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(S16, S16, S16, S16)
        inside.setSpacing(S8)
        inside.addWidget(self._bar)
        inside.addWidget(self._amount_label)
        inside.addWidget(self._amount)
        big = QHBoxLayout()
        big.addWidget(self._big_label)
        big.addWidget(self._big, 1)
        inside.addLayout(big)
        inside.addWidget(scroll, 1)
        inside.addWidget(self._picture, 1)
        inside.addWidget(self._note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S12)
        column.addWidget(self._title)
        column.addWidget(frame, 1)
        column.addWidget(self._hint)
        column.addLayout(self._key_row)

    def show_part(self, panel: CardPanel) -> None:
        self._title.say(panel.title)
        self._amount_label.say(panel.amount_label)
        self._amount_label.setVisible(bool(panel.amount_label))
        self._amount.setVisible(panel.amount_yen is not None)
        self._amount.say(panel.amount_yen or 0)
        self._big_label.say(panel.big_label)
        self._big.say(panel.big_yen)
        for widget in (self._big_label, self._big):
            widget.setVisible(bool(panel.big_label))
        self._facts.show_facts(panel.rows, panel.steps)
        self._note.setVisible(panel.note is not None)
        if panel.note is not None:
            self._note.show_band(panel.note)
        self._picture.show_picture(panel.picture)
        self._scroll.setVisible(bool(panel.rows or panel.steps) or not panel.picture)
        self._note.updateGeometry()  # with the room that is left now
        self._hint.say(panel.hint)
        self._hint.setVisible(bool(panel.hint))
        self._show_keys(panel.keys)
        bar = BAND_COLORS[panel.tone][1]
        self._bar.setVisible(panel.tone is not Tone.NEUTRAL)
        self._bar.setStyleSheet(f"background: {self._theme.tokens.colors[bar]};")

    def _show_keys(self, keys: tuple[ShownKey, ...]) -> None:
        self._acts = [key.act for key in keys]
        while len(self._keys) < len(keys):
            self._keys.append(self._key(len(self._keys)))
            self._key_row.addWidget(self._keys[-1], 1)
        for at, key in enumerate(self._keys):
            key.setVisible(at < len(keys))
            if at < len(keys):
                key.say(keys[at].label, letter=keys[at].letter)
                key.setEnabled(keys[at].enabled)
                key.setObjectName(names.act(keys[at].act))

    def _key(self, at: int) -> Key:
        key = Key(self._theme, Role.PLAIN, lambda: self._staff.act(self._acts[at]))
        key.setMinimumHeight(KEY_HEIGHT)
        return key
