"""The day and its sales, read from the books and told to the window."""

from kiosk.services.counter import Counter
from kiosk.services.notices import DayChanged, SalesListed


def tell_day(counter: Counter) -> None:
    """Tell which business day it is and what it holds."""
    books = counter.journal.books()
    day = books.day()
    totals = books.totals(day.business_date) if day.business_date else ()
    free_count = books.free_count(day.business_date) if day.business_date else 0
    counter.tell(DayChanged(day, counter.clock.today(), totals, free_count))


def tell_sales(counter: Counter) -> None:
    """Tell the sales of the latest business day and everything unsettled."""
    books = counter.journal.books()
    day = books.day()
    business_date = day.business_date or counter.clock.today()
    logs = books.daily_logs(day.open_date) if day.open_date else ()
    sales, totals = books.sales(business_date), books.totals(business_date)
    counter.tell(SalesListed(business_date, sales, totals, books.unsettled(), logs, books.history.follow_ups()))
