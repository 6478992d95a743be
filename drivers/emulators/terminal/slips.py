"""What the emulated terminal wants on paper, as the register has asked for it. Owns lines and copies; refuses layout.

Source: PA00P015, registration (config byte, TLV 26), 06 D1 print line, 06 D3 print text block.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from drivers.emulators.terminal.book import scheme_totals
from drivers.emulators.terminal.codec import message
from drivers.emulators.terminal.conversation import Conversation, Heard, tell
from drivers.emulators.terminal.ledger import EntryKind, LedgerEntry, net_approved_yen
from drivers.emulators.terminal.link import Link

COLUMNS = 24
"""What a terminal of old has on its own paper."""
BLOCK_BYTES_MAX = 240
"""A block that fits one short message; longer slips are sent in several."""
PRINT_LINES_BIT = 0x80
LAST_LINE, CENTERED, WIDE = 0x81, 0x40, 0x20
MERCHANT, CUSTOMER, ADMINISTRATION = 1, 2, 3
TITLES = {
    EntryKind.SALE: "CARD PAYMENT",
    EntryKind.VOID: "VOID",
    EntryKind.REFUND: "REFUND",
    EntryKind.DECLINED: "NOT PAID",
}
HEADINGS = {MERCHANT: "MERCHANT COPY", CUSTOMER: "CUSTOMER COPY", ADMINISTRATION: "END OF DAY"}

Line = tuple[int, str]
"""Attribute and text."""


@dataclass(slots=True)
class Slips:
    """Sends slips once a register has asked for them. ``in_blocks``: as 06 D3, where that register takes it."""

    link: Link
    in_blocks: bool = False
    _wanted: bool = False
    _takes_blocks: bool = False

    def registered(self, body: bytes) -> None:
        """Take in a 06 00: password, config, currency, container."""
        self._wanted = len(body) > 3 and bool(body[3] & PRINT_LINES_BIT)
        self._takes_blocks = b"\x0a\x02\x06\xd3" in body[6:]

    def of_payment(self, entry: LedgerEntry, more: Iterable[str] = ()) -> Conversation:
        """Both copies of a payment, the merchant's first; only the citizen's where nothing was paid."""
        copies = (CUSTOMER,) if entry.kind is EntryKind.DECLINED else (MERCHANT, CUSTOMER)
        for copy in copies:
            lines = [*_payment_lines(entry, copy), *((0, text) for text in more)]
            yield from self._send(self._messages(copy, lines))

    def of_day(self, entries: tuple[LedgerEntry, ...], at: str) -> Conversation:
        """The end of day's slip."""
        yield from self._send(self._messages(ADMINISTRATION, _day_lines(entries, datetime.fromisoformat(at))))

    def _send(self, messages: list[bytes]) -> Conversation:
        for payload in messages:
            if not self._wanted:
                return
            heard = yield from tell(self.link, payload)
            self._wanted = heard is not Heard.TIME  # nobody is there: no further line, until the next registration

    def _messages(self, copy: int, lines: list[Line]) -> list[bytes]:
        if self.in_blocks and self._takes_blocks:
            return [message("06 D3", block) for block in _blocks(copy, lines)]
        return [
            *(message("06 D1", bytes([attribute]) + text.encode("cp437")) for attribute, text in lines),
            message("06 D1", bytes([LAST_LINE])),
        ]


def _payment_lines(entry: LedgerEntry, copy: int) -> list[Line]:
    at = datetime.fromisoformat(entry.at)
    return [
        (CENTERED, HEADINGS[copy]),
        (CENTERED | WIDE, TITLES[entry.kind]),
        (0, ""),
        (0, _row("TERMINAL", entry.terminal_id)),
        (0, _row("RECEIPT", entry.slip_number)),
        (0, _row("TRACE", entry.trace_number)),
        (0, _row(at.strftime("%Y-%m-%d"), at.strftime("%H:%M:%S"))),
        (0, "─" * COLUMNS),
        (0, entry.brand),
        (0, _row("CARD", entry.card_masked)),
        (0, _row("APPROVAL", entry.approval_code or "-")),
        (0, _row("AMOUNT", f"JPY {entry.amount_yen:,}")),
        (0, "─" * COLUMNS),
        *([(0, "Signature"), (0, ""), (0, "." * COLUMNS)] if copy == MERCHANT else [(CENTERED, "Merci · Danke schön")]),
    ]


def _day_lines(entries: tuple[LedgerEntry, ...], at: datetime) -> list[Line]:
    totals = [(scheme or "other", turnover) for scheme, _, turnover in scheme_totals(entries) if turnover]
    return [
        (CENTERED | WIDE, HEADINGS[ADMINISTRATION]),
        (0, _row(at.strftime("%Y-%m-%d"), at.strftime("%H:%M:%S"))),
        (0, "─" * COLUMNS),
        *((0, _row(scheme, f"JPY {turnover:,}")) for scheme, turnover in totals),
        (0, _row("TOTAL", f"JPY {net_approved_yen(entries):,}")),
    ]


def _row(left: str, right: str) -> str:
    return left + right.rjust(COLUMNS - len(left))


def _blocks(copy: int, lines: list[Line]) -> list[bytes]:
    """Bodies of 06 D3: the copy's kind in each, the mark of its end in the last."""
    texts = [b""]
    for attribute, text in lines:
        raw = text.encode("cp437")
        element = b"\x09\x01" + bytes([attribute]) + b"\x07" + bytes([len(raw)]) + raw
        if len(texts[-1]) + len(element) > BLOCK_BYTES_MAX:
            texts.append(b"")
        texts[-1] += element
    texts[-1] += b"\x09\x01\xff"
    return [_container(b"\x1f\x07\x01" + bytes([copy]) + b"\x25" + _sized(each)) for each in texts]


def _container(elements: bytes) -> bytes:
    return b"\x06" + _sized(elements)


def _sized(content: bytes) -> bytes:
    size = bytes([len(content)]) if len(content) < 0x80 else b"\x81" + bytes([len(content)])
    return size + content
