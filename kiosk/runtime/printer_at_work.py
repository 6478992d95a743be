"""The printer and the one job it has: whoever stands beside it, and what is still to be heard of earlier ones.

Owns requests to the job that waits and late completions; refuses to know what a document is for.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from drivers.context import DeviceContext
from drivers.printer.api import PrinterDevice, PrintFault, PrintJob, PrintUnknown, Request
from kiosk.domain.record import DocumentIssued
from kiosk.runtime.live_context import LiveDeviceContext
from kiosk.runtime.status_board import StatusBoard
from kiosk.runtime.worker import Jobs
from kiosk.services.counter import Counter
from kiosk.services.issue_receipt import (
    JOB_NUMBERS,
    Recorded,
    Render,
    print_document,
    printing_of,
    record_late,
)
from kiosk.services.issue_slip import RenderSlip
from kiosk.services.notices import Modules, Printing, Refused
from receipts.content import ReportContent, SaleContent

UNKNOWN_KEPT_MAX = 64
"""Jobs of which a late word from the printer is still understood; as many as may wait in its queue."""
LOOSE_NUMBERS = 1_000
"""Job numbers of paper that is no document of a sale, above those of documents."""
DRAWER_FRESH_S = 10.0
"""A drawer springs open for whoever asked; later there may be nobody at it."""


class CancelableContext(DeviceContext, Protocol):
    """A driver's context whose wait can be ended from another thread."""

    def cancel(self) -> None: ...


@dataclass(frozen=True, slots=True)
class PrinterStation:
    """The counter's printer, its worker, and how documents become its bytes."""

    printer: PrinterDevice
    worker: Jobs
    render_sale: Render
    render_report: Callable[[ReportContent], bytes]
    render_slip: RenderSlip
    open_context: Callable[[], CancelableContext] = LiveDeviceContext
    symbol_of: Callable[[SaleContent], Modules] | None = None
    """For a counter without paper: a document as a symbol that the citizen's phone keeps."""
    has_drawer: bool = False
    """The cash drawer opens through this printer."""


class _Beside:
    """The counter beside a job: its lamps show what the job waits for, its keys are what the job is asked."""

    def __init__(self, board: StatusBoard, tell: Callable[[Printing, str], None] = lambda *_: None) -> None:
        """``tell``: for paper of which nothing is recorded."""
        self._board, self._tell = board, tell
        self._requests: deque[Request] = deque()
        self.is_waiting = False

    def begin(self) -> None:
        """Whatever has to be recorded, somebody else records."""

    def waiting(self, fault: PrintFault | None) -> None:
        """See drivers.printer.api.PrintWatch."""
        self.is_waiting = fault is not None
        self._board.set_printer_fault(fault)
        self._tell(Printing.WAITING if fault else Printing.QUEUED, fault or "")

    def want(self, request: Request) -> None:
        """From any thread."""
        self._requests.append(request)

    def request(self) -> Request | None:
        """See drivers.printer.api.PrintWatch."""
        return self._requests.popleft() if self._requests else None


class PrinterAtWork:
    """Runs on the printer's worker, but for ``request``."""

    def __init__(self, counter: Counter, station: PrinterStation, board: StatusBoard) -> None:
        self._counter, self._station, self._board = counter, station, board
        self._running: tuple[CancelableContext, _Beside] | None = None
        self._unknown: dict[int, DocumentIssued] = {}
        self._loose = 0

    def print(self, document: Recorded) -> None:
        """Print a recorded document of a sale."""
        context, beside = self._running = self._station.open_context(), _Beside(self._board)
        try:
            outcome = print_document(self._counter, document, self._station.printer, context, beside)
        finally:
            self._running = None
        if isinstance(outcome, PrintUnknown):
            while len(self._unknown) >= UNKNOWN_KEPT_MAX:
                self._unknown.pop(next(iter(self._unknown)))
            self._unknown[document.job.job_number] = document.issued

    def print_loose(self, data: bytes, name: str, tell: Callable[[Printing, str], None]) -> None:
        """Print what belongs to no sale, and tell what becomes of it."""
        self._loose = (self._loose + 1) % LOOSE_NUMBERS
        job = PrintJob(JOB_NUMBERS + self._loose, data, name)
        context, beside = self._running = self._station.open_context(), _Beside(self._board, tell)
        try:
            outcome = self._station.printer.print(job, context, beside)
        finally:
            self._running = None
        tell(*printing_of(outcome))

    def request(self, request: Request) -> bool:
        """Tell the job that waits now what the clerk wants, from any thread; False without one."""
        running = self._running
        if running is None or not running[1].is_waiting:
            return False
        context, beside = running
        beside.want(request)
        context.cancel()
        return True

    def open_drawer(self, asked_s: float, *, with_sound: bool) -> None:
        """``asked_s``: when somebody wanted it, by the contexts' clock."""
        context = self._station.open_context()
        if context.now_s() - asked_s > DRAWER_FRESH_S:
            self._counter.tell(Refused("drawer_stays_shut"))
            return
        outcome = self._station.printer.open_drawer(context, with_sound=with_sound)
        if outcome.fault is not None or outcome.is_open is False:
            self._counter.tell(Refused("drawer_stays_shut"))
        self.check()

    def check(self) -> None:
        """Ask the printer for its status, and for what it has finished since."""
        health = self._station.printer.check_health(self._station.open_context())
        for number in health.finished_late:
            if (issued := self._unknown.pop(number, None)) is not None:
                record_late(self._counter, issued)
        self._board.set_printer(health)
