"""What has arrived and waits for the mechanism. Owns size, XON/XOFF and loss; refuses to carry anything out."""

from collections import deque
from collections.abc import Iterator

from drivers.emulators.printer.codec import CommandReader, Token

BUFFER_BYTES = 4096
"""The receive buffer. What overruns is lost, as in the machine."""
SMALL_BUFFER_BYTES = 45
"""What a switch under some printers leaves of it."""
XON, XOFF = b"\x11", b"\x13"
REAL_TIME = "DLE "

Output = tuple[float, bytes]


class ReceiveBuffer:
    """``queue`` holds whole commands in order; real-time ones never enter it."""

    def __init__(self, size_bytes: int) -> None:
        small = size_bytes < BUFFER_BYTES
        self._size_bytes = size_bytes
        self._xoff_above_bytes = size_bytes - (16 if small else 256)
        self._xon_below_bytes = size_bytes - (26 if small else 512)
        self._paused = False
        self.clear()

    def clear(self) -> None:
        """Everything is lost."""
        self._reader = CommandReader()
        self.queue: deque[Token] = deque()
        self._queued_bytes = 0

    @property
    def occupied_bytes(self) -> int:
        """A command that is being carried out takes its bytes from the line; behind others it waits in the buffer."""
        return self._queued_bytes + self._reader.pending_bytes if self.queue else 0

    def receive(self, received: bytes, out: list[Output]) -> Iterator[Token | None]:
        """Take in bytes and yield each command that is whole now, or None for a byte that was lost."""
        if self.occupied_bytes + len(received) <= self._xoff_above_bytes:
            yield from self._feed(received)
            return
        for byte in received:
            if self.occupied_bytes >= self._size_bytes:
                yield None
            else:
                yield from self._feed(bytes((byte,)))
            if not self._paused and self.occupied_bytes > self._xoff_above_bytes:
                self._paused = True
                out.append((0.0, XOFF))

    def next_token(self) -> Token:
        token = self.queue.popleft()
        self._queued_bytes -= len(token.raw)
        return token

    def let_go_on(self, out: list[Output]) -> None:
        """XON, once there is room again."""
        if self._paused and self.occupied_bytes < self._xon_below_bytes:
            self._paused = False
            out.append((0.0, XON))

    def _feed(self, received: bytes) -> Iterator[Token]:
        self._reader.receive(received)
        while (token := self._reader.next_token()) is not None:
            if not token.name.startswith(REAL_TIME):
                self._queued_bytes += len(token.raw)
                self.queue.append(token)
            yield token
