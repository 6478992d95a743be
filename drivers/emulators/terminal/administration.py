"""Conversations that move no money: registration, state and repeat receipt. Owns their order; refuses to book."""

from drivers.emulators.terminal.book import Book, status_information
from drivers.emulators.terminal.codec import message, packed
from drivers.emulators.terminal.conversation import COMPLETION, POSITIVE, Conversation, abort, tell, think
from drivers.emulators.terminal.link import Link
from drivers.emulators.terminal.pace import Pace

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
        yield from tell(link, status_information(*last))
        yield from tell(link, COMPLETION)
