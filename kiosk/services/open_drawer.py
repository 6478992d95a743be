"""Opening the cash drawer without a sale: recorded first, with its reason and by whom. Refuses to open it itself."""

from kiosk.domain.books import Books
from kiosk.domain.record import DRAWER_REASONS, Actor, Draft, DrawerOpened
from kiosk.services.counter import Counter, RefusalError


def record_drawer(counter: Counter, reason: str, actor: Actor) -> None:
    """Record the intent; the drawer opens after this returns. Raises RefusalError."""
    if reason not in DRAWER_REASONS:
        raise RefusalError("drawer_reason")

    def decide(books: Books) -> list[Draft]:
        return [counter.draft(DrawerOpened(reason), actor, books.day().open_date)]

    counter.transact(decide)
