"""Terminals' slips in the print room: recorded with their sale, told when lost, and no trouble to the terminal."""

import pytest

from drivers.payment.api import SlipCopy, SlipLine, TerminalSlip
from drivers.printer import api
from kiosk.domain.ids import SaleId
from kiosk.domain.record import NotDurable
from kiosk.runtime.print_room import PrintRoom
from kiosk.runtime.printer_at_work import PrinterStation
from kiosk.runtime.status_board import StatusBoard
from kiosk.runtime.worker import Job, WorkerBusyError
from kiosk.services.notices import CounterStatus, DocumentChanged, Notice, Printing
from receipts.content import TerminalSlipContent
from tests.unit.kiosk.conftest import Bench
from tests.unit.kiosk.services.test_issue_receipt import OnePrinter, sell

SLIP = TerminalSlip(SlipCopy.MERCHANT, (SlipLine("MERCHANT COPY"),))


class AtOnce:
    """Runs each job when it comes."""

    def submit(self, job: Job) -> None:
        job()


class Full:
    """Has no place for a job."""

    def submit(self, job: Job) -> None:
        raise WorkerBusyError(str(job))


def render_slip(content: TerminalSlipContent) -> bytes:
    return f"{content.serial_number}|{content.sale_id}".encode()


def room(bench: Bench, printer: OnePrinter, jobs: AtOnce | Full) -> PrintRoom:
    board = StatusBoard(bench.told.append, lambda: bench.journal.books().sync_status(), has_printer=True)
    station = PrinterStation(printer, jobs, lambda _: b"slip", lambda _: b"report", render_slip)
    return PrintRoom(bench.counter, station, board)


def documents(told: list[Notice]) -> list[DocumentChanged]:
    return [notice for notice in told if isinstance(notice, DocumentChanged)]


def test_a_slip_of_a_sale_is_recorded_and_printed(open_bench: Bench) -> None:
    sale_id = sell(open_bench)
    printer = OnePrinter(api.Printed(api.Paper.OK))
    room(open_bench, printer, AtOnce()).print_slip(sale_id, SLIP)
    assert [job.data for job in printer.jobs] == [f"A1-T2026-000001|{sale_id}".encode()]
    sale = open_bench.journal.books().sale(sale_id)
    assert sale is not None
    assert [(x.kind, x.state) for x in sale.documents] == [("terminal_merchant", "printed")]
    assert any(isinstance(notice, CounterStatus) for notice in open_bench.told), "the paper's light is looked at"


def test_a_slip_of_no_payment_is_printed_and_not_recorded(open_bench: Bench) -> None:
    printer = OnePrinter(api.PrintUnknown(api.PrintFault.SILENT))
    before = open_bench.kinds()
    room(open_bench, printer, AtOnce()).print_slip(None, SLIP)
    assert [job.data for job in printer.jobs] == [b"|"]
    assert open_bench.kinds() == before
    assert documents(open_bench.told)[-1] == DocumentChanged(
        "", "terminal_merchant", "", 0, Printing.UNKNOWN, api.PrintFault.SILENT
    )


def test_what_no_printer_takes_is_told_and_fails_nobody(bench: Bench) -> None:
    printer = OnePrinter(api.Printed(api.Paper.OK))
    room(bench, printer, Full()).print_slip(SaleId("s"), SLIP)
    board = StatusBoard(bench.told.append, lambda: bench.journal.books().sync_status(), has_printer=False)
    PrintRoom(bench.counter, None, board).print_slip(None, SLIP)
    assert [(x.sale_id, x.printing, x.fault) for x in documents(bench.told)] == [
        ("s", Printing.FAILED, "printer_busy"),
        ("", Printing.FAILED, "no_printer"),
    ]
    assert printer.jobs == []


def test_a_slip_that_cannot_be_recorded_is_not_printed(open_bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    sale_id = sell(open_bench)
    printer = OnePrinter(api.Printed(api.Paper.OK))
    made = room(open_bench, printer, AtOnce())

    def refuse(*_: object) -> None:
        raise NotDurable("disk full")

    monkeypatch.setattr(open_bench.journal, "transact", refuse)
    made.print_slip(sale_id, SLIP)
    assert printer.jobs == []
    assert documents(open_bench.told)[-1].fault == "journal_not_durable"
