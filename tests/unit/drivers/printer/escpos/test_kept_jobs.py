"""A job that meets something a person can mend: kept, told, resumed or given up; and never on paper twice."""

import pytest

from drivers.errors import NotDurableError
from drivers.printer.api import Paper, Printed, PrintFailed, PrintFault, PrintJob, PrintUnknown, Request, Unwatched
from drivers.printer.escpos.driver import EscposPrinter
from drivers.printer.escpos.settings import CompletionReply, EscposSettings
from tests.unit.drivers.printer.escpos.bench import DATA, JOB, LINES, Bench, Clerk

PATIENCE_S = EscposSettings().fault_patience_s
MENDED = (
    ("paper_end", "paper ok", PrintFault.PAPER_END),
    ("cover_open", "cover close", PrintFault.COVER_OPEN),
    ("overheated", "heat off", PrintFault.OVERHEATED),
    ("offline", "online on", PrintFault.OFFLINE),
)


def printed_lines(rig: Bench) -> list[int]:
    return [job.text.count("line") for job in rig.book.jobs.values()]


@pytest.mark.parametrize(("given", "mend", "fault"), MENDED)
def test_a_job_that_cannot_begin_is_kept_until_it_can(given: str, mend: str, fault: PrintFault) -> None:
    rig = Bench(given)
    rig.at(90.0, mend)
    clerk = Clerk(rig)
    assert EscposPrinter(rig.open_line).print(JOB, rig, clerk) == Printed(Paper.OK)
    assert (clerk.begun, clerk.told, printed_lines(rig)) == (1, [fault, None], [LINES])
    assert rig.time_s < 90.0 + 10.0, "what is mended is noticed within seconds"


@pytest.mark.parametrize(("given", "mend", "fault"), MENDED)
def test_a_job_stopped_in_the_middle_goes_on_where_it_stopped(given: str, mend: str, fault: PrintFault) -> None:
    rig = Bench(f"{given}_at_line:7")
    rig.at(90.0, mend)
    clerk = Clerk(rig)
    assert EscposPrinter(rig.open_line).print(JOB, rig, clerk) == Printed(Paper.OK)
    assert clerk.told[0] is fault
    assert clerk.told[-1] is None
    assert (clerk.begun, printed_lines(rig)) == (1, [LINES])


def test_a_job_nobody_cares_for_ends_as_failed_before_its_first_byte() -> None:
    rig = Bench("paper_end")
    clerk = Clerk(rig)
    assert EscposPrinter(rig.open_line).print(JOB, rig, clerk) == PrintFailed(PrintFault.PAPER_END)
    assert (clerk.begun, rig.book.jobs) == (0, {})
    assert PATIENCE_S <= rig.time_s < PATIENCE_S + 10


def test_giving_up_ends_the_wait_at_once() -> None:
    rig = Bench("paper_end")
    clerk = Clerk(rig, presses={12.0: Request.GIVE_UP})
    assert EscposPrinter(rig.open_line).print(JOB, rig, clerk) == PrintFailed(PrintFault.PAPER_END)
    assert rig.time_s == pytest.approx(12.0, abs=0.2)
    rig = Bench("paper_end_at_line:5")
    clerk = Clerk(rig, presses={12.0: Request.GIVE_UP})
    assert EscposPrinter(rig.open_line).print(JOB, rig, clerk) == PrintUnknown(PrintFault.PAPER_END)
    assert rig.time_s < 13.0


def test_a_cutter_moves_again_only_when_a_person_has_said_so() -> None:
    rig = Bench("cutter_at_line:20")
    rig.at(20.0, "cutter free")
    clerk = Clerk(rig, presses={60.0: Request.RESUME})
    assert EscposPrinter(rig.open_line).print(JOB, rig, clerk) == Printed(Paper.OK)
    assert clerk.told == [PrintFault.CUTTER, None]
    assert rig.time_s > 60.0
    assert [event["cleared"] for event in rig.book.events if event["event"] == "recovered"] == [False]
    assert printed_lines(rig) == [LINES]


