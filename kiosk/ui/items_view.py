"""The item side: tabs, search, pages of keys. Owns how many keys fit; refuses to know what an item costs."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from kiosk.presenters.screen import Choice, ItemKey, ItemsPart
from kiosk.presenters.staff import StaffPresenter
from kiosk.ui import names
from kiosk.ui.components import Key, Words
from kiosk.ui.flow import FlowLayout
from kiosk.ui.key_face import Role
from kiosk.ui.theme import S8, S12, S16, T16, T20, Theme
from kiosk.ui.typeset import TEXT_LINE, Block

LETTERS = "QWERTYUIOPASDFGHJKLZ"
"""Keyboard letters of the keys on a page, in reading order; further keys are reached by paging or Tab."""
KEY_WIDTH_MIN = 168
"""Seven characters of 20 px and the padding: 印鑑登録証明書 in one line."""
KEY_HEIGHT_MIN = 104
KEY_HEIGHT_MAX = 136


class KeyGrid(QWidget):
    """As many item keys as fit; the same widgets serve every page."""

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        self._theme, self._staff = theme, staff
        self._items: tuple[ItemKey, ...] = ()
        self._keys: list[Key] = []
        self._codes: list[str] = []
        self._empty = ""
        self.page = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def across(self) -> int:
        return max(1, min(5, (self.width() + S12) // (KEY_WIDTH_MIN + S12)))

    @property
    def down(self) -> int:
        return max(1, (self.height() + S12) // (KEY_HEIGHT_MIN + S12))

    @property
    def pages(self) -> int:
        return max(1, -(-len(self._items) // (self.across * self.down)))

    def show_items(self, items: tuple[ItemKey, ...], empty: str) -> None:
        if items is not self._items:
            self._items, self._empty, self.page = items, empty, 0
            self._place()

    def turn(self, step: int) -> None:
        self.page = max(0, min(self.page + step, self.pages - 1))
        self._place()

    def press_letter(self, letter: str) -> bool:
        """Pick the item with this letter; False when the page has none."""
        at = LETTERS.find(letter)
        if not letter or not 0 <= at < len(self._codes) or not self.isEnabled():
            return False
        self._staff.cart.select_item(self._codes[at])
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        self.page = min(self.page, self.pages - 1)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        if not self._items:
            painter = QPainter(self)
            painter.setPen(self._theme.color("muted"))
            empty = Block(self._theme.font(T20), self.width(), self._empty, line=TEXT_LINE)
            empty.draw(painter, self.rect(), Qt.AlignmentFlag.AlignHCenter)

    def _place(self) -> None:
        across, down = self.across, self.down
        shown = self._items[self.page * across * down : (self.page + 1) * across * down]
        self._codes = [item.code for item in shown]
        while len(self._keys) < len(shown):
            self._keys.append(self._key(len(self._keys)))
        width = (self.width() - (across - 1) * S12) // across
        height = min(KEY_HEIGHT_MAX, (self.height() - (down - 1) * S12) // down)
        for at, key in enumerate(self._keys):
            key.setVisible(at < len(shown))
            if at < len(shown):
                item = shown[at]
                key.say(item.name, note=item.price, letter=LETTERS[at] if at < len(LETTERS) else "")
                key.setObjectName(names.item(item.code))
                row, column = divmod(at, across)
                key.setGeometry(QRect(column * (width + S12), row * (height + S12), width, height))
        self.update()

    def _key(self, at: int) -> Key:
        return Key(self._theme, Role.ITEM, lambda: self._staff.cart.select_item(self._codes[at]), self)


class ItemsView(QWidget):
    """Tabs, search with pages, keys."""

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        self._theme, self._staff = theme, staff
        texts = staff.texts
        self._tabs: list[Key] = []
        self._tab_codes: list[str] = []
        self._tab_row = FlowLayout(S8)
        self.search = QLineEdit()
        self.search.setObjectName(names.SEARCH)
        self.search.setFont(theme.font(T16))
        self.search.setPlaceholderText(f"{texts('key.search')}  F2")
        self.search.setFixedHeight(48)
        self.search.textEdited.connect(staff.cart.search)
        self.search.returnPressed.connect(self._pick)
        self.grid = KeyGrid(theme, staff)
        self._back = self._pager("key.page_back", names.PAGE_BACK, -1)
        self._on = self._pager("key.page_on", names.PAGE_ON, 1)
        self._page = Words(theme, T16, "ink_soft", figures=True, wrap=False)
        self._page.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout()
        row.setSpacing(S8)
        row.addWidget(self.search, 1)
        for widget in (self._back, self._page, self._on):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(S16, S16, S16, S16)
        column.setSpacing(S12)
        column.addLayout(self._tab_row)
        column.addLayout(row)
        column.addWidget(self.grid, 1)

    def show_part(self, part: ItemsPart) -> None:
        self._show_tabs(part.categories)
        if self.search.text() != part.query:
            self.search.setText(part.query)
        self.grid.show_items(part.items, part.empty)
        self.setEnabled(not part.dimmed)
        self._show_page()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._show_page()

    def turn(self, step: int) -> None:
        """Another page of keys."""
        self.grid.turn(step)
        self._show_page()

    def next_category(self, step: int) -> None:
        """The tab before or after the chosen one."""
        if self._tab_codes:
            at = next((n for n, key in enumerate(self._tabs) if key.selected), 0)
            self._staff.cart.choose_category(self._tab_codes[(at + step) % len(self._tab_codes)])

    def _pick(self) -> None:
        self._staff.cart.select_found()

    def _show_page(self) -> None:
        pages = self.grid.pages
        self._page.say(self._staff.texts("page", page=self.grid.page + 1, pages=pages))
        for widget in (self._back, self._page, self._on):
            widget.setVisible(pages > 1)
        self._back.setEnabled(self.grid.page > 0)
        self._on.setEnabled(self.grid.page < pages - 1)

    def _show_tabs(self, categories: tuple[Choice, ...]) -> None:
        self._tab_codes = [choice.name for choice in categories]
        while len(self._tabs) < len(categories):
            self._tabs.append(self._tab(len(self._tabs)))
            self._tab_row.addWidget(self._tabs[-1])
        for key, choice in zip(self._tabs, categories, strict=True):
            key.say(choice.label, selected=choice.selected, bar=choice.color)
            key.setObjectName(names.category(choice.name))

    def _tab(self, at: int) -> Key:
        return Key(self._theme, Role.TAB, lambda: self._staff.cart.choose_category(self._tab_codes[at]))

    def _pager(self, text: str, name: str, step: int) -> Key:
        key = Key(self._theme, Role.PLAIN, lambda: self.turn(step))
        key.setObjectName(name)
        key.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        key.say(self._staff.texts(text))
        return key
