"""An emulated device's book on the disk: a line per entry, durable before ``append`` returns. Refuses to change one.

What an entry says is its device's own affair: a frozen dataclass whose fields JSON can hold.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar


class Recorded(Protocol):
    """A dataclass instance."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Entry = TypeVar("Entry", bound=Recorded)
FromFields = Callable[[Mapping[str, Any]], Entry]
"""Makes an entry of a line's fields."""


class Ledger(Protocol[Entry]):
    """Where a device keeps its book."""

    def append(self, entry: Entry) -> None:
        """Return when the entry is durable."""

    def entries(self) -> tuple[Entry, ...]:
        """All of them, oldest first."""


class MemoryLedger(Generic[Entry]):
    """For simulations: durable as long as the object."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = list(entries)

    def append(self, entry: Entry) -> None:
        self._entries.append(entry)

    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries)


class FileLedger(Generic[Entry]):
    """JSON lines, each synced to the disk before ``append`` returns; a torn last line is cut off on opening."""

    def __init__(self, path: Path, from_fields: FromFields[Entry]) -> None:
        """Raises ValueError for a damaged line before the last."""
        self._entries = list(read_lines(path, from_fields)) if path.exists() else []
        whole_bytes = sum(len(_line(entry)) for entry in self._entries)
        self._file = path.open("ab")
        if self._file.tell() != whole_bytes:
            self._file.truncate(whole_bytes)

    def close(self) -> None:
        """Nothing more is appended."""
        self._file.close()

    def append(self, entry: Entry) -> None:
        self._file.write(_line(entry))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._entries.append(entry)

    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries)


def read_lines(path: Path, from_fields: FromFields[Entry]) -> tuple[Entry, ...]:
    """The book in a file, a torn last line left out. Raises ValueError for a damaged line before the last."""
    *whole, _ = path.read_bytes().split(b"\n")
    entries = []
    for number, line in enumerate(whole, start=1):
        try:
            entries.append(from_fields(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} line {number}: not an entry of this book") from error
    return tuple(entries)


def _line(entry: Recorded) -> bytes:
    return json.dumps(asdict(entry), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
