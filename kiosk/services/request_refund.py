"""還付: a recorded request to pay a sale back by bank transfer. Refuses bank account data, and a second request."""

from kiosk.domain.books import Books
from kiosk.domain.ids import SaleId
from kiosk.domain.record import Actor, Draft, RefundRequested
from kiosk.domain.taking_back import paid_by, refund_obstacle
from kiosk.services.counter import Counter, RefusalError

REASON_CHARACTERS_MAX = 200
"""A sentence; the citizen's application form holds the rest, account number included."""


def request_refund(counter: Counter, sale_id: SaleId, reason: str, *, actor: Actor, approver: Actor) -> RefundRequested:
    """Record that a paid sale is to be refunded whole, on the day it is asked for. Raises RefusalError.

    No money moves here.
    """
    stated = stated_reason(reason)
    made: list[RefundRequested] = []

    def decide(books: Books) -> list[Draft]:
        sale = books.sale(sale_id)
        if sale is None:
            raise RefusalError("sale_unknown")
        paid = paid_by(sale)
        if paid is None:
            raise RefusalError("refund_not_paid")
        if obstacle := refund_obstacle(sale):
            raise RefusalError(obstacle)
        made.append(RefundRequested(sale_id, paid.prepared.operation_id, paid.prepared.amount_yen, stated))
        asked_on = books.day().open_date or counter.clock.today()
        return [counter.draft(made[-1], actor, asked_on, approver)]

    counter.transact(decide)
    return made[-1]


def stated_reason(reason: str) -> str:
    """The reason as it is kept. Raises RefusalError for none, or more than a sentence."""
    stated = reason.strip()
    if not stated or len(stated) > REASON_CHARACTERS_MAX:
        raise RefusalError("refund_reason_needed")
    return stated
