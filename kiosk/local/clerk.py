"""A clerk at the real windows, offscreen: real clicks and waits, a picture at each step. Never asks the desk."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.domain.business_day import DayState
from kiosk.domain.item import Item
from kiosk.domain.tender import TenderKind
from kiosk.local.site import SiteError
from kiosk.presenters.screen import Act
from kiosk.presenters.state import Done, Editing, StaffState, Working
from kiosk.profile import CounterProfile
from kiosk.services.notices import Printing
from kiosk.ui import names
from kiosk.ui.app import visible
from kiosk.window import STAFF_HEIGHT, STAFF_WIDTH, open_counter

WAIT_S = 60.0
"""Longer than any step of a healthy site takes on a slow machine."""
STEP_MS = 10
CLERK_PIN = {"yamada": "2580", "suzuki": "1357", "kato": "2468", "ito": "3690", "watanabe": "1470"}
"""The demonstration people of config/operators.toml."""
BASKETS = (2, 1, 3)
"""How many of the first item each sale takes; the n-th sale adds n - 1 other items."""


class Clerk:
    """Opens the counter, works at it, and keeps its pictures. A context manager."""

    def __init__(self, profile: CounterProfile, state: Path, out: Path, language: str = "ja") -> None:
        qInstallMessageHandler(_qt_message)
        app = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(app, QApplication), "the windows need a QApplication"
        self.profile, self._out = profile, out
        self._counter = open_counter(profile, state, language)
        self.window: QWidget = self._counter.windows.staff
        self.customer: QWidget = self._counter.windows.customer
        self.desk, self.presenter = self._counter.kiosk.desk, self._counter.windows.staff_presenter
        self.screens: list[str] = []

    def __enter__(self) -> "Clerk":
        windows = self._counter.windows
        windows.staff.resize(STAFF_WIDTH, STAFF_HEIGHT)
        windows.staff.show()
        windows.customer.resize(1024, 768)
        windows.customer.show()
        self._counter.kiosk.start()
        self.until("the counter opens its books", lambda state: state.day is not None)
        return self

    def __exit__(self, *_: object) -> None:
        self._counter.kiosk.stop()
        self._counter.windows.staff.close()
        self._counter.windows.customer.close()

    def sign_in(self, operator: str = "") -> None:
        """An operator signs in with the demonstration PIN; the profile's first unless another is named."""
        operator = operator or self.profile.operators[0].operator_id
        self.click(names.choice("operator", operator))
        for digit in CLERK_PIN[operator]:
            self.click(names.digit(digit))
        self.picture("sign-in")
        self.click(names.MAIN)
        self.until("the clerk is signed in", lambda state: state.operator is not None)

    def open_day(self) -> None:
        self.picture("day-not-opened")
        self.click(names.MAIN)
        self.until("the day is open", lambda state: state.day is not None and state.day.day.state is DayState.OPEN)
        self.until("every light is known", _lights_known)
        self.picture("ready")

    def sell(self, number: int) -> None:
        """One sale by card, from the first key to the slip."""
        for item, quantity in self._basket(number):
            self.click(names.category(item.category))
            for _ in range(quantity):
                self.click(names.item(item.code))
        self.picture(f"sale-{number}-1-cart")
        self.click(names.tender(TenderKind.CREDIT))
        self.picture(f"sale-{number}-2-tender")
        self.click(names.MAIN)
        self.until("the terminal is at work", lambda s: isinstance(s.stage, Working) and s.stage.phase == "wait_card")
        self.picture(f"sale-{number}-3-terminal")
        self.picture(f"sale-{number}-3-customer", self.customer)
        self.until("the sale is paid", lambda state: isinstance(state.stage, Done))
        self.until("the slip is printed", slip_printed)
        self.picture(f"sale-{number}-4-paid")
        self.click(names.MAIN)
        self.until("the next sale may begin", lambda state: isinstance(state.stage, Editing))

    def look_at_sales(self) -> None:
        self.click(names.MENU)
        self.picture("menu")
        self.click(names.act(Act.SHOW_SALES))
        self.picture("sales-of-the-day")

    def close_day(self) -> None:
        self.click(names.MENU)
        self.click(names.act(Act.SHOW_CLOSE))
        self.picture("close-1")
        self.click(names.MAIN)
        self.until("the day is closed", lambda s: s.day is not None and s.day.day.state is DayState.CLOSED)
        self.picture("close-2")

    def wait_synced(self) -> None:
        """The register has acknowledged every entry."""
        self.until("the register has everything", lambda _: self._is_synced())
        self.picture("end")

    def _is_synced(self) -> bool:
        self._counter.kiosk.desk.refresh_status()
        QTest.qWait(100)
        status = self.state().status
        return status is not None and status.sync.head_seq > 0 and status.sync.acked_seq == status.sync.head_seq

    def _basket(self, number: int) -> list[tuple[Item, int]]:
        """Different for each sale; every item may be paid by card and costs something."""
        sold = [item for item in self.profile.items if TenderKind.CREDIT in item.tenders and item.price_yen > 0]
        first = BASKETS[(number - 1) % len(BASKETS)]
        others = [(sold[(number * 7 + place * 3) % len(sold)], 1) for place in range(1, number % 3 + 1)]
        return [(sold[0], first), *((item, count) for item, count in others if item is not sold[0])]

    def state(self) -> StaffState:
        """What the staff window knows now."""
        return self.presenter.store.state

    def click(self, name: str) -> None:
        """Click what is in sight under this objectName. Raises SiteError when it cannot be clicked."""
        QApplication.processEvents()
        try:
            widget = visible(self.window, name)
        except LookupError as error:
            raise SiteError(f"the window has no {name} to click") from error
        if not widget.isEnabled():
            raise SiteError(f"{name} cannot be clicked now")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def until(self, what: str, reached: Callable[[StaffState], bool]) -> None:
        """Let the window live until ``reached``. Raises SiteError with a picture after WAIT_S."""
        deadline_s = time.monotonic() + WAIT_S
        while not reached(self.state()):
            if self._counter.stopped:
                raise SiteError(self._counter.stopped[0])
            if time.monotonic() > deadline_s:
                self.picture("stuck")
                raise SiteError(f"waited {WAIT_S:.0f} s until {what}: see screen-stuck.png")
            QTest.qWait(STEP_MS)

    def picture(self, name: str, window: QWidget | None = None) -> None:
        """Save the staff window, or another, as the next screen."""
        QApplication.processEvents()
        file = f"screen-{len(self.screens) + 1:02d}-{name}.png"
        (window or self.window).grab().save(str(self._out / file))
        self.screens.append(file)


def _qt_message(_: QtMsgType, __: QMessageLogContext, text: str) -> None:
    """Offscreen there is no window manager, and Qt says so for every window; anything else is worth reading."""
    if "propagateSizeHints" not in text:
        sys.stderr.write(f"Qt: {text}\n")


def _lights_known(state: StaffState) -> bool:
    status = state.status
    return status is not None and all(
        part.light != "unknown" for part in (status.terminal, status.printer, status.register)
    )


def slip_printed(state: StaffState) -> bool:
    stage = state.stage
    sale_id = stage.sale_id if isinstance(stage, Done) else None
    document = state.documents.get(sale_id) if sale_id else None
    return document is not None and document.printing is Printing.PRINTED
