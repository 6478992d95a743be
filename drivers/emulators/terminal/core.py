"""The emulated card terminal: bytes and time in, bytes out. Owns its conversations; refuses ports, threads and clocks.

A conversation (registration, sale, repeat receipt) is a generator read from top to bottom: it sends, waits, and is
resumed with what ended the wait.
"""

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum, auto

from drivers.emulators.pty_shell import HANG_UP, Output
from drivers.emulators.terminal.answers import Act, Answer, Script
from drivers.emulators.terminal.book import Book, status_information
from drivers.emulators.terminal.codec import ACK, NAK, SaleCommand, Unwrapper, message, packed, read_sale, wrap
from drivers.emulators.terminal.ledger import LedgerEntry

POSITIVE = message("80 00")
BUSY = message("84 9C")
UNSUPPORTED = message("84 83")
COMPLETION = message("06 0F")
YEN = ("", "0392")
REPEATS_MAX = 2
INSERT_CARD, PROCESSING, PLEASE_WAIT, REMOVE_CARD = 0x0A, 0x04, 0x0E, 0x0B
SLOW_STATUS_S = 1.0
"""A slow terminal says "please wait" this often."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take. ``speed`` divides the thinking (0: none at all); ``ack_wait_s`` is a real timer."""

    speed: float = 1.0
    ack_wait_s: float = 5.0
    """T2 and T3 of the terminal: for a link ACK, and for the positive reply."""
    card_s: float = 1.0
    """Until the citizen's card is in."""
    host_s: float = 0.6
    """Until the card's host has answered."""
    removal_s: float = 0.4
    reply_s: float = 0.005
    """Until a command is answered."""

    def scaled(self, thinking_s: float) -> float:
        return thinking_s / self.speed if self.speed else 0.0


class Heard(Enum):
    """What ended a wait."""

    TIME = auto()
    REPLY = auto()
    REFUSAL = auto()
    ABORT = auto()


class Await(Enum):
    """What a conversation waits for besides time."""

    NOTHING = auto()
    REPLY = auto()
    ABORT = auto()


Wait = tuple[float, Await]
Conversation = Generator[Wait, Heard, None]


