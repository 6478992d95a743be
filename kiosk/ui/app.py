"""Builds the windows and carries notices into their thread. Owns the Qt side of start-up; refuses to build the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.presenters.desk import Desk
from kiosk.presenters.screen import StaffScreen
from kiosk.presenters.staff import StaffPresenter
from kiosk.presenters.state import CounterSetup
from kiosk.presenters.texts import Texts
from kiosk.ui.staff_window import StaffWindow
from kiosk.ui.theme import Theme, Tokens

if TYPE_CHECKING:
    from kiosk.presenters.customer import CustomerPresenter
    from kiosk.ui.customer_window import CustomerWindow


class QtPost(QObject):
    """Callable from any thread; whatever it is given is dealt with on the thread it was made in, in order.

    Make it on the window's thread. What arrives before ``deliver_to`` waits for it.
    """

    _arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._handle: Callable[..., None] | None = None
        self._early: list[object] = []
        self._arrived.connect(self._deal, Qt.ConnectionType.QueuedConnection)

    def __call__(self, notice: object) -> None:
        """Hand a notice to the window."""
        self._arrived.emit(notice)

    def run(self, work: Callable[[], None]) -> None:
        """Run ``work`` on the window's thread."""
        self._arrived.emit(_Work(work))

    def deliver_to(self, handle: Callable[..., None]) -> None:
        """From now on ``handle`` gets every notice, those that waited first."""
        self._handle = handle
        early, self._early = self._early, []
        for notice in early:
            handle(notice)

    def _deal(self, parcel: object) -> None:
        if isinstance(parcel, _Work):
            parcel.work()
        elif self._handle is None:
            self._early.append(parcel)
        else:
            self._handle(parcel)


@dataclass(frozen=True, slots=True)
class _Work:
    work: Callable[[], None]


class Windows:
    """The windows with their presenters. ``staff_presenter.handle`` takes notices.

    The citizen's window is made when it is first asked for: a counter with one display never pays for it.
    """

    def __init__(self, staff: StaffWindow, staff_presenter: StaffPresenter, theme: Theme) -> None:
        self.staff = staff
        self.staff_presenter = staff_presenter
        self._theme = theme

    @property
    def customer(self) -> "CustomerWindow":
        return self._customer_side[0]

    @property
    def customer_presenter(self) -> "CustomerPresenter":
        return self._customer_side[1]

    @cached_property
    def _customer_side(self) -> "tuple[CustomerWindow, CustomerPresenter]":
        from kiosk.presenters.customer import CustomerPresenter, CustomerScreen
        from kiosk.ui.customer_window import CustomerWindow

        staff, relay = self.staff_presenter, Relay[CustomerScreen]()
        presenter = CustomerPresenter(staff.setup, staff.texts, staff.store, staff.payment, relay)
        window = CustomerWindow(self._theme, staff.texts, presenter)
        relay.target = window.show_screen
        presenter.start()
        mark_training(window, staff, self._theme)
        return window, presenter


Screen = TypeVar("Screen")


class Relay(Generic[Screen]):
    """A window needs its presenter and a presenter its window: the first screen is drawn when both exist."""

    def __init__(self) -> None:
        self.target: Callable[[Screen], None] = lambda _: None

    def __call__(self, screen: Screen) -> None:
        self.target(screen)


def build_windows(setup: CounterSetup, texts: Texts, desk: Desk, today: Callable[[], date], tokens: Tokens) -> Windows:
    """The staff window, drawn and not yet shown, and what makes the citizen's. Needs a QApplication.

    Raises TokensError.
    """
    theme, relay = Theme(tokens), Relay[StaffScreen]()
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setFont(theme.font(16))
    staff = StaffPresenter(setup, texts, desk, today, relay, QApplication.beep)
    window = StaffWindow(theme, staff)
    relay.target = window.show_screen
    staff.start()
    mark_training(window, staff, theme)
    return Windows(window, staff, theme)


def mark_training(window: QWidget, staff: StaffPresenter, theme: Theme) -> None:
    """Write 訓練 all over a window of a counter for practice."""
    if staff.setup.training:
        from kiosk.ui.watermark import Watermark

        Watermark(theme, window, staff.texts("training.mark"))


def show_full(window: QWidget, screen_number: int = 0) -> None:
    """Fill a screen. Without a window manager a full-screen request does nothing, so the geometry is set as well."""
    screens = QApplication.screens()
    screen = screens[min(screen_number, len(screens) - 1)]
    window.setGeometry(screen.geometry())
    window.showFullScreen()


def visible(window: QWidget, name: str) -> QWidget:
    """The widget of this objectName that is in sight. Raises LookupError; for drivers of the window."""
    found = [child for child in window.findChildren(QWidget, name) if child.isVisibleTo(window)]
    if not found:
        raise LookupError(f"no {name} in sight")
    return found[0]
