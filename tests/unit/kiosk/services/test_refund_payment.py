"""Refunding an earlier sale on its terminal, on a real journal: the day it counts on, the rules, doubt, the slip."""

from dataclasses import replace
from datetime import timedelta

import pytest

from drivers.payment import api
from kiosk.domain.ids import SaleId
from kiosk.domain.operation import Operation, OperationKind, State
from kiosk.domain.payment import Standing
from kiosk.domain.record import DailyLogCompared
from kiosk.domain.tender import TenderKind
from kiosk.services.close_day import close_day
from kiosk.services.close_report import close_report
from kiosk.services.compare_daily_log import compare_daily_log
from kiosk.services.counter import RefusalError
from kiosk.services.issue_receipt import issue_document
from kiosk.services.open_day import open_day
from kiosk.services.refund_payment import refund_payment
from kiosk.services.request_refund import request_refund
from kiosk.services.resolve_in_doubt import recover, resolve_by_person
from kiosk.services.take_payment import take_payment
from kiosk.services.void_payment import void_payment
from receipts.content import DocumentKind, ReportLine, SaleContent
from tests.unit.kiosk.conftest import (
    CHIEF,
    CLERK,
    CREDIT,
    MONDAY,
    TICKET,
    Bench,
    QuietContext,
    ScriptedDevice,
    approved,
)

TUESDAY = MONDAY + timedelta(days=1)
REFUNDING = replace(ScriptedDevice().capabilities, can_void=True, can_refund=True)
UNKNOWN = api.OutcomeUnknown(api.UnknownReason.SILENCE)


@pytest.fixture
def bench(open_bench: Bench) -> Bench:
    """A counter whose credit terminal may refund."""
    counter = replace(open_bench.counter, refunds_on_terminal=frozenset({TenderKind.CREDIT}))
    return replace(open_bench, counter=counter)


def terminal(*outcomes: api.AuthorizationOutcome, inquiries: tuple[api.InquiryOutcome, ...] = ()) -> ScriptedDevice:
    return ScriptedDevice(sales=list(outcomes), inquiries=list(inquiries), capabilities=REFUNDING)


def paid(bench: Bench) -> SaleId:
    operation = take_payment(
        bench.counter, bench.offer(TICKET), CREDIT, terminal(approved()), QuietContext, CLERK.actor
    )
    return operation.prepared.sale_id


def next_day(bench: Bench) -> None:
    close_day(bench.counter, CLERK.actor)
    bench.clock.now += timedelta(days=1)
    open_day(bench.counter, CLERK.actor)


def refund(bench: Bench, sale_id: SaleId, device: ScriptedDevice, reason: str = "二重に支払った") -> Operation:
    return refund_payment(bench.counter, sale_id, reason, device, QuietContext, actor=CLERK.actor, approver=CHIEF.actor)


def standing(bench: Bench, sale_id: SaleId) -> Standing:
    sale = bench.journal.books().sale(sale_id)
    assert sale is not None
    return sale.standing


def slip_of(bench: Bench, sale_id: SaleId) -> SaleContent:
    printed: list[SaleContent] = []

    def render(content: SaleContent) -> bytes:
        printed.append(content)
        return b"slip"

    issue_document(bench.counter, sale_id, render, CLERK.actor)
    return printed[0]


def test_a_refund_names_its_sale_its_reason_and_its_approver_before_the_first_byte(bench: Bench) -> None:
    sale_id = paid(bench)
    next_day(bench)
    device = terminal(approved(slip_number="0240"))
    given_back = refund(bench, sale_id, device, " 二重に支払った ")
    assert given_back.state is State.APPROVED
    assert bench.kinds()[-3:] == ["operation_prepared", "operation_requested", "operation_approved"]
    (request,) = device.charged
    assert (request.transaction_type, request.amount_yen) == (api.TransactionType.REFUND, 300)
    assert request.original == api.Original("0231", "123456", "000975", "29525235", "Visa")
    prepared = given_back.prepared
    assert (prepared.operation_kind, prepared.reason) == (OperationKind.REFUND, "二重に支払った")
    sale = bench.journal.books().sale(sale_id)
    assert sale is not None
    assert [begun.approver for begun in sale.begun] == [None, CHIEF.actor]
    assert (sale.standing, sale.business_date) == (Standing.REFUNDED, MONDAY)


