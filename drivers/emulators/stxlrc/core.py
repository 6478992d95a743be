"""An emulated POS Integrado terminal without I/O. Owns the order of its talk and its faults; refuses ports and clocks.

Every conversation is a generator read from top to bottom: it tells, thinks, or hangs up. While one runs, commands are
not heard: the terminal is busy with a citizen or with its host.
"""

from collections.abc import Generator
from dataclasses import dataclass

from drivers.emulators.pty_shell import HANG_UP, Output
from drivers.emulators.stxlrc.answers import Act, Answer, Script
from drivers.emulators.stxlrc.book import Book
from drivers.emulators.stxlrc.codec import ACK, NAK, Unwrapper, wrap
from drivers.emulators.stxlrc.ledger import LedgerEntry

REPEATS_MAX = 2
AMOUNT_DIGITS_MAX = 9
REPORT_S = 1.0
"""A slow terminal reports this often."""
STEPS = ("78", "79", "81", "82")
"""Card, amount, PIN, host."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take. ``speed`` divides the thinking (0: none at all); ``ack_wait_s`` is a real timer."""

    speed: float = 1.0
    ack_wait_s: float = 10.0
    step_s: float = 0.5
    """Each of card, amount, PIN and host."""
    reply_s: float = 0.005

    def scaled(self, thinking_s: float) -> float:
        return thinking_s / self.speed if self.speed else 0.0


@dataclass(frozen=True, slots=True)
class Think:
    """Let time pass."""

    thinking_s: float


@dataclass(frozen=True, slots=True)
class Tell:
    """Send a message and wait for its ACK. ``bad_copies`` of it have a wrong LRC; ``copies`` go out at once."""

    text: str
    bad_copies: int = 0
    copies: int = 1


@dataclass(frozen=True, slots=True)
class PullOut:
    """The line is pulled out and put back."""


Step = Think | Tell | PullOut
Conversation = Generator[Step, None, None]


