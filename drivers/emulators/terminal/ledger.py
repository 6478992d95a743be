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
    DECLINED = "declined"
    REVERSAL = "reversal"
    """The terminal took an unconfirmed transaction back by itself."""
    VOID = "void"
    REFUND = "refund"
    SETTLED = "settled"
    """End of day: what stands before it is settled and can no longer be voided."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the book. ``reverses`` is the id of what a reversal or void takes back; card numbers are masked."""

    id: str
    kind: EntryKind
    amount_yen: int
    brand: str
    slip_number: str
    trace_number: str
    terminal_id: str
    approval_code: str
    card_masked: str
    result_code: str
    at: str
    reverses: str = ""


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
        self._path = path
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
    """What the terminal has taken: sales less voids, refunds and reversals."""
    signs: dict[str, int] = {}
    total_yen = 0
    for entry in entries:
        match entry.kind:
            case EntryKind.SALE:
                sign = 1
            case EntryKind.VOID | EntryKind.REFUND:
                sign = -1
            case EntryKind.REVERSAL:
                sign = -signs.get(entry.reverses, 1)
            case EntryKind.DECLINED | EntryKind.SETTLED:
                sign = 0
        signs[entry.id] = sign
        total_yen += sign * entry.amount_yen
    return total_yen


def _line(entry: LedgerEntry) -> bytes:
    return json.dumps(asdict(entry), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _entry(line: bytes) -> LedgerEntry:
    values = json.loads(line)
    return LedgerEntry(**{**values, "kind": EntryKind(values["kind"])})