def test_a_refund_counts_on_the_day_it_is_done_and_leaves_the_earlier_day_alone(bench: Bench) -> None:
    sale_id, kept = paid(bench), paid(bench)
    before = close_report(bench.counter, MONDAY, CLERK.actor)
    next_day(bench)
    refund(bench, sale_id, terminal(approved(slip_number="0240")))
    books = bench.journal.books()
    assert [(total.count, total.amount_yen) for total in books.totals(MONDAY)] == [(2, 600)]
    assert [(total.count, total.amount_yen) for total in books.totals(TUESDAY)] == [(-1, -300)]
    again = {each.title: each.lines for each in close_report(bench.counter, MONDAY, CLERK.actor).sections}
    assert again == {each.title: each.lines for each in before.sections}
    assert [sale.sale_id for sale in books.sales(TUESDAY)] == [sale_id]
    assert {sale.sale_id for sale in books.sales(MONDAY)} == {sale_id, kept}
    sections = {each.title: each.lines for each in close_report(bench.counter, TUESDAY, CLERK.actor).sections}
    assert sections["決済手段別"][-1] == ReportLine("合計", -1, -300)
    assert sections["科目別"] == (ReportLine("美術館観覧料", -1, -300, "点"),)
    assert sections["その他"][1:] == (
        ReportLine("取消", 0, 0),
        ReportLine("還付", 1, 300),
        ReportLine("還付の依頼（振込）", 0, 0),
    )


def test_the_refund_slip_has_a_number_of_its_own_and_names_the_original_and_its_day(bench: Bench) -> None:
    sale_id = paid(bench)
    assert slip_of(bench, sale_id).serial_number == "A1-U2026-000001"
    next_day(bench)
    refund(bench, sale_id, terminal(approved(slip_number="0240")))
    slip = slip_of(bench, sale_id)
    assert (slip.kind, slip.serial_number, slip.copy_number) == (DocumentKind.REFUND_SLIP, "A1-K2026-000001", 0)
    assert (slip.original_serial_number, slip.reason) == ("A1-U2026-000001", "二重に支払った")
    assert (slip.original_sold_at[:10], slip.sold_at[:10]) == ("2026-11-23", "2026-11-24")
    assert slip.payment is not None
    assert slip.payment.slip_number == "0240"
    close_day(bench.counter, CLERK.actor)
    assert close_report(bench.counter, TUESDAY, CLERK.actor).serial_range == "A1-K2026-000001"
    assert close_report(bench.counter, MONDAY, CLERK.actor).serial_range == "A1-U2026-000001"


def test_a_sale_is_given_back_once(bench: Bench) -> None:
    sale_id = paid(bench)
    next_day(bench)
    refund(bench, sale_id, terminal(approved(slip_number="0240")))
    for attempt in (
        lambda: refund(bench, sale_id, terminal()),
        lambda: request_refund(bench.counter, sale_id, "誤り", actor=CLERK.actor, approver=CHIEF.actor),
    ):
        with pytest.raises(RefusalError, match="refund_not_paid"):
            attempt()


def test_what_is_asked_for_by_transfer_is_neither_refunded_nor_voided_on_the_terminal(bench: Bench) -> None:
    sale_id = paid(bench)
    request_refund(bench.counter, sale_id, "誤り", actor=CLERK.actor, approver=CHIEF.actor)
    with pytest.raises(RefusalError, match="void_refund_requested"):
        void_payment(bench.counter, sale_id, terminal(), QuietContext, actor=CLERK.actor, approver=CHIEF.actor)
    next_day(bench)
    with pytest.raises(RefusalError, match="refund_requested_already"):
        refund(bench, sale_id, terminal())


def test_before_the_terminals_own_close_a_sale_of_the_day_is_voided_not_refunded(bench: Bench) -> None:
    sale_id = paid(bench)
    with pytest.raises(RefusalError, match="refund_void_instead"):
        refund(bench, sale_id, terminal())
    log = api.DailyLog((api.BrandTotal("Visa", 1, 300),), settled=True)
    head = bench.journal.books().head().seq
    compared = compare_daily_log(bench.counter, "terminal", log, CLERK.actor, up_to_seq=head)
    assert isinstance(compared, DailyLogCompared)
    assert refund(bench, sale_id, terminal(approved(slip_number="0240"))).prepared.business_date == MONDAY


