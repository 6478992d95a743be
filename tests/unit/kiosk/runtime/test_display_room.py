"""The display's own thread on a real virtual line: the newest text, a light for a lost one, and nobody waits for it."""

import os
import queue
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.context import DeviceContext
from drivers.display.api import DisplayFault, TwoLines
from drivers.display.line20.driver import Line20Display
from drivers.transport import SerialLine, SerialSettings
from kiosk.runtime.display_room import BLANK, DisplayRoom
from kiosk.runtime.status_board import GOOD
from kiosk.services.notices import DeviceStatus, Light
from tests.screen20 import Screen20

WAIT_S = 20.0
ITEM = TwoLines("ｼﾞｭｳﾐﾝﾋｮｳ", "¥300", "ｺﾞｳｹｲ", "¥300")
ITEM_ROWS = (f"{'ｼﾞｭｳﾐﾝﾋｮｳ':<16}¥300", f"{'ｺﾞｳｹｲ':<16}¥300")
THANKS = TwoLines("ｱﾘｶﾞﾄｳｺﾞｻﾞｲﾏｼﾀ", "", "ｵｼﾊﾗｲｽﾞﾐ", "¥300")


class Counter:
    def __init__(self, name: Path) -> None:
        self.screen = Screen20(name)
        self.lights: queue.Queue[DeviceStatus] = queue.Queue()
        self.errors: list[Exception] = []
        display = Line20Display(lambda: SerialLine(SerialSettings(str(name))))
        self.room = DisplayRoom(
            display, self.lights.put, on_error=self.errors.append, linger_s=0.05, first_pause_s=0.01
        )


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    counter = Counter(tmp_path / "display")
    counter.room.start()
    yield counter
    counter.room.stop()
    counter.screen.close()
    assert counter.errors == []


def test_it_is_blank_then_shows_what_it_is_told_and_is_left_blank(counter: Counter) -> None:
    assert counter.lights.get(timeout=WAIT_S) == GOOD
    counter.room.show(ITEM)
    counter.screen.until(*ITEM_ROWS)
    counter.room.stop()
    counter.screen.until("", "")
    assert counter.lights.empty()


def test_a_passing_text_ends_by_itself_and_another_does_not(counter: Counter) -> None:
    counter.room.show(THANKS, passing=True)
    counter.screen.until("ｱﾘｶﾞﾄｳｺﾞｻﾞｲﾏｼﾀ", f"{'ｵｼﾊﾗｲｽﾞﾐ':<16}¥300")
    counter.screen.until("", "")


def test_a_pulled_plug_is_a_light_and_a_display_that_is_back_shows_the_newest(counter: Counter) -> None:
    assert counter.lights.get(timeout=WAIT_S) == GOOD
    counter.screen.pull()
    counter.room.show(THANKS)
    assert counter.lights.get(timeout=WAIT_S).light is Light.BAD
    counter.room.show(ITEM)
    counter.screen.plug()
    counter.screen.until(*ITEM_ROWS)
    while (light := counter.lights.get(timeout=WAIT_S)) != GOOD:
        assert light.light is Light.BAD


class HungDisplay:
    """Takes the first text and does not return until it is let go."""

    def __init__(self) -> None:
        self.shown: list[TwoLines] = []
        self.hangs, self.go = threading.Event(), threading.Event()

    def show(self, lines: TwoLines, context: DeviceContext) -> DisplayFault | None:
        self.shown.append(lines)
        self.hangs.set()
        self.go.wait(WAIT_S)
        return None

    def clear(self, context: DeviceContext) -> DisplayFault | None:
        self.shown.append(BLANK)
        return None

    def set_brightness(self, level: int, context: DeviceContext) -> DisplayFault | None:
        return None

    def close(self) -> None:
        return


def test_nobody_waits_for_a_display_that_hangs_and_it_gets_the_newest_text_alone() -> None:
    display = HungDisplay()
    errors: list[Exception] = []
    shown: queue.Queue[DeviceStatus] = queue.Queue()
    room = DisplayRoom(display, shown.put, on_error=errors.append)
    room.show(ITEM)
    room.start()
    assert display.hangs.wait(WAIT_S)
    for number in range(1000):
        room.show(TwoLines(str(number)))  # returns although nothing is taken
    room.show(THANKS)
    assert display.shown == [ITEM]
    display.go.set()
    assert shown.get(timeout=WAIT_S) == GOOD
    room.stop()
    assert [lines for lines in display.shown if lines != BLANK][:2] in ([ITEM], [ITEM, THANKS])
    assert display.shown[-1] == BLANK
    assert errors == []


def test_a_line_that_is_held_by_another_program_is_told() -> None:
    near, far = os.openpty()
    tty.setraw(far)
    name = os.ttyname(far)
    holder = SerialLine(SerialSettings(name))
    lights: queue.Queue[DeviceStatus] = queue.Queue()
    room = DisplayRoom(Line20Display(lambda: SerialLine(SerialSettings(name))), lights.put, on_error=lambda _: None)
    room.start()
    assert lights.get(timeout=WAIT_S) == DeviceStatus(Light.BAD, "port_busy")
    room.stop()
    holder.close()
    os.close(far)
    os.close(near)
