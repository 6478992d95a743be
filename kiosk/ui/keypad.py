"""Ten digits, 訂正 and, where lines can go, 削除. Owns their order; refuses to know what is keyed."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk.presenters.texts import Texts
from kiosk.ui import names
from kiosk.ui.components import Key
from kiosk.ui.key_face import Role
from kiosk.ui.theme import S8, Theme

ROWS = ("12345", "67890")
"""Two rows, the same on every page; a column of its own for 訂正."""


class Keypad(QWidget):
    """The keypad under the cart and under every form."""

    def __init__(
        self,
        theme: Theme,
        texts: Texts,
        digit: Callable[[str], None],
        correct: Callable[[], None],
        remove: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(S8)
        for row, digits in enumerate(ROWS):
            for column, value in enumerate(digits):
                key = Key(theme, Role.DIGIT, partial(digit, value))
                key.say(value)
                key.setObjectName(names.digit(value))
                grid.addWidget(key, row, column)
                grid.setColumnStretch(column, 2)
        grid.setColumnStretch(len(ROWS[0]), 3)
        fix = Key(theme, Role.CORRECT, correct)
        fix.say(texts("key.correct"))
        fix.setObjectName(names.CORRECT)
        grid.addWidget(fix, 0, len(ROWS[0]), 1 if remove else 2, 1)
        if remove:
            drop = Key(theme, Role.PLAIN, remove)
            drop.say(texts("key.remove"))
            drop.setObjectName(names.REMOVE)
            grid.addWidget(drop, 1, len(ROWS[0]))
