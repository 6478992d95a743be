"""Builds the windows and carries notices into their thread. Owns the Qt side of start-up; refuses to build the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.presenters.customer import CustomerPresenter, CustomerScreen
from kiosk.presenters.desk import Desk
from kiosk.presenters.screen import StaffScreen
from kiosk.presenters.staff import StaffPresenter
from kiosk.presenters.state import CounterSetup
from kiosk.presenters.texts import Texts
from kiosk.services.notices import Notice
from kiosk.ui.customer_window import CustomerWindow
from kiosk.ui.staff_window import StaffWindow
from kiosk.ui.theme import Theme, Tokens


class QtPost(QObject):
    """Callable from any thread; whatever it is given is dealt with on the thread it was made in, in order.

    Make it on the window's thread. What arrives before ``deliver_to`` waits for it.
    """

    _arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._handle: Callable[[Notice], None] | None = None
        self._early: list[Notice] = []
        self._arrived.connect(self._deal, Qt.ConnectionType.QueuedConnection)

    def __call__(self, notice: Notice) -> None:
        """Hand a notice to the window."""
        self._arrived.emit(notice)

    def run(self, work: Callable[[], None]) -> None:
        """Run ``work`` on the window's thread."""
        self._arrived.emit(_Work(work))

    def deliver_to(self, handle: Callable[[Notice], None]) -> None:
        """From now on ``handle`` gets every notice, those that waited first."""
        self._handle = handle
        early, self._early = self._early, []
        for notice in early:
            handle(notice)

    def _deal(self, parcel: "_Work | Notice") -> None:
        if isinstance(parcel, _Work):
            parcel.work()
        elif self._handle is None:
            self._early.append(parcel)
        else:
            self._handle(parcel)


@dataclass(frozen=True, slots=True)
class _Work:
    work: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows with their presenters. ``staff_presenter.handle`` takes notices."""

    staff: StaffWindow
    customer: CustomerWindow
    staff_presenter: StaffPresenter
    customer_presenter: CustomerPresenter


class _Relay:
    # A window needs its presenter and a presenter its window; the first screen is drawn when both exist.
    def __init__(self) -> None:
        self.staff: Callable[[StaffScreen], None] = lambda _: None
        self.customer: Callable[[CustomerScreen], None] = lambda _: None


def build_windows(setup: CounterSetup, texts: Texts, desk: Desk, today: Callable[[], date], tokens: Tokens) -> Windows:
    """Both windows, drawn and not yet shown. Needs a QApplication; raises TokensError."""
    theme, relay = Theme(tokens), _Relay()
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setFont(theme.font(16))
    staff = StaffPresenter(setup, texts, desk, today, lambda screen: relay.staff(screen))
    customer = CustomerPresenter(setup, texts, staff.store, staff.payment, lambda screen: relay.customer(screen))
    staff_window = StaffWindow(theme, staff)
    customer_window = CustomerWindow(theme, texts, customer)
    relay.staff, relay.customer = staff_window.show_screen, customer_window.show_screen
    staff.start()
    customer.start()
    return Windows(staff_window, customer_window, staff, customer)


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
