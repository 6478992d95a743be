"""The emulated terminal's book: each transaction durable before it is told. Owns the file; refuses to change a line."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class EntryKind(StrEnum):
    """What happened."""

    SALE = "sale"
    VOID = "void"
    CLOSE = "close"
    """The terminal's memory was emptied; the sales before it stand."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the book. A void carries the operation number of the sale it takes back."""

    kind: EntryKind
    operation: int
    at: str
    """Local time, ISO 8601."""
    amount_yen: int = 0
    ticket: str = ""
    approval_code: str = ""
    brand: str = ""
    card_last4: str = ""


class Ledger(Protocol):
    """Where a terminal keeps its book."""

    def append(self, entry: LedgerEntry) -> None:
        """Return when the entry is durable."""

    def entries(self) -> tuple[LedgerEntry, ...]:
        """All of them, oldest first."""


class MemoryLedger:
    """For simulations: durable as long as the object."""

    def __init__(self, entries: Iterable[LedgerEntry] = ()) -> None:
        self._entries = list(entries)

    def append(self, entry: LedgerEntry) -> None:
        self._entries.append(entry)

    def entries(self) -> tuple[LedgerEntry, ...]:
        return tuple(self._entries)


class FileLedger:
    """JSON lines, each synced to the disk before ``append`` returns; a torn last line is cut off on opening."""

    def __init__(self, path: Path) -> None:
        self._entries = list(read_ledger(path)) if path.exists() else []
        whole_bytes = sum(len(_line(entry)) for entry in self._entries)
        self._file = path.open("ab")
        if self._file.tell() != whole_bytes:
            self._file.truncate(whole_bytes)

    def close(self) -> None:
        """Nothing more is appended."""
        self._file.close()

    def append(self, entry: LedgerEntry) -> None:
        self._file.write(_line(entry))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._entries.append(entry)

    def entries(self) -> tuple[LedgerEntry, ...]:
        return tuple(self._entries)


def read_ledger(path: Path) -> tuple[LedgerEntry, ...]:
    """The book in a file, a torn last line left out. Raises ValueError for a damaged line before the last."""
    *whole, _ = path.read_bytes().split(b"\n")
    return tuple(_entry(line) for line in whole)


def net_approved_yen(entries: Iterable[LedgerEntry]) -> int:
    """What the terminal has taken: sales less voids."""
    signs = {EntryKind.SALE: 1, EntryKind.VOID: -1, EntryKind.CLOSE: 0}
    return sum(signs[entry.kind] * entry.amount_yen for entry in entries)


def _line(entry: LedgerEntry) -> bytes:
    return json.dumps(asdict(entry), separators=(",", ":")).encode() + b"\n"


def _entry(line: bytes) -> LedgerEntry:
    values = json.loads(line)
    return LedgerEntry(**{**values, "kind": EntryKind(values["kind"])})
