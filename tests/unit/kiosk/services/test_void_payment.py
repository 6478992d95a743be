"""Voiding a sale on a real journal: the day, the second person, the order of records, doubt, and the day's totals."""

from dataclasses import replace
from datetime import timedelta

import pytest

from drivers.payment import api
from kiosk.domain.ids import SaleId
from kiosk.domain.operation import Operation, OperationKind, State
from kiosk.domain.payment import Standing
from kiosk.services.charge import carry_out
from kiosk.services.close_day import close_day
from kiosk.services.close_report import close_report
from kiosk.services.counter import RefusalError
from kiosk.services.issue_receipt import issue_document
from kiosk.services.open_day import open_day
from kiosk.services.resolve_in_doubt import inquire, recover, resolve_by_person
from kiosk.services.take_payment import OtherTender, take_payment
from kiosk.services.void_payment import prepare_void, void_payment
from receipts.content import DocumentKind, SaleContent
from tests.unit.kiosk.conftest import (
    CASH,
    CHIEF,
    CLERK,
    CREDIT,
    MONDAY,
    Bench,
    QuietContext,
    ScriptedDevice,
    UnreadableJournal,
    approved,
)

VOIDING = replace(ScriptedDevice().capabilities, can_void=True)


def terminal(*outcomes: api.AuthorizationOutcome, inquiries: tuple[api.InquiryOutcome, ...] = ()) -> ScriptedDevice:
    return ScriptedDevice(sales=list(outcomes), inquiries=list(inquiries), capabilities=VOIDING)


def paid(bench: Bench) -> Operation:
    return take_payment(bench.counter, bench.offer(), CREDIT, terminal(approved()), QuietContext, CLERK.actor)


def void(bench: Bench, sale_id: SaleId, device: ScriptedDevice) -> Operation:
    return void_payment(bench.counter, sale_id, device, QuietContext, actor=CLERK.actor, approver=CHIEF.actor)


def slip_of(bench: Bench, sale_id: SaleId) -> SaleContent:
    printed: list[SaleContent] = []

    def render(content: SaleContent) -> bytes:
        printed.append(content)
        return b"slip"

    issue_document(bench.counter, sale_id, render, CLERK.actor)
    return printed[0]


def test_a_void_names_its_sale_and_its_approver_before_the_first_byte(open_bench: Bench) -> None:
    sale = paid(open_bench)
    device = terminal(approved(slip_number="0232"))
    taken_back = void(open_bench, sale.prepared.sale_id, device)
    assert taken_back.state is State.APPROVED
    assert open_bench.kinds()[-3:] == ["operation_prepared", "operation_requested", "operation_approved"]
    (request,) = device.charged
    assert (request.transaction_type, request.amount_yen) == (api.TransactionType.VOID, 300)
    assert request.original == api.Original("0231", "123456", "000975", "29525235", "Visa")
    row = open_bench.journal.books().sale(sale.prepared.sale_id)
    assert row is not None
    assert row.standing is Standing.VOIDED
    assert [begun.approver for begun in row.begun] == [None, CHIEF.actor]
    assert row.operations[1].prepared.original_operation_id == sale.prepared.operation_id


def test_a_voided_sale_leaves_nothing_in_the_days_totals(open_bench: Bench) -> None:
    first, second = paid(open_bench), paid(open_bench)
    void(open_bench, first.prepared.sale_id, terminal(approved(slip_number="0233")))
    (total,) = open_bench.journal.books().totals(MONDAY)
    assert (total.count, total.amount_yen) == (1, 300)
    close_day(open_bench.counter, CLERK.actor)
    sections = {
        section.title: section.lines for section in close_report(open_bench.counter, MONDAY, CLERK.actor).sections
    }
    assert [(line.count, line.amount_yen) for line in sections["科目別"]] == [(1, 300)]
    assert (sections["その他"][1].count, sections["その他"][1].amount_yen) == (1, 300)
    assert second.state is State.APPROVED


def test_the_void_slip_has_a_number_of_its_own_and_names_the_original(open_bench: Bench) -> None:
    sale_id = paid(open_bench).prepared.sale_id
    assert slip_of(open_bench, sale_id).serial_number == "A1-U2026-000001"
    void(open_bench, sale_id, terminal(approved(slip_number="0232")))
    slip = slip_of(open_bench, sale_id)
    assert (slip.kind, slip.serial_number, slip.copy_number) == (DocumentKind.VOID_SLIP, "A1-V2026-000001", 0)
    assert slip.original_serial_number == "A1-U2026-000001"
    assert slip.payment is not None
    assert slip.payment.slip_number == "0232"
    again = slip_of(open_bench, sale_id)
    assert (again.serial_number, again.copy_number) == ("A1-V2026-000001", 1)


def test_a_sale_is_voided_once(open_bench: Bench) -> None:
    sale_id = paid(open_bench).prepared.sale_id
    void(open_bench, sale_id, terminal(approved(slip_number="0232")))
    with pytest.raises(RefusalError, match="void_not_paid"):
        void(open_bench, sale_id, terminal())


def test_a_declined_void_leaves_the_sale_paid_and_may_be_tried_again(open_bench: Bench) -> None:
    sale_id = paid(open_bench).prepared.sale_id
    void(open_bench, sale_id, terminal(api.Declined(api.DeclineReason.TERMINAL_ERROR, "B5")))
    row = open_bench.journal.books().sale(sale_id)
    assert row is not None
    assert row.standing is Standing.PAID
    assert void(open_bench, sale_id, terminal(approved(slip_number="0232"))).state is State.APPROVED


