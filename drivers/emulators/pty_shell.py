"""A process shell for emulated serial devices: a pseudo-terminal behind a symbolic link, paced at the line's baud rate.

Owns the port, the pace and the clean end; refuses to know what the bytes mean: that is the core's part.
"""

import contextlib
import math
import os
import select
import signal
import socket
import termios
import tty
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Protocol

from drivers.emulators.stamps import HEARD, SENT, Stamp, no_stamp

HANG_UP = b""
"""A core that sends this unplugs the line: the port vanishes, and a fresh one appears under the same link."""

RECEIVE_CHUNK_BYTES_MAX = 64
"""As much as a UART hands over at once; the next chunk waits in the port, as it would in the sender."""
XON, XOFF = b"\x11", b"\x13"
HOST_FIFO_BYTES = 8
"""What a host's UART still sends after XOFF, half its FIFO; a pseudo-terminal's whole queue has arrived already."""
HELD_CHUNK_BYTES = 4
"""With XON/XOFF the device must be able to stop its host within a few bytes."""
SEND_SLICE_S = 0.004
"""How finely sending is paced: well under the protocols' time between bytes, coarse enough to cost no CPU."""
BUFFERED_BYTES_MAX = 1 << 20
"""What may wait to be sent; a device never has more to say, so more is a core gone wild."""
IDLE_LOOK_S = 1.0
"""How long the loop sleeps when nothing is due."""
REST_S = 0.1
"""A device is at rest when it has had nothing to do for so long: what was just written to its port has arrived then."""
REST_LOOK_S = 0.02

Output = tuple[float, bytes]
"""(delay in seconds, bytes): what a device sends, and how long after this step."""


class Core(Protocol):
    """An emulated device without I/O and without a clock."""

    def step(self, now_s: float, received: bytes) -> Sequence[Output]:
        """Take in what arrived (may be empty: time has passed) and return what to send."""

    @property
    def wake_at_s(self) -> float | None:
        """When the next step is due even if nothing arrives; None when never."""


class StopSignal:
    """Turns SIGTERM and SIGINT into a readable file descriptor, so that a select loop ends at once.

    SIGUSR1 asks to be told, by ``tell_rest``, when the device next has nothing to do and nothing to hear.
    """

    def __init__(self, tell_rest: Callable[[], None] = lambda: None) -> None:
        self._near, self._far = socket.socketpair()
        self._near.settimeout(0)
        self._far.settimeout(0)
        self._tell_rest = tell_rest
        self._rest_wanted = False
        self._busy_until_s = 0.0
        self.is_set = False

    def install(self) -> None:
        """To be called on the main thread."""
        signal.set_wakeup_fd(self._far.fileno())
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            signal.signal(number, self._on_signal)

    def look(self, now_s: float, *, is_busy: bool) -> float:
        """Once in every turn of the loop; in how many seconds the next one is due at the latest."""
        if not self._rest_wanted:
            return IDLE_LOOK_S
        with contextlib.suppress(BlockingIOError):
            self._near.recv(RECEIVE_CHUNK_BYTES_MAX)
        if is_busy or self._busy_until_s == math.inf:
            self._busy_until_s = now_s + REST_S
        elif now_s >= self._busy_until_s:
            self._rest_wanted = False
            self._tell_rest()
        return REST_LOOK_S

    def set(self) -> None:
        """Stop; from any thread."""
        self.is_set = True
        self._far.send(b"\0")

    def close(self) -> None:
        self._near.close()
        self._far.close()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        if number == signal.SIGUSR1:
            self._rest_wanted = True
            self._busy_until_s = math.inf
        else:
            self.is_set = True

    def fileno(self) -> int:
        return self._near.fileno()


class PtyPort:
    """A raw pseudo-terminal reachable under ``link``. Keeps the far side open, so that clients may come and go."""

    def __init__(self, link: Path) -> None:
        self._link = link
        self.fd, self._far_fd = os.openpty()
        os.set_blocking(self.fd, False)
        tty.setraw(self._far_fd)
        self.name = os.ttyname(self._far_fd)
        fresh = link.with_name(f".{link.name}.{os.getpid()}")
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
        fresh.symlink_to(self.name)
        fresh.replace(link)

    def read(self, bytes_max: int = RECEIVE_CHUNK_BYTES_MAX) -> bytes:
        try:
            return os.read(self.fd, bytes_max)
        except BlockingIOError:
            return b""

    def write(self, payload: bytes) -> None:
        with contextlib.suppress(BlockingIOError):  # nobody reads: on a real line these bytes are lost as well
            os.write(self.fd, payload)

    def host_obeys(self) -> bool:
        """Whether the host has asked for XON/XOFF on its side of the line."""
        return bool(termios.tcgetattr(self._far_fd)[0] & termios.IXON)

    def close(self, *, keep_link: bool) -> None:
        os.close(self.fd)
        os.close(self._far_fd)
        if not keep_link:
            with contextlib.suppress(FileNotFoundError):
                if os.readlink(self._link) == self.name:
                    self._link.unlink()


