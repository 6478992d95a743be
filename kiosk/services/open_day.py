"""Opening the business day. Owns the rule that a date is opened once and never goes back."""

from kiosk.domain.books import Books, DayRow
from kiosk.domain.business_day import DayState
from kiosk.domain.record import Actor, DayOpened, Draft
from kiosk.services.counter import Counter, RefusalError


def open_day(counter: Counter, actor: Actor) -> DayRow:
    """Open today. Raises RefusalError when a day is open, was closed already, or the clock has gone back."""
    today = counter.clock.today()

    def decide(books: Books) -> list[Draft]:
        day = books.day()
        if day.state is DayState.OPEN:
            raise RefusalError("day_already_open")
        if day.business_date is not None and today < day.business_date:
            raise RefusalError("clock_went_back")
        if day.business_date == today:
            raise RefusalError("day_closed_already")
        return [counter.draft(DayOpened(), actor, today)]

    counter.transact(decide)
    return counter.journal.books().day()
