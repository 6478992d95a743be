"""The left side before and beside the sale: the welcome page and tables. Refuses to know the cart."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.presenters.screen import Act, TablePart, WelcomePart
from kiosk.presenters.staff import StaffPresenter
from kiosk.ui import names
from kiosk.ui.card_view import FactsView
from kiosk.ui.components import Key, Words
from kiosk.ui.flow import FlowLayout
from kiosk.ui.key_face import Role
from kiosk.ui.rows import Headings, RowsView
from kiosk.ui.theme import S8, S12, S16, S32, S48, T16, T20, T24, T48, Theme


class WelcomeView(QWidget):
    """Where we are: the counter's name large, and what is known of the day."""

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        del staff
        self._subtitle = Words(theme, T24, "ink_soft")
        self._title = Words(theme, T48, bold=True)
        self._facts = FactsView(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(S32 + S16, S32 + S16, S32 + S16, S32)
        column.setSpacing(S8)
        column.addWidget(self._subtitle)
        column.addWidget(self._title)
        column.addSpacing(S32)
        column.addWidget(self._facts)
        column.addStretch(1)

    def show_part(self, part: WelcomePart) -> None:
        self._title.say(part.title)
        self._subtitle.say(part.subtitle)
        self._facts.show_facts(part.rows, ())


class TableView(QWidget):
    """A title, keys, a list."""

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        self._theme, self._staff = theme, staff
        self._title = Words(theme, T20, bold=True, wrap=False)
        self._title.setMinimumHeight(S48)
        self._keys: list[Key] = []
        self._acts: list[Act] = []
        self._key_row = FlowLayout(S8)
        self._headings = Headings(theme)
        self.rows = RowsView(theme, staff.rows.select)
        self.rows.setObjectName(names.TABLE)
        self._empty = Words(theme, T16, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(S16, S16, S16, S16)
        column.setSpacing(S12)
        column.addWidget(self._title)
        column.addLayout(self._key_row)
        column.addWidget(self._headings)
        column.addWidget(self.rows, 1)
        column.addWidget(self._empty)
        column.addStretch(0)

    def show_part(self, part: TablePart) -> None:
        self._title.say(part.title)
        self._acts = [key.act for key in part.keys]
        while len(self._keys) < len(part.keys):
            self._keys.append(self._key(len(self._keys)))
            self._key_row.addWidget(self._keys[-1])
        for at, key in enumerate(self._keys):
            key.setVisible(at < len(part.keys))
            if at < len(part.keys):
                shown = part.keys[at]
                key.say(shown.label, letter=shown.letter)
                key.setEnabled(shown.enabled)
                key.setObjectName(names.act(shown.act))
        self._headings.show_columns(part.columns)
        self._headings.setVisible(bool(part.rows))
        self.rows.show_rows(part.columns, part.rows, part.selected)
        self._empty.say(part.empty)
        self._empty.setVisible(not part.rows and bool(part.empty))

    def _key(self, at: int) -> Key:
        key = Key(self._theme, Role.PLAIN, lambda: self._staff.act(self._acts[at]))
        key.setMinimumHeight(56)
        return key
