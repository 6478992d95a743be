"""A zero-yen sale: free admission or a full exemption. No tender, no device, counted by category and reason."""

from kiosk.domain.books import Books, SaleRow
from kiosk.domain.cart import Offer
from kiosk.domain.ids import SaleId
from kiosk.domain.record import Actor, Draft, FreeSale
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.sale_lines import sold_lines


def take_free_sale(counter: Counter, offer: Offer, actor: Actor) -> SaleRow:
    """Record the sale. Raises RefusalError when something is to be paid or no day is open."""
    cart = offer.cart
    if cart.total_yen != 0:
        raise RefusalError("tender_needed")
    sale_id = SaleId(counter.new_id())

    def decide(books: Books) -> list[Draft]:
        business_date = counter.money_date(books)
        reasons = dict.fromkeys(line.item.free_reason for line in cart.lines if line.item.free_reason)
        sale = FreeSale(
            sale_id,
            sold_lines(cart, business_date),
            exemption_code=cart.exemption.code if cart.exemption else "",
            exemption_name=cart.exemption.name if cart.exemption else "",
            free_reasons=tuple(reasons),
        )
        return [counter.draft(sale, actor, business_date)]

    counter.transact(decide)
    row = counter.journal.books().sale(sale_id)
    assert row is not None, "a recorded sale is in the books of the same transaction"
    return row
