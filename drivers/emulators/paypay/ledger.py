"""What the emulated provider writes into its book, and what it adds up to. Owns the entries, not the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from drivers.emulators import ledger_file


class EntryKind(StrEnum):
    """What happened."""

    CODE = "code"
    """A code was created: nobody has paid it yet."""
    DELETED = "deleted"
    PAID = "paid"
    FAILED = "failed"
    """Of a payment: it was not made, or was cancelled and has gone back."""
    CANCEL = "cancel"
    """Whatever is paid under this number goes back."""
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the book. ``number`` is the merchant's own, ``payment_id`` the provider's."""

    kind: EntryKind
    number: str
    at_s: int
    """Epoch."""
    amount_yen: int = 0
    payment_id: str = ""
    code_id: str = ""
    state: str = ""
    """Of FAILED: the state it is told in."""
    wallet_last4: str = ""
    """Of a wallet's code, which is somebody's money while it lives, no more than this."""


Ledger = ledger_file.Ledger[LedgerEntry]
MemoryLedger = ledger_file.MemoryLedger[LedgerEntry]
FileLedger = ledger_file.FileLedger[LedgerEntry]


def open_ledger(path: Path) -> FileLedger:
    """The book in a file, to be written on. Raises ValueError for a damaged line before the last."""
    return FileLedger(path, _entry)


def read_ledger(path: Path) -> tuple[LedgerEntry, ...]:
    """The book in a file, a torn last line left out. Raises ValueError for a damaged line before the last."""
    return ledger_file.read_lines(path, _entry)


def standing(entries: Iterable[LedgerEntry]) -> dict[str, int]:
    """Merchant's number to yen of what is paid and stands, less what was given back, oldest first."""
    paid: dict[str, int] = {}
    number_of: dict[str, str] = {}
    for entry in entries:
        if entry.kind is EntryKind.PAID:
            paid[entry.number] = entry.amount_yen
            number_of[entry.payment_id] = entry.number
        elif entry.kind is EntryKind.FAILED:
            paid.pop(entry.number, None)
        elif entry.kind is EntryKind.REFUND:
            paid[number_of[entry.payment_id]] -= entry.amount_yen
    return {number: yen for number, yen in paid.items() if yen}


def net_paid_yen(entries: Iterable[LedgerEntry]) -> int:
    """What the provider owes the merchant: payments that stand, less refunds."""
    return sum(standing(entries).values())


def _entry(fields: Mapping[str, Any]) -> LedgerEntry:
    return LedgerEntry(**{**fields, "kind": EntryKind(fields["kind"])})
