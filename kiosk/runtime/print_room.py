"""What is printed, in which order, on the printer's one worker. A printer's trouble never reaches a payment."""

from drivers.payment.api import TerminalSlip
from drivers.printer.api import Request
from kiosk.domain.ids import SaleId
from kiosk.domain.record import Actor
from kiosk.runtime.printer_at_work import PrinterAtWork, PrinterStation
from kiosk.runtime.status_board import StatusBoard
from kiosk.runtime.worker import WorkerBusyError
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.issue_receipt import issue_document
from kiosk.services.issue_slip import KINDS, issue_slip, slip_content
from kiosk.services.notices import DocumentChanged, Printing, Refused, SlipShown
from receipts.content import DocumentKind, ReportContent


class PrintRoom:
    """Queues documents for the printer; ``station`` None means that this counter has none."""

    def __init__(self, counter: Counter, station: PrinterStation | None, board: StatusBoard) -> None:
        self._counter, self._station = counter, station
        self._printer = None if station is None else PrinterAtWork(counter, station, board)

    def issue(self, sale_id: SaleId, actor: Actor) -> None:
        """Number, record and print the next copy of a sale's document."""
        station, printer = self._station, self._printer
        if station is None or printer is None:
            self._counter.tell(DocumentChanged(sale_id, "", "", 0, Printing.FAILED, "no_printer"))
            return
        try:
            station.worker.submit(lambda: self._issue(station, printer, sale_id, actor))
        except WorkerBusyError:
            self._counter.tell(DocumentChanged(sale_id, "", "", 0, Printing.FAILED, "printer_busy"))

    def report(self, content: ReportContent) -> None:
        """Print a close report."""
        station, printer = self._station, self._printer
        if station is not None and printer is not None:
            station.worker.submit(lambda: self._report(station, printer, content))

    def print_slip(self, sale_id: SaleId | None, slip: TerminalSlip) -> None:
        """Queue a terminal's slip; called from the terminal's worker, which it neither keeps nor fails."""
        station, printer = self._station, self._printer
        fault = "no_printer"
        if station is not None and printer is not None:
            try:
                station.worker.submit(lambda: self._print_slip(station, printer, sale_id, slip))
            except WorkerBusyError:
                fault = "printer_busy"
            else:
                return
        self._tell_slip(sale_id, slip, Printing.FAILED, fault)

    def check(self) -> None:
        """Ask the printer for its status."""
        if self._station is not None and self._printer is not None:
            self._station.worker.submit(self._printer.check)

    def request(self, request: Request) -> bool:
        """Tell the job that waits now what the clerk wants, from any thread; False without one."""
        return self._printer is not None and self._printer.request(request)

    @property
    def has_drawer(self) -> bool:
        return self._station is not None and self._station.has_drawer

    def open_drawer(self, *, with_sound: bool = False) -> None:
        """Open the cash drawer, also past a job that waits for paper; from any thread."""
        station, printer = self._station, self._printer
        if station is None or printer is None or not station.has_drawer or self.request(Request.OPEN_DRAWER):
            return
        asked_s = station.open_context().now_s()
        try:
            station.worker.submit(lambda: printer.open_drawer(asked_s, with_sound=with_sound))
        except WorkerBusyError:
            self._counter.tell(Refused("drawer_stays_shut"))

    def stop(self) -> None:
        """The program ends: a job that waits is given up."""
        self.request(Request.GIVE_UP)

    def _issue(self, station: PrinterStation, printer: PrinterAtWork, sale_id: SaleId, actor: Actor) -> None:
        try:
            document = issue_document(self._counter, sale_id, station.render_sale, actor)
        except RefusalError as refusal:
            self._counter.tell(Refused(refusal.rule))
            return
        printer.print(document)
        if station.symbol_of is not None:
            self._counter.tell(SlipShown(sale_id, station.symbol_of(document.content)))
        printer.check()

    def _print_slip(
        self, station: PrinterStation, printer: PrinterAtWork, sale_id: SaleId | None, slip: TerminalSlip
    ) -> None:
        if sale_id is None:  # of the terminal's day, not of a payment: nothing to record it with
            data = station.render_slip(slip_content(self._counter, slip))
            printer.print_loose(data, "", lambda *state: self._tell_slip(None, slip, *state))
        else:
            try:
                issued = issue_slip(self._counter, sale_id, slip, station.render_slip)
            except RefusalError as refusal:
                self._tell_slip(sale_id, slip, Printing.FAILED, refusal.rule)
                return
            printer.print(issued)
        printer.check()

    def _tell_slip(self, sale_id: SaleId | None, slip: TerminalSlip, printing: Printing, fault: str) -> None:
        self._counter.tell(DocumentChanged(sale_id or "", KINDS[slip.copy], "", 0, printing, fault))

    def _report(self, station: PrinterStation, printer: PrinterAtWork, content: ReportContent) -> None:
        def tell(printing: Printing, fault: str) -> None:
            self._counter.tell(DocumentChanged("", DocumentKind.CLOSE_REPORT, "", content.copy_number, printing, fault))

        printer.print_loose(station.render_report(content), f"close-{content.business_date}", tell)
