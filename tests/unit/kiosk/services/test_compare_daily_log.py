"""The terminal's own day beside ours, on a real journal."""

from dataclasses import replace
from datetime import timedelta

import pytest

from drivers.payment import api
from kiosk.domain.daily_log import BrandDifference, differences, needs_confirmation
from kiosk.domain.money import Yen
from kiosk.domain.operation import Operation
from kiosk.domain.record import BrandCount, DailyLogCompared, LogEntry, LogPair
from kiosk.services.close_day import close_day
from kiosk.services.close_report import close_report
from kiosk.services.compare_daily_log import LISTED_MAX, compare_daily_log, is_compared, review
from kiosk.services.counter import RefusalError
from kiosk.services.open_day import open_day
from kiosk.services.refund_payment import refund_payment
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
    head = bench.journal.books().head().seq
    return compare_daily_log(bench.counter, "terminal", outcome, CLERK.actor, up_to_seq=head)


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
    assert compared.only_ours == (LogEntry("Visa", "0232", Yen(300), "10:15"),)
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
    assert report.sections[-1].lines == (ReportLine("端末日計を取得できず", None, None),)


def test_the_close_report_keeps_the_difference(open_bench: Bench) -> None:
    paid(open_bench)
    compare(open_bench, log())
    close_day(open_bench.counter, CLERK.actor)
    section = close_report(open_bench.counter, MONDAY, CLERK.actor).sections[-1]
    assert section.title == "端末日計との差 クレジットカード"
    assert section.lines == (
        ReportLine("差 Visa", -1, -300),
        ReportLine("端末の控えと照合", 1, None),
        ReportLine("□ 10:15 Visa 0231", None, 300),
    )


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


def listed(slip_number: str, amount_yen: int = 300, brand: str = "Visa") -> api.Approved:
    return replace(approved(amount_yen, slip_number=slip_number), brand=brand, transacted_at="1123101700")


def test_a_void_takes_its_sale_off_our_list(open_bench: Bench) -> None:
    void(open_bench, paid(open_bench, slip_number="0231"))
    paid(open_bench, slip_number="0232")
    compared = compare(open_bench, log(("Visa", 1, 300), entries=(listed("0232"),)))
    assert not needs_confirmation(compared)


def test_a_sale_we_voided_and_the_terminal_still_lists_is_only_theirs(open_bench: Bench) -> None:
    void(open_bench, paid(open_bench, slip_number="0231"))
    compared = compare(open_bench, log(("Visa", 1, 300), entries=(listed("0231"),)))
    assert (compared.only_ours, compared.only_theirs) == ((), (LogEntry("Visa", "0231", Yen(300), "10:17"),))


def test_one_slip_with_two_amounts_is_one_difference(open_bench: Bench) -> None:
    paid(open_bench, slip_number="0231")
    paid(open_bench, slip_number="0232")
    compared = compare(open_bench, log(("Visa", 2, 750), entries=(listed("231", 450), listed("0232"))))
    ours, theirs = LogEntry("Visa", "0231", Yen(300), "10:15"), LogEntry("Visa", "231", Yen(450), "10:17")
    assert compared.differing == (LogPair(ours, theirs),)
    assert (compared.only_ours, compared.only_theirs) == ((), ())
    assert review(open_bench.journal.books(), compared).to_tick == ()
    close_day(open_bench.counter, CLERK.actor)
    lines = close_report(open_bench.counter, MONDAY, CLERK.actor).sections[-1].lines
    assert lines == (
        ReportLine("差 Visa", 0, 150),
        ReportLine("相違 記録 10:15 Visa 0231", None, 300),
        ReportLine("相違 端末 10:17 Visa 231", None, 450),
    )


def test_where_totals_alone_are_told_our_own_transactions_of_that_brand_are_to_be_ticked_off(open_bench: Bench) -> None:
    paid(open_bench, brand="Visa", slip_number="0231")
    taken_back = paid(open_bench, brand="JCB", slip_number="0232")
    void(open_bench, taken_back)
    paid(open_bench, brand="JCB", slip_number="0233")
    compared = compare(open_bench, log(("VISA", 1, 300), ("JCB", 2, 600)))
    assert differences(compared) == (BrandDifference("JCB", 1, 300),)
    assert [(each.slip_number, each.amount_yen) for each in review(open_bench.journal.books(), compared).to_tick] == [
        ("0232", 300),
        ("0299", -300),
        ("0233", 300),
    ]


def test_a_terminal_without_brands_has_everything_ticked_off(open_bench: Bench) -> None:
    paid(open_bench)
    paid(open_bench, brand="JCB", slip_number="0232")
    compared = compare(open_bench, log(("", 1, 300)))
    assert len(review(open_bench.journal.books(), compared).to_tick) == 2


def test_a_terminal_silent_yesterday_is_compared_with_both_days(open_bench: Bench) -> None:
    compare(open_bench, log())
    paid(open_bench, slip_number="0231")
    compare(open_bench, api.LogUnavailable(api.NotSentReason.NO_ANSWER))
    close_day(open_bench.counter, CLERK.actor)
    open_bench.clock.now += timedelta(days=1)
    open_day(open_bench.counter, CLERK.actor)
    paid(open_bench, slip_number="0232")
    compared = compare(open_bench, log(("Visa", 2, 600), entries=(listed("0231"), listed("0232"))))
    assert not needs_confirmation(compared)


def test_a_refund_of_an_earlier_sale_takes_yen_and_no_count_off_our_side(open_bench: Bench) -> None:
    earlier = paid(open_bench, slip_number="0231")
    compare(open_bench, log(("Visa", 1, 300)))
    close_day(open_bench.counter, CLERK.actor)
    open_bench.clock.now += timedelta(days=1)
    open_day(open_bench.counter, CLERK.actor)
    paid(open_bench, slip_number="0232")
    device = ScriptedDevice(sales=[approved(slip_number="0233")])
    device.capabilities = replace(device.capabilities, can_refund=True)
    counter = replace(open_bench.counter, refunds_on_terminal=frozenset({CREDIT.kind}))
    refund_payment(
        counter, earlier.prepared.sale_id, "誤り", device, QuietContext, actor=CLERK.actor, approver=CHIEF.actor
    )
    compared = compare(open_bench, log(("Visa", 1, 0), entries=(listed("0232"), listed("0233", -300))))
    assert compared.ours == (BrandCount("Visa", 1, Yen(0)),)
    assert not needs_confirmation(compared)


def test_a_sale_begun_after_the_answer_waits_for_the_next_comparison(open_bench: Bench) -> None:
    paid(open_bench, slip_number="0231")
    head = open_bench.journal.books().head().seq
    paid(open_bench, slip_number="0232")
    compared = compare_daily_log(open_bench.counter, "terminal", log(("Visa", 1, 300)), CLERK.actor, up_to_seq=head)
    assert compared.ours == (BrandCount("Visa", 1, Yen(300)),)
    assert not is_compared(open_bench.journal.books(), "terminal", MONDAY)


def test_a_record_lists_no_more_than_it_can_hold(open_bench: Bench) -> None:
    entries = tuple(listed(f"{number:06}") for number in range(LISTED_MAX + 7))
    compared = compare(open_bench, log(("Visa", len(entries), 300 * len(entries)), entries=entries))
    assert (len(compared.only_theirs), compared.left_out) == (LISTED_MAX, 7)
