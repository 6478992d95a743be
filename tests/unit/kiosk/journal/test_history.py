"""Earlier sales by whatever stands on the citizen's slip, and what a day did."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.domain.money import Yen
from kiosk.domain.operation import OperationKind, Requested
from kiosk.domain.record import DailyLogCompared, DayOpened
from kiosk.domain.sale_search import SaleSearch
from kiosk.domain.slip import Slip
from kiosk.journal.store import SqliteJournal
from tests.unit.kiosk.journal.history import MONDAY, approved, draft, issued, line, moved, open_journal, prepared

TUESDAY = MONDAY + timedelta(days=1)


def sell(journal: SqliteJournal, n: int, *, slip: str, amount_yen: int = 600, on: date = MONDAY) -> None:
    intent = prepared(n, amount_yen=amount_yen, business_date=on)
    bodies = (
        intent,
        moved(n, Requested(n)),
        approved(n, amount_yen=amount_yen, slip=slip),
        issued(n, sale=n, serial=n),
    )
    journal.append(*(draft(body, business_date=on) for body in bodies))


def found(journal: SqliteJournal, search: SaleSearch) -> list[str]:
    return [sale.sale_id for sale in journal.books().history.find(search, limit=10)]


@pytest.mark.parametrize(
    ("search", "sales"),
    [
        (SaleSearch(number="00012"), ["sale-1"]),
        (SaleSearch(number="１２"), ["sale-1"]),
        (SaleSearch(number="u2026-2"), ["sale-2"]),
        (SaleSearch(number="3"), ["sale-3"]),
        (SaleSearch(number="1234"), ["sale-3", "sale-2", "sale-1"]),
        (SaleSearch(number="SALE-2"), ["sale-2"]),
        (SaleSearch(amount_yen=Yen(600)), ["sale-2", "sale-1"]),
        (SaleSearch(TUESDAY), ["sale-3"]),
        (SaleSearch(MONDAY, number="1234"), ["sale-2", "sale-1"]),
        (SaleSearch(MONDAY, Yen(900), "1234"), []),
        (SaleSearch(number=" - "), []),
        (SaleSearch(number="99"), []),
    ],
)
def test_a_sale_is_found_by_what_its_slip_shows(tmp_path: Path, search: SaleSearch, sales: list[str]) -> None:
    with open_journal(tmp_path) as journal:
        sell(journal, 1, slip="00012")
        sell(journal, 2, slip="00077")
        sell(journal, 3, slip="00078", amount_yen=900, on=TUESDAY)
        assert found(journal, search) == sales


def test_a_paid_slip_is_found_by_its_own_number(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        sell(journal, 1, slip="00012")
        paid = replace(line(), slip=Slip("豊田 太郎", "2026-000123"))
        journal.append(draft(replace(prepared(2), lines=(line(), paid))))
        assert found(journal, SaleSearch(number="2026000123")) == ["sale-2"]
        assert found(journal, SaleSearch(number="豊田 太郎")) == []


def test_the_newest_come_first_and_no_more_than_asked_for(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        for n in range(1, 6):
            sell(journal, n, slip=f"{n:05}")
        history = journal.books().history
        assert [s.sale_id for s in history.find(SaleSearch(number="1234"), limit=2)] == ["sale-5", "sale-4"]


def test_a_refund_belongs_to_its_day_and_its_device(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        sell(journal, 1, slip="00012")
        back = prepared(2, kind=OperationKind.REFUND, sale=1, business_date=TUESDAY)
        for body in (back, moved(2, Requested(2)), approved(2, slip="00013")):
            journal.append(draft(body, business_date=TUESDAY))
        history = journal.books().history
        assert [row.operation.prepared.operation_id for row in history.operations(MONDAY)] == ["operation-1"]
        assert [row.operation.prepared.operation_id for row in history.operations(TUESDAY)] == ["operation-2"]
        assert len(history.operations_on("terminal", after_seq=4)) == 1
        assert history.operations_on("drawer", after_seq=0) == ()
        assert found(journal, SaleSearch(number="13")) == ["sale-1"]


def test_days_beside_and_the_last_own_close_of_a_terminal(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(DayOpened()), draft(DayOpened(), business_date=TUESDAY))
        for device, up_to_seq, settled in (("terminal", 2, True), ("emoney", 3, True), ("terminal", 4, False)):
            journal.append(draft(DailyLogCompared(device, up_to_seq, (), (), settled), business_date=TUESDAY))
        history = journal.books().history
        assert history.last_settled_seq("terminal", before_seq=99) == 2
        assert history.last_settled_seq("terminal", before_seq=2) == 0
        assert history.day_beside(MONDAY, later=True) == TUESDAY
        assert history.day_beside(TUESDAY, later=False) == MONDAY
        assert history.day_beside(MONDAY, later=False) is None
