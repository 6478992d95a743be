"""An emulated Epson-like receipt printer without I/O and clock: ``step(now_s, bytes) -> [(delay_s, bytes)]``.

Owns status, faults, buffering and the order of printing; refuses ports and files: finished jobs go to an injected book.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from drivers.emulators.printer.codec import CommandReader, Kind, Token
from drivers.emulators.printer.faults import Fault, Faults
from drivers.emulators.printer.head import Head, Mechanics

BUFFER_BYTES = 4096
"""The receive buffer. What overruns is lost, as in the machine."""
XOFF_ABOVE_BYTES = BUFFER_BYTES - 256
XON_BELOW_BYTES = BUFFER_BYTES - 512
XON, XOFF = b"\x11", b"\x13"
HANG_UP = b""
"""The process shell unplugs the line when it reads this."""

Output = tuple[float, bytes]


@dataclass(frozen=True, slots=True)
class Job:
    """One job so far: the exact bytes executed, and what they left on paper. Written again when more belongs to it."""

    number: int
    data: bytes
    png: bytes
    text: str
    completion_id: str
    """Empty until the host has asked for the completion of this job."""


class ViolationError(AssertionError):
    """A strict printer was sent what its command reference does not allow; the text is the rule."""


class Book(Protocol):
    """Where jobs and events go; both are durable when the call returns."""

    def keep(self, job: Job) -> None: ...

    def note(self, event: str, **facts: object) -> None: ...


class PrinterCore:
    """Commands are understood on arrival, status is answered at once, printing takes its time and stops at a fault."""

    def __init__(
        self, book: Book, mechanics: Mechanics, faults: Faults, *, first_number: int = 1, strict: bool = True
    ) -> None:
        """``strict`` raises ViolationError at the first broken rule: what sent it has a bug. Else it is only noted."""
        self._book = book
        self._mechanics = mechanics
        self.faults = faults
        self._strict = strict
        self._reader = CommandReader()
        self._queue: deque[Token] = deque()
        self._buffered_bytes = 0
        self._paused = False
        self._busy_until_s = 0.0
        self._report_bits = 0
        self._number = first_number
        self._data = bytearray()
        self._head = Head(mechanics)
        self._is_cut = False
        self._reported = faults.status()

    @property
    def wake_at_s(self) -> float | None:
        return self._busy_until_s if self._queue and self.faults.stop is None else None

    def step(self, now_s: float, received: bytes) -> Sequence[Output]:
        """Take in what arrived (may be empty: time has passed) and return what to send."""
        out: list[Output] = []
        self._take_in(received, out)
        self._report_change(out)
        self._work(now_s, out)
        return [] if self.faults.silent else out

    def _take_in(self, received: bytes, out: list[Output]) -> None:
        self._reader.receive(received)
        while (token := self._reader.next_token()) is not None:
            if token.name == "DLE EOT":
                out.append((0.0, self.faults.real_time(token.arguments[0])))
            elif self._buffered_bytes + len(token.raw) > BUFFER_BYTES:
                self._violation("receive buffer overrun", token)
            else:
                self._buffered_bytes += len(token.raw)
                self._queue.append(token)
        if not self._paused and self._buffered_bytes > XOFF_ABOVE_BYTES:
            self._paused = True
            out.append((0.0, XOFF))

    def _report_change(self, out: list[Output]) -> None:
        status = self.faults.status()
        if status != self._reported and self._report_bits:
            out.append((0.0, status))
        self._reported = status

    def _work(self, now_s: float, out: list[Output]) -> None:
        while self._queue and self.faults.stop is None and self._busy_until_s <= now_s:
            token = self._queue.popleft()
            self._buffered_bytes -= len(token.raw)
            lines_before = self._head.sheet.line_count
            self._busy_until_s = max(self._busy_until_s, now_s) + self._execute(token, out)
            if self._head.sheet.line_count > lines_before:
                self._after_line(out)
        if self._paused and self._buffered_bytes < XON_BELOW_BYTES:
            self._paused = False
            out.append((0.0, XON))

    def _after_line(self, out: list[Output]) -> None:
        fault = self.faults.after_line(self._head.sheet.line_count)
        if fault is None:
            return
        self._book.note("fault", fault=fault.value, job=self._number, line=self._head.sheet.line_count)
        if fault is Fault.UNPLUG:
            out.append((0.0, HANG_UP))
        self._report_change(out)

    def _execute(self, token: Token, out: list[Output]) -> float:
        """Do it; returns the seconds it takes."""
        if self._is_cut and token.name not in ("GS ( H", "GS r"):
            self._next_job()
        self._data += token.raw
        if token.kind is Kind.CHARACTER:
            return self._print(token)
        if token.kind is Kind.VIOLATION:
            self._violation(token.name, token)
            return 0.0
        match token.name:
            case "GS a":
                self._report_bits = token.arguments[0]
                if self._report_bits:
                    out.append((0.0, self.faults.status()))
            case "GS r":
                self._finish_if_cut()
                out.append((0.0, self.faults.ordered()))
            case "GS ( H":
                self._complete(token.arguments[2:], out)
            case _:
                return self._print(token)
        return 0.0

    def _print(self, token: Token) -> float:
        if token.name == "ESC @":
            self._report_bits = 0
        y_before = self._head.sheet.y
        for rule in self._head.execute(token):
            self._violation(rule, token)
        if token.name == "GS V":
            self._is_cut = True
            self._keep("")
        return self._mechanics.seconds(self._head.sheet.y - y_before)

    def _complete(self, identity: bytes, out: list[Output]) -> None:
        name = identity.decode("ascii")
        self._keep(name)
        self._book.note("completed", job=self._number, completion_id=name)
        self._next_job()
        if not self.faults.loses_completion:
            out.append((0.0, b"\x37\x22" + identity + b"\x00"))

    def _finish_if_cut(self) -> None:
        if self._is_cut:
            self._keep("")
            self._next_job()

    def _keep(self, completion_id: str) -> None:
        sheet = self._head.sheet
        self._book.keep(Job(self._number, bytes(self._data), sheet.png(), sheet.text(), completion_id))

    def _next_job(self) -> None:
        self._number += 1
        self._data.clear()
        self._is_cut = False
        self._head.begin_sheet()

    def _violation(self, rule: str, token: Token) -> None:
        self._book.note("violation", rule=rule, job=self._number, position=len(self._data) - len(token.raw))
        if self._strict:
            raise ViolationError(rule)

    def control(self, line: str) -> None:
        """Somebody opens the cover, takes or loads paper, pulls a plug. Raises ValueError for unknown words."""
        self.faults.control(line)
        self._book.note("control", line=line)
