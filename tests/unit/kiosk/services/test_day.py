"""Opening and closing the business day."""

from datetime import datetime, timedelta

import pytest

from drivers.payment import api
from kiosk.domain.business_day import DayState
from kiosk.services.close_day import close_day
from kiosk.services.close_report import close_report
from kiosk.services.counter import RefusalError
from kiosk.services.issue_receipt import issue_document
from kiosk.services.open_day import open_day
from kiosk.services.take_payment import take_payment
from tests.unit.kiosk.conftest import (
    CASH,
    CLERK,
    CREDIT,
    JAPAN,
    MONDAY,
    RESIDENT,
    TICKET,
    Bench,
    QuietContext,
    ScriptedDevice,
    approved,
)


def test_a_day_is_opened_once(bench: Bench) -> None:
    assert open_day(bench.counter, CLERK.actor).business_date == MONDAY
    with pytest.raises(RefusalError, match="day_already_open"):
        open_day(bench.counter, CLERK.actor)
    close_day(bench.counter, CLERK.actor)
    with pytest.raises(RefusalError, match="day_closed_already"):
        open_day(bench.counter, CLERK.actor)


def test_a_clock_that_went_back_cannot_open_an_earlier_day(open_bench: Bench) -> None:
    close_day(open_bench.counter, CLERK.actor)
    open_bench.clock.now -= timedelta(days=1)
    with pytest.raises(RefusalError, match="clock_went_back"):
        open_day(open_bench.counter, CLERK.actor)


def test_a_sale_after_midnight_belongs_to_the_day_that_is_open(open_bench: Bench) -> None:
    open_bench.clock.now = datetime(2026, 11, 24, 0, 5, tzinfo=JAPAN)
    device = ScriptedDevice(sales=[approved()])
    operation = take_payment(open_bench.counter, open_bench.offer(), CREDIT, device, QuietContext, CLERK.actor)
    assert operation.prepared.business_date == MONDAY


def test_the_old_fiscal_year_ends_with_the_business_day_not_with_the_clock(bench: Bench) -> None:
    bench.clock.now = datetime(2027, 3, 31, 9, 0, tzinfo=JAPAN)
    open_day(bench.counter, CLERK.actor)
    bench.clock.now = datetime(2027, 4, 1, 0, 10, tzinfo=JAPAN)
    device = ScriptedDevice(sales=[approved()])
    operation = take_payment(bench.counter, bench.offer(), CREDIT, device, QuietContext, CLERK.actor)
    assert {line.fiscal_year for line in operation.prepared.lines} == {2026}


def test_a_day_with_an_unsettled_payment_does_not_close(open_bench: Bench) -> None:
    unknown = api.OutcomeUnknown(api.UnknownReason.SILENCE)
    device = ScriptedDevice(sales=[unknown], inquiries=[unknown])
    take_payment(open_bench.counter, open_bench.offer(), CREDIT, device, QuietContext, CLERK.actor)
    with pytest.raises(RefusalError, match="day_has_unsettled"):
        close_day(open_bench.counter, CLERK.actor)
    assert open_bench.journal.books().day().state is DayState.OPEN


def test_the_close_states_its_entries_and_the_report_its_money(open_bench: Bench) -> None:
    device = ScriptedDevice(sales=[approved(600)])
    offer = open_bench.offer(RESIDENT, TICKET)
    take_payment(open_bench.counter, offer, CREDIT, device, QuietContext, CLERK.actor)
    day = close_day(open_bench.counter, CLERK.actor)
    assert (day.first_seq, day.last_seq) == (1, 5)
    assert open_bench.journal.head().seq == 5
    report = close_report(open_bench.counter, MONDAY, CLERK.actor)
    by_tender, by_account, _ = report.sections
    assert [(line.label, line.count, line.amount_yen) for line in by_tender.lines] == [
        ("クレジット", 1, 600),
        ("合計", 1, 600),
    ]
    assert {line.label: line.amount_yen for line in by_account.lines} == {
        "戸籍住民基本台帳手数料": 300,
        "美術館観覧料": 300,
    }
    assert {line.unit for line in by_account.lines} == {"点"}, "pieces are summed here, not sales"
    assert report.journal_head == open_bench.journal.head().hash.hex()


def test_the_report_gives_the_numbers_of_each_series(open_bench: Bench) -> None:
    cash = api.Approved(300, api.Media.CASH, "", "", "", tendered_yen=300)
    for tender, outcome in ((CREDIT, approved()), (CASH, cash), (CREDIT, approved())):
        device = ScriptedDevice(sales=[outcome])
        paid = take_payment(open_bench.counter, open_bench.offer(), tender, device, QuietContext, CLERK.actor)
        issue_document(open_bench.counter, paid.prepared.sale_id, lambda _: b"slip", CLERK.actor)
    report = close_report(open_bench.counter, MONDAY, CLERK.actor)
    assert report.serial_range == "A1-R2026-000001、A1-U2026-000001 ～ 000002"
