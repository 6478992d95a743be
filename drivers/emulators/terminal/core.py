"""The emulated card terminal: bytes and time in and out. Owns which command starts what; refuses ports and threads."""

from drivers.emulators.pty_shell import Output
from drivers.emulators.terminal.administration import register, repeat_receipt, tell_state
from drivers.emulators.terminal.answers import Act, Script
from drivers.emulators.terminal.book import Book
from drivers.emulators.terminal.codec import SaleCommand, message, read_sale
from drivers.emulators.terminal.conversation import POSITIVE, Await, Dialogue, Heard
from drivers.emulators.terminal.link import Link
from drivers.emulators.terminal.pace import Pace
from drivers.emulators.terminal.sale import SaleDesk

BUSY = message("84 9C")
UNSUPPORTED = message("84 83")
WRONG_CURRENCY = message("84 6F")
YEN = ("", "0392")


class TerminalCore:
    """One terminal. ``reverses`` tells whether a sale that is not confirmed is taken back (else it stands)."""

    def __init__(self, book: Book, script: Script, pace: Pace | None = None, *, reverses: bool = True) -> None:
        self._book = book
        self._script = script
        self._pace = pace or Pace()
        self._link = Link(self._pace)
        self._dialogue = Dialogue(self._link)
        self._desk = SaleDesk(self._link, book, self._pace, reverses)

    @property
    def wake_at_s(self) -> float | None:
        due = (self._link.repeat_due_s, self._dialogue.due_s)
        return min((at_s for at_s in due if at_s is not None), default=None)

    def step(self, now_s: float, received: bytes) -> list[Output]:
        """See pty_shell.Core."""
        for payload in self._link.receive(now_s, received):
            self._hear(payload)
        self._link.repeat_if_due()
        due_s = self._dialogue.due_s
        if due_s is not None and now_s >= due_s:
            self._dialogue.resume(Heard.TIME)
        return self._link.take_output()

    def _hear(self, payload: bytes) -> None:
        command = payload[:2]
        if command in (b"\x80\x00", b"\x84\x00"):
            self._resume_if(Await.REPLY, Heard.REPLY)
        elif command[0] == 0x84:
            self._resume_if(Await.REPLY, Heard.REFUSAL)
        elif command == b"\x06\xb0":
            self._link.send_aside(POSITIVE if self._dialogue.awaits(Await.ABORT) else UNSUPPORTED)
            self._resume_if(Await.ABORT, Heard.ABORT)
        elif self._dialogue.is_running:
            self._link.send_aside(BUSY)
        else:
            self._start(command, payload)

    def _resume_if(self, awaited: Await, heard: Heard) -> None:
        if self._dialogue.awaits(awaited):
            self._dialogue.resume(heard)

    def _start(self, command: bytes, payload: bytes) -> None:
        body = payload[5:] if payload[2] == 0xFF else payload[3:]
        match command:
            case b"\x06\x00":
                self._dialogue.begin(register(self._link, self._pace, self._book.terminal_id))
            case b"\x06\x01":
                self._start_sale(read_sale(body))
            case b"\x05\x01":
                self._dialogue.begin(tell_state(self._link, self._pace))
            case b"\x06\x20":
                self._dialogue.begin(repeat_receipt(self._link, self._pace, self._book))
            case _:
                self._link.send(UNSUPPORTED)

    def _start_sale(self, sale: SaleCommand | None) -> None:
        if sale is None:
            self._link.send(UNSUPPORTED)
        elif sale.currency not in YEN:
            self._link.send(WRONG_CURRENCY)
        else:
            answer = self._script.next_answer()
            if answer.act is Act.BUSY:
                self._link.send(BUSY)
            elif answer.act is not Act.SILENT:
                self._dialogue.begin(self._desk.sell(sale.amount, answer))
