"""Conversations that sell nothing: registration, state, repeat receipt, end of day. Owns their order alone."""

from drivers.emulators.terminal.answers import Act, Answer
from drivers.emulators.terminal.book import Book, status_information
from drivers.emulators.terminal.codec import counted3, message, packed
from drivers.emulators.terminal.conversation import COMPLETION, POSITIVE, Conversation, abort, tell, think
from drivers.emulators.terminal.link import Link
from drivers.emulators.terminal.pace import Pace
from drivers.emulators.terminal.slips import Slips

NOTHING_TO_REPEAT = 0x83


def register(link: Link, pace: Pace, terminal_id: str) -> Conversation:
    """06 00: tells the terminal's number and the yen."""
    link.send(POSITIVE)
    yield from think(link, pace.reply_s)
    yield from tell(link, message("06 0F", b"\x19\x00\x29" + packed(terminal_id) + b"\x49\x03\x92"))


def tell_state(link: Link, pace: Pace) -> Conversation:
    """05 01: ready."""
    link.send(POSITIVE)
    yield from think(link, pace.reply_s)
    yield from tell(link, message("06 0F", b"\x00"))


def repeat_receipt(link: Link, pace: Pace, book: Book) -> Conversation:
    """06 20: tells the last transaction as it stands now."""
    link.send(POSITIVE)
    yield from think(link, pace.reply_s)
    last = book.last()
    if last is None:
        yield from tell(link, abort(NOTHING_TO_REPEAT))
    else:
        entry, result_code = last
        yield from tell(link, status_information(entry, result_code, book.original_of(entry)))
        yield from tell(link, COMPLETION)


def diagnose(link: Link, pace: Pace, answer: Answer) -> Conversation:
    """06 70: tries the way to the card's host."""
    link.send(POSITIVE)
    yield from think(link, pace.host_s)
    if answer.act is Act.STALL:
        return
    yield from tell(link, abort(answer.number) if answer.act is Act.DECLINE else COMPLETION)


def end_of_day(link: Link, pace: Pace, book: Book, slips: Slips, answer: Answer) -> Conversation:
    """06 50: settles, tells the totals per scheme, starts the next day."""
    link.send(POSITIVE)
    yield from think(link, pace.host_s)
    if answer.act is Act.STALL:
        return
    if answer.act is Act.DECLINE:
        yield from tell(link, abort(answer.number))
        return
    settled, day, totals = book.book_settlement()
    if answer.act is Act.LOST_REPLY:
        return
    if answer.act is Act.CUT:
        link.hang_up()
        return
    body = b"\x27\x00\x04" + packed(f"{settled.amount_yen:012d}") + b"\x49\x03\x92\x60" + counted3(totals)
    yield from tell(link, message("04 0F", body), is_result=True)
    yield from slips.of_day(day, settled.at)
    yield from tell(link, COMPLETION)
