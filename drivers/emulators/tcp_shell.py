"""A process shell for emulated devices on the network: one connection at a time, split as a network may split it.

Owns the port, the pieces and the clean end; refuses a second connection, and to know what the bytes mean.
"""

import contextlib
import select
import socket
from collections import deque
from collections.abc import Callable
from typing import Protocol

from drivers.emulators.pty_shell import BUFFERED_BYTES_MAX, HANG_UP, IDLE_LOOK_S, Core, StopSignal

HOST = "127.0.0.1"
"""An emulated device takes money from nobody but this machine."""
RECEIVE_CHUNK_BYTES_MAX = 4096
PIECE_GAP_S = 0.001
"""Between two pieces of a message: enough that they travel, and are read, apart."""


class TcpCore(Core, Protocol):
    """An emulated device that wants to know of a new connection."""

    def line_opened(self) -> None:
        """A client has connected; what the last one left half said is void."""


class TcpShell:
    """Runs one core behind one TCP port. ``port`` 0 takes a free one; ``piece_bytes`` 0 leaves messages whole."""

    def __init__(self, core: TcpCore, port: int, clock: Callable[[], float], *, piece_bytes: int = 0) -> None:
        self._core = core
        self._clock = clock
        self._piece_bytes = piece_bytes
        self._listener = socket.create_server((HOST, port))
        self._client: socket.socket | None = None
        self._outbox: deque[tuple[float, bytes]] = deque()
        self._buffered_bytes = 0

    @property
    def name(self) -> str:
        """Where it listens, as a counter file writes it."""
        return f"tcp://{HOST}:{self._listener.getsockname()[1]}"

    def run(self, stop: StopSignal) -> None:
        """Serve until ``stop``."""
        try:
            while not stop.is_set:
                self._serve_once(stop)
        finally:
            self._hang_up()
            self._listener.close()

    def _serve_once(self, stop: StopSignal) -> None:
        now_s = self._clock()
        wake_at_s = self._core.wake_at_s
        if wake_at_s is not None and now_s >= wake_at_s:
            self._step(now_s, b"")
        self._send_due(now_s)
        watched: list[StopSignal | socket.socket] = [stop, self._listener]
        if self._client is not None:
            watched.append(self._client)
        look_s = stop.look(now_s, is_busy=bool(self._outbox) or self._core.wake_at_s is not None)
        ready, _, _ = select.select(watched, [], [], min(look_s, self._sleep_s()))
        if self._client is not None and self._client in ready:
            self._receive(self._client)
        if self._listener in ready:
            self._accept()

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        if self._client is not None:
            client.close()  # a terminal serves one register
            return
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = client
        self._outbox.clear()
        self._buffered_bytes = 0
        self._core.line_opened()

    def _receive(self, client: socket.socket) -> None:
        try:
            received = client.recv(RECEIVE_CHUNK_BYTES_MAX)
        except OSError:
            received = b""
        if received:
            self._step(self._clock(), received)
        else:
            self._hang_up()

    def _step(self, now_s: float, received: bytes) -> None:
        for delay_s, payload in self._core.step(now_s, received):
            self._buffered_bytes += len(payload)
            if self._buffered_bytes > BUFFERED_BYTES_MAX:
                raise RuntimeError("the emulated device sends more than any device would")
            size = self._piece_bytes or max(1, len(payload))
            pieces = [payload[at : at + size] for at in range(0, len(payload), size)] or [HANG_UP]
            for number, piece in enumerate(pieces):
                self._outbox.append((now_s + delay_s + number * PIECE_GAP_S, piece))

    def _send_due(self, now_s: float) -> None:
        while self._outbox and self._outbox[0][0] <= now_s:
            _, payload = self._outbox.popleft()
            self._buffered_bytes -= len(payload)
            if payload == HANG_UP:
                self._hang_up()
            elif self._client is not None:
                with contextlib.suppress(OSError):  # nobody reads: the next read tells
                    self._client.sendall(payload)

    def _hang_up(self) -> None:
        self._outbox.clear()
        self._buffered_bytes = 0
        if self._client is not None:
            self._client.close()
            self._client = None

    def _sleep_s(self) -> float:
        due = [self._clock() + IDLE_LOOK_S]
        if (wake_at_s := self._core.wake_at_s) is not None:
            due.append(wake_at_s)
        if self._outbox:
            due.append(self._outbox[0][0])
        return max(0.0, min(due) - self._clock())
