"""The driver against the emulated printer in virtual time: no thread, no sleep, no port."""

import pytest

from drivers.emulators.printer.faults import PaperLevel
from drivers.errors import DeviceError, LineLostError, PortBusyError, PortMissingError
from drivers.printer.api import (
    Paper,
    Printed,
    PrinterHealth,
    PrintFailed,
    PrintFault,
    PrintJob,
    PrintUnknown,
)
from drivers.printer.escpos.driver import EscposPrinter
from drivers.printer.escpos.settings import CompletionReply, EscposSettings
from drivers.transport import ByteStream
from tests.unit.drivers.printer.escpos.bench import DATA, JOB, LINES, Bench

PATIENCE_S = EscposSettings().fault_patience_s


def test_a_job_is_printed_when_the_printer_says_so() -> None:
    rig = Bench()
    assert EscposPrinter(rig.open_line).print(JOB, rig) == Printed(Paper.OK)
    assert rig.book.jobs[1].completion_id == "0007"
    assert rig.book.jobs[1].text.count("line") == LINES
    assert rig.time_s > 0.3  # the paper took its time, and the driver waited for it
    assert not [event for event in rig.book.events if event["event"] == "violation"]


def test_the_line_stays_open_between_jobs() -> None:
    rig = Bench()
    printer = EscposPrinter(rig.open_line)
    for number in range(3):
        assert printer.print(PrintJob(number, DATA), rig) == Printed(Paper.OK)
    assert rig.open_count == 1
    assert [job.data.count(b"\x1b@") for job in rig.book.jobs.values()] == [1, 1, 1]


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("cover_open", PrintFault.COVER_OPEN),
        ("paper_end", PrintFault.PAPER_END),
        ("cutter", PrintFault.CUTTER),
        ("silent", PrintFault.SILENT),
    ],
)
def test_a_printer_that_cannot_print_is_not_sent_anything(given: str, fault: PrintFault) -> None:
    rig = Bench(given)
    assert EscposPrinter(rig.open_line).print(JOB, rig) == PrintFailed(fault)
    assert rig.book.jobs == {}


def test_paper_near_its_end_prints_and_says_so() -> None:
    rig = Bench(paper=PaperLevel.NEAR_END)
    printer = EscposPrinter(rig.open_line)
    assert printer.check_health(rig) == PrinterHealth(online=True, paper=Paper.NEAR_END, drawer_open=False)
    assert printer.print(JOB, rig) == Printed(Paper.NEAR_END)


def test_paper_end_in_mid_job_is_unknown_when_nobody_reloads() -> None:
    rig = Bench("paper_end_at_line:5")
    assert EscposPrinter(rig.open_line).print(JOB, rig) == PrintUnknown(PrintFault.PAPER_END)
    assert PATIENCE_S <= rig.time_s < PATIENCE_S + 5


def test_a_job_finishes_after_the_reload_and_is_printed_once() -> None:
    rig = Bench("paper_end_at_line:5")
    rig.at(40.0, "paper ok")
    assert EscposPrinter(rig.open_line).print(JOB, rig) == Printed(Paper.OK)
    assert len(rig.book.jobs) == 1
    assert rig.book.jobs[1].text.count("line") == LINES


def test_a_cover_opened_and_closed_costs_nothing() -> None:
    rig = Bench("cover_open_at_line:3")
    rig.at(10.0, "cover close")
    assert EscposPrinter(rig.open_line).print(JOB, rig) == Printed(Paper.OK)


@pytest.mark.parametrize("given", ["silent_at_line:4", "no_completion"])
def test_silence_after_the_first_byte_is_unknown(given: str) -> None:
    rig = Bench(given)
    assert EscposPrinter(rig.open_line).print(JOB, rig) == PrintUnknown(PrintFault.SILENT)
    assert rig.time_s < EscposSettings().completion_timeout_s + 5


def test_a_line_lost_in_mid_job_is_unknown_and_the_next_job_opens_a_new_one() -> None:
    rig = Bench("unplug_at_line:6")
    printer = EscposPrinter(rig.open_line)
    assert printer.print(JOB, rig) == PrintUnknown(PrintFault.LINE_LOST)
    assert printer.print(PrintJob(8, DATA), rig) == Printed(Paper.OK)
    assert rig.open_count == 2


def test_a_late_completion_does_not_answer_for_the_next_job() -> None:
    rig = Bench("paper_end_at_line:5")
    printer = EscposPrinter(rig.open_line)
    assert isinstance(printer.print(JOB, rig), PrintUnknown)
    assert printer.print(PrintJob(8, DATA), rig) == PrintFailed(PrintFault.PAPER_END)
    rig.core.control("paper ok")
    assert printer.print(PrintJob(9, DATA), rig) == Printed(Paper.OK)
    assert [job.completion_id for job in rig.book.jobs.values()] == ["0007", "0009"]


def test_cancelling_does_not_call_paper_back() -> None:
    rig = Bench()
    rig.cancelled = True
    assert EscposPrinter(rig.open_line).print(JOB, rig) == Printed(Paper.OK)


def test_an_older_printer_confirms_in_order() -> None:
    rig = Bench()
    printer = EscposPrinter(rig.open_line, EscposSettings(completion=CompletionReply.GS_R))
    assert printer.print(JOB, rig) == Printed(Paper.OK)
    rig = Bench("paper_end_at_line:5")
    printer = EscposPrinter(rig.open_line, EscposSettings(completion=CompletionReply.GS_R))
    assert printer.print(JOB, rig) == PrintUnknown(PrintFault.PAPER_END)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (PortMissingError("p"), PrintFault.PORT_MISSING),
        (PortBusyError("p"), PrintFault.PORT_BUSY),
        (LineLostError("p"), PrintFault.LINE_LOST),
    ],
)
def test_a_port_that_does_not_open_is_a_value(error: DeviceError, fault: PrintFault) -> None:
    def open_line() -> ByteStream:
        raise error

    printer = EscposPrinter(open_line)
    assert printer.print(JOB, Bench()) == PrintFailed(fault)
    assert printer.check_health(Bench()) == PrinterHealth(online=False, paper=Paper.UNKNOWN, fault=fault)


def test_a_printer_whose_faults_come_and_go_ends_the_job_all_the_same() -> None:
    rig = Bench()
    rig.at(0.05, "paper end")
    for turn in range(100):
        rig.at(0.1 + 30.0 * turn, "cover close" if turn % 2 else "cover open")
    outcome = EscposPrinter(rig.open_line).print(JOB, rig)
    assert isinstance(outcome, PrintUnknown)
    assert PATIENCE_S < rig.time_s <= EscposSettings().job_s_max + 1.0
