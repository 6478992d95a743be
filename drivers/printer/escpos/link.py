"""One opening of a printer's line: what it says, as events, and what is said to it. Owns waiting; refuses jobs."""

from typing import assert_never

from drivers.context import DeviceContext, Wake
from drivers.printer.api import Paper, PrinterHealth, PrintFault
from drivers.printer.escpos.protocol import (
    DRAWER_BIT,
    Completed,
    Event,
    RealTimeStatus,
    ReplyParser,
    ask_real_time,
    cause_of,
    paper_of,
)
from drivers.transport import ByteStream, HeldLine

REAL_TIME_QUESTIONS = (1, 2, 3, 4)
BY_CAUSE = (2, 3, 4, 1)
"""DLE EOT answers from the most telling: a cover or paper explains "offline", not the reverse."""
REPLIES_MAX = 10_000
"""A printer that says more than this during one job is babbling; the job is unknown."""
RETRY_S = 0.02
"""How soon a line that holds us back is tried again: a full buffer of 45 bytes has room after one line of print."""


class PrinterLine:
    """Every method may raise DeviceError."""

    def __init__(self, line: ByteStream, *, status_timeout_s: float) -> None:
        self._line = line
        self._parser = ReplyParser()
        self._status_timeout_s = status_timeout_s
        self.finished: list[int] = []
        """Jobs that were told to be done when nobody waited for them any longer."""

    def close(self) -> None:
        self._line.close()

    def offer(self, data: bytes) -> int:
        """Hand over what the line takes now; 0 while the printer holds it back."""
        if isinstance(self._line, HeldLine):
            return self._line.write_some(data)
        self._line.write(data)
        return len(data)

    def say(self, data: bytes, context: DeviceContext) -> bool:
        """Hand over all of a short command; False where the printer holds it back for too long."""
        until_s = context.now_s() + self._status_timeout_s
        while data := data[self.offer(data) :]:
            if context.now_s() >= until_s:
                return False
            self._listen(context, min(until_s, context.now_s() + RETRY_S))
        return True

    def next_event(self, context: DeviceContext, deadline_s: float) -> Event | None:
        """The next reply, or None when ``deadline_s`` has passed or somebody wants something."""
        while (event := self._parser.next_event()) is None:
            if not self._listen(context, deadline_s):
                return None
        return event

    def drain(self, context: DeviceContext) -> None:
        """Take in what an earlier job's printer said too late: it must not answer this one's questions."""
        for _ in range(REPLIES_MAX):
            event = self.next_event(context, context.now_s())
            if event is None:
                return
            if isinstance(event, Completed):
                self.finished.append(event.job_number)

    def ask_health(self, context: DeviceContext) -> PrinterHealth:
        """Four real-time questions; a printer that answers none of them is silent."""
        self.drain(context)
        answers: dict[int, int] = {}
        for number in REAL_TIME_QUESTIONS:
            bits = self.ask_status(number, context)
            if bits is None:
                return unreachable(PrintFault.SILENT)
            answers[number] = bits
        faults = (cause_of(number, answers[number]) for number in BY_CAUSE)
        return PrinterHealth(
            online=not answers[1] & 0x08,
            paper=paper_of(answers[4]),
            fault=next((fault for fault in faults if fault is not None), None),
            drawer_open=bool(answers[1] & DRAWER_BIT),
        )

    def ask_status(self, number: int, context: DeviceContext) -> int | None:
        """The answer to DLE EOT ``number``, or None."""
        if not self.say(ask_real_time(number), context):
            return None
        deadline_s = context.now_s() + self._status_timeout_s
        for _ in range(REPLIES_MAX):
            event = self.next_event(context, deadline_s)
            if isinstance(event, RealTimeStatus):
                return event.bits
            if isinstance(event, Completed):
                self.finished.append(event.job_number)
            if event is None and context.now_s() >= deadline_s:
                return None
        return None

    def rest(self, context: DeviceContext, seconds: float) -> None:
        """Let time pass, or until somebody wants something."""
        until_s = context.now_s() + seconds
        while self._listen(context, until_s):
            pass

    def _listen(self, context: DeviceContext, deadline_s: float) -> bool:
        """Whether something arrived."""
        data = context.receive(self._line, deadline_s)
        match data:
            case Wake():
                return False
            case bytes():
                self._parser.receive(data)
                return True
            case _:
                assert_never(data)


def unreachable(fault: PrintFault) -> PrinterHealth:
    """A printer of which nothing else is known."""
    return PrinterHealth(online=False, paper=Paper.UNKNOWN, fault=fault)
