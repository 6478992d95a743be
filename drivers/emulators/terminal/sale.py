"""The sale as the emulated terminal goes through it. Owns its order and scripted faults; refuses frames and repeats."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from drivers.emulators.terminal.answers import Act, Answer
from drivers.emulators.terminal.book import Book, status_information
from drivers.emulators.terminal.clear_card import LINES, in_clear
from drivers.emulators.terminal.codec import message
from drivers.emulators.terminal.conversation import (
    COMPLETION,
    POSITIVE,
    Await,
    Conversation,
    Exchange,
    Heard,
    abort,
    tell,
    think,
)
from drivers.emulators.terminal.ledger import LedgerEntry
from drivers.emulators.terminal.link import Link
from drivers.emulators.terminal.pace import Pace
from drivers.emulators.terminal.slips import Slips

INSERT_CARD, PROCESSING, PLEASE_WAIT, REMOVE_CARD = 0x0A, 0x04, 0x0E, 0x0B
ABORTED = 0x6C
ANOTHER_TERMINAL = "99999999"
SLOW_STATUS_S = 1.0
"""A slow terminal says "please wait" this often."""


@dataclass(frozen=True, slots=True)
class SaleDesk:
    """Sells into ``book``. ``reverses`` tells whether a sale that is not confirmed is taken back (else it stands)."""

    link: Link
    book: Book
    pace: Pace
    reverses: bool
    slips: Slips
    keep_open: Callable[[LedgerEntry], None] = lambda _: None
    """Told of each sale before the register is; and what becomes of it without a confirmation is settled elsewhere."""
    confirm: Callable[[LedgerEntry], None] = lambda _: None

    def sell(self, amount_yen: int, answer: Answer) -> Conversation:
        """06 01, from the positive reply to the end that ``answer`` asks for."""
        self.link.send(POSITIVE)
        yield from think(self.link, self.pace.reply_s)
        if answer.act is Act.STALL:
            return
        yield from tell_previous(self.link, self.book, answer)
        if answer.act is Act.STALE:
            yield from tell(self.link, COMPLETION)
            return
        yield from self._show(INSERT_CARD)
        heard = yield from think(self.link, self.pace.card_s, Await.ABORT)
        if heard is Heard.ABORT and answer.act is not Act.TOO_LATE:
            yield from think(self.link, self.pace.reply_s)
            yield from tell(self.link, abort(ABORTED))
            return
        yield from self._show(PROCESSING)
        if answer.act is Act.REBOOT:
            self.link.hang_up()
            return
        yield from self._ask_host(answer)
        if answer.act is Act.DECLINE:
            yield from self._decline(amount_yen, answer.number)
        else:
            yield from self._approve(amount_yen, answer)

    def _ask_host(self, answer: Answer) -> Conversation:
        yield from think(self.link, self.pace.host_s)
        if answer.act is Act.SLOW:
            for _ in range(int(answer.number / SLOW_STATUS_S)):
                yield from self._show(PLEASE_WAIT)
                yield from think(self.link, SLOW_STATUS_S)

    def _decline(self, amount_yen: int, result: int) -> Conversation:
        if result != ABORTED:
            entry = self.book.book_decline(amount_yen, result)
            yield from tell(self.link, status_information(entry, entry.result_code))
            yield from self.slips.of_payment(entry)
        yield from tell(self.link, abort(result))

    def _approve(self, amount_yen: int, answer: Answer) -> Conversation:
        sale = self.book.book_sale(amount_yen + (answer.act is Act.WRONG_AMOUNT))
        self.keep_open(sale)
        if answer.act is Act.LOST_REPLY:
            return
        if answer.act in (Act.CUT, Act.REBOOT_CHARGED):
            if answer.act is Act.REBOOT_CHARGED:
                self.book.reuse_slip()
            self.link.hang_up()
            return
        told = status_information(as_told(sale, answer), sale.result_code)
        told = in_clear(told) if answer.act is Act.CLEAR_CARD else told
        heard = yield from tell(self.link, told, is_result=True)
        if heard is not Heard.REPLY:
            yield from self._unconfirmed(sale)
            return
        self.confirm(sale)
        if answer.act is Act.NO_COMPLETION:
            return
        yield from self.slips.of_payment(sale, LINES if answer.act is Act.CLEAR_CARD else ())
        yield from self._show(REMOVE_CARD)
        yield from think(self.link, self.pace.removal_s)
        yield from tell(self.link, COMPLETION)

    def _unconfirmed(self, sale: LedgerEntry) -> Conversation:
        if self.reverses:
            self.book.book_reversal(sale)
        yield from tell(self.link, abort(ABORTED))

    def _show(self, state: int) -> Exchange:
        """Have the register's display say what the terminal's says."""
        return (yield from tell(self.link, message("04 FF", bytes([state]))))


def as_told(entry: LedgerEntry, answer: Answer) -> LedgerEntry:
    """The transaction as the terminal tells it, where the answer says that it tells it wrong."""
    match answer.act:
        case Act.WRONG_TERMINAL:
            return replace(entry, terminal_id=ANOTHER_TERMINAL)
        case Act.WRONG_TRACE:
            return replace(entry, trace_number=f"{int(entry.trace_number) - 1:06d}")
        case _:
            return entry


def tell_previous(link: Link, book: Book, answer: Answer) -> Conversation:
    """The last transaction once more, where the answer says so."""
    if answer.act in (Act.PREVIOUS, Act.STALE) and (last := book.last()) is not None:
        entry, result_code = last
        yield from tell(link, status_information(entry, result_code, book.original_of(entry)))