def test_a_void_in_doubt_is_inquired_about_as_a_void_and_settled_by_two_people(open_bench: Bench) -> None:
    unknown = api.OutcomeUnknown(api.UnknownReason.SILENCE)
    sale_id = paid(open_bench).prepared.sale_id
    device = terminal(unknown, inquiries=(unknown,))
    doubtful = void(open_bench, sale_id, device)
    assert doubtful.state is State.IN_DOUBT
    assert device.asked[0].transaction_type is api.TransactionType.VOID
    assert device.asked[0].original is not None
    row = open_bench.journal.books().sale(sale_id)
    assert row is not None
    assert row.standing is Standing.IN_DOUBT
    with pytest.raises(RefusalError, match="day_has_unsettled"):
        close_day(open_bench.counter, CLERK.actor)
    resolve_by_person(
        open_bench.counter,
        doubtful.prepared.operation_id,
        charged=True,
        evidence="端末の控え",
        actor=CLERK.actor,
        approver=CHIEF.actor,
    )
    row = open_bench.journal.books().sale(sale_id)
    assert row is not None
    assert row.standing is Standing.VOIDED
    assert open_bench.journal.books().totals(MONDAY)[0].amount_yen == 0


def test_a_void_that_the_last_run_left_is_in_doubt_at_the_next_start(open_bench: Bench) -> None:
    sale_id = paid(open_bench).prepared.sale_id
    device = terminal(api.OutcomeUnknown(api.UnknownReason.LINE_LOST), inquiries=(api.NotCharged("no void"),))
    assert void(open_bench, sale_id, device).state is State.NOT_CHARGED
    prepare_void(open_bench.counter, sale_id, actor=CLERK.actor, approver=CHIEF.actor)
    assert recover(open_bench.counter) == ()
    assert open_bench.kinds()[-1] == "operation_abandoned"


def test_an_inquiry_about_a_void_may_find_it_done(open_bench: Bench) -> None:
    unknown = api.OutcomeUnknown(api.UnknownReason.SILENCE)
    sale_id = paid(open_bench).prepared.sale_id
    doubtful = void(open_bench, sale_id, terminal(unknown, inquiries=(unknown,)))
    found = inquire(
        open_bench.counter, doubtful, terminal(inquiries=(approved(slip_number="0232"),)), QuietContext(None, None)
    )
    assert (found.state, found.prepared.operation_kind) == (State.APPROVED, OperationKind.VOID)


def test_yesterdays_sale_is_not_voided(open_bench: Bench) -> None:
    sale_id = paid(open_bench).prepared.sale_id
    close_day(open_bench.counter, CLERK.actor)
    with pytest.raises(RefusalError, match="day_not_open"):
        void(open_bench, sale_id, terminal())
    open_bench.clock.now += timedelta(days=1)
    open_day(open_bench.counter, CLERK.actor)
    with pytest.raises(RefusalError, match="void_other_day"):
        void(open_bench, sale_id, terminal())


def test_a_device_that_cannot_void_is_not_asked(open_bench: Bench) -> None:
    sale_id = paid(open_bench).prepared.sale_id
    with pytest.raises(RefusalError, match="void_not_supported"):
        void(open_bench, sale_id, ScriptedDevice())
    assert open_bench.kinds()[-1] == "operation_approved"


def test_nothing_is_voided_on_a_device_in_doubt(open_bench: Bench) -> None:
    sale_id = paid(open_bench).prepared.sale_id
    unknown = api.OutcomeUnknown(api.UnknownReason.SILENCE)
    device = terminal(unknown, inquiries=(unknown,))
    take_payment(open_bench.counter, open_bench.offer(), CREDIT, device, QuietContext, CLERK.actor)
    with pytest.raises(RefusalError, match="device_in_doubt"):
        void(open_bench, sale_id, terminal())


def test_another_tender_is_journaled_with_the_doubt_it_replaces_and_who_allowed_it(open_bench: Bench) -> None:
    unknown = api.OutcomeUnknown(api.UnknownReason.SILENCE)
    device = terminal(unknown, inquiries=(unknown,))
    doubtful = take_payment(open_bench.counter, open_bench.offer(), CREDIT, device, QuietContext, CLERK.actor)
    leave = OtherTender(doubtful.prepared.operation_id, CHIEF.actor)
    cash = replace(approved(), media=api.Media.CASH, tendered_yen=300)
    operation = take_payment(
        open_bench.counter, open_bench.offer(), CASH, terminal(cash), QuietContext, CLERK.actor, leave
    )
    assert operation.state is State.APPROVED
    sale = open_bench.journal.books().sale(operation.prepared.sale_id)
    assert sale is not None
    assert sale.begun[0].approver == CHIEF.actor
    assert operation.prepared.original_operation_id == doubtful.prepared.operation_id
    resolve_by_person(
        open_bench.counter,
        doubtful.prepared.operation_id,
        charged=False,
        evidence="端末の控え",
        actor=CLERK.actor,
        approver=CHIEF.actor,
    )
    with pytest.raises(RefusalError, match="not_in_doubt"):
        take_payment(open_bench.counter, open_bench.offer(), CASH, terminal(cash), QuietContext, CLERK.actor, leave)


def test_a_void_whose_sale_cannot_be_read_back_is_not_sent(open_bench: Bench) -> None:
    sale = paid(open_bench)
    operation = prepare_void(open_bench.counter, sale.prepared.sale_id, actor=CLERK.actor, approver=CHIEF.actor)
    blind = replace(open_bench.counter, journal=UnreadableJournal(open_bench.journal))
    device = terminal(approved())
    ended = carry_out(blind, operation, device, device.authorize_void, QuietContext, CLERK.actor)
    assert (ended.state, ended.reason) == (State.NOT_SENT, "journal_not_durable")
    assert device.charged == []