def test_a_jam_that_is_still_there_is_not_resumed() -> None:
    rig = Bench("cutter_at_line:20")
    clerk = Clerk(rig, presses={5.0: Request.RESUME, 30.0: Request.GIVE_UP})
    assert EscposPrinter(rig.open_line).print(JOB, rig, clerk) == PrintUnknown(PrintFault.CUTTER)
    assert not [event for event in rig.book.events if event["event"] == "recovered"]


def test_what_was_given_up_over_a_jam_does_not_come_out_on_top_of_the_next_document() -> None:
    rig = Bench("cutter_at_line:10")
    rig.at(20.0, "cutter free")
    printer = EscposPrinter(rig.open_line)
    clerk = Clerk(rig, presses={60.0: Request.GIVE_UP})
    assert printer.print(JOB, rig, clerk) == PrintUnknown(PrintFault.CUTTER)
    assert printer.print(PrintJob(8, DATA), rig) == Printed(Paper.OK)
    assert printed_lines(rig) == [10, LINES]
    assert [job.completion_id for job in rig.book.jobs.values()] == ["", "0008"]


def test_a_cutter_jammed_since_the_last_job_is_cleared_before_the_next() -> None:
    rig = Bench("cutter")
    rig.at(20.0, "cutter free")
    clerk = Clerk(rig, presses={60.0: Request.RESUME})
    assert EscposPrinter(rig.open_line).print(JOB, rig, clerk) == Printed(Paper.OK)
    assert [event["cleared"] for event in rig.book.events if event["event"] == "recovered"] == [True]
    assert printed_lines(rig) == [LINES]


def test_a_journal_that_takes_no_intent_sends_nothing() -> None:
    class FullDisk(Unwatched):
        def begin(self) -> None:
            raise NotDurableError("journal")

    rig = Bench()
    assert EscposPrinter(rig.open_line).print(JOB, rig, FullDisk()) == PrintFailed(PrintFault.NOT_RECORDED)
    assert rig.book.jobs == {}
    assert rig.core.wake_at_s is None, "not even the reset has left"


def test_a_printer_that_finishes_after_it_was_given_up_says_so_later() -> None:
    rig = Bench("paper_end_at_line:5")
    printer = EscposPrinter(rig.open_line)
    assert printer.print(JOB, rig) == PrintUnknown(PrintFault.PAPER_END)
    assert printer.check_health(rig).finished_late == ()
    rig.core.control("paper ok")
    rig.time_s += 5.0
    rig.core.step(rig.time_s, b"")
    assert printer.print(PrintJob(8, DATA), rig) == Printed(Paper.OK)
    assert printer.check_health(rig).finished_late == (JOB.job_number,)
    assert printer.check_health(rig).finished_late == (), "told once"
    assert printed_lines(rig) == [LINES, LINES]


def test_the_number_of_another_job_is_no_completion() -> None:
    rig = Bench("wrong_completion")
    assert EscposPrinter(rig.open_line).print(JOB, rig) == PrintUnknown(PrintFault.SILENT)


def test_stray_status_bytes_are_survived() -> None:
    rig = Bench("garbage")
    printer = EscposPrinter(rig.open_line)
    for number in (7, 8):
        assert printer.print(PrintJob(number, DATA), rig) == Printed(Paper.OK)


def test_a_picture_that_holds_a_question_is_survived() -> None:
    """GS v 0 with DLE EOT 1 to 4 among its dots: the printer answers all four, and nobody has asked."""
    dots = b"".join(b"\x10\x04" + bytes((number,)) for number in (1, 2, 3, 4))
    picture = b"\x1dv0\x00" + bytes((len(dots), 0, 1, 0)) + dots
    rig = Bench(strict=False)
    printer = EscposPrinter(rig.open_line)
    data = b"\x1b@line\n" + picture + b"\x1dV\x42\x00"
    assert printer.print(PrintJob(7, data), rig) == Printed(Paper.OK)
    assert printer.print(JOB, rig) == Printed(Paper.OK)


