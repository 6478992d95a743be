"""Closing the business day: refuses while anything is unsettled; states what the register must have received."""

from kiosk.domain.books import Books, DayRow
from kiosk.domain.record import Actor, DayClosed, Draft
from kiosk.services.counter import Counter, RefusalError


def close_day(counter: Counter, actor: Actor) -> DayRow:
    """Close the open day. Raises RefusalError("day_not_open") or RefusalError("day_has_unsettled")."""

    def decide(books: Books) -> list[Draft]:
        business_date = counter.open_date(books)
        if books.unsettled():
            raise RefusalError("day_has_unsettled")
        closing = DayClosed(
            first_seq=books.day().first_seq,
            last_seq=books.head().seq + 1,  # this entry itself
            totals=books.totals(business_date),
            free_count=books.free_count(business_date),
        )
        return [counter.draft(closing, actor, business_date)]

    counter.transact(decide)
    return counter.journal.books().day()
