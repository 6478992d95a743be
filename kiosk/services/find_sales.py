"""Finding earlier sales by what stands on the citizen's slip. Refuses to tell more than a person can look through."""

from datetime import date

from kiosk.domain.sale_search import SaleSearch
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.notices import SalesFound

FOUND_MAX = 100
"""More than these nobody reads: one more criterion is quicker."""


def find_sales(counter: Counter, search: SaleSearch) -> None:
    """Tell the sales to which all of ``search`` applies; a date alone tells that whole day.

    Raises RefusalError for an empty search.
    """
    if search.is_empty:
        raise RefusalError("find_nothing_given")
    books = counter.journal.books()
    if search.business_date is not None and search == SaleSearch(search.business_date):
        counter.tell(SalesFound(search, books.sales(search.business_date)))
        return
    found = books.history.find(search, limit=FOUND_MAX + 1)
    counter.tell(SalesFound(search, found[:FOUND_MAX], cut=len(found) > FOUND_MAX))


def find_day_beside(counter: Counter, business_date: date, *, later: bool) -> None:
    """Tell the sales of the business day before or after. Raises RefusalError when there is none."""
    beside = counter.journal.books().history.day_beside(business_date, later=later)
    if beside is None:
        raise RefusalError("no_later_day" if later else "no_earlier_day")
    find_sales(counter, SaleSearch(beside))
