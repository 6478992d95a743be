"""The desk: what the window asks reaches the right worker, and the answer arrives as notices."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from drivers.context import Wake
from drivers.payment import api
from drivers.transport import MemoryLine
from kiosk.domain.business_day import DayState
from kiosk.domain.cart import Cart, Exemption, make_offer
from kiosk.domain.operation import OperationKind, State
from kiosk.domain.payment import Standing
from kiosk.domain.sale_search import SaleSearch
from kiosk.services.notices import (
    Answer,
    ClosingProgress,
    CounterStatus,
    DailyLogsCompared,
    DayChanged,
    DocumentChanged,
    FreeSaleFinished,
    Light,
    OperatorSignedIn,
    OperatorSignedOut,
    OtherTenderApproved,
    PaymentFinished,
    PaymentStarted,
    Printing,
    Question,
    RefundRecorded,
    Refused,
    SalesFound,
    SalesListed,
)
from tests.unit.kiosk.conftest import (
    CASH,
    CHIEF,
    CREDIT,
    RESIDENT,
    Bench,
    ScriptedDevice,
    approved,
)
from tests.unit.kiosk.runtime.rig import WAIT_S, AskingDevice, Rig, WaitingDevice


@pytest.fixture
def rig(bench: Bench) -> Iterator[Rig]:
    made = Rig(bench)
    yield made
    made.stop()


@pytest.fixture
def open_rig(rig: Rig) -> Rig:
    rig.desk.start()
    rig.desk.sign_in("yamada", "1234")
    rig.until(OperatorSignedIn)
    rig.desk.open_day()
    rig.until(DayChanged)
    rig.until(SalesListed)
    return rig


def test_a_wrong_pin_is_refused_and_nothing_can_be_done(rig: Rig) -> None:
    rig.desk.sign_in("yamada", "0000")
    assert rig.until(Refused) == Refused("pin_wrong")
    rig.desk.open_day()
    assert rig.until(Refused) == Refused("sign_in_first")


def test_a_sale_is_paid_printed_and_listed(open_rig: Rig, bench: Bench) -> None:
    open_rig.device = ScriptedDevice(sales=[approved()])
    open_rig.desk.pay(bench.offer(), CREDIT)
    assert open_rig.until(PaymentStarted).revision == 1
    assert open_rig.until(PaymentFinished).operation.state is State.APPROVED
    listed = open_rig.until(SalesListed)
    assert [sale.amount_yen for sale in listed.sales] == [300]
    open_rig.stop()
    assert [job.data for job in open_rig.printer.jobs] == [b"slip"]


def test_the_printing_of_a_slip_is_told_with_its_paper(open_rig: Rig, bench: Bench) -> None:
    open_rig.device = ScriptedDevice(sales=[approved()])
    open_rig.desk.pay(bench.offer(), CREDIT)
    states = [open_rig.until(DocumentChanged).printing for _ in range(3)]
    assert states == [Printing.QUEUED, Printing.SENT, Printing.PRINTED]
    status = open_rig.until(CounterStatus)
    while status.paper.light is not Light.ATTENTION:
        status = open_rig.until(CounterStatus)
    assert status.paper.reason == "paper_near_end"


def test_a_second_payment_waits_for_nobody_it_is_refused(open_rig: Rig, bench: Bench) -> None:
    waiting = WaitingDevice()
    open_rig.device = waiting
    open_rig.desk.pay(bench.offer(), CREDIT)
    assert waiting.waiting.wait(WAIT_S)
    open_rig.desk.pay(bench.offer(), CREDIT)
    assert open_rig.until(Refused) == Refused("payment_running")
    open_rig.desk.cancel_payment()
    operation = open_rig.until(PaymentFinished).operation
    assert (operation.state, operation.reason) == (State.DECLINED, "canceled")
    assert len(waiting.charged) == 1


def test_health_checks_do_not_queue_up_behind_a_payment(open_rig: Rig, bench: Bench) -> None:
    checked: list[str] = []

    class Counted(WaitingDevice):
        def check_health(self, context: api.PaymentContext) -> api.Health:
            checked.append("terminal")
            return super().check_health(context)

    waiting = Counted()
    open_rig.device = waiting
    open_rig.desk.pay(bench.offer(), CREDIT)
    assert waiting.waiting.wait(WAIT_S)
    checked.clear()  # of the start
    for _ in range(5):
        open_rig.desk.refresh_status()
    open_rig.desk.sign_in("yamada", "0000")
    assert open_rig.until(Refused) == Refused("pin_wrong"), "the desk's worker has done all five"
    open_rig.desk.cancel_payment()
    open_rig.until(PaymentFinished)
    open_rig.stop()
    assert checked == []


def test_a_device_asks_and_the_clerk_answers(open_rig: Rig, bench: Bench) -> None:
    open_rig.device = AskingDevice()
    open_rig.desk.pay(bench.offer(), CREDIT)
    assert open_rig.until(Question).name == "attended_sale"
    open_rig.desk.answer(Answer("done", {"slip_number": "00077"}))
    operation = open_rig.until(PaymentFinished).operation
    assert operation.result is not None
    assert operation.result.slip_number == "00077"


def test_a_free_sale_needs_no_device_and_prints_its_ticket(open_rig: Rig) -> None:
    cart = Cart().add(RESIDENT).exempt(Exemption("welfare", "生活保護"))
    open_rig.desk.pay(make_offer(cart, (CREDIT,)), None)
    assert open_rig.until(FreeSaleFinished).sale.amount_yen == 0
    assert open_rig.until(DocumentChanged).document_kind == "admission"


def in_doubt(rig: Rig, bench: Bench) -> State:
    unknown = api.OutcomeUnknown(api.UnknownReason.SILENCE)
    rig.device = ScriptedDevice(sales=[unknown], inquiries=[unknown])
    rig.desk.pay(bench.offer(), CREDIT)
    rig.until(PaymentFinished)
    return rig.until(PaymentFinished).operation.state


def test_in_doubt_is_shown_asked_about_on_request_and_never_charged_again(open_rig: Rig, bench: Bench) -> None:
    assert in_doubt(open_rig, bench) is State.IN_DOUBT
    (operation,) = open_rig.until(SalesListed).unsettled
    open_rig.desk.pay(bench.offer(), CREDIT)
    assert open_rig.until(Refused) == Refused("device_in_doubt")
    open_rig.device = ScriptedDevice(inquiries=[approved()])
    open_rig.desk.inquire(operation.prepared.operation_id)
    assert open_rig.until(PaymentFinished).operation.state is State.APPROVED
    assert open_rig.until(DocumentChanged).printing is Printing.QUEUED
    assert open_rig.device.charged == []


def test_a_person_resolves_with_a_second_persons_pin(open_rig: Rig, bench: Bench) -> None:
    in_doubt(open_rig, bench)
    (operation,) = open_rig.until(SalesListed).unsettled
    operation_id = operation.prepared.operation_id

    def resolve(approver_id: str, pin: str) -> None:
        open_rig.desk.resolve(
            operation_id, charged=False, evidence="端末に記録なし", approver_id=approver_id, approver_pin=pin
        )

    resolve("suzuki", "0000")
    assert open_rig.until(Refused) == Refused("pin_wrong")
    resolve("yamada", "1234")
    assert open_rig.until(Refused) == Refused("approver_same_person")
    resolve("suzuki", "1234")
    assert open_rig.until(PaymentFinished).operation.state is State.NOT_CHARGED


def test_what_the_last_run_left_is_asked_about_at_start(rig: Rig, bench: Bench) -> None:
    rig.desk.sign_in("yamada", "1234")
    rig.desk.open_day()
    rig.until(SalesListed)
    in_doubt(rig, bench)
    rig.device = ScriptedDevice(inquiries=[api.NotCharged("last slip 0230 = baseline 0230")])
    rig.desk.start()
    operation = rig.until(PaymentFinished).operation
    assert operation.state is State.NOT_CHARGED


def test_a_reprint_is_a_copy(open_rig: Rig, bench: Bench) -> None:
    open_rig.device = ScriptedDevice(sales=[approved()])
    open_rig.desk.pay(bench.offer(), CREDIT)
    sale_id = open_rig.until(PaymentFinished).operation.prepared.sale_id
    while open_rig.until(DocumentChanged).printing is not Printing.PRINTED:
        pass
    open_rig.desk.printing.reprint(sale_id)
    assert open_rig.until(DocumentChanged).copy_number == 1


def test_the_day_closes_with_its_report_and_the_clerk_leaves(open_rig: Rig, bench: Bench) -> None:
    open_rig.device = ScriptedDevice(sales=[approved()])
    open_rig.desk.pay(bench.offer(), CREDIT)
    while open_rig.until(DocumentChanged).printing is not Printing.PRINTED:
        pass
    open_rig.desk.close_day()
    day = open_rig.until(DayChanged)
    assert [(total.count, total.amount_yen) for total in day.totals] == [(1, 300)]
    assert open_rig.until(DocumentChanged).document_kind == "close_report"
    open_rig.desk.sign_out()
    open_rig.until(OperatorSignedOut)
    assert open_rig.printer.jobs[-1].data == b"report"


def test_a_void_needs_a_second_persons_pin_and_prints_its_slip(open_rig: Rig, bench: Bench) -> None:
    open_rig.device = ScriptedDevice(sales=[approved()])
    open_rig.desk.pay(bench.offer(), CREDIT)
    sale_id = open_rig.until(PaymentFinished).operation.prepared.sale_id
    while open_rig.until(DocumentChanged).printing is not Printing.PRINTED:
        pass
    capable = replace(open_rig.device.capabilities, can_void=True)
    open_rig.device = ScriptedDevice(sales=[approved(slip_number="0232")], capabilities=capable)
    for operator, pin, rule in (
        ("suzuki", "0000", "pin_wrong"),
        ("yamada", "1234", "approver_same_person"),
    ):
        open_rig.desk.approvals.void(sale_id, operator, pin)
        assert open_rig.until(Refused) == Refused(rule)
    open_rig.desk.approvals.void(sale_id, "suzuki", "1234")
    operation = open_rig.until(PaymentFinished).operation
    assert (operation.state, operation.prepared.operation_kind) == (State.APPROVED, OperationKind.VOID)
    document = open_rig.until(DocumentChanged)
    assert (document.document_kind, document.serial_number) == ("void_slip", "A1-V2026-000001")
    sale = bench.journal.books().sale(sale_id)
    assert sale is not None
    assert sale.standing is Standing.VOIDED
    open_rig.desk.approvals.void(sale_id, "suzuki", "1234")
    assert open_rig.until(Refused) == Refused("void_not_paid")


def test_another_tender_for_a_doubt_needs_its_own_approval(open_rig: Rig, bench: Bench) -> None:
    in_doubt(open_rig, bench)
    (operation,) = open_rig.until(SalesListed).unsettled
    operation_id = operation.prepared.operation_id
    open_rig.desk.pay(bench.offer(), CASH, operation_id)
    assert open_rig.until(Refused) == Refused("approval_needed")
    open_rig.desk.approvals.other_tender(operation_id, "suzuki", "1234")
    assert open_rig.until(OtherTenderApproved).operation_id == operation_id
    open_rig.drawer.sales = [replace(approved(), media=api.Media.CASH, tendered_yen=300)]
    open_rig.desk.pay(bench.offer(), CASH, operation_id)
    paid = open_rig.until(PaymentFinished).operation
    assert (paid.state, paid.prepared.original_operation_id) == (State.APPROVED, operation_id)
    sale = bench.journal.books().sale(paid.prepared.sale_id)
    assert sale is not None
    assert sale.begun[0].approver == CHIEF.actor
    open_rig.until(SalesListed)
    open_rig.desk.pay(bench.offer(), CASH, operation_id)
    assert open_rig.until(Refused) == Refused("approval_needed")


class LoggingDevice(ScriptedDevice):
    """A terminal with a day of its own."""

    logs: list[api.DailyLogOutcome]
    kinds: list[api.DailyLogKind]

    def access_daily_log(self, kind: api.DailyLogKind, context: api.PaymentContext) -> api.DailyLogOutcome:
        assert context is not None
        self.kinds.append(kind)
        return self.logs.pop(0)


def logging_terminal(rig: Rig, *logs: api.DailyLogOutcome) -> LoggingDevice:
    device = LoggingDevice(sales=[approved()])
    device.capabilities = replace(device.capabilities, can_daily_log=True)
    device.logs, device.kinds = list(logs), []
    rig.device = device
    return device


def test_the_close_asks_the_terminal_and_a_difference_waits_for_a_person(open_rig: Rig, bench: Bench) -> None:
    device = logging_terminal(open_rig, api.DailyLog((), settled=True))
    open_rig.desk.pay(bench.offer(), CREDIT)
    open_rig.until(PaymentFinished)
    open_rig.desk.close_day()
    (review,) = open_rig.until(DailyLogsCompared).reviews
    assert [(each.brand, each.amount_yen) for each in review.compared.ours] == [("Visa", 300)]
    assert bench.journal.books().day().state is DayState.OPEN
    open_rig.desk.close_day(confirmed=True)
    assert open_rig.until(DayChanged).day.state is DayState.CLOSED
    assert device.kinds == [api.DailyLogKind.SETTLEMENT]


def test_two_equal_days_close_without_a_word(open_rig: Rig, bench: Bench) -> None:
    logging_terminal(open_rig, api.DailyLog((api.BrandTotal("VISA", 1, 300),), settled=True))
    open_rig.desk.pay(bench.offer(), CREDIT)
    open_rig.until(PaymentFinished)
    open_rig.desk.close_day()
    assert open_rig.until(DayChanged).day.state is DayState.CLOSED


def test_a_sale_after_the_comparison_is_compared_before_the_close(open_rig: Rig, bench: Bench) -> None:
    device = logging_terminal(
        open_rig,
        api.LogUnavailable(api.NotSentReason.NO_ANSWER),
        api.DailyLog((api.BrandTotal("Visa", 1, 300),), settled=True),
    )
    open_rig.desk.close_day()
    assert open_rig.until(DailyLogsCompared).reviews[0].compared.unavailable == "no_answer"
    open_rig.desk.pay(bench.offer(), CREDIT)
    open_rig.until(PaymentFinished)
    open_rig.desk.close_day(confirmed=True)
    assert open_rig.until(DayChanged).day.state is DayState.CLOSED
    assert len(device.kinds) == 2


def test_a_refund_is_recorded_with_a_second_person(open_rig: Rig, bench: Bench) -> None:
    open_rig.device = ScriptedDevice(sales=[approved()])
    open_rig.desk.pay(bench.offer(), CREDIT)
    sale_id = open_rig.until(PaymentFinished).operation.prepared.sale_id
    open_rig.desk.approvals.request_refund(sale_id, "二重に支払った", "yamada", "1234")
    assert open_rig.until(Refused) == Refused("approver_same_person")
    open_rig.desk.approvals.request_refund(sale_id, "二重に支払った", "suzuki", "1234")
    assert open_rig.until(RefundRecorded).refund.amount_yen == 300


def test_an_earlier_sale_is_found_and_refunded_on_its_terminal(open_rig: Rig, bench: Bench) -> None:
    open_rig.device = ScriptedDevice(sales=[approved()])
    open_rig.desk.pay(bench.offer(), CREDIT)
    sale_id = open_rig.until(PaymentFinished).operation.prepared.sale_id
    open_rig.desk.archive.find(SaleSearch(number="231"))
    assert [sale.sale_id for sale in open_rig.until(SalesFound).sales] == [sale_id]
    open_rig.desk.archive.find_day_beside(bench.clock.today(), later=False)
    assert open_rig.until(Refused) == Refused("no_earlier_day")
    open_rig.desk.approvals.refund(sale_id, "二重に支払った", "suzuki", "1234")
    assert open_rig.until(Refused) == Refused("refund_by_transfer_only")


def test_the_close_tells_what_each_terminal_does_and_ends_when_nobody_waits(open_rig: Rig) -> None:
    class StuckDevice(LoggingDevice):
        def access_daily_log(self, kind: api.DailyLogKind, context: api.PaymentContext) -> api.DailyLogOutcome:
            context.show(api.Phase.PROCESSING)
            line, _ = MemoryLine.pair()
            assert context.receive(line, context.now_s() + WAIT_S) is Wake.CANCEL
            return api.LogUnavailable(api.UnknownReason.UNANSWERED, settled_unknown=True)

    device = StuckDevice()
    device.capabilities = replace(device.capabilities, can_daily_log=True)
    open_rig.device = device
    open_rig.desk.close_day()
    assert open_rig.until(ClosingProgress) == ClosingProgress("terminal", "waiting")
    assert open_rig.until(ClosingProgress) == ClosingProgress("terminal", "processing")
    open_rig.desk.cancel_payment()
    assert open_rig.until(ClosingProgress) == ClosingProgress("terminal", "silent")
    assert open_rig.until(DailyLogsCompared).reviews[0].compared.unavailable == "unanswered"
