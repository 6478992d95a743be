"""Earlier sales, looked up on the desk's worker (kiosk.presenters.desk.Archive). Refuses nobody who is signed in."""

from datetime import date

from kiosk.domain.operator import Act
from kiosk.domain.sale_search import SaleSearch
from kiosk.runtime.shift import Errands, Shift
from kiosk.services.counter import Counter
from kiosk.services.find_sales import find_day_beside, find_sales


class Archive:
    """Answers with SalesFound."""

    def __init__(self, counter: Counter, errands: Errands, shift: Shift) -> None:
        self._counter, self._errands, self._shift = counter, errands, shift

    def find(self, search: SaleSearch) -> None:
        def work() -> None:
            self._shift.permitted(Act.REPRINT)
            find_sales(self._counter, search)

        self._errands.run(work)

    def find_day_beside(self, business_date: date, *, later: bool) -> None:
        def work() -> None:
            self._shift.permitted(Act.REPRINT)
            find_day_beside(self._counter, business_date, later=later)

        self._errands.run(work)
