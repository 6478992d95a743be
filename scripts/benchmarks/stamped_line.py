"""A serial line that remembers when bytes were handed to the system. Owns the stamps; measures nothing."""

import time

from drivers.transport import ByteStream, SerialLine, SerialSettings


class StampedLine:
    """``stamps`` gets the monotonic second of each write that begins with ``first``."""

    def __init__(self, settings: SerialSettings, first: bytes, stamps: list[float]) -> None:
        self._line: ByteStream = SerialLine(settings)
        self._first, self._stamps = first, stamps

    def read(self, timeout_s: float) -> bytes:
        return self._line.read(timeout_s)

    def write(self, data: bytes) -> None:
        self._line.write(data)
        if data.startswith(self._first):
            self._stamps.append(time.monotonic())

    def close(self) -> None:
        self._line.close()
