"""The serial scanner on a real virtual line."""

import os
import time
import tty
from collections.abc import Callable, Iterator

import pytest

from drivers.context import Wake
from drivers.scanner.api import Scan, ScannerFault, Unreadable
from drivers.scanner.lines.driver import LineScanner, LineScannerSettings
from drivers.transport import ByteStream, MemoryLine, SerialLine, SerialSettings

LONG_S = 30.0


class Context:
    """Real time; ``on_wait`` runs once when a wait with a future deadline begins."""

    def __init__(self, on_wait: Callable[[], object] = lambda: None, *, cancel: bool = False) -> None:
        self._on_wait = on_wait
        self._cancel = cancel
        self._begun = False

    def now_s(self) -> float:
        return time.monotonic()

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        left_s = deadline_s - time.monotonic()
        if left_s > 0 and not self._begun:
            self._begun = True
            self._on_wait()
            if self._cancel:
                return Wake.CANCEL
        return line.read(max(0.0, left_s)) or Wake.TIMED_OUT


@pytest.fixture
def port() -> Iterator[tuple[int, str]]:
    near, far = os.openpty()
    tty.setraw(far)
    yield near, os.ttyname(far)
    os.close(far)
    os.close(near)


def scanner_at(name: str, settings: LineScannerSettings | None = None) -> LineScanner:
    return LineScanner(lambda: SerialLine(SerialSettings(name)), settings)


def read_all(near: int, length: int) -> bytes:
    """What the line brings until ``length`` bytes are there; it may bring them in pieces."""
    data = b""
    while len(data) < length:
        data += os.read(near, length - len(data))
    return data


def test_a_scan_arrives_whole_and_the_scanner_is_on_only_meanwhile(port: tuple[int, str]) -> None:
    near, name = port
    scanner = scanner_at(name, LineScannerSettings(enable=b"E", disable=b"D"))
    context = Context(lambda: os.write(near, b"A12-345\r"))
    assert scanner.wait_scan(context, context.now_s() + LONG_S) == Scan("A12-345")
    assert read_all(near, 2) == b"ED"
    scanner.close()
    scanner.close()


def test_a_listener_loses_nothing_between_two_waits(port: tuple[int, str]) -> None:
    near, name = port
    scanner = scanner_at(name)
    context = Context(lambda: os.write(near, b"FIRST\rSECOND\rTHI"))
    deadline_s = context.now_s() + LONG_S
    assert scanner.wait_scan(context, deadline_s, fresh=False) == Scan("FIRST")
    assert scanner.wait_scan(context, deadline_s, fresh=False) == Scan("SECOND")
    assert scanner.wait_scan(context, context.now_s(), fresh=False) is Wake.TIMED_OUT
    os.write(near, b"RD\r")
    assert scanner.wait_scan(context, deadline_s, fresh=False) == Scan("THIRD")
    scanner.close()


def test_half_a_code_is_forgotten_with_its_line(port: tuple[int, str]) -> None:
    near, name = port
    scanner = scanner_at(name)
    context = Context(lambda: os.write(near, b"HALF"))
    assert scanner.wait_scan(context, context.now_s() + 0.2, fresh=False) is Wake.TIMED_OUT
    scanner.close()
    again = Context(lambda: os.write(near, b"WHOLE\r"))
    assert scanner.wait_scan(again, again.now_s() + LONG_S, fresh=False) == Scan("WHOLE")
    scanner.close()


def test_what_was_scanned_before_the_question_is_forgotten(port: tuple[int, str]) -> None:
    near, name = port
    scanner = scanner_at(name)
    first = Context(lambda: os.write(near, b"FIRST\r"))
    assert scanner.wait_scan(first, first.now_s() + LONG_S) == Scan("FIRST")
    os.write(near, b"EARLY\r")
    context = Context(lambda: os.write(near, b"ASKED\r"))
    assert scanner.wait_scan(context, context.now_s() + LONG_S) == Scan("ASKED")
    scanner.close()


def test_half_a_code_is_told_when_the_line_falls_quiet(port: tuple[int, str]) -> None:
    near, name = port
    scanner = scanner_at(name, LineScannerSettings(quiet_s=0.05))
    context = Context(lambda: os.write(near, b"A12"))
    outcome = scanner.wait_scan(context, context.now_s() + LONG_S)
    assert outcome == Unreadable("the line stopped without an end")
    scanner.close()


def test_a_wait_ends_when_asked_and_in_time() -> None:
    near, far = MemoryLine.pair()
    scanner = LineScanner(lambda: far)
    context = Context(cancel=True)
    assert scanner.wait_scan(context, context.now_s() + LONG_S) is Wake.CANCEL
    assert scanner.wait_scan(Context(), time.monotonic() + 0.01) is Wake.TIMED_OUT
    near.close()
    assert scanner.wait_scan(Context(), time.monotonic() + LONG_S) is ScannerFault.LINE_LOST


def test_a_missing_and_a_busy_port_are_told_apart(port: tuple[int, str]) -> None:
    assert scanner_at("/nowhere").wait_scan(Context(), 0.0) is ScannerFault.PORT_MISSING
    holder = SerialLine(SerialSettings(port[1]))
    assert scanner_at(port[1]).wait_scan(Context(), 0.0) is ScannerFault.PORT_BUSY
    holder.close()


def test_a_scanner_unplugged_and_back_is_opened_again() -> None:
    pairs = [MemoryLine.pair(), MemoryLine.pair()]
    lines = iter(pairs)
    scanner = LineScanner(lambda: next(lines)[1])
    lost = Context(pairs[0][0].close)
    assert scanner.wait_scan(lost, lost.now_s() + LONG_S) is ScannerFault.LINE_LOST
    back = Context(lambda: pairs[1][0].write(b"BACK\r"))
    assert scanner.wait_scan(back, back.now_s() + LONG_S) == Scan("BACK")
