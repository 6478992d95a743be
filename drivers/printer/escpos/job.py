"""One job on an open line, from its first byte to what is known of its paper. Refuses to send anything twice.

A printer keeps its data through a paper end and finishes after the reload. So a job that has begun ends as Printed or
PrintUnknown, never as PrintFailed; and while the printer has said that it stands still, no further byte is offered: one
that was switched off and on meanwhile has forgotten the first half, and would print the second as nonsense.
"""

from typing import assert_never

from drivers.context import DeviceContext
from drivers.errors import DeviceError
from drivers.printer.api import (
    Paper,
    Printed,
    PrintFault,
    PrintOutcome,
    PrintUnknown,
    PrintWatch,
    Request,
)
from drivers.printer.escpos.link import REPLIES_MAX, RETRY_S, PrinterLine
from drivers.printer.escpos.protocol import (
    ASK_PAPER_IN_ORDER,
    CLEAR,
    RESET_AND_REPORT,
    RESUME,
    AutoStatus,
    Completed,
    Event,
    OrderedStatus,
    RealTimeStatus,
    Unrecognized,
    ask_completion,
)
from drivers.printer.escpos.settings import CompletionReply, EscposSettings

INITIALIZE = b"\x1b@"
AFTER_ENQ = frozenset({PrintFault.CUTTER, PrintFault.RECOVERABLE})
"""Errors that end with DLE ENQ, once their cause is mended."""


def bytes_of(job_number: int, data: bytes, completion: CompletionReply) -> bytes:
    """What goes over the line for one job."""
    asked = b""
    if completion is CompletionReply.GS_H:
        asked = ask_completion(job_number)
    elif completion is CompletionReply.GS_R:
        asked = ASK_PAPER_IN_ORDER
    return RESET_AND_REPORT + data.removeprefix(INITIALIZE) + asked


