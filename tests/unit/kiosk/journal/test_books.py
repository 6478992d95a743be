"""What the books answer about sales, days, documents and devices."""

from datetime import date
from pathlib import Path

from kiosk.domain.business_day import DayState
from kiosk.domain.ids import OperationId, SaleId
from kiosk.domain.money import Yen
from kiosk.domain.operation import (
    Declined,
    DeviceBaseline,
    DeviceResult,
    OperationKind,
    OutcomeUnknown,
    Reported,
    Requested,
    ResolvedCharged,
    State,
)
from kiosk.domain.payment import Standing
from kiosk.domain.record import DayClosed, DayOpened, FreeSale, TenderTotal
from kiosk.domain.tender import TenderKind
from tests.unit.kiosk.journal.history import (
    CLERK,
    MONDAY,
    approved,
    draft,
    issued,
    line,
    moved,
    open_journal,
    operation_id,
    prepared,
    printed,
    result,
)

TUESDAY = date(2026, 11, 24)
SALE = SaleId("sale-1")


def test_an_empty_journal_answers_with_nothing(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        books = journal.books()
        day = books.day()
        assert (day.business_date, day.state, day.first_seq, day.last_seq) == (None, DayState.NOT_OPENED, 0, 0)
        assert books.operation(OperationId("x")) is None
        assert books.sale(SALE) is None
        assert (books.unsettled(), books.sales(MONDAY), books.totals(MONDAY)) == ((), (), ())
        assert books.free_count(MONDAY) == books.last_sequence_number() == books.last_serial("U2026") == 0
        assert books.baseline("terminal") is None
        status = books.sync_status()
        assert (status.head_seq, status.acked_seq, status.oldest_unacked_at, status.frozen_reason) == (0, 0, "", "")


def test_a_sale_as_it_goes(tmp_path: Path) -> None:
    known = DeviceBaseline("T1", "00011", "6")
    with open_journal(tmp_path) as journal:
        books = journal.books()
        journal.append(draft(prepared(1)))
        row = books.sale(SALE)
        assert row is not None
        assert (row.business_date, row.at, row.actor, row.amount_yen) == (
            MONDAY,
            "2026-11-23T10:15:02.123+09:00",
            CLERK,
            600,
        )
        assert row.lines == (line(),)
        assert (row.standing, row.free, row.documents) == (Standing.UNPAID, None, ())
        journal.append(draft(moved(1, Requested(9, known))))
        (operation,) = books.unsettled()
        assert (operation.state, operation.sequence_number, operation.baseline) == (State.REQUESTED, 9, known)
        journal.append(draft(moved(1, Reported(approved=True, amount_yen=Yen(600), result=result()))))
        journal.append(draft(moved(1, OutcomeUnknown("line lost"))))
        (operation,) = books.unsettled()
        assert (operation.state, operation.reason, operation.result) == (State.IN_DOUBT, "line lost", result())
        assert books.sales(MONDAY)[0].standing is Standing.IN_DOUBT
        journal.append(draft(approved(1)))
        assert books.unsettled() == ()
        found = books.operation(operation_id(1))
        assert found is not None
        assert (found.state, found.charged_yen, found.result, found.reason) == (State.APPROVED, 600, result(), "")
        assert books.sales(MONDAY)[0].standing is Standing.PAID
        assert books.last_sequence_number() == 9


def test_a_second_tender_after_a_decline_belongs_to_the_same_sale(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(prepared(1)), draft(moved(1, Requested(1))), draft(moved(1, Declined("balance", "51"))))
        journal.append(draft(prepared(2, sale=1, tender=TenderKind.EMONEY)), draft(moved(2, Requested(2))))
        journal.append(draft(approved(2)))
        row = journal.books().sale(SALE)
        assert row is not None
        assert [(o.state, o.code) for o in row.operations] == [(State.DECLINED, "51"), (State.APPROVED, "")]
        assert row.standing is Standing.PAID
        assert journal.books().totals(MONDAY) == (TenderTotal(TenderKind.EMONEY, 1, Yen(600)),)


def test_totals_are_sales_less_voids_and_refunds_on_the_day_each_happened(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        steps = (
            (OperationKind.SALE, 1, MONDAY, TenderKind.CREDIT),
            (OperationKind.SALE, 2, MONDAY, TenderKind.CREDIT),
            (OperationKind.SALE, 3, MONDAY, TenderKind.CASH),
            (OperationKind.VOID, 2, MONDAY, TenderKind.CREDIT),
            (OperationKind.REFUND, 1, TUESDAY, TenderKind.CREDIT),
        )
        for n, (kind, of, day, tender) in enumerate(steps, 1):
            intent = prepared(n, kind=kind, sale=of, tender=tender, business_date=day)
            journal.append(draft(intent), draft(moved(n, Requested(n))), draft(approved(n)))
        journal.append(draft(prepared(9)), draft(moved(9, Requested(9))))
        books = journal.books()
        assert books.totals(MONDAY) == (
            TenderTotal(TenderKind.CASH, 1, Yen(600)),
            TenderTotal(TenderKind.CREDIT, 1, Yen(600)),
        )
        assert books.totals(TUESDAY) == (TenderTotal(TenderKind.CREDIT, -1, Yen(-600)),)
        standings = {row.sale_id: row.standing for row in books.sales(MONDAY)}
        assert standings == {
            "sale-1": Standing.REFUNDED,
            "sale-2": Standing.VOIDED,
            "sale-3": Standing.PAID,
            "sale-9": Standing.IN_DOUBT,
        }
        assert [row.sale_id for row in books.sales(MONDAY, limit=2)] == ["sale-9", "sale-3"]
        assert [row.sale_id for row in books.sales(TUESDAY)] == ["sale-1"]


def test_a_free_sale_is_counted_and_has_its_reason(tmp_path: Path) -> None:
    sale = FreeSale(SALE, (line(price_yen=0),), free_reasons=("高校生以下 無料",))
    with open_journal(tmp_path) as journal:
        journal.append(draft(sale))
        row = journal.books().sale(SALE)
        assert row is not None
        assert (row.free, row.operations, row.amount_yen, row.lines) == (sale, (), 0, sale.lines)
        assert journal.books().free_count(MONDAY) == 1
        assert journal.books().free_count(TUESDAY) == 0
        assert journal.books().totals(MONDAY) == ()


def test_documents_keep_their_serials_and_what_became_of_them(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(prepared(1)), draft(issued(1, sale=1, serial=1)))
        row = journal.books().sale(SALE)
        assert row is not None
        assert [(d.serial_number, d.copy_number, d.state) for d in row.documents] == [("U2026-1", 0, "queued")]
        journal.append(draft(printed(1, "failed", "paper_out")), draft(issued(2, sale=1, serial=1, copy=1)))
        journal.append(draft(printed(2)))
        row = journal.books().sale(SALE)
        assert row is not None
        assert [(d.copy_number, d.state, d.fault) for d in row.documents] == [
            (0, "failed", "paper_out"),
            (1, "printed", ""),
        ]
        assert journal.books().last_serial("U2026") == 1
        assert journal.books().last_serial("R2026") == 0


def test_the_baseline_is_the_newest_approved_transaction_of_each_device(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        for n, device in ((1, "terminal"), (2, "other"), (3, "terminal")):
            journal.append(draft(prepared(n, device=device)), draft(moved(n, Requested(n))))
            journal.append(draft(approved(n, slip=f"slip-{n}")))
        journal.append(draft(prepared(4)), draft(moved(4, Requested(4))), draft(moved(4, Declined("no"))))
        assert journal.books().baseline("terminal") == DeviceBaseline("T1", "slip-3", "7")
        assert journal.books().baseline("other") == DeviceBaseline("T1", "slip-2", "7")


def test_a_doubt_leaves_no_baseline_until_a_number_is_known_again(tmp_path: Path) -> None:
    """Resolved by people, it may have moved the terminal's numbers: with the old one, its sale would be after them."""
    with open_journal(tmp_path) as journal:
        for n, device in ((1, "terminal"), (2, "other")):
            journal.append(draft(prepared(n, device=device)), draft(moved(n, Requested(n))))
            journal.append(draft(approved(n, slip=f"slip-{n}")))
        journal.append(draft(prepared(5)), draft(moved(5, Requested(5))), draft(moved(5, OutcomeUnknown("?"))))
        journal.append(draft(moved(5, ResolvedCharged("receipt seen", DeviceResult()))))
        assert journal.books().baseline("terminal") is None
        assert journal.books().baseline("other") == DeviceBaseline("T1", "slip-2", "7")
        journal.append(draft(prepared(6)), draft(moved(6, Requested(6))), draft(approved(6, slip="slip-6")))
        assert journal.books().baseline("terminal") == DeviceBaseline("T1", "slip-6", "7")


def test_days_open_and_close_and_the_latest_is_the_one_opened_last(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        books = journal.books()
        journal.append(draft(DayOpened()))
        day = books.day()
        assert (day.business_date, day.state, day.first_seq, day.last_seq) == (MONDAY, DayState.OPEN, 1, 0)
        journal.append(draft(DayClosed(1, 2, ())))
        day = books.day()
        assert (day.state, day.first_seq, day.last_seq) == (DayState.CLOSED, 1, 2)
        journal.append(draft(DayOpened(), business_date=TUESDAY))
        day = books.day()
        assert (day.business_date, day.state, day.first_seq, day.last_seq) == (TUESDAY, DayState.OPEN, 3, 0)
        journal.append(draft(DayOpened()))
        day = books.day()
        assert (day.business_date, day.state, day.first_seq, day.last_seq) == (MONDAY, DayState.OPEN, 1, 0)
