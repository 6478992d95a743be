"""Printing on the printer's one worker. Owns the order of jobs; a printer's trouble never reaches a payment."""

from collections.abc import Callable
from dataclasses import dataclass

from drivers.context import DeviceContext
from drivers.payment.api import TerminalSlip
from drivers.printer.api import PrinterDevice, PrintJob
from kiosk.domain.ids import SaleId
from kiosk.domain.record import Actor
from kiosk.runtime.live_context import LiveDeviceContext
from kiosk.runtime.status_board import StatusBoard
from kiosk.runtime.worker import Jobs, WorkerBusyError
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.issue_receipt import Render, issue_document, print_document, printing_of
from kiosk.services.issue_slip import KINDS, RenderSlip, issue_slip, slip_content
from kiosk.services.notices import DocumentChanged, Modules, Printing, Refused, SlipShown
from receipts.content import DocumentKind, ReportContent, SaleContent


@dataclass(frozen=True, slots=True)
class PrinterStation:
    """The counter's printer, its worker, and how documents become its bytes."""

    printer: PrinterDevice
    worker: Jobs
    render_sale: Render
    render_report: Callable[[ReportContent], bytes]
    render_slip: RenderSlip
    open_context: Callable[[], DeviceContext] = LiveDeviceContext
    symbol_of: Callable[[SaleContent], Modules] | None = None
    """For a counter without paper: a document as a symbol that the citizen's phone keeps."""


class PrintRoom:
    """Queues documents for the printer; ``station`` None means that this counter has none."""

    def __init__(self, counter: Counter, station: PrinterStation | None, board: StatusBoard) -> None:
        self._counter, self._station, self._board = counter, station, board

    def issue(self, sale_id: SaleId, actor: Actor) -> None:
        """Number, record and print the next copy of a sale's document."""
        station = self._station
        if station is None:
            self._counter.tell(DocumentChanged(sale_id, "", "", 0, Printing.FAILED, "no_printer"))
            return
        try:
            station.worker.submit(lambda: self._issue(station, sale_id, actor))
        except WorkerBusyError:
            self._counter.tell(DocumentChanged(sale_id, "", "", 0, Printing.FAILED, "printer_busy"))

    def report(self, content: ReportContent) -> None:
        """Print a close report."""
        station = self._station
        if station is not None:
            station.worker.submit(lambda: self._report(station, content))

    def print_slip(self, sale_id: SaleId | None, slip: TerminalSlip) -> None:
        """Queue a terminal's slip; called from the terminal's worker, which it neither keeps nor fails."""
        station = self._station
        fault = "no_printer"
        if station is not None:
            try:
                station.worker.submit(lambda: self._print_slip(station, sale_id, slip))
            except WorkerBusyError:
                fault = "printer_busy"
            else:
                return
        self._tell_slip(sale_id, slip, Printing.FAILED, fault)

    def check(self) -> None:
        """Ask the printer for its status."""
        station = self._station
        if station is not None:
            station.worker.submit(lambda: self._check(station))

    def _issue(self, station: PrinterStation, sale_id: SaleId, actor: Actor) -> None:
        try:
            document = issue_document(self._counter, sale_id, station.render_sale, actor)
        except RefusalError as refusal:
            self._counter.tell(Refused(refusal.rule))
            return
        print_document(self._counter, document, station.printer, station.open_context())
        if station.symbol_of is not None:
            self._counter.tell(SlipShown(sale_id, station.symbol_of(document.content)))
        self._check(station)

    def _print_slip(self, station: PrinterStation, sale_id: SaleId | None, slip: TerminalSlip) -> None:
        if sale_id is None:  # of the terminal's day, not of a payment: nothing to record it with
            data = station.render_slip(slip_content(self._counter, slip))
            outcome = station.printer.print(PrintJob(0, data), station.open_context())
            self._tell_slip(None, slip, *printing_of(outcome))
        else:
            try:
                issued = issue_slip(self._counter, sale_id, slip, station.render_slip)
            except RefusalError as refusal:
                self._tell_slip(sale_id, slip, Printing.FAILED, refusal.rule)
                return
            print_document(self._counter, issued, station.printer, station.open_context())
        self._check(station)

    def _tell_slip(self, sale_id: SaleId | None, slip: TerminalSlip, printing: Printing, fault: str) -> None:
        self._counter.tell(DocumentChanged(sale_id or "", KINDS[slip.copy], "", 0, printing, fault))

    def _report(self, station: PrinterStation, content: ReportContent) -> None:
        outcome = station.printer.print(
            PrintJob(0, station.render_report(content), f"close-{content.business_date}"), station.open_context()
        )
        printing, fault = printing_of(outcome)
        self._counter.tell(DocumentChanged("", DocumentKind.CLOSE_REPORT, "", content.copy_number, printing, fault))

    def _check(self, station: PrinterStation) -> None:
        self._board.set_printer(station.printer.check_health(station.open_context()))
