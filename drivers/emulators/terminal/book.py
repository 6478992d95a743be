"""Numbers and cards of the emulated terminal. Owns what a new transaction is called; refuses to talk to anyone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from drivers.emulators.terminal.codec import counted, message, packed
from drivers.emulators.terminal.ledger import EntryKind, Ledger, LedgerEntry, net_approved_yen

SLIP_NUMBER_MAX = 9999
TRACE_NUMBER_MAX = 999_999
RESULT_REVERSED = "B4"
COUNT_MAX = 0xFF
SCHEMES = ("girocard", "JCB", "Mastercard", "American Express", "Visa", "Diners Club", "")
"""The order of field 60."""


class VoidRefusal(Enum):
    """Why a sale cannot be voided."""

    ALREADY_REVERSED = auto()
    NOT_POSSIBLE = auto()


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

    def __init__(
        self, ledger: Ledger, wall_clock: Callable[[], datetime], terminal_id: str, *, last_slip: int = 0
    ) -> None:
        """``last_slip``: where an empty book's receipt numbers go on from."""
        self._ledger = ledger
        self._wall_clock = wall_clock
        self.terminal_id = terminal_id
        entries = ledger.entries()
        self._trace = int(entries[-1].trace_number) if entries else 0
        self._slip = int(entries[-1].slip_number) if entries else last_slip
        self._sales = sum(entry.kind is EntryKind.SALE for entry in entries)

    def book_sale(self, amount_yen: int) -> LedgerEntry:
        """Charge the next card; durable on return."""
        self._take_slip()
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

    def find_voidable(self, slip_number: str, amount_yen: int) -> LedgerEntry | VoidRefusal:
        """The sale of the open day with that receipt number and amount, the newest where a number was used twice."""
        for entry in reversed(open_day(self._ledger.entries())):
            if entry.kind is EntryKind.SALE and entry.slip_number == slip_number:
                if entry.amount_yen != amount_yen:
                    return VoidRefusal.NOT_POSSIBLE
                return VoidRefusal.ALREADY_REVERSED if entry.id in taken_back(self._ledger.entries()) else entry
        return VoidRefusal.NOT_POSSIBLE

    def find_other(self, sale: LedgerEntry) -> LedgerEntry:
        """The newest other sale that stands and has the same amount; ``sale`` itself where there is none."""
        reversed_ids = taken_back(self._ledger.entries())
        for entry in reversed(open_day(self._ledger.entries())):
            is_like_it = entry.kind is EntryKind.SALE and entry.amount_yen == sale.amount_yen
            if is_like_it and entry.id != sale.id and entry.id not in reversed_ids:
                return entry
        return sale

    def book_void(self, sale: LedgerEntry) -> LedgerEntry:
        """Take ``sale`` back on request, under a receipt number of its own; durable on return."""
        self._take_slip()
        card = next(card for card in CARDS if card.brand == sale.brand)
        return self._append(EntryKind.VOID, sale.amount_yen, card, approval_code=sale.approval_code, reverses=sale.id)

    def book_refund(self, amount_yen: int) -> LedgerEntry:
        """Give money to the first card; durable on return."""
        self._take_slip()
        return self._append(EntryKind.REFUND, amount_yen, CARDS[0], approval_code=f"{self._slip:06d}")

    def book_settlement(self) -> tuple[LedgerEntry, tuple[LedgerEntry, ...], bytes]:
        """The end of the day with its net total, what the day had, and field 60. Durable on return."""
        day = open_day(self._ledger.entries())
        slips = [entry.slip_number for entry in day] or ["0000"]
        field = packed(slips[0] + slips[-1])
        for _, count, turnover_yen in scheme_totals(day):
            field += bytes([count]) + packed(f"{turnover_yen:012d}")
        total_yen = max(0, net_approved_yen(day))
        return self._append(EntryKind.SETTLED, total_yen, CARDS[0]), day, field

    def reuse_slip(self) -> None:
        """What a reboot does to a terminal that keeps its counter carelessly: the next number was used before."""
        self._slip = max(0, self._slip - 1)

    def original_of(self, entry: LedgerEntry) -> LedgerEntry | None:
        """What a void took back."""
        return next((one for one in self._ledger.entries() if entry.reverses and one.id == entry.reverses), None)

    def last(self) -> tuple[LedgerEntry, str] | None:
        """The last transaction and its result code as it stands now; None in an empty book."""
        reversed_ids = {entry.reverses for entry in self._ledger.entries() if entry.kind is EntryKind.REVERSAL}
        for entry in reversed(self._ledger.entries()):
            if entry.kind not in (EntryKind.REVERSAL, EntryKind.SETTLED):
                return entry, RESULT_REVERSED if entry.id in reversed_ids else entry.result_code
        return None

    def _take_slip(self) -> None:
        self._slip = self._slip % SLIP_NUMBER_MAX + 1

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
        if kind is not EntryKind.SETTLED:
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


def open_day(entries: tuple[LedgerEntry, ...]) -> tuple[LedgerEntry, ...]:
    """What came after the last end of day."""
    settled = [at for at, entry in enumerate(entries) if entry.kind is EntryKind.SETTLED]
    return entries[settled[-1] + 1 :] if settled else entries


def taken_back(entries: tuple[LedgerEntry, ...]) -> set[str]:
    """The ids of what a void or reversal took back."""
    return {entry.reverses for entry in entries if entry.reverses}


def scheme_totals(day: Sequence[LedgerEntry]) -> list[tuple[str, int, int]]:
    """Name, count and turnover in yen of each scheme, voids taken off; at least zero, as field 60 has no sign."""
    totals = []
    for scheme in SCHEMES:
        entries = [entry for entry in day if entry.brand == scheme]
        sales = sum(entry.kind is EntryKind.SALE for entry in entries)
        back = sum(entry.kind in (EntryKind.VOID, EntryKind.REVERSAL) for entry in entries)
        count = min(COUNT_MAX, max(0, sales - back))
        totals.append((scheme, count, max(0, net_approved_yen(entries))))
    return totals


def status_information(entry: LedgerEntry, result_code: str, original: LedgerEntry | None = None) -> bytes:
    """The 04 0F that tells of one transaction; a void names the trace number of its ``original``."""
    at = datetime.fromisoformat(entry.at)
    card = next(card for card in CARDS if card.brand == entry.brand)
    body = b"\x27" + packed(result_code)
    body += b"\x04" + packed(f"{entry.amount_yen:012d}") + b"\x49" + packed("0392")
    body += b"\x0c" + packed(at.strftime("%H%M%S")) + b"\x0d" + packed(at.strftime("%m%d"))
    body += b"\x22" + counted(packed(card.masked)) + b"\x87" + packed(entry.slip_number)
    if entry.approval_code:
        body += b"\x3b" + entry.approval_code.encode().ljust(8, b"\0")
    if original is not None:
        body += b"\x37" + packed(original.trace_number)
    body += b"\x0b" + packed(entry.trace_number) + b"\x29" + packed(entry.terminal_id)
    body += b"\x8a" + bytes([card.card_type]) + b"\x8b" + counted(card.brand.encode() + b"\0")
    return message("04 0F", body)
