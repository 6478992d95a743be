"""Where the words of a key stand and in which type. Owns its rooms; refuses to paint or to be pressed."""

from enum import Enum, auto

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont

from kiosk.ui.theme import S4, S8, S12, S16, S24, T14, T16, T20, Theme
from kiosk.ui.typeset import Block, font_width

TALL = 72
"""From this height on a key's letter stands in the upper corner and leaves the label its whole width."""
LOW = 64
"""Below this height the letter of a choice stands beside its label: there is no room above it."""
LABEL_LINES_MAX = 2
"""A label of more lines takes the next smaller size first."""


class Role(Enum):
    """What a key looks like."""

    ITEM = auto()
    TAB = auto()
    CHOICE = auto()
    DIGIT = auto()
    PLAIN = auto()
    CANCEL = auto()
    CORRECT = auto()
    MAIN = auto()
    CONFIRM = auto()
    FLAT = auto()


BARS = {Role.CANCEL: "cancel", Role.CORRECT: "correct", Role.CONFIRM: "confirm"}
FILLED = (Role.MAIN, Role.CONFIRM)
FIXED_SIZE = (Role.DIGIT, *FILLED)
"""Roles whose words are ours and short; they keep their size."""


class KeyFace:
    """The words of one key and where they go in a box."""

    def __init__(self, theme: Theme, role: Role) -> None:
        self._theme = theme
        self.role = role
        self.label = ""
        self.note = ""
        self.letter = ""
        self.bar = ""
        self.selected = False
        self.size_px = T20 if role in (Role.ITEM, *FIXED_SIZE) else T16

    @property
    def font(self) -> QFont:
        bold = self.role in (Role.ITEM, *FIXED_SIZE) or (self.role in (Role.TAB, Role.CHOICE) and self.selected)
        return self._theme.font(self.size_px, bold=bold, figures=self.role is Role.DIGIT)

    def label_block(self, width: int) -> Block:
        return Block(self.font, width, self.label, balanced=True)

    def note_block(self, width: int) -> Block:
        """An item's price is large; a person's title is small."""
        item = self.role is Role.ITEM
        return Block(self._theme.font(T20 if item else T14, figures=item), width, self.note)

    def letter_width(self) -> int:
        return round(font_width(self._theme.font(T14), self.letter)) if self.letter else 0

    def letter_corner(self, box: QRect) -> Qt.AlignmentFlag:
        if self.role is Role.ITEM:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        if self.role is Role.CHOICE:
            high = Qt.AlignmentFlag.AlignVCenter if box.height() < LOW else Qt.AlignmentFlag.AlignTop
            return Qt.AlignmentFlag.AlignLeft | high
        high = Qt.AlignmentFlag.AlignTop if box.height() >= TALL else Qt.AlignmentFlag.AlignVCenter
        return Qt.AlignmentFlag.AlignRight | high

    def rooms(self, box: QRect) -> tuple[QRect, QRect]:
        """Where label and note go."""
        room = box.adjusted(S8, S4, -S8, -S4)
        if self.role is Role.ITEM:
            low = self.note_block(room.width()).height
            room = room.adjusted(S4, S4, -S4, 0)
            price = QRect(room.left() + S24, room.bottom() - low + 1, room.width() - S24, low)
            return room.adjusted(0, 0, 0, -low), price
        if self.role in BARS:
            room = room.adjusted(S8, 0, 0, 0)
        if self.role is Role.CHOICE and self.letter and box.height() < LOW:
            room = room.adjusted(self.letter_width() + S4, 0, 0, 0)
        if self.note:
            if self.role is Role.CHOICE and self.letter and box.height() >= LOW:
                room = room.adjusted(-S4, S12, S4, 0)  # the letter has the corner above
            low, high = self.note_block(room.width()).height, self.label_block(room.width()).height
            top = room.top() + max(0, (room.height() - high - low) // 2)
            return QRect(room.left(), top, room.width(), high), QRect(room.left(), top + high, room.width(), low)
        if self.role is Role.CHOICE:
            return room.adjusted(-S4, S16 if self.letter and box.height() >= LOW else 0, S4, 0), QRect()
        if self.letter and box.height() < TALL:
            return room.adjusted(S4, 0, -self.letter_width() - S4, 0), QRect()
        return room, QRect()

    def fit(self, box: QRect) -> None:
        """Take the next smaller size where a word would be broken or cut: a long name is never shortened."""
        if self.role in FIXED_SIZE:
            return
        for size_px in (T20, T16) if self.role is Role.ITEM else (T16, T14):
            self.size_px = size_px
            room = self.rooms(box)[0]
            label = self.label_block(room.width())
            if label.fits(room) and not label.breaks_word and len(label.lines) <= LABEL_LINES_MAX:
                return

    def cut(self, box: QRect) -> bool:
        """Whether a word is cut or broken."""
        label, note = self.rooms(box)
        block = self.label_block(label.width())
        return block.breaks_word or not block.fits(label) or not self.note_block(note.width()).fits(note)
