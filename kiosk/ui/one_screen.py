"""A notebook with one screen: the citizen's page comes to the front while there is something to scan, no longer."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from kiosk.presenters.state import StaffState
from kiosk.ui.app import Windows

AGAIN = "F8"
"""Shows the citizen's page once more; while a code is on it no other key of the window has this letter."""


class OneScreen(QObject):
    """Turns between the two windows in one place. A key pressed on the citizen's page is the clerk's: it acts there."""

    def __init__(self, windows: Windows) -> None:
        super().__init__(windows.staff)
        self._staff, self._customer, self._presenter = windows.staff, windows.customer, windows.customer_presenter
        self._shown: tuple[str, ...] = ()
        self._customer.show_hint(windows.staff_presenter.texts("customer.turn_back", letter=AGAIN))
        self._customer.installEventFilter(self)
        self._staff.installEventFilter(self)
        windows.staff_presenter.store.listen(self._follow)

    def show_citizen(self) -> None:
        """The citizen's page where the clerk's was; the notebook is turned round."""
        self._customer.setGeometry(self._staff.geometry())
        if self._staff.isFullScreen():
            self._customer.showFullScreen()
        else:
            self._customer.show()
        self._customer.raise_()
        self._customer.activateWindow()

    def show_staff(self) -> None:
        """The clerk's page again."""
        self._customer.hide()
        self._staff.raise_()
        self._staff.activateWindow()
        self._staff.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        pressed = event.key() if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress else None
        if watched is self._staff:
            if pressed == Qt.Key.Key_F8 and self._shown:
                self.show_citizen()
                return True
        elif pressed is not None or event.type() is QEvent.Type.MouseButtonRelease:
            self.show_staff()
            if pressed is not None:
                QApplication.sendEvent(self._staff, event)
            return True
        return super().eventFilter(watched, event)

    def _follow(self, _: StaffState) -> None:
        """To the front when there is something new to scan, away when there is nothing any more."""
        screen = self._presenter.screen()
        steps = (screen.page, *screen.steps) if screen.steps else ()
        if steps == self._shown:
            return
        self._shown = steps
        if steps:
            self.show_citizen()
        elif self._customer.isVisible():
            self.show_staff()
