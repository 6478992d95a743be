import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from drivers.emulators.pty_shell import HANG_UP, IDLE_LOOK_S, Output, PtyShell, StopSignal
from drivers.emulators.stamps import HEARD, SENT, StampFile
from drivers.errors import LineLostError
from drivers.transport import SerialLine, SerialSettings

WAIT_S_MAX = 20.0


class Echo:
    """Sends back what it hears; unplugs itself on "X"; says "tick" once when told to wait."""

    def __init__(self) -> None:
        self.wake_at_s: float | None = None

    def step(self, now_s: float, received: bytes) -> list[Output]:
        if received == b"X":
            return [(0.0, HANG_UP)]
        if received == b"W":
            self.wake_at_s = now_s + 0.05
            return []
        if self.wake_at_s is not None and now_s >= self.wake_at_s:
            self.wake_at_s = None
            return [(0.01, b"tick")]
        return [(0.0, received)]


Start = Callable[[int], Path]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    stop = StopSignal()
    threads: list[threading.Thread] = []
    stamps = StampFile(tmp_path / "stamps")

    def run(baud: int) -> Path:
        link = tmp_path / "port"
        shell = PtyShell(Echo(), link, time.monotonic, baud=baud, stamp=stamps)
        threads.append(threading.Thread(target=shell.run, args=(stop,)))
        threads[-1].start()
        return link

    yield run
    stop.set()
    for thread in threads:
        thread.join(WAIT_S_MAX)
        assert not thread.is_alive()
    stop.close()
    stamps.close()
    assert not (tmp_path / "port").is_symlink()


def _read(line: SerialLine, size: int) -> bytes:
    heard = b""
    until_s = time.monotonic() + WAIT_S_MAX
    while len(heard) < size and time.monotonic() < until_s:
        heard += line.read(0.05)
    return heard


def _stamps(path: Path, lines: int) -> str:
    """What was noted, once there are so many lines (two for six bytes): bytes can be read before their stamp is."""
    until_s = time.monotonic() + WAIT_S_MAX
    while (text := path.read_text("ascii")).count("\n") < lines and time.monotonic() < until_s:
        time.sleep(0.01)
    return text


@pytest.mark.parametrize(("rtscts", "dsrdtr"), [(True, False), (False, True), (True, True)])
def test_a_register_that_wants_modem_lines_is_served_without_them(start: Start, *, rtscts: bool, dsrdtr: bool) -> None:
    with serial.Serial(str(start(0)), 9600, timeout=WAIT_S_MAX, rtscts=rtscts, dsrdtr=dsrdtr) as port:
        port.write(b"hello")
        assert port.read(5) == b"hello"


def test_bytes_pass_untouched_and_clients_may_come_and_go(start: Start) -> None:
    link = start(0)
    every_byte = bytes(byte for byte in range(256) if byte not in b"XW")
    for _ in range(2):
        line = SerialLine(SerialSettings(str(link)))
        line.write(every_byte)
        assert _read(line, len(every_byte)) == every_byte
        line.close()


def test_the_pace_is_the_lines(start: Start) -> None:
    link = start(9600)
    line = SerialLine(SerialSettings(str(link)))
    began_s = time.monotonic()
    line.write(b"a" * 192)
    assert _read(line, 192) == b"a" * 192
    assert time.monotonic() - began_s >= 192 * 10 / 9600  # there; the way back runs alongside
    line.close()


def test_what_crosses_the_line_is_stamped_and_its_bytes_are_not_kept(start: Start, tmp_path: Path) -> None:
    line = SerialLine(SerialSettings(str(start(9600))))
    began_s = time.monotonic()
    line.write(b"secret")
    assert _read(line, 6) == b"secret"
    line.close()
    text = _stamps(tmp_path / "stamps", 1 + 2)
    heard, *sent = [json.loads(stamp) for stamp in text.splitlines()]
    assert (heard["way"], heard["bytes"]) == (HEARD, 6)
    assert {stamp["way"] for stamp in sent} == {SENT}
    assert sum(stamp["bytes"] for stamp in sent) == 6
    assert began_s <= heard["at_s"] <= sent[0]["at_s"] - 6 * 10 / 9600  # they travel as long again before an answer
    assert sent[-1]["at_s"] <= time.monotonic()
    assert "secret" not in text


def test_a_core_is_woken_when_it_asked_for_it(start: Start) -> None:
    line = SerialLine(SerialSettings(str(start(0))))
    line.write(b"W")
    assert _read(line, 4) == b"tick"
    line.close()


def test_hanging_up_loses_the_line_and_leaves_a_fresh_port(start: Start) -> None:
    link = start(0)
    before = os.readlink(link)
    line = SerialLine(SerialSettings(str(link)))
    line.write(b"X")
    with pytest.raises(LineLostError):
        _read(line, 1)
    line.close()
    assert os.readlink(link) != before
    again = SerialLine(SerialSettings(str(link)))
    again.write(b"hello")
    assert _read(again, 5) == b"hello"
    again.close()


@contextlib.contextmanager
def _installed(stop: StopSignal) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)}
    try:
        stop.install()
        yield
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        stop.close()


def test_a_signal_stops_it() -> None:
    stop = StopSignal()
    with _installed(stop):
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_set


def test_rest_is_told_once_when_nothing_was_due_for_a_while() -> None:
    told: list[float] = []
    stop = StopSignal(lambda: told.append(now_s))
    turns = [(0.0, False), (0.05, True), (0.12, False), (0.2, False), (0.4, False)]
    with _installed(stop):
        for now_s, is_busy in turns:
            assert stop.look(now_s, is_busy=is_busy) == IDLE_LOOK_S
        signal.raise_signal(signal.SIGUSR1)
        for now_s, is_busy in turns:
            stop.look(now_s, is_busy=is_busy)
        assert not stop.is_set
    assert told == [0.2]
