"""The scanner's own thread on a real virtual line: every code is told once, a lost line is a light and comes back."""

import logging
import os
import queue
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.scanner.lines.driver import LineScanner
from drivers.transport import SerialLine, SerialSettings
from kiosk.runtime.scanner_room import ScannerRoom
from kiosk.runtime.status_board import GOOD
from kiosk.services.notices import DeviceStatus, Light, Notice, Scanned, ScanUnreadable

WAIT_S = 20.0
QUICK_S = 0.01


class Far:
    """The scanner's end of the line, behind a name that stays when the plug is pulled."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self.plug()

    def plug(self) -> None:
        self.near, self._far = os.openpty()
        tty.setraw(self._far)
        self.name.unlink(missing_ok=True)
        self.name.symlink_to(os.ttyname(self._far))

    def pull(self) -> None:
        self.name.unlink()
        os.close(self._far)
        os.close(self.near)

    def scan(self, data: bytes) -> None:
        os.write(self.near, data)


class Counter:
    """What the room tells, in order; nothing else is looked at."""

    def __init__(self, far: Far) -> None:
        self.far = far
        self.told: queue.Queue[Notice | DeviceStatus] = queue.Queue()
        scanner = LineScanner(lambda: SerialLine(SerialSettings(str(far.name))))
        self.errors: list[Exception] = []
        self.room = ScannerRoom(
            scanner, self.told.put, self.told.put, on_error=self.errors.append, first_pause_s=QUICK_S
        )

    def next(self) -> Notice | DeviceStatus:
        return self.told.get(timeout=WAIT_S)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    counter = Counter(Far(tmp_path / "scanner"))
    counter.room.start()
    yield counter
    counter.room.stop()
    assert counter.errors == []


def test_what_is_scanned_is_told_in_order_and_none_is_lost(counter: Counter) -> None:
    assert counter.next() == GOOD
    codes = [f"29000000{number:05}" for number in range(10)]
    counter.far.scan("".join(f"{code}\r\n" for code in codes).encode())
    assert [counter.next() for _ in codes] == [Scanned(code) for code in codes]


def test_what_is_no_code_is_told_without_its_text(counter: Counter) -> None:
    assert counter.next() == GOOD
    counter.far.scan(b"\xff\xfe\xfa\r")
    assert counter.next() == ScanUnreadable()


def test_a_pulled_plug_is_a_light_and_a_plug_put_back_is_found(counter: Counter) -> None:
    assert counter.next() == GOOD
    counter.far.pull()
    assert counter.next() in [DeviceStatus(Light.BAD, reason) for reason in ("line_lost", "port_missing")]
    counter.far.plug()
    while (told := counter.next()) != GOOD:
        assert told == DeviceStatus(Light.BAD, "port_missing")
    counter.far.scan(b"2900000010017\r")
    assert counter.next() == Scanned("2900000010017")


def test_the_port_is_nobody_elses_while_it_listens(counter: Counter) -> None:
    assert counter.next() == GOOD
    second = Counter(counter.far)
    second.room.start()
    assert second.next() == DeviceStatus(Light.BAD, "port_busy")
    second.room.stop()
    counter.far.scan(b"1001\r")
    assert counter.next() == Scanned("1001")


def test_no_code_reaches_a_log(
    counter: Counter, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    assert counter.next() == GOOD
    counter.far.scan(b"2812345678901234567\r")
    scanned = counter.next()
    assert scanned == Scanned("2812345678901234567")
    said = f"{scanned!r} {scanned} {caplog.text} {capsys.readouterr()}"
    assert "2812345" not in said


def test_a_scanner_that_was_never_there_ends_with_the_counter(tmp_path: Path) -> None:
    told: queue.Queue[Notice | DeviceStatus] = queue.Queue()
    scanner = LineScanner(lambda: SerialLine(SerialSettings(str(tmp_path / "nowhere"))))
    errors: list[Exception] = []
    room = ScannerRoom(scanner, told.put, told.put, on_error=errors.append)
    room.stop()  # before it began
    room = ScannerRoom(scanner, told.put, told.put, on_error=errors.append)
    room.start()
    assert told.get(timeout=WAIT_S) == DeviceStatus(Light.BAD, "port_missing")
    room.stop()
    assert told.empty()
    assert errors == []
