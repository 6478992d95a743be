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


def _entry(fields: Mapping[str, Any]) -> LedgerEntry:
    return LedgerEntry(**{**fields, "kind": EntryKind(fields["kind"])})
