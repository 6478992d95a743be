"""Printing on the printer's one worker. Owns the order of jobs; a printer's trouble never reaches a payment."""

from collections.abc import Callable
from dataclasses import dataclass

from drivers.context import DeviceContext
from drivers.printer.api import PrinterDevice, PrintFailed, PrintJob, PrintUnknown
from kiosk.domain.ids import SaleId
from kiosk.domain.record import Actor
from kiosk.runtime.live_context import LiveDeviceContext
from kiosk.runtime.status_board import StatusBoard
from kiosk.runtime.worker import Jobs, WorkerBusyError
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.issue_receipt import Render, issue_document, print_document
from kiosk.services.notices import DocumentChanged, Printing, Refused
from receipts.content import DocumentKind, ReportContent


@dataclass(frozen=True, slots=True)
class PrinterStation:
    """The counter's printer, its worker, and how documents become its bytes."""

    printer: PrinterDevice
    worker: Jobs
    render_sale: Render
    render_report: Callable[[ReportContent], bytes]
    open_context: Callable[[], DeviceContext] = LiveDeviceContext


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
        self._check(station)

    def _report(self, station: PrinterStation, content: ReportContent) -> None:
        outcome = station.printer.print(PrintJob(0, station.render_report(content)), station.open_context())
        printing, fault = Printing.PRINTED, ""
        if isinstance(outcome, PrintFailed | PrintUnknown):
            printing = Printing.FAILED if isinstance(outcome, PrintFailed) else Printing.UNKNOWN
            fault = outcome.fault
        self._counter.tell(DocumentChanged("", DocumentKind.CLOSE_REPORT, "", content.copy_number, printing, fault))

    def _check(self, station: PrinterStation) -> None:
        self._board.set_printer(station.printer.check_health(station.open_context()))
