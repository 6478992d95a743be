"""The emulated card terminal: bytes and time in and out. Owns which command starts what; refuses ports and threads."""

from collections.abc import Callable

from drivers.emulators.pty_shell import Output
from drivers.emulators.terminal.administration import diagnose, end_of_day, register, repeat_receipt, tell_state
from drivers.emulators.terminal.answers import Act, Answer, Script
from drivers.emulators.terminal.book import Book
from drivers.emulators.terminal.codec import SaleCommand, message, read_sale
from drivers.emulators.terminal.conversation import POSITIVE, Await, Conversation, Dialogue, Heard
from drivers.emulators.terminal.ledger import LedgerEntry
from drivers.emulators.terminal.link import Link
from drivers.emulators.terminal.pace import Pace
from drivers.emulators.terminal.reversing import ReversingDesk
from drivers.emulators.terminal.sale import SaleDesk
from drivers.emulators.terminal.slips import Slips

BUSY = message("84 9C")
UNSUPPORTED = message("84 83")
WRONG_CURRENCY = message("84 6F")
YEN = "0392"
PASSWORD_BYTES = 3


class TerminalCore:
    """One terminal. ``reverses`` tells whether a sale that is not confirmed is taken back (else it stands).

    ``mirrors`` (the 2016 option, instead of ``reverses``): the next charge settles it by the receipt number it names in
    TLV 1F1F: its own, and it stands; another, and it is taken back. ``framed`` False: raw messages, as over TCP.
    ``slips_in_blocks``: receipts for a register that prints them go as 06 D3 where it takes that, else as 06 D1.
    ``currency``: the only one it takes.
    """

    def __init__(
        self,
        book: Book,
        script: Script,
        pace: Pace | None = None,
        *,
        reverses: bool = True,
        mirrors: bool = False,
        framed: bool = True,
        slips_in_blocks: bool = False,
        currency: str = YEN,
    ) -> None:
        reverses = reverses and not mirrors
        self._mirrors = mirrors
        self._currency = currency
        self._open_sale: LedgerEntry | None = None
        self._book = book
        self._script = script
        self._pace = pace or Pace()
        self._link = Link(self._pace, framed=framed)
        self._dialogue = Dialogue(self._link)
        self._slips = Slips(self._link, in_blocks=slips_in_blocks)
        self._desk = SaleDesk(self._link, book, self._pace, reverses, self._slips, self._keep_open, self._confirm)
        self._reversing = ReversingDesk(self._link, book, self._pace, reverses, self._slips)

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
        self._link.refuses_all &= self._dialogue.is_running
        return self._link.take_output()

    def line_opened(self) -> None:
        """A register has connected anew; a conversation goes on as on a line that was put back."""
        self._link.line_opened()

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
        self._link.wire.begin(Act.APPROVE)
        match command:
            case b"\x06\x00":
                self._slips.registered(body)
                self._dialogue.begin(register(self._link, self._pace, self._book.terminal_id))
            case b"\x06\x01":
                self._start_charge(read_sale(body), lambda sale, answer: self._desk.sell(sale.amount, answer))
            case b"\x06\x30":
                self._start_charge(read_sale(body[PASSWORD_BYTES:]), self._void)
            case b"\x06\x31":
                self._start_charge(
                    read_sale(body[PASSWORD_BYTES:]),
                    lambda sale, answer: self._reversing.refund(sale.amount, answer),
                )
            case b"\x06\x50":
                self._start_answered(lambda answer: end_of_day(self._link, self._pace, self._book, self._slips, answer))
            case b"\x06\x70":
                self._start_answered(lambda answer: diagnose(self._link, self._pace, answer))
            case b"\x05\x01":
                self._dialogue.begin(tell_state(self._link, self._pace))
            case b"\x06\x20":
                self._dialogue.begin(repeat_receipt(self._link, self._pace, self._book))
            case _:
                self._link.send(UNSUPPORTED)

    def _void(self, sale: SaleCommand, answer: Answer) -> Conversation:
        return self._reversing.void(sale.slip, sale.amount, answer)

    def _start_charge(
        self, sale: SaleCommand | None, conversation: Callable[[SaleCommand, Answer], Conversation]
    ) -> None:
        if sale is None:
            self._link.send(UNSUPPORTED)
        elif sale.currency not in ("", self._currency):
            self._link.send(WRONG_CURRENCY)
        else:
            self._settle_open_sale(sale.mirrored)
            self._start_answered(lambda answer: conversation(sale, answer))

    def _start_answered(self, conversation: Callable[[Answer], Conversation]) -> None:
        answer = self._script.next_answer()
        self._link.wire.begin(answer.act)
        self._link.refuses_all = answer.act is Act.NAK_STORM
        if answer.act is Act.BUSY:
            self._link.send(BUSY)
        elif answer.act is Act.REFUSE_CURRENCY:
            self._link.send(WRONG_CURRENCY)
        elif answer.act is not Act.SILENT:
            self._dialogue.begin(conversation(answer))

    def _keep_open(self, sale: LedgerEntry) -> None:
        self._open_sale = sale if self._mirrors else None

    def _confirm(self, sale: LedgerEntry) -> None:
        if self._open_sale == sale:
            self._open_sale = None

    def _settle_open_sale(self, mirrored: str) -> None:
        sale, self._open_sale = self._open_sale, None
        if sale is not None and mirrored != sale.slip_number:
            self._book.book_reversal(sale)
