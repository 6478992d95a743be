"""Prints finished bytes on an ESC/POS printer and says what is known about the paper. Refuses layout and retries.

A printer keeps its data through a paper end and finishes after the reload: sending again would print twice. So whatever
happens after the first byte is Printed or PrintUnknown, never PrintFailed.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from drivers.context import DeviceContext, Wake
from drivers.errors import DeviceError, PortBusyError, PortMissingError
from drivers.printer.api import (
    Paper,
    Printed,
    PrinterHealth,
    PrintFailed,
    PrintFault,
    PrintJob,
    PrintOutcome,
    PrintUnknown,
)
from drivers.printer.escpos.protocol import (
    ASK_PAPER_IN_ORDER,
    RESET_AND_REPORT,
    AutoStatus,
    Completed,
    Event,
    OrderedStatus,
    RealTimeStatus,
    ReplyParser,
    Unrecognized,
    ask_completion,
    ask_real_time,
    cause_of,
    paper_of,
)
from drivers.transport import ByteStream, OpenLine

INITIALIZE = b"\x1b@"
REAL_TIME_QUESTIONS = (1, 2, 3, 4)
BY_CAUSE = (2, 3, 4, 1)
"""DLE EOT answers from the most telling: a cover or paper explains "offline", not the reverse."""
REPLIES_MAX = 10_000
"""A printer that says more than this during one job is babbling; the job is unknown."""


class CompletionReply(StrEnum):
    """How a printer says that a job is done."""

    GS_H = "gs_h"
    """GS ( H: sent when printing is completed."""
    GS_R = "gs_r"
    """GS r 1: sent when everything before it is processed; the best that older models offer."""


@dataclass(frozen=True, slots=True)
class EscposSettings:
    """Waits and sizes of one printer model."""

    completion: CompletionReply = CompletionReply.GS_H
    chunk_bytes: int = 256
    """At 9,600 baud a chunk drains in 0.3 s, far inside the write timeout; between chunks we listen."""
    status_timeout_s: float = 1.0
    """A real-time answer takes milliseconds even when the printer is offline."""
    completion_timeout_s: float = 15.0
    """From the last byte: a one-meter report at 100 mm/s, and the cut."""
    fault_patience_s: float = 60.0
    """How long a clerk may take to reload paper before the job counts as unknown."""
    job_s_max: float = 600.0
    """A printer whose faults come and go keeps nobody waiting longer than this for one job."""


class EscposPrinter:
    """A printer behind a line that is opened when first needed and kept open."""

    def __init__(self, open_line: OpenLine, settings: EscposSettings | None = None) -> None:
        self._open_line = open_line
        self._settings = settings or EscposSettings()
        self._line: ByteStream | None = None
        self._parser = ReplyParser()
        self._paper = Paper.UNKNOWN

    def print(self, job: PrintJob, context: DeviceContext) -> PrintOutcome:
        """Ask, send, wait for the completion. Cancelling is ignored: paper cannot be called back."""
        completion = ask_completion(job.job_number)
        health = self.check_health(context)
        if health.fault is not None or self._line is None:
            return PrintFailed(health.fault or PrintFault.LINE_LOST)
        if self._settings.completion is CompletionReply.GS_R:
            completion = ASK_PAPER_IN_ORDER
        data = RESET_AND_REPORT + job.data.removeprefix(INITIALIZE) + completion
        watch = _Watch(job.job_number, self._settings.completion, self._paper)
        try:
            self._send_and_wait(self._line, data, watch, context)
        except DeviceError:
            self._hang_up()
            watch.fault = (
                watch.fault or PrintFault.LINE_LOST
            )  # XOFF at a paper end looks like a lost line: name the paper
        return Printed(watch.paper) if watch.done else PrintUnknown(watch.fault or PrintFault.SILENT)

    def check_health(self, context: DeviceContext) -> PrinterHealth:
        """Four real-time questions; a printer that answers none of them is silent."""
        was_open = self._line is not None
        health = self._try_health(context)
        if was_open and health.fault is PrintFault.LINE_LOST:
            health = self._try_health(context)  # unplugged and back since the last job: a fresh line costs nothing
        return health

    def _try_health(self, context: DeviceContext) -> PrinterHealth:
        try:
            return self._ask_health(self._opened(), context)
        except PortMissingError:
            return _unreachable(PrintFault.PORT_MISSING)
        except PortBusyError:
            return _unreachable(PrintFault.PORT_BUSY)
        except DeviceError:
            self._hang_up()
            return _unreachable(PrintFault.LINE_LOST)

    def _opened(self) -> ByteStream:
        if self._line is None:
            self._line = self._open_line()
            self._parser = ReplyParser()
        return self._line

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _ask_health(self, line: ByteStream, context: DeviceContext) -> PrinterHealth:
        self._drain(line, context)
        answers: dict[int, int] = {}
        for number in REAL_TIME_QUESTIONS:
            line.write(ask_real_time(number))
            bits = self._await_real_time(line, context)
            if bits is None:
                return _unreachable(PrintFault.SILENT)
            answers[number] = bits
        faults = (cause_of(number, answers[number]) for number in BY_CAUSE)
        self._paper = paper_of(answers[4])
        return PrinterHealth(
            online=not answers[1] & 0x08,
            paper=self._paper,
            fault=next((fault for fault in faults if fault is not None), None),
            drawer_open=bool(answers[1] & 0x04),
        )

    def _drain(self, line: ByteStream, context: DeviceContext) -> None:
        """Throw away what an earlier job's printer said too late: it must not answer this one's questions."""
        for _ in range(REPLIES_MAX):
            data = context.receive(line, context.now_s())
            if data is Wake.CANCEL:
                continue
            if isinstance(data, Wake):
                break
            self._parser.receive(data)
        while self._parser.next_event() is not None:
            pass

    def _await_real_time(self, line: ByteStream, context: DeviceContext) -> int | None:
        deadline_s = context.now_s() + self._settings.status_timeout_s
        for _ in range(REPLIES_MAX):
            event = self._next_event(line, context, deadline_s)
            if event is None:
                return None
            if isinstance(event, RealTimeStatus):
                return event.bits
        return None

    def _send_and_wait(self, line: ByteStream, data: bytes, watch: "_Watch", context: DeviceContext) -> None:
        size = self._settings.chunk_bytes
        for start in range(0, len(data), size):
            line.write(data[start : start + size])
            while (event := self._next_event(line, context, context.now_s())) is not None:
                watch.take(event)
        ends_s = context.now_s() + self._settings.job_s_max
        deadline_s = context.now_s() + self._settings.completion_timeout_s
        for _ in range(REPLIES_MAX):
            event = None if watch.done else self._next_event(line, context, min(deadline_s, ends_s))
            if event is None:
                return
            fault_before = watch.fault
            watch.take(event)
            if watch.fault is not fault_before:
                # A new fault gives the clerk time to mend it; mended, the printer gets its time to finish.
                patience_s = (
                    self._settings.completion_timeout_s if watch.fault is None else self._settings.fault_patience_s
                )
                deadline_s = context.now_s() + patience_s

    def _next_event(self, line: ByteStream, context: DeviceContext, deadline_s: float) -> Event | None:
        """The next reply, or None when ``deadline_s`` has passed."""
        while (event := self._parser.next_event()) is None:
            data = context.receive(line, deadline_s)
            match data:
                case Wake.TIMED_OUT:
                    return None
                case Wake.CANCEL:
                    continue
                case bytes():
                    self._parser.receive(data)
                case _:
                    assert_never(data)
        return event


class _Watch:
    """What the printer has said about one job so far."""

    def __init__(self, job_number: int, completion: CompletionReply, paper: Paper) -> None:
        self._job_number = job_number
        self._completion = completion
        self.paper = paper
        self.fault: PrintFault | None = None
        self.done = False

    def take(self, event: Event) -> None:
        match event:
            case AutoStatus():
                self.paper, self.fault = event.paper, event.fault
            case Completed():
                # Another number is an earlier job that finished late; it says nothing about this one.
                self.done |= self._completion is CompletionReply.GS_H and event.job_number == self._job_number
            case OrderedStatus():
                if self._completion is CompletionReply.GS_R:
                    self.paper, self.done = event.paper, True
            case RealTimeStatus() | Unrecognized():
                pass
            case _:
                assert_never(event)


def _unreachable(fault: PrintFault) -> PrinterHealth:
    return PrinterHealth(online=False, paper=Paper.UNKNOWN, fault=fault)
