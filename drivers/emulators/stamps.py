"""When bytes crossed an emulated device's line. Owns the stamps' file; refuses to keep the bytes."""

import json
from pathlib import Path
from typing import Protocol

SENT, HEARD = "sent", "heard"


class Stamp(Protocol):
    """Notes that bytes crossed the line."""

    def __call__(self, way: str, size_bytes: int, at_s: float) -> None: ...


def no_stamp(way: str, size_bytes: int, at_s: float) -> None:
    """For an emulator that nobody measures."""


class StampFile:
    """JSON lines ``{"way", "bytes", "at_s"}`` on the machine's monotonic clock, so that two processes can be compared.

    SENT: the last of these bytes has left the line. HEARD: the first of these bytes has arrived.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="ascii", buffering=1)

    def __call__(self, way: str, size_bytes: int, at_s: float) -> None:
        self._file.write(json.dumps({"way": way, "bytes": size_bytes, "at_s": at_s}) + "\n")

    def close(self) -> None:
        self._file.close()
