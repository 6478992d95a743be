"""還付: a recorded request to pay a sale back by bank transfer. Refuses bank account data, and a second request."""

from kiosk.domain.books import Books
from kiosk.domain.ids import SaleId
from kiosk.domain.payment import Standing
from kiosk.domain.record import Actor, Draft, RefundRequested
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.void_payment import paid_by

REASON_CHARACTERS_MAX = 200
"""A sentence; the citizen's application form holds the rest, account number included."""


def request_refund(counter: Counter, sale_id: SaleId, reason: str, *, actor: Actor, approver: Actor) -> RefundRequested:
    """Record that a paid sale is to be refunded whole. Raises RefusalError; no money moves here."""
    stated = reason.strip()
    if not stated or len(stated) > REASON_CHARACTERS_MAX:
        raise RefusalError("refund_reason_needed")
    made: list[RefundRequested] = []

    def decide(books: Books) -> list[Draft]:
        sale = books.sale(sale_id)
        if sale is None:
            raise RefusalError("sale_unknown")
        if sale.standing is not Standing.PAID:
            raise RefusalError("refund_not_paid")
        if sale.refunds:
            raise RefusalError("refund_requested_already")
        paid = paid_by(sale).prepared
        made.append(RefundRequested(sale_id, paid.operation_id, paid.amount_yen, stated))
        return [counter.draft(made[-1], actor, sale.business_date, approver)]

    counter.transact(decide)
    return made[-1]
