"""What the emulated terminal writes into its book, and what it adds up to. Owns the entries, not the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from drivers.emulators import ledger_file


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


Ledger = ledger_file.Ledger[LedgerEntry]
MemoryLedger = ledger_file.MemoryLedger[LedgerEntry]
FileLedger = ledger_file.FileLedger[LedgerEntry]


def open_ledger(path: Path) -> FileLedger:
    """The book in a file, to be written on. Raises ValueError for a damaged line before the last."""
    return FileLedger(path, _entry)


def read_ledger(path: Path) -> tuple[LedgerEntry, ...]:
    """The book in a file, a torn last line left out. Raises ValueError for a damaged line before the last."""
    return ledger_file.read_lines(path, _entry)


def net_approved_yen(entries: Iterable[LedgerEntry]) -> int:
    """What the terminal has taken: sales less voids."""
    signs = {EntryKind.SALE: 1, EntryKind.VOID: -1, EntryKind.CLOSE: 0}
    return sum(signs[entry.kind] * entry.amount_yen for entry in entries)


def _entry(fields: Mapping[str, Any]) -> LedgerEntry:
    return LedgerEntry(**{**fields, "kind": EntryKind(fields["kind"])})
