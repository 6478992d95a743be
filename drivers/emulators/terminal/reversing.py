"""Void and refund as the emulated terminal goes through them. Owns their order; refuses to sell."""

from dataclasses import dataclass

from drivers.emulators.terminal.answers import Act, Answer
from drivers.emulators.terminal.book import Book, VoidRefusal, status_information
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
from drivers.emulators.terminal.ledger import EntryKind, LedgerEntry
from drivers.emulators.terminal.link import Link
from drivers.emulators.terminal.pace import Pace
from drivers.emulators.terminal.sale import as_told, tell_previous
from drivers.emulators.terminal.slips import Slips

ALREADY_REVERSED, NOT_POSSIBLE, ABORTED = 0xB4, 0xB5, 0x6C
INSERT_CARD, PROCESSING = 0x0A, 0x04


@dataclass(frozen=True, slots=True)
class ReversingDesk:
    """Takes back from ``book``. ``reverses`` tells whether an unconfirmed refund is taken back; a void stands."""

    link: Link
    book: Book
    pace: Pace
    reverses: bool
    slips: Slips

    def void(self, slip_number: str, amount_yen: int, answer: Answer) -> Conversation:
        """06 30: no card is needed; the receipt number names the sale."""
        self.link.send(POSITIVE)
        yield from think(self.link, self.pace.reply_s)
        if answer.act is Act.STALL:
            return
        yield from tell_previous(self.link, self.book, answer)
        yield from self._show(PROCESSING)
        yield from think(self.link, self.pace.host_s)
        if answer.act is Act.DECLINE:
            yield from tell(self.link, abort(answer.number))
            return
        match self.book.find_voidable(slip_number, amount_yen):
            case VoidRefusal.ALREADY_REVERSED:
                yield from tell(self.link, abort(ALREADY_REVERSED))
            case VoidRefusal.NOT_POSSIBLE:
                yield from tell(self.link, abort(NOT_POSSIBLE))
            case LedgerEntry() as named:
                sale = self.book.find_other(named) if answer.act is Act.OTHER_SALE else named
                yield from self._report(self.book.book_void(sale), answer)

    def refund(self, amount_yen: int, answer: Answer) -> Conversation:
        """06 31: the card is put in once more."""
        self.link.send(POSITIVE)
        yield from think(self.link, self.pace.reply_s)
        if answer.act is Act.STALL:
            return
        yield from tell_previous(self.link, self.book, answer)
        yield from self._show(INSERT_CARD)
        heard = yield from think(self.link, self.pace.card_s, Await.ABORT)
        if heard is Heard.ABORT and answer.act is not Act.TOO_LATE:
            yield from think(self.link, self.pace.reply_s)
            yield from tell(self.link, abort(ABORTED))
            return
        yield from self._show(PROCESSING)
        yield from think(self.link, self.pace.host_s)
        if answer.act is Act.DECLINE:
            yield from tell(self.link, abort(answer.number))
            return
        yield from self._report(self.book.book_refund(amount_yen + (answer.act is Act.WRONG_AMOUNT)), answer)

    def _report(self, entry: LedgerEntry, answer: Answer) -> Conversation:
        if answer.act is Act.LOST_REPLY:
            return
        if answer.act is Act.CUT:
            self.link.hang_up()
            return
        told = status_information(as_told(entry, answer), entry.result_code, self.book.original_of(entry))
        heard = yield from tell(self.link, told, is_result=True)
        if heard is not Heard.REPLY:
            if self.reverses and entry.kind is EntryKind.REFUND:
                self.book.book_reversal(entry)
            yield from tell(self.link, abort(ABORTED))
            return
        if answer.act is not Act.NO_COMPLETION:
            yield from self.slips.of_payment(entry)
            yield from tell(self.link, COMPLETION)

    def _show(self, state: int) -> Exchange:
        return (yield from tell(self.link, message("04 FF", bytes([state]))))