def test_a_printer_switched_off_and_on_in_mid_job_is_unknown_and_prints_the_next() -> None:
    rig = Bench("power_off_at_line:6")
    rig.at(8.0, "power on")
    printer = EscposPrinter(rig.open_line)
    assert printer.print(JOB, rig) == PrintUnknown(PrintFault.SILENT)
    assert printer.print(PrintJob(8, DATA), rig) == Printed(Paper.OK)
    assert printed_lines(rig) == [6, LINES]


def test_a_printer_switched_off_while_its_paper_was_out_gets_no_second_half() -> None:
    """45 bytes of buffer: most of the job is still here. What it had of the first half, it has forgotten."""
    rig = Bench("paper_end_at_line:5", buffer_bytes=45)
    rig.at(20.0, "power off")
    rig.at(25.0, "paper ok")
    rig.at(30.0, "power on")
    settings = EscposSettings(chunk_bytes=8)
    assert EscposPrinter(rig.open_held, settings).print(JOB, rig) == PrintUnknown(PrintFault.PAPER_END)
    assert printed_lines(rig) == [5]


def test_a_small_buffer_that_holds_us_back_loses_nothing() -> None:
    rig = Bench(buffer_bytes=45)
    settings = EscposSettings(chunk_bytes=8)
    assert EscposPrinter(rig.open_held, settings).print(JOB, rig) == Printed(Paper.OK)
    assert printed_lines(rig) == [LINES]
    assert not [event for event in rig.book.events if event["event"] == "violation"]
    careless = Bench(buffer_bytes=45, strict=False)
    EscposPrinter(careless.open_line, settings).print(JOB, careless)
    assert [event for event in careless.book.events if event["event"] == "violation"], "the control must lose bytes"


def test_a_line_that_takes_nothing_is_a_printer_that_stands_still() -> None:
    rig = Bench("offline")
    rig.core.control("online on")
    rig.is_shut = True
    rig.plan(40.0, rig.open_up)
    clerk = Clerk(rig)
    settings = EscposSettings(status_timeout_s=60.0)
    assert EscposPrinter(rig.open_held, settings).print(JOB, rig, clerk) == Printed(Paper.OK)
    shut = Bench()
    printer = EscposPrinter(shut.open_held, EscposSettings(chunk_bytes=8))
    assert printer.check_health(shut).fault is None
    shut.is_shut_after_bytes = 30
    assert printer.print(JOB, shut, clerk) == PrintUnknown(PrintFault.OFFLINE)
    assert PATIENCE_S < shut.time_s < PATIENCE_S + 30


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", PrintUnknown(PrintFault.CANNOT_TELL)),
        ("paper_end_at_line:5", PrintUnknown(PrintFault.PAPER_END)),
        ("silent_at_line:5", PrintUnknown(PrintFault.SILENT)),
        ("paper_end", PrintFailed(PrintFault.PAPER_END)),
    ],
)
def test_a_printer_that_cannot_tell_is_never_said_to_have_printed(given: str, expected: object) -> None:
    rig = Bench(*([given] if given else []))
    printer = EscposPrinter(rig.open_line, EscposSettings(completion=CompletionReply.NONE))
    assert printer.print(JOB, rig) == expected


def test_an_answer_without_a_number_does_not_stand_for_the_next_job() -> None:
    """GS r: the reply of the job that met the paper end comes when the next one has begun."""
    rig = Bench("paper_end_at_line:5")
    settings = EscposSettings(completion=CompletionReply.GS_R)
    printer = EscposPrinter(rig.open_line, settings)
    assert printer.print(JOB, rig) == PrintUnknown(PrintFault.PAPER_END)
    rig.core.control("paper ok")
    rig.core.faults.control("paper ok")
    assert printer.print(PrintJob(8, DATA), rig) == Printed(Paper.OK)
    assert printed_lines(rig) == [LINES, LINES], "both were on paper when the second was said to be"
