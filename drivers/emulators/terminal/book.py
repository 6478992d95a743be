"""Numbers and cards of the emulated terminal. Owns what a new transaction is called; refuses to talk to anyone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from drivers.emulators.terminal.codec import counted, message, packed
from drivers.emulators.terminal.ledger import EntryKind, Ledger, LedgerEntry

SLIP_NUMBER_MAX = 9999
TRACE_NUMBER_MAX = 999_999
RESULT_REVERSED = "B4"


@dataclass(frozen=True, slots=True)
class Card:
    """A card the emulated citizens carry. ``masked`` shows the last four digits only, E for the others."""

    brand: str
    masked: str
    card_type: int


CARDS = (
    Card("Visa", "EEEEEEEEEEEE1034", 0x0A),
    Card("Mastercard", "EEEEEEEEEEEE2270", 0x06),
    Card("JCB", "EEEEEEEEEEEE3517", 0x0E),
)


class Book:
    """Writes transactions into the ledger and tells the last one. Its numbers go on after a restart."""

    def __init__(self, ledger: Ledger, wall_clock: Callable[[], datetime], terminal_id: str) -> None:
        self._ledger = ledger
        self._wall_clock = wall_clock
        self.terminal_id = terminal_id
        entries = ledger.entries()
        self._trace = int(entries[-1].trace_number) if entries else 0
        self._slip = int(entries[-1].slip_number) if entries else 0
        self._sales = sum(entry.kind is EntryKind.SALE for entry in entries)

    def book_sale(self, amount_yen: int) -> LedgerEntry:
        """Charge the next card; durable on return."""
        self._slip = self._slip % SLIP_NUMBER_MAX + 1
        card = CARDS[self._sales % len(CARDS)]
        self._sales += 1
        approval = f"{(self._sales * 7919) % 1_000_000:06d}"
        return self._append(EntryKind.SALE, amount_yen, card, approval_code=approval)

    def book_decline(self, amount_yen: int, result: int) -> LedgerEntry:
        """Note that the next card was refused; durable on return."""
        card = CARDS[self._sales % len(CARDS)]
        return self._append(EntryKind.DECLINED, amount_yen, card, result_code=f"{result:02X}")

    def book_reversal(self, sale: LedgerEntry) -> LedgerEntry:
        """Take ``sale`` back; durable on return."""
        card = next(card for card in CARDS if card.brand == sale.brand)
        return self._append(EntryKind.REVERSAL, sale.amount_yen, card, reverses=sale.id)

    def last(self) -> tuple[LedgerEntry, str] | None:
        """The last sale or decline and its result code as it stands now; None in an empty book."""
        entries = self._ledger.entries()
        reversed_ids = {entry.reverses for entry in entries if entry.kind is EntryKind.REVERSAL}
        for entry in reversed(entries):
            if entry.kind is not EntryKind.REVERSAL:
                return entry, RESULT_REVERSED if entry.id in reversed_ids else entry.result_code
        return None

    def _append(
        self,
        kind: EntryKind,
        amount_yen: int,
        card: Card,
        *,
        approval_code: str = "",
        result_code: str = "00",
        reverses: str = "",
    ) -> LedgerEntry:
        self._trace = self._trace % TRACE_NUMBER_MAX + 1
        entry = LedgerEntry(
            id=f"{self.terminal_id}-{len(self._ledger.entries()) + 1:06d}",
            kind=kind,
            amount_yen=amount_yen,
            brand=card.brand,
            slip_number=f"{self._slip:04d}",
            trace_number=f"{self._trace:06d}",
            terminal_id=self.terminal_id,
            approval_code=approval_code,
            card_masked=card.masked.replace("E", "*"),
            result_code=result_code,
            at=self._wall_clock().isoformat(timespec="milliseconds"),
            reverses=reverses,
        )
        self._ledger.append(entry)
        return entry


def status_information(entry: LedgerEntry, result_code: str) -> bytes:
    """The 04 0F that tells of one transaction."""
    at = datetime.fromisoformat(entry.at)
    card = next(card for card in CARDS if card.brand == entry.brand)
    body = b"\x27" + packed(result_code)
    body += b"\x04" + packed(f"{entry.amount_yen:012d}") + b"\x49" + packed("0392")
    body += b"\x0c" + packed(at.strftime("%H%M%S")) + b"\x0d" + packed(at.strftime("%m%d"))
    body += b"\x22" + counted(packed(card.masked)) + b"\x87" + packed(entry.slip_number)
    if entry.approval_code:
        body += b"\x3b" + entry.approval_code.encode().ljust(8, b"\0")
    body += b"\x0b" + packed(entry.trace_number) + b"\x29" + packed(entry.terminal_id)
    body += b"\x8a" + bytes([card.card_type]) + b"\x8b" + counted(card.brand.encode() + b"\0")
    return message("04 0F", body)