class PtyShell:
    """Runs one core behind one port. ``baud`` 0 means unpaced; ``bits_per_byte`` counts start and stop bits.

    ``holds_back``: the core's XOFF stops a host that obeys it. Whoever does not obey is not stopped, as on a real line.
    """

    def __init__(
        self,
        core: Core,
        link: Path,
        clock: Callable[[], float],
        *,
        baud: int = 9600,
        bits_per_byte: int = 10,
        stamp: Stamp = no_stamp,
        holds_back: bool = False,
    ) -> None:
        self._chunk_bytes = HELD_CHUNK_BYTES if holds_back else RECEIVE_CHUNK_BYTES_MAX
        self._holds_back = holds_back
        self._room_bytes: int | None = None
        """After XOFF: what the host's UART may still send; None while it may send at will."""
        self._core = core
        self._link = link
        self._clock = clock
        self._stamp = stamp
        self._byte_s = bits_per_byte / baud if baud else 0.0
        self._port = PtyPort(link)
        self._outbox: deque[tuple[float, bytes]] = deque()
        self._buffered_bytes = 0
        self._send_free_s = 0.0
        self._inbox = b""
        self._inbox_due_s = 0.0

    def run(self, stop: StopSignal) -> None:
        """Serve until ``stop``; then remove the link."""
        try:
            while not stop.is_set:
                self._serve_once(stop)
        finally:
            self._port.close(keep_link=False)

    def _serve_once(self, stop: StopSignal) -> None:
        now_s = self._clock()
        self._deliver_due(now_s)
        self._send_due(now_s)
        is_deaf = bool(self._inbox) or self._room_bytes == 0
        watched = [stop.fileno()] if is_deaf else [stop.fileno(), self._port.fd]
        is_busy = bool(self._inbox or self._outbox) or self._core.wake_at_s is not None
        look_s = stop.look(now_s, is_busy=is_busy)
        ready, _, _ = select.select(watched, [], [], min(look_s, self._sleep_s()))
        take = self._chunk_bytes if self._room_bytes is None else min(self._chunk_bytes, self._room_bytes)
        if self._port.fd in ready and (received := self._port.read(take)):
            if self._room_bytes is not None:
                self._room_bytes -= len(received)
            heard_s = self._clock()
            self._stamp(HEARD, len(received), heard_s)
            self._inbox = received
            self._inbox_due_s = heard_s + len(received) * self._byte_s

    def _deliver_due(self, now_s: float) -> None:
        wake_at_s = self._core.wake_at_s
        if self._inbox and now_s >= self._inbox_due_s:
            received, self._inbox = self._inbox, b""
        elif wake_at_s is not None and now_s >= wake_at_s:
            received = b""
        else:
            return
        for delay_s, payload in self._core.step(now_s, received):
            self._buffered_bytes += len(payload)
            if self._buffered_bytes > BUFFERED_BYTES_MAX:
                raise RuntimeError("the emulated device sends more than any device would")
            self._outbox.append((now_s + delay_s, payload))
            if self._holds_back:
                self._hold(payload)

    def _send_due(self, now_s: float) -> None:
        while self._outbox:
            due_s, payload = self._outbox[0]
            if payload == HANG_UP:
                if now_s < max(due_s, self._send_free_s):
                    return
                self._hang_up()
                return
            size = self._slice_bytes(payload)
            visible_s = max(due_s, self._send_free_s) + size * self._byte_s
            if now_s < visible_s:
                return
            sent_s = self._clock()
            self._port.write(payload[:size])
            self._stamp(SENT, size, sent_s)
            self._buffered_bytes -= size
            self._send_free_s = visible_s
            if size == len(payload):
                self._outbox.popleft()
            else:
                self._outbox[0] = (due_s, payload[size:])

    def _hold(self, payload: bytes) -> None:
        if payload == XOFF and self._port.host_obeys():
            self._room_bytes = HOST_FIFO_BYTES
        elif payload == XON:
            self._room_bytes = None

    def _slice_bytes(self, payload: bytes) -> int:
        return min(len(payload), max(1, int(SEND_SLICE_S / self._byte_s))) if self._byte_s else len(payload)

    def _hang_up(self) -> None:
        self._outbox.clear()
        self._buffered_bytes = 0
        self._inbox = b""
        self._room_bytes = None
        pulled_out, self._port = self._port, PtyPort(self._link)
        pulled_out.close(keep_link=True)

    def _sleep_s(self) -> float:
        due = [self._clock() + IDLE_LOOK_S]
        if (wake_at_s := self._core.wake_at_s) is not None:
            due.append(wake_at_s)
        if self._inbox:
            due.append(self._inbox_due_s)
        if self._outbox:
            due_s, payload = self._outbox[0]
            due.append(max(due_s, self._send_free_s) + self._slice_bytes(payload) * self._byte_s)
        return max(0.0, min(due) - self._clock())
