"""Numbers, cards and replies of the emulated terminal. Owns what a sale is called; refuses to talk to anyone."""

from collections.abc import Callable
from datetime import datetime

from drivers.emulators.stxlrc.ledger import EntryKind, Ledger, LedgerEntry

OPERATION_MAX = 999_999
CARDS = (("VI", "1034"), ("MC", "2270"), ("AX", "3517"))
"""Brand abbreviation and last four digits of the cards the emulated citizens carry."""


class Book:
    """Writes transactions into the ledger and tells them. An empty book goes on from ``operation_before``."""

    def __init__(
        self,
        ledger: Ledger,
        wall_clock: Callable[[], datetime],
        terminal_id: str,
        *,
        commerce_code: str = "597000000001",
        operation_before: int = 0,
    ) -> None:
        self._ledger = ledger
        self._wall_clock = wall_clock
        self._operation_before = operation_before
        self._head = f"{commerce_code}|{terminal_id}"

    def book_sale(self, amount_yen: int, ticket: str) -> LedgerEntry:
        """Charge the next card; durable on return."""
        sales = [entry for entry in self._ledger.entries() if entry.kind is EntryKind.SALE]
        last = sales[-1].operation if sales else self._operation_before
        brand, last4 = CARDS[len(sales) % len(CARDS)]
        entry = LedgerEntry(
            EntryKind.SALE,
            last % OPERATION_MAX + 1,
            self._now(),
            amount_yen,
            ticket,
            f"{(len(sales) + 1) * 7919 % 1_000_000:06d}",
            brand,
            last4,
        )
        self._ledger.append(entry)
        return entry

    def book_void(self, operation: int) -> LedgerEntry | str:
        """Take a sale of the open day back, durable on return; or the code that refuses it."""
        if any(entry.operation == operation for entry in self._day() if entry.kind is EntryKind.VOID):
            return "04"
        sale = next((entry for entry in self.sales() if entry.operation == operation), None)
        if sale is None:
            return "05"
        void = LedgerEntry(EntryKind.VOID, operation, self._now(), sale.amount_yen, approval_code=sale.approval_code)
        self._ledger.append(void)
        return void

    def book_close(self) -> None:
        """Empty the memory; durable on return."""
        self._ledger.append(LedgerEntry(EntryKind.CLOSE, 0, self._now()))

    def sales(self) -> list[LedgerEntry]:
        """Those of the open day that stand, oldest first."""
        day = self._day()
        voided = {entry.operation for entry in day if entry.kind is EntryKind.VOID}
        return [entry for entry in day if entry.kind is EntryKind.SALE and entry.operation not in voided]

    def plain_reply(self, function: str, code: str) -> str:
        """A reply that has a code and the terminal's numbers alone."""
        return f"{function}|{code}|{self._head}|"

    def sale_reply(self, function: str, entry: LedgerEntry) -> str:
        """0210 or 0260 with an approval."""
        day, time = self._at(entry)
        return (
            f"{function}|00|{self._head}|{entry.ticket}|{entry.approval_code}|{entry.amount_yen}|0||{entry.card_last4}"
            f"|{entry.operation:06d}|CR|||{entry.brand}|{day}|{time}||0|"
        )

    def sale_refusal(self, function: str, code: str, ticket: str = "", amount_yen: int | None = None) -> str:
        """0210 or 0260 without an approval."""
        amount = "" if amount_yen is None else amount_yen
        return f"{function}|{code}|{self._head}|{ticket}||{amount}|" + "|" * 12

    def detail_row(self, entry: LedgerEntry | None) -> str:
        """One 0261; None for the empty row that ends the list."""
        if entry is None:
            return f"0261|00|{self._head}" + "|" * 16
        day, time = self._at(entry)
        return (
            f"0261|00|{self._head}|{entry.ticket}|{entry.approval_code}|{entry.amount_yen}|{entry.card_last4}"
            f"|{entry.operation:06d}|CR|||{entry.brand}|{day}|{time}||0|0|0|"
        )

    def void_reply(self, code: str, operation: int, approval_code: str = "") -> str:
        """1210."""
        return f"1210|{code}|{self._head}|{approval_code}|{operation}"

    def totals_reply(self) -> str:
        """0710."""
        sales = self.sales()
        return f"0710|00|{len(sales)}|{sum(entry.amount_yen for entry in sales)}"

    def _day(self) -> list[LedgerEntry]:
        """What came after the last close."""
        entries = self._ledger.entries()
        closes = [place for place, entry in enumerate(entries) if entry.kind is EntryKind.CLOSE]
        return list(entries[closes[-1] + 1 if closes else 0 :])

    def _now(self) -> str:
        return self._wall_clock().isoformat(timespec="seconds")

    def _at(self, entry: LedgerEntry) -> tuple[str, str]:
        at = datetime.fromisoformat(entry.at)
        return at.strftime("%d%m%Y"), at.strftime("%H%M%S")