class TerminalCore:
    """One terminal. ``reverses`` tells whether a sale that is not confirmed is taken back (else it stands)."""

    def __init__(self, book: Book, script: Script, pace: Pace | None = None, *, reverses: bool = True) -> None:
        self._book = book
        self._script = script
        self._pace = pace or Pace()
        self._reverses = reverses
        self._unwrapper = Unwrapper()
        self._out: list[Output] = []
        self._now_s = 0.0
        self._talk: Conversation | None = None
        self._wait: Wait = (0.0, Await.NOTHING)
        self._frame = b""
        self._frame_due_s = 0.0
        self._repeats = 0
        self._aside_is_open = False

    @property
    def wake_at_s(self) -> float | None:
        due = [self._frame_due_s] if self._frame else []
        if self._talk is not None and not self._is_reply_premature:
            due.append(self._wait[0])
        return min(due, default=None)

    @property
    def _is_reply_premature(self) -> bool:
        """Waiting for a reply to a frame that has no ACK yet: repeats come first."""
        return bool(self._frame) and self._wait[1] is Await.REPLY

    def step(self, now_s: float, received: bytes) -> list[Output]:
        """See pty_shell.Core."""
        self._now_s = now_s
        for event in self._unwrapper.take(now_s, received):
            if event == "ack":
                self._acknowledged()
            elif event == "nak":
                self._send_again()
            elif isinstance(event, str):
                self._out.append((0.0, NAK))
            else:
                self._out.append((0.0, ACK))
                self._hear(event)
        if self._frame and now_s >= self._frame_due_s:
            self._send_again()
        if self._talk is not None and not self._is_reply_premature and now_s >= self._wait[0]:
            self._go_on(Heard.TIME)
        out, self._out = self._out, []
        return out

    def _acknowledged(self) -> None:
        if self._aside_is_open:
            self._aside_is_open = False
            return
        if self._is_reply_premature:
            self._wait = self._for_reply()
        self._frame = b""

    def _hear(self, payload: bytes) -> None:
        command = payload[:2]
        if command in (b"\x80\x00", b"\x84\x00"):
            self._resume_if(Await.REPLY, Heard.REPLY)
        elif command[0] == 0x84:
            self._resume_if(Await.REPLY, Heard.REFUSAL)
        elif command == b"\x06\xb0":
            abortable = self._talk is not None and self._wait[1] is Await.ABORT
            self._send_aside(POSITIVE if abortable else UNSUPPORTED)
            self._resume_if(Await.ABORT, Heard.ABORT)
        elif self._talk is not None:
            self._send_aside(BUSY)
        else:
            self._start(command, payload)

    def _start(self, command: bytes, payload: bytes) -> None:
        body = payload[5:] if payload[2] == 0xFF else payload[3:]
        match command:
            case b"\x06\x00":
                self._begin(self._register())
            case b"\x06\x01":
                self._start_sale(read_sale(body))
            case b"\x05\x01":
                self._begin(self._tell_state())
            case b"\x06\x20":
                self._begin(self._repeat_receipt())
            case _:
                self._send(UNSUPPORTED)

    def _start_sale(self, sale: SaleCommand | None) -> None:
        if sale is None:
            self._send(UNSUPPORTED)
        elif sale.currency not in YEN:
            self._send(message("84 6F"))
        else:
            answer = self._script.next_answer()
            if answer.act is Act.BUSY:
                self._send(BUSY)
            elif answer.act is not Act.SILENT:
                self._begin(self._sell(sale.amount, answer))

    # conversations

    def _register(self) -> Conversation:
        self._send(POSITIVE)
        yield self._after(self._pace.reply_s)
        self._send(message("06 0F", b"\x19\x00\x29" + packed(self._book.terminal_id) + b"\x49\x03\x92"))
        yield self._for_reply()

    def _tell_state(self) -> Conversation:
        self._send(POSITIVE)
        yield self._after(self._pace.reply_s)
        self._send(message("06 0F", b"\x00"))
        yield self._for_reply()

    def _repeat_receipt(self) -> Conversation:
        self._send(POSITIVE)
        yield self._after(self._pace.reply_s)
        last = self._book.last()
        if last is None:
            self._send(message("06 1E", b"\x83"))
        else:
            self._send(status_information(*last))
            yield self._for_reply()
            self._send(COMPLETION)
        yield self._for_reply()

    def _sell(self, amount: int, answer: Answer) -> Conversation:
        self._send(POSITIVE)
        yield self._after(self._pace.reply_s)
        if answer.act is Act.STALL:
            return
        if answer.act is Act.PREVIOUS and (last := self._book.last()) is not None:
            self._send(status_information(*last))
            yield self._for_reply()
        yield from self._intermediate(INSERT_CARD)
        heard = yield self._after(self._pace.card_s, Await.ABORT)
        if heard is Heard.ABORT and answer.act is not Act.TOO_LATE:
            yield self._after(self._pace.reply_s)
            self._send(message("06 1E", b"\x6c"))
            yield self._for_reply()
            return
        yield from self._intermediate(PROCESSING)
        yield from self._think(answer)
        if answer.act is Act.DECLINE:
            yield from self._decline(amount, answer.number)
        else:
            yield from self._approve(amount, answer)

    def _think(self, answer: Answer) -> Conversation:
        yield self._after(self._pace.host_s)
        if answer.act is Act.SLOW:
            for _ in range(int(answer.number / SLOW_STATUS_S)):
                yield from self._intermediate(PLEASE_WAIT)
                yield self._after(SLOW_STATUS_S)

    def _decline(self, amount: int, result: int) -> Conversation:
        if result != 0x6C:
            entry = self._book.book_decline(amount, result)
            self._send(status_information(entry, entry.result_code))
            yield self._for_reply()
        self._send(message("06 1E", bytes([result])))
        yield self._for_reply()

    def _approve(self, amount: int, answer: Answer) -> Conversation:
        sale = self._book.book_sale(amount + (answer.act is Act.WRONG_AMOUNT))
        if answer.act is Act.LOST_REPLY:
            return
        if answer.act is Act.CUT:
            self._out.append((0.0, HANG_UP))
            return
        self._send(status_information(sale, sale.result_code))
        heard = yield self._for_reply()
        if heard is not Heard.REPLY:
            yield from self._unconfirmed(sale)
            return
        if answer.act is Act.NO_COMPLETION:
            return
        yield from self._intermediate(REMOVE_CARD)
        yield self._after(self._pace.removal_s)
        self._send(COMPLETION)
        yield self._for_reply()

    def _unconfirmed(self, sale: LedgerEntry) -> Conversation:
        self._frame = b""
        if self._reverses:
            self._book.book_reversal(sale)
        self._send(message("06 1E", b"\x6c"))
        yield self._for_reply()

    def _intermediate(self, state: int) -> Conversation:
        self._send(message("04 FF", bytes([state])))
        yield self._for_reply()

    # waiting and sending

    def _after(self, thinking_s: float, awaited: Await = Await.NOTHING) -> Wait:
        return self._now_s + self._pace.scaled(thinking_s), awaited

    def _for_reply(self) -> Wait:
        return self._now_s + self._pace.ack_wait_s, Await.REPLY

    def _begin(self, talk: Conversation) -> None:
        self._talk = talk
        self._wait = next(talk)

    def _resume_if(self, awaited: Await, heard: Heard) -> None:
        if self._talk is not None and self._wait[1] is awaited:
            self._go_on(heard)

    def _go_on(self, heard: Heard) -> None:
        assert self._talk is not None, "only a running conversation is resumed"
        try:
            self._wait = self._talk.send(heard)
        except StopIteration:
            self._talk = None

    def _send(self, payload: bytes) -> None:
        self._aside_is_open = False
        self._frame = wrap(payload)
        self._repeats = 0
        self._frame_due_s = self._now_s + self._pace.ack_wait_s
        self._out.append((self._pace.scaled(self._pace.reply_s), self._frame))

    def _send_aside(self, payload: bytes) -> None:
        """Answer a command that came into a conversation; the conversation's own frame keeps its repeats."""
        self._aside_is_open = True
        self._out.append((self._pace.scaled(self._pace.reply_s), wrap(payload)))

    def _send_again(self) -> None:
        if not self._frame:
            return
        if self._repeats == REPEATS_MAX:
            self._frame = b""
            return
        self._repeats += 1
        self._frame_due_s = self._now_s + self._pace.ack_wait_s
        self._out.append((0.0, self._frame))