class JobRun:
    """Sends, listens and waits; ``run`` once."""

    def __init__(
        self,
        line: PrinterLine,
        *,
        job_number: int,
        data: bytes,
        settings: EscposSettings,
        paper: Paper,
        watch: PrintWatch,
        context: DeviceContext,
    ) -> None:
        self._line, self._settings, self._watch, self._context = line, settings, watch, context
        self._job_number = job_number
        self._left = bytes_of(job_number, data, settings.completion)
        self._paper = paper
        self._told: PrintFault | None = None
        """What the printer itself says; it says so when it ends, too."""
        self._held_since_s: float | None = None
        self._shown: PrintFault | None = None
        self._done = self._given_up = self._drawer_wanted = False
        self.owes_reply = settings.completion is CompletionReply.GS_R
        """GS r answers carry no number: one that is still to come must not answer for the next job."""

    def run(self) -> PrintOutcome:
        """Every end but a certain one is PrintUnknown."""
        try:
            self._work()
            if self._settings.completion is not CompletionReply.GS_H and (self._done or self._is_through()):
                return self._judged_without_completion()
        except DeviceError:
            # XOFF at a paper end looks like a lost line: name the paper
            return PrintUnknown(self._fault or PrintFault.LINE_LOST)
        return Printed(self._paper) if self._done else PrintUnknown(self._fault or PrintFault.SILENT)

    @property
    def _fault(self) -> PrintFault | None:
        return self._told or (PrintFault.OFFLINE if self._is_held_back() else None)

    def _is_held_back(self) -> bool:
        """A line that takes nothing is a printer that is full for a moment, or one that stands still."""
        since_s = self._held_since_s
        return since_s is not None and self._context.now_s() - since_s >= self._settings.write_timeout_s

    def _work(self) -> None:
        settings, context = self._settings, self._context
        ends_s = context.now_s() + settings.job_s_max
        deadline_s = context.now_s() + settings.completion_timeout_s
        replies = 0
        while not self._done and not self._given_up and replies < REPLIES_MAX:
            taken = self._push()
            if taken:
                deadline_s = context.now_s() + (
                    settings.settle_s if self._is_through() else settings.completion_timeout_s
                )
            event = self._line.next_event(context, self._until_s(min(deadline_s, ends_s), sending=taken > 0))
            if event is not None:
                replies += 1
                self._take(event)
            self._heed(self._watch.request())
            if self._show_fault():
                # A fault gives the clerk time to mend it; mended, the printer gets its time to finish.
                patience_s = settings.completion_timeout_s if self._fault is None else settings.fault_patience_s
                deadline_s = context.now_s() + patience_s
            if event is None and not taken and context.now_s() >= min(deadline_s, ends_s):
                return

    def _is_through(self) -> bool:
        """All that can be known of a printer that never tells: it has taken everything and complains of nothing."""
        return self._settings.completion is CompletionReply.NONE and not self._left and self._fault is None

    def _until_s(self, deadline_s: float, *, sending: bool) -> float:
        """How long to listen before more is offered."""
        now_s = self._context.now_s()
        if not self._left or self._told is not None:
            return deadline_s
        return now_s if sending else min(deadline_s, now_s + RETRY_S)

    def _push(self) -> int:
        """Offer the next piece; how many bytes were taken."""
        if not self._left or self._told is not None:
            return 0
        taken = self._line.offer(self._left[: self._settings.chunk_bytes])
        self._left = self._left[taken:]
        if taken:
            self._held_since_s = None
        elif self._held_since_s is None:
            self._held_since_s = self._context.now_s()
        return taken

    def _take(self, event: Event) -> None:
        match event:
            case AutoStatus():
                self._paper, self._told = event.paper, event.fault
                self._given_up |= event.fault is PrintFault.UNRECOVERABLE  # nobody at a counter mends that
                if event.fault is PrintFault.RECOVERABLE:  # the cover is closed: nobody's hand is inside
                    self._recover(RESUME)
            case Completed(number):
                # Another number is an earlier job that finished late; it says nothing about this one.
                if number != self._job_number:
                    self._line.finished.append(number)
                else:
                    self._done |= self._settings.completion is CompletionReply.GS_H
            case OrderedStatus():
                if self._settings.completion is CompletionReply.GS_R and not self._left:
                    self._paper, self._done = event.paper, True
                    self.owes_reply = False
            case RealTimeStatus() | Unrecognized():
                pass  # a picture may hold what looks like a question
            case _:
                assert_never(event)

    def _heed(self, request: Request | None) -> None:
        self._drawer_wanted |= request is Request.OPEN_DRAWER and self._settings.opens_at_once
        if self._drawer_wanted and not self._left:
            self._drawer_wanted = False
            self._line.say(self._settings.pulse, self._context)
        if request is Request.RESUME and self._told in AFTER_ENQ:
            self._recover(RESUME)
        elif request is Request.GIVE_UP and self._fault is not None:
            self._given_up = True
            if self._told in AFTER_ENQ:  # what is left must not come out on top of the next document
                self._recover(CLEAR)

    def _recover(self, command: bytes) -> None:
        """DLE ENQ. Within a command that has only half left us it would be taken for its data: then nothing helps."""
        if self._left:
            self._given_up = True
        else:
            self._line.say(command, self._context)

    def _show_fault(self) -> bool:
        """Tell the watch what the job waits for; True when that has changed."""
        if self._fault is self._shown:
            return False
        self._shown = self._fault
        self._watch.waiting(self._shown)
        return True

    def _judged_without_completion(self) -> PrintOutcome:
        """What these models say is that the bytes were processed; whether paper and cover held out, they are asked."""
        health = self._line.ask_health(self._context)
        if health.fault is not None:
            return PrintUnknown(health.fault)
        if self._settings.completion is CompletionReply.NONE:
            return PrintUnknown(PrintFault.CANNOT_TELL)
        return Printed(health.paper)