class StxLrcCore:
    """One terminal; see pty_shell.Core."""

    def __init__(self, book: Book, script: Script, pace: Pace | None = None) -> None:
        self._book = book
        self._script = script
        self._pace = pace or Pace()
        self._unwrapper = Unwrapper()
        self._conversation: Conversation | None = None
        self._telling: Tell | None = None
        self._sent = 0
        self._due_s: float | None = None
        self._now_s = 0.0
        self._out: list[Output] = []

    @property
    def wake_at_s(self) -> float | None:
        return self._due_s

    def step(self, now_s: float, received: bytes) -> list[Output]:
        """See pty_shell.Core."""
        self._now_s = now_s
        for event in self._unwrapper.take(now_s, received):
            if event == ACK:
                self._on_ack()
            elif event == NAK:
                self._on_nak()
            elif isinstance(event, str):
                self._on_command(event)
            elif self._conversation is None:
                self._out.append((0.0, NAK))
        if self._due_s is not None and now_s >= self._due_s:
            self._on_time()
        out, self._out = self._out, []
        return out

    def _on_ack(self) -> None:
        if self._telling is not None:
            self._telling = None
            self._go_on()

    def _on_nak(self) -> None:
        if self._telling is not None:
            self._tell_again()

    def _on_time(self) -> None:
        if self._telling is not None:
            self._tell_again()
        else:
            self._go_on()

    def _tell_again(self) -> None:
        if self._sent > REPEATS_MAX:
            self._conversation = self._telling = self._due_s = None
        else:
            self._transmit()

    def _transmit(self) -> None:
        if self._telling is None:
            return
        frame = wrap(self._telling.text)
        if self._sent < self._telling.bad_copies:
            frame = frame[:-1] + bytes([frame[-1] ^ 0x40])
        self._sent += 1
        self._out.append((self._pace.scaled(self._pace.reply_s), frame * self._telling.copies))
        self._due_s = self._now_s + self._pace.ack_wait_s

    def _go_on(self) -> None:
        """Take the conversation's next step; PullOut and a thought of no time do not end the loop."""
        self._due_s = None
        while self._conversation is not None:
            step = next(self._conversation, None)
            match step:
                case None:
                    self._conversation = None
                case PullOut():
                    self._out.append((0.0, HANG_UP))
                case Think(thinking_s) if (wait_s := self._pace.scaled(thinking_s)) > 0:
                    self._due_s = self._now_s + wait_s
                    return
                case Think():
                    pass
                case Tell():
                    self._telling, self._sent = step, 0
                    self._transmit()
                    return

    def _on_command(self, text: str) -> None:
        if self._conversation is not None:
            return
        function, *fields = text.split("|")
        answer = self._script.next_answer() if function in ("0200", "1200") else Answer(Act.APPROVE)
        if answer.act is Act.SILENT:
            return
        conversation = None if answer.act is Act.REFUSE else self._conversation_for(function, fields, answer)
        self._out.append((0.0, NAK if conversation is None else ACK))
        if conversation is not None:
            self._conversation = conversation
            self._go_on()

    def _conversation_for(self, function: str, fields: list[str], answer: Answer) -> Conversation | None:
        match function, fields:
            case (("0100" | "0300"), _):
                return _nothing()
            case "0200", [amount, ticket, _, _, reports, *_] if _is_amount(amount) and len(ticket) <= 6:
                return self._sell(int(amount), ticket, answer, reports=reports == "1")
            case "0250", _:
                return self._tell_last()
            case "0260", [_, *_]:
                return self._tell_details()
            case "0500", _:
                return self._close()
            case "0700", _:
                return _tell(self._book.totals_reply())
            case "0800", _:
                return _tell(self._book.plain_reply("0810", "00"))
            case "1200", [operation, *_] if operation.isdecimal():
                return self._void(int(operation), answer)
            case _:
                return None

    def _sell(self, amount_yen: int, ticket: str, answer: Answer, *, reports: bool) -> Conversation:
        if answer.act is Act.STALL:
            return
        previous = self._book.sales()[-1:]
        copies = 2 if answer.act is Act.DUPLICATE else 1
        for code in STEPS:
            if reports:
                yield Tell(f"0900|{code}|", copies=copies)
            yield Think(self._pace.step_s)
        if answer.act is Act.SLOW:
            for _ in range(int(answer.number / REPORT_S)):
                if reports:
                    yield Tell("0900|82|")
                yield Think(REPORT_S)
        if answer.act is Act.DECLINE:
            yield Tell(self._book.sale_refusal("0210", f"{answer.number:02d}", ticket, amount_yen))
            return
        if answer.act in (Act.PREVIOUS, Act.STALE):
            for entry in previous:
                yield Tell(self._book.sale_reply("0210", entry))
        if answer.act is not Act.STALE:
            yield from self._charge(amount_yen, ticket, answer, copies)

    def _charge(self, amount_yen: int, ticket: str, answer: Answer, copies: int) -> Conversation:
        sale = self._book.book_sale(amount_yen + (answer.act is Act.WRONG_AMOUNT), ticket)
        if answer.act is Act.LOST_REPLY:
            return
        if answer.act is Act.CUT:
            yield PullOut()
            return
        bad_copies = {Act.CORRUPT: 1, Act.CORRUPT_ALL: 1 + REPEATS_MAX}.get(answer.act, 0)
        yield Tell(self._sale_text(sale, answer), bad_copies, copies)

    def _sale_text(self, sale: LedgerEntry, answer: Answer) -> str:
        told = self._book.sale_reply("0210", sale)
        if answer.act is not Act.WRONG_ECHO:
            return told
        fields = told.split("|")
        fields[6] = str(sale.amount_yen * 10)
        return "|".join(fields)

    def _tell_last(self) -> Conversation:
        sales = self._book.sales()
        told = self._book.sale_reply("0260", sales[-1]) if sales else self._book.sale_refusal("0260", "11")
        yield Tell(told)

    def _tell_details(self) -> Conversation:
        for entry in self._book.sales():
            yield Tell(self._book.detail_row(entry))
        yield Tell(self._book.detail_row(None))

    def _close(self) -> Conversation:
        yield Think(self._pace.step_s)
        self._book.book_close()
        yield Tell(self._book.plain_reply("0510", "00"))

    def _void(self, operation: int, answer: Answer) -> Conversation:
        if answer.act is Act.STALL:
            return
        yield Think(self._pace.step_s)
        if answer.act is Act.DECLINE:
            yield Tell(self._book.void_reply(f"{answer.number:02d}", operation))
            return
        void = self._book.book_void(operation)
        if isinstance(void, str):
            yield Tell(self._book.void_reply(void, operation))
        elif answer.act is Act.CUT:
            yield PullOut()
        elif answer.act is not Act.LOST_REPLY:
            yield Tell(self._book.void_reply("00", operation, void.approval_code))


def _tell(text: str) -> Conversation:
    yield Tell(text)


def _nothing() -> Conversation:
    yield from ()


def _is_amount(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= AMOUNT_DIGITS_MAX and int(text) > 0
