"""A counter with scanner and line display on real virtual lines: scan, cart, display, payment, thanks, blank."""

import os
import tty
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from kiosk.clock import CityClock
from kiosk.domain.business_day import DayState
from kiosk.domain.tender import TenderKind
from kiosk.local.clerk import Clerk
from kiosk.local.prepare import read_counter
from kiosk.paths import CONFIG
from kiosk.presenters.state import Asking, Done, Editing, StaffState
from kiosk.profile import load_profile
from kiosk.profile_side import DisplayProfile, ScannerProfile
from kiosk.services.notices import Light
from kiosk.ui import names
from kiosk.ui.app import visible
from tests.flow.conftest import MakeSite
from tests.screen20 import Screen20

BARCODE, KEY_MS = b"2900000010017\r", 5


@dataclass
class Counter:
    """A clerk who has a scanner and faces a citizen with a display."""

    clerk: Clerk
    screen: Screen20
    scanner: int

    def scan(self, data: bytes) -> None:
        os.write(self.scanner, data)


def beside(text: str, amount: str) -> str:
    return text + amount.rjust(20 - len(text))


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    near, far = os.openpty()
    tty.setraw(far)
    screen = Screen20(tmp_path / "display")
    profile = load_profile(CONFIG / "counters" / "shiminka.toml", on=CityClock().today())
    profile = replace(
        profile,
        register_url="",
        printer=None,
        devices=tuple(device for device in profile.devices if not device.port),
        tenders=tuple(tender for tender in profile.tenders if tender.kind is not TenderKind.CREDIT),
        scanner=ScannerProfile("lines", os.ttyname(far), 9600),
        display=DisplayProfile("line20", str(screen.name), 9600, "kana"),
    )
    with ExitStack() as stack:
        stack.callback(os.close, near)
        stack.callback(os.close, far)
        stack.callback(screen.close)
        clerk = stack.enter_context(Clerk(profile, tmp_path / "state", tmp_path))
        clerk.sign_in("suzuki")
        clerk.click(names.MAIN)
        clerk.until("the day is open and the scanner listens", ready)
        yield Counter(clerk, screen, near)


def ready(state: StaffState) -> bool:
    status = state.status
    lights = (status.scanner, status.display) if status else ()
    is_open = state.day is not None and state.day.day.state is DayState.OPEN
    return is_open and [light.light for light in lights if light] == [Light.GOOD, Light.GOOD]


def display_light(state: StaffState) -> Light | None:
    return state.status.display.light if state.status and state.status.display else None


def test_a_scan_enters_the_cart_and_the_citizen_sees_it(counter: Counter) -> None:
    clerk, screen = counter.clerk, counter.screen
    counter.scan(BARCODE)
    clerk.until("the item is in the cart", lambda state: state.cart.count == 1)
    screen.until(beside("ｼﾞｭｳﾐﾝﾋｮｳﾉｳﾂｼ", "¥300"), beside("ｺﾞｳｹｲ", "¥300"))
    counter.scan(b"2001\r")
    clerk.until("the second is as well", lambda state: state.cart.count == 2)
    screen.until(beside("ｺｾｷｾﾞﾝﾌﾞｼﾞｺｳｼｮｳ", "¥450"), beside("ｺﾞｳｹｲ", "¥750"))
    clerk.click(names.tender(TenderKind.CASH))
    clerk.click(names.MAIN)
    clerk.until("the cash is asked for", lambda state: isinstance(state.stage, Asking))
    screen.until("ｹﾞﾝｷﾝｦ ﾄﾞｳｿﾞ", beside("ｺﾞｳｹｲ", "¥750"))
    counter.scan(b"1000000\r")
    clerk.until("it is refused", lambda state: state.message is not None)
    for digit in "1000":
        clerk.click(names.digit(digit))
    clerk.click(names.MAIN)
    clerk.until("it is paid", lambda state: isinstance(state.stage, Done))
    screen.until("ｱﾘｶﾞﾄｳｺﾞｻﾞｲﾏｼﾀ", beside("ｵﾂﾘ", "¥250"))
    clerk.click(names.MAIN)
    clerk.until("the next sale may begin", lambda state: isinstance(state.stage, Editing))
    screen.until("", "")


def test_a_scanner_that_is_a_keyboard_works_at_any_counter(counter: Counter) -> None:
    clerk = counter.clerk
    clerk.window.activateWindow()
    search = visible(clerk.window, names.SEARCH)
    assert isinstance(search, QLineEdit)
    search.setFocus()
    for at, character in enumerate(BARCODE.decode(), start=1):
        key = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character))
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, character)
        event.setTimestamp(1_000_000 + at * KEY_MS)
        QCoreApplication.sendEvent(clerk.window.windowHandle(), event)
    clerk.until("the item is in the cart", lambda state: state.cart.count == 1)
    assert search.text() == ""


def test_a_lost_display_is_a_light_and_the_sale_goes_on(counter: Counter) -> None:
    clerk, screen = counter.clerk, counter.screen
    screen.pull()
    counter.scan(BARCODE)
    clerk.until("the item is in the cart", lambda state: state.cart.count == 1)
    clerk.until("the light says so", lambda state: display_light(state) is Light.BAD)
    clerk.picture("lost-display")
    clerk.click(names.tender(TenderKind.CASH))
    clerk.click(names.MAIN)
    clerk.until("the cash is asked for", lambda state: isinstance(state.stage, Asking))
    screen.plug()
    screen.until("ｹﾞﾝｷﾝｦ ﾄﾞｳｿﾞ", beside("ｺﾞｳｹｲ", "¥300"))


def test_in_a_local_site_a_line_in_a_file_is_scanned(make_site: MakeSite, tmp_path: Path) -> None:
    site = make_site()
    profile = read_counter(CONFIG / "counters" / "shiminka.toml", site)
    with Clerk(replace(profile, register_url=""), site.paths.kiosk, tmp_path) as clerk:
        clerk.sign_in("suzuki")
        clerk.click(names.MAIN)
        clerk.until("the day is open and the scanner listens", ready)
        with site.paths.scanner_codes.open("a", encoding="utf-8") as codes:
            codes.write("2900000010017\n1005\n")
        clerk.until("both items are in the cart", lambda state: state.cart.count == 2)
        clerk.until("the citizen sees the total", lambda _: "¥600" in site.paths.display_pictures.read_text("utf-8"))
