"""An emulated POS Integrado terminal without I/O. Owns which command starts what; refuses ports and clocks.

While a conversation runs, commands are not heard: the terminal is busy with a citizen or with its host.
"""

from drivers.emulators.pty_shell import Output
from drivers.emulators.stxlrc.answers import Act, Answer, Script
from drivers.emulators.stxlrc.book import Book
from drivers.emulators.stxlrc.codec import ACK, NAK, Unwrapper
from drivers.emulators.stxlrc.desk import Desk, tell_nothing, tell_once
from drivers.emulators.stxlrc.talk import Conversation, Pace, Talker

AMOUNT_DIGITS_MAX = 9
TICKET_MAX = 6
"""Letters."""
SCRIPTED = ("0200", "0500", "1200")
"""Sale, close and void go as the script says."""


class StxLrcCore:
    """One terminal; see pty_shell.Core."""

    def __init__(self, book: Book, script: Script, pace: Pace | None = None) -> None:
        self._book = book
        self._script = script
        self._unwrapper = Unwrapper()
        self._talker = Talker(pace or Pace())
        self._desk = Desk(book, pace or Pace())

    @property
    def wake_at_s(self) -> float | None:
        return self._talker.due_s

    def step(self, now_s: float, received: bytes) -> list[Output]:
        """See pty_shell.Core."""
        talker = self._talker
        talker.now_s = now_s
        for event in self._unwrapper.take(now_s, received):
            if event == ACK:
                talker.hear_ack()
            elif event == NAK:
                talker.hear_nak()
            elif talker.is_busy:
                continue
            elif isinstance(event, str):
                self._on_command(event)
            else:
                talker.send_link_byte(NAK)
        talker.look_at_clock()
        return talker.take_output()

    def _on_command(self, text: str) -> None:
        function, *fields = text.split("|")
        is_scripted = function in SCRIPTED or self._script.is_in_spell
        answer = self._script.next_answer() if is_scripted else Answer(Act.APPROVE)
        self._talker.wire.begin(answer.act)
        if answer.act in (Act.SILENT, Act.BUSY):
            return
        refuses = answer.act in (Act.REFUSE, Act.NAK_STORM)
        conversation = None if refuses else self._conversation_for(function, fields, answer)
        self._talker.send_link_byte(NAK if conversation is None else ACK)
        if conversation is not None:
            self._talker.begin(conversation)

    def _conversation_for(self, function: str, fields: list[str], answer: Answer) -> Conversation | None:
        """None for a command that is not known or not well formed."""
        match function, fields:
            case (("0100" | "0300"), _):
                return tell_nothing()
            case "0200", [amount, ticket, _, _, reports, *_] if _is_amount(amount) and len(ticket) <= TICKET_MAX:
                return self._desk.sell(int(amount), ticket, answer, reports=reports == "1")
            case "0250", _:
                return self._desk.tell_last()
            case "0260", [_, *_]:
                return self._desk.tell_details()
            case "0500", _:
                return self._desk.close(answer)
            case "0700", _:
                return tell_once(self._book.totals_reply())
            case "0800", _:
                return tell_once(self._book.plain_reply("0810", "00"))
            case "1200", [operation, *_] if operation.isdecimal():
                return self._desk.void(int(operation), answer)
            case _:
                return None


def _is_amount(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= AMOUNT_DIGITS_MAX and int(text) > 0