def test_a_terminal_that_cannot_void_refunds_on_the_same_day(bench: Bench) -> None:
    sale_id = paid(bench)
    device = terminal(approved(slip_number="0240"))
    device.capabilities = replace(REFUNDING, can_void=False)
    assert refund(bench, sale_id, device).state is State.APPROVED


def test_data_and_device_must_both_allow_it(bench: Bench) -> None:
    sale_id = paid(bench)
    next_day(bench)
    with pytest.raises(RefusalError, match="refund_not_supported"):
        refund(bench, sale_id, ScriptedDevice())
    by_transfer = replace(bench, counter=replace(bench.counter, refunds_on_terminal=frozenset()))
    with pytest.raises(RefusalError, match="refund_by_transfer_only"):
        refund(by_transfer, sale_id, terminal())
    with pytest.raises(RefusalError, match="refund_reason_needed"):
        refund(bench, sale_id, terminal(), " ")
    with pytest.raises(RefusalError, match="sale_unknown"):
        refund(bench, SaleId("none"), terminal())
    assert bench.kinds()[-1] == "day_opened"


def test_no_refund_without_an_open_day(bench: Bench) -> None:
    sale_id = paid(bench)
    close_day(bench.counter, CLERK.actor)
    with pytest.raises(RefusalError, match="day_not_open"):
        refund(bench, sale_id, terminal())


def test_a_refund_in_doubt_blocks_its_terminal_and_the_close_until_two_people_settle_it(bench: Bench) -> None:
    sale_id, other = paid(bench), paid(bench)
    next_day(bench)
    device = terminal(UNKNOWN, inquiries=(UNKNOWN,))
    doubtful = refund(bench, sale_id, device)
    assert doubtful.state is State.IN_DOUBT
    assert device.asked[0].transaction_type is api.TransactionType.REFUND
    assert standing(bench, sale_id) is Standing.IN_DOUBT
    with pytest.raises(RefusalError, match="device_in_doubt"):
        refund(bench, other, terminal())
    with pytest.raises(RefusalError, match="device_in_doubt"):
        take_payment(bench.counter, bench.offer(), CREDIT, terminal(), QuietContext, CLERK.actor)
    with pytest.raises(RefusalError, match="refund_not_paid"):
        request_refund(bench.counter, sale_id, "誤り", actor=CLERK.actor, approver=CHIEF.actor)
    with pytest.raises(RefusalError, match="day_has_unsettled"):
        close_day(bench.counter, CLERK.actor)
    resolve_by_person(
        bench.counter,
        doubtful.prepared.operation_id,
        charged=True,
        evidence="端末の控え",
        actor=CLERK.actor,
        approver=CHIEF.actor,
    )
    assert standing(bench, sale_id) is Standing.REFUNDED
    assert bench.journal.books().totals(TUESDAY)[0].amount_yen == -300


def test_a_refund_found_not_made_may_be_made_again(bench: Bench) -> None:
    sale_id = paid(bench)
    next_day(bench)
    device = terminal(UNKNOWN, inquiries=(api.NotCharged("last slip 0231 = baseline 0231"),))
    assert refund(bench, sale_id, device).state is State.NOT_CHARGED
    assert standing(bench, sale_id) is Standing.PAID
    declined = refund(bench, sale_id, terminal(api.Declined(api.DeclineReason.CARD_REFUSED, "78")))
    assert declined.state is State.DECLINED
    assert refund(bench, sale_id, terminal(approved(slip_number="0240"))).state is State.APPROVED


def test_a_refund_the_last_run_left_is_in_doubt_at_the_next_start(bench: Bench) -> None:
    sale_id = paid(bench)
    next_day(bench)

    class DyingDevice(ScriptedDevice):
        def authorize_refund(
            self, request: api.AuthorizationRequest, context: api.PaymentContext
        ) -> api.AuthorizationOutcome:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refund(bench, sale_id, DyingDevice(capabilities=REFUNDING))
    (left,) = recover(bench.counter)
    assert (left.state, left.prepared.operation_kind) == (State.IN_DOUBT, OperationKind.REFUND)
