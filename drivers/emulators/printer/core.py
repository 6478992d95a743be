"""An emulated Epson-like receipt printer without I/O and clock: ``step(now_s, bytes) -> [(delay_s, bytes)]``.

Owns status, faults, buffering and the order of printing; refuses ports and files: finished jobs go to an injected book.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from drivers.emulators.printer.buffer import BUFFER_BYTES, Output, ReceiveBuffer
from drivers.emulators.printer.codec import Kind, Token
from drivers.emulators.printer.faults import STRAY, Fault, Faults
from drivers.emulators.printer.head import Head, Mechanics

HANG_UP = b""
"""The process shell unplugs the line when it reads this."""


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
        self,
        book: Book,
        mechanics: Mechanics,
        faults: Faults,
        *,
        first_number: int = 1,
        buffer_bytes: int = BUFFER_BYTES,
        strict: bool = True,
    ) -> None:
        """``strict`` raises ViolationError at the first broken rule: what sent it has a bug. Else it is only noted."""
        self._book = book
        self._mechanics = mechanics
        self.faults = faults
        self._strict = strict
        self._buffer = ReceiveBuffer(buffer_bytes)
        self._busy_until_s = 0.0
        self._report_bits = 0
        self._number = first_number
        self._data = bytearray()
        self._head = Head(mechanics)
        self._is_cut = False
        self._reported = faults.status()

    @property
    def wake_at_s(self) -> float | None:
        return self._busy_until_s if self._buffer.queue and self.faults.stop is None else None

    def step(self, now_s: float, received: bytes) -> Sequence[Output]:
        """Take in what arrived (may be empty: time has passed) and return what to send."""
        out: list[Output] = []
        if not self.faults.has(Fault.POWER_OFF):
            self._take_in(received, out)
            self._report_change(out)
            self._work(now_s, out)
        return [output for output in out if not output[1]] if self.faults.mute else out

    def _take_in(self, received: bytes, out: list[Output]) -> None:
        for token in self._buffer.receive(received, out):
            if token is None:
                self._violation("receive buffer overrun")
                continue
            match token.name:
                case "DLE EOT":
                    out.append((0.0, self.faults.real_time(token.arguments[0])))
                case "DLE DC4":
                    self.faults.drawer_open = True
                    self._book.note("drawer", job=self._number)
                case "DLE ENQ" if self.faults.recover():
                    clears = token.arguments == b"\x02"
                    self._book.note("recovered", job=self._number, cleared=clears)
                    if clears:
                        self._lose_everything()
                case _ if b"\x10\x04" in token.raw:  # dots of a picture that look like a question are answered
                    out.extend((0.0, self.faults.real_time(number)) for number in _questions_in(token.raw))

    def _lose_everything(self, *, off: bool = False) -> None:
        """What was in the buffers never gets onto paper; what is on it stays. ``off``: settings are lost too."""
        self._buffer.clear()
        if self._head.sheet.line_count and not self._is_cut:
            self._keep("")
            self._next_job()
        if off:
            self._report_bits = 0
            self._head = Head(self._mechanics)

    def _report_change(self, out: list[Output]) -> None:
        status = self.faults.status()
        if status != self._reported and self._report_bits:
            out.append((0.0, status))
        self._reported = status

    def _work(self, now_s: float, out: list[Output]) -> None:
        while self._buffer.queue and self.faults.stop is None and self._busy_until_s <= now_s:
            token = self._buffer.next_token()
            lines_before = self._head.sheet.line_count
            self._busy_until_s = max(self._busy_until_s, now_s) + self._execute(token, out)
            if self._head.sheet.line_count > lines_before:
                self._after_line(out)
        self._buffer.let_go_on(out)

    def _after_line(self, out: list[Output]) -> None:
        if self.faults.has(Fault.GARBAGE):
            out.append((0.0, STRAY))
        fault = self.faults.after_line(self._head.sheet.line_count)
        if fault is None:
            return
        self._book.note("fault", fault=fault.value, job=self._number, line=self._head.sheet.line_count)
        if fault is Fault.UNPLUG:
            out.append((0.0, HANG_UP))
        elif fault is Fault.POWER_OFF:
            self._lose_everything(off=True)
        self.faults.interrupt()
        self._report_change(out)

    def _execute(self, token: Token, out: list[Output]) -> float:
        """Do it; returns the seconds it takes."""
        if self._is_cut and token.name not in ("GS ( H", "GS r", "ESC p", "ESC ( A"):
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
                if self._is_cut:
                    self._keep("")
                    self._next_job()
                out.append((0.0, self.faults.ordered()))
            case "GS ( H":
                self._complete(token.arguments[2:], out)
            case "ESC p":
                self.faults.drawer_open = True
                self._book.note("drawer", job=self._number)
            case "ESC ( A":
                self._book.note("sound", job=self._number)
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
        if self.faults.has(Fault.WRONG_COMPLETION):
            identity = b"9" + identity[:3] if identity[:1] != b"9" else b"0" + identity[:3]
        if not self.faults.has(Fault.NO_COMPLETION):
            out.append((0.0, b"\x37\x22" + identity + b"\x00"))

    def _keep(self, completion_id: str) -> None:
        sheet = self._head.sheet
        self._book.keep(Job(self._number, bytes(self._data), sheet.png(), sheet.text(), completion_id))

    def _next_job(self) -> None:
        self._number += 1
        self._data.clear()
        self._is_cut = False
        self._head.begin_sheet()

    def _violation(self, rule: str, token: Token | None = None) -> None:
        position = len(self._data) - (len(token.raw) if token else 0)
        self._book.note("violation", rule=rule, job=self._number, position=position)
        if self._strict:
            raise ViolationError(rule)

    def control(self, line: str) -> None:
        """Somebody opens the cover, takes or loads paper, pulls a plug. Raises ValueError for unknown words."""
        self.faults.control(line)
        self._book.note("control", line=line)
        if line.split() == ["power", "off"]:
            self._lose_everything(off=True)
        if self._buffer.queue:
            self.faults.interrupt()


def _questions_in(data: bytes) -> list[int]:
    """DLE EOT 1 to 4, wherever they stand."""
    return [data[at + 2] for at in range(len(data) - 2) if data[at : at + 2] == b"\x10\x04" and 0 < data[at + 2] < 5]
