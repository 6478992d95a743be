"""The staff window: state on top, items left, money right, one main action bottom right. Refuses to decide anything."""

from collections.abc import Callable
from typing import TypeVar, assert_never, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kiosk.presenters import screen as shown
from kiosk.presenters.screen import Act, StaffScreen
from kiosk.presenters.staff import StaffPresenter
from kiosk.ui import names
from kiosk.ui.card_view import CardView
from kiosk.ui.components import BandView, Key
from kiosk.ui.form_view import FormView
from kiosk.ui.items_view import ItemsView
from kiosk.ui.key_face import Role
from kiosk.ui.keyboard import Keyboard
from kiosk.ui.left_views import TableView, WelcomeView
from kiosk.ui.money_views import CartView, ProgressView
from kiosk.ui.theme import S8, S12, S16, Theme
from kiosk.ui.top_bar import TopBarView

RIGHT_SHARE = 0.37
RIGHT_WIDTH_MIN = 432
"""Four tender keys with their names beside each other, at 1024 too."""
MAIN_HEIGHT = 72
P = TypeVar("P", bound=QWidget)
_STOPS = frozenset({Act.CANCEL_PAYMENT, Act.CLEAR_CART})


class StaffWindow(QWidget):
    """Shows StaffScreen values; a page is built when it is first needed."""

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        self._theme, self._staff = theme, staff
        self._shown: StaffScreen | None = None
        self.setObjectName(names.STAFF_WINDOW)
        self.setWindowTitle(staff.setup.counter_name)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, theme.color("canvas"))
        palette.setColor(QPalette.ColorRole.Base, theme.color("canvas"))
        palette.setColor(QPalette.ColorRole.PlaceholderText, theme.color("muted"))
        self.setPalette(palette)
        self.setStyleSheet(theme.stylesheet())
        self._top = TopBarView(theme, staff)
        self._band = BandView(theme)
        self._band.setObjectName(names.BAND)
        self._left = Pages(theme, staff)
        self._right = Pages(theme, staff)
        self._cancel = Key(theme, Role.CANCEL, lambda: staff.cancel())
        self._cancel.setObjectName(names.CANCEL)
        self._cancel.setFixedHeight(MAIN_HEIGHT)
        self._main = Key(theme, Role.MAIN, lambda: staff.main_action())
        self._main.setObjectName(names.MAIN)
        self._main.setFixedHeight(MAIN_HEIGHT)
        self._side = Side(theme)
        self._keyboard = Keyboard(staff, self)
        self._lay_out()

    @property
    def items_view(self) -> ItemsView | None:
        """The item side when it is in sight."""
        view = self._left.currentWidget()
        return view if isinstance(view, ItemsView) and view.isEnabled() else None

    @property
    def table_view(self) -> TableView | None:
        """The table when it is in sight."""
        view = self._left.currentWidget()
        return view if isinstance(view, TableView) else None

    @property
    def screen_shown(self) -> StaffScreen | None:
        return self._shown

    def show_screen(self, screen: StaffScreen) -> None:
        """Draw what has changed."""
        before, self._shown = self._shown, screen
        if before is None or before.top != screen.top:
            self._top.show_top(screen.top)
        if before is None or before.band != screen.band:
            self._band.show_band(screen.band)
        if before is None or before.left != screen.left:
            self._show_left(screen.left)
        if before is None or before.right != screen.right:
            self._show_right(screen.right)
        self._show_footer(screen)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if not self._keyboard.press(event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        self._side.setFixedWidth(max(RIGHT_WIDTH_MIN, int(self.width() * RIGHT_SHARE)))
        super().resizeEvent(event)
        if self._shown is not None:
            self._top.show_top(self._shown.top)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self.setFocus()

    def _lay_out(self) -> None:
        footer = QHBoxLayout()
        footer.setSpacing(S8)
        footer.addWidget(self._cancel, 1)
        footer.addWidget(self._main, 2)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(S16, S16, S16, S16)
        side.setSpacing(S12)
        side.addWidget(self._right, 1)
        side.addLayout(footer)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._left, 1)
        body.addWidget(self._side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addWidget(self._band)
        column.addLayout(body, 1)

    def _show_left(self, part: shown.LeftPart) -> None:
        match part:
            case shown.WelcomePart():
                self._left.page(WelcomeView).show_part(part)
            case shown.ItemsPart():
                self._left.page(ItemsView).show_part(part)
            case shown.TablePart():
                self._left.page(TableView).show_part(part)
            case _:
                assert_never(part)

    def _show_right(self, part: shown.RightPart) -> None:
        match part:
            case shown.CartPanel():
                self._right.page(CartView).show_part(part)
            case shown.ProgressPanel():
                self._right.page(ProgressView).show_part(part)
            case shown.FormPanel():
                self._right.page(FormView).show_part(part)
            case shown.CardPanel():
                self._right.page(CardView).show_part(part)
            case _:
                assert_never(part)

    def _show_footer(self, screen: StaffScreen) -> None:
        self._cancel.face.role = Role.CANCEL if screen.cancel.act in _STOPS else Role.PLAIN
        self._cancel.say(screen.cancel.label, letter=screen.cancel.letter)
        self._cancel.setEnabled(screen.cancel.enabled)
        self._main.face.role = Role.CONFIRM if screen.main.act is Act.SUBMIT else Role.MAIN
        self._main.say(screen.main.label, letter=screen.main.letter)
        self._main.setEnabled(screen.main.enabled)


class Pages(QStackedWidget):
    """Pages that are built when they are first turned to; one out of sight asks for no room."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(0, 0)

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        self._theme, self._staff = theme, staff
        self._built: dict[Callable[[Theme, StaffPresenter], QWidget], QWidget] = {}

    def page(self, build: Callable[[Theme, StaffPresenter], P]) -> P:
        """The page of this kind, in sight."""
        view = self._built.get(build)
        if view is None:
            view = self._built[build] = build(self._theme, self._staff)
            self.addWidget(view)
        self.setCurrentWidget(view)
        return cast(P, view)


class Side(QWidget):
    """The gray ground of the right side."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface"))
        painter.fillRect(0, 0, 1, self.height(), self._theme.color("line"))
