"""The terminal's own day beside ours, on a real journal."""

from dataclasses import replace

import pytest

from drivers.payment import api
from kiosk.domain.daily_log import BrandDifference, differences, needs_confirmation
from kiosk.domain.money import Yen
from kiosk.domain.operation import Operation
from kiosk.domain.record import BrandCount, DailyLogCompared, LogEntry
from kiosk.services.close_day import close_day
from kiosk.services.close_report import close_report
from kiosk.services.compare_daily_log import compare_daily_log, is_compared
from kiosk.services.counter import RefusalError
from kiosk.services.take_payment import take_payment
from kiosk.services.void_payment import void_payment
from receipts.content import ReportLine
from tests.unit.kiosk.conftest import (
    CHIEF,
    CLERK,
    CREDIT,
    MONDAY,
    Bench,
    QuietContext,
    ScriptedDevice,
    approved,
)


def paid(bench: Bench, *, brand: str = "Visa", slip_number: str = "0231") -> Operation:
    device = ScriptedDevice(sales=[replace(approved(slip_number=slip_number), brand=brand)])
    return take_payment(bench.counter, bench.offer(), CREDIT, device, QuietContext, CLERK.actor)


def void(bench: Bench, operation: Operation) -> Operation:
    device = ScriptedDevice(sales=[approved(slip_number="0299")])
    device.capabilities = replace(device.capabilities, can_void=True)
    return void_payment(
        bench.counter, operation.prepared.sale_id, device, QuietContext, actor=CLERK.actor, approver=CHIEF.actor
    )


def log(*totals: tuple[str, int, int], entries: tuple[api.Approved, ...] = ()) -> api.DailyLog:
    return api.DailyLog(tuple(api.BrandTotal(*each) for each in totals), settled=True, entries=entries)


def compare(bench: Bench, outcome: api.DailyLogOutcome) -> DailyLogCompared:
    return compare_daily_log(bench.counter, "terminal", outcome, CLERK.actor)


def test_two_equal_days_need_nobody_whatever_the_case_of_a_name(open_bench: Bench) -> None:
    paid(open_bench)
    paid(open_bench, brand="JCB")
    compared = compare(open_bench, log(("VISA", 1, 300), ("JCB", 1, 300)))
    assert differences(compared) == ()
    assert not needs_confirmation(compared)
    assert open_bench.kinds()[-1] == "daily_log_compared"
    assert open_bench.journal.books().daily_logs(MONDAY) == (compared,)


def test_a_void_is_taken_off_our_side(open_bench: Bench) -> None:
    void(open_bench, paid(open_bench))
    paid(open_bench)
    assert compare(open_bench, log(("Visa", 1, 300))).ours == (BrandCount("Visa", 1, Yen(300)),)


def test_the_difference_is_per_brand_and_per_transaction(open_bench: Bench) -> None:
    paid(open_bench, slip_number="0231")
    paid(open_bench, slip_number="0232")
    listed = (approved(slip_number="0231"), replace(approved(450, slip_number="0233"), brand="JCB"))
    compared = compare(open_bench, log(("Visa", 1, 300), ("JCB", 1, 450), entries=listed))
    assert differences(compared) == (BrandDifference("JCB", 1, 450), BrandDifference("Visa", -1, -300))
    assert compared.only_ours == (LogEntry("Visa", "0232", Yen(300)),)
    assert compared.only_theirs == (LogEntry("JCB", "0233", Yen(450)),)
    assert needs_confirmation(compared)


def test_a_terminal_that_names_no_brand_is_compared_as_a_whole(open_bench: Bench) -> None:
    paid(open_bench)
    paid(open_bench, brand="JCB")
    assert differences(compare(open_bench, log(("", 2, 600)))) == ()
    assert differences(compare(open_bench, log(("", 1, 300))))[0].brand == ""


def test_a_terminal_that_does_not_answer_is_said_plainly(open_bench: Bench) -> None:
    compared = compare(open_bench, api.LogUnavailable(api.NotSentReason.NO_ANSWER))
    assert compared.unavailable == "no_answer"
    assert needs_confirmation(compared)
    close_day(open_bench.counter, CLERK.actor)
    report = close_report(open_bench.counter, MONDAY, CLERK.actor)
    assert report.sections[-1].lines == (ReportLine("terminal 端末日計を取得できず", None, 0),)


def test_the_close_report_keeps_the_difference(open_bench: Bench) -> None:
    paid(open_bench)
    compare(open_bench, log())
    close_day(open_bench.counter, CLERK.actor)
    section = close_report(open_bench.counter, MONDAY, CLERK.actor).sections[-1]
    assert (section.title, section.lines) == ("端末日計との差", (ReportLine("Visa", -1, -300),))


def test_what_the_terminal_has_settled_is_not_counted_twice(open_bench: Bench) -> None:
    paid(open_bench)
    compare(open_bench, log(("Visa", 1, 300)))
    assert is_compared(open_bench.journal.books(), "terminal", MONDAY)
    paid(open_bench, brand="JCB")
    assert not is_compared(open_bench.journal.books(), "terminal", MONDAY)
    assert compare(open_bench, log(("JCB", 1, 300))).ours == (BrandCount("JCB", 1, Yen(300)),)


def test_nothing_is_voided_after_the_terminals_own_close(open_bench: Bench) -> None:
    before = paid(open_bench)
    compare(open_bench, log(("Visa", 1, 300)))
    with pytest.raises(RefusalError, match="void_terminal_closed"):
        void(open_bench, before)
    assert void(open_bench, paid(open_bench)).state == "approved"
