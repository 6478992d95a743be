"""The cart and the offer: quantities, caps, exemptions and which tenders every line allows."""

from datetime import date

import pytest

from kiosk.domain.cart import LINES_MAX, QUANTITY_MAX, Cart, CartError, Exemption, make_offer
from kiosk.domain.item import Account, Item, Ownership
from kiosk.domain.money import YEN_MAX, Yen
from kiosk.domain.tax import TaxClass
from kiosk.domain.tender import Tender, TenderKind

EXEMPT = TaxClass("exempt", "非課税", None)
STANDARD = TaxClass("standard", "標準税率", 10)
ACCOUNT = Account("0101", ("一般会計", "使用料及び手数料"), "市民課")
CREDIT = Tender(TenderKind.CREDIT, "クレジットカード", "terminal", ("VISA",), "例示カード株式会社")
CASH = Tender(TenderKind.CASH, "現金", "drawer")


def item(
    code: str, price_yen: int = 300, *, tax: TaxClass = EXEMPT, tenders: frozenset[TenderKind] = frozenset(TenderKind)
) -> Item:
    return Item(code, f"品目{code}", "", "cert", Yen(price_yen), tax, ACCOUNT, tenders, date(2026, 4, 1))


def test_an_account_is_revenue_unless_said_otherwise() -> None:
    assert ACCOUNT.ownership is Ownership.REVENUE


def test_the_same_item_gathers_in_one_line_in_the_order_of_the_first_scan() -> None:
    cart = Cart().add(item("1")).add(item("2", 450), 2).add(item("1"), 3)
    assert [(line.item.code, line.quantity, line.amount_yen) for line in cart.lines] == [("1", 4, 1200), ("2", 2, 900)]
    assert (cart.gross_yen, cart.total_yen, cart.count) == (2100, 2100, 6)


def test_every_change_has_its_revision_and_leaves_the_old_cart_alone() -> None:
    empty = Cart()
    one = empty.add(item("1"))
    two = one.set_quantity("1", 5)
    none = two.remove("1")
    free = none.exempt(Exemption("E1", "生活保護"))
    assert [cart.revision for cart in (empty, one, two, none, free)] == [0, 1, 2, 3, 4]
    assert (empty.lines, one.lines[0].quantity, none.lines) == ((), 1, ())


def test_a_quantity_of_zero_removes_the_line() -> None:
    assert Cart().add(item("1")).set_quantity("1", 0).lines == ()


@pytest.mark.parametrize("quantity", [0, -1, QUANTITY_MAX + 1])
def test_quantities_out_of_range(quantity: int) -> None:
    with pytest.raises(CartError) as caught:
        Cart().add(item("1"), quantity)
    assert caught.value.rule == "quantity_range"


def test_a_quantity_may_not_grow_out_of_range_scan_by_scan() -> None:
    cart = Cart().add(item("1"), QUANTITY_MAX)
    with pytest.raises(CartError, match="quantity_range"):
        cart.add(item("1"))


def test_too_many_lines() -> None:
    cart = Cart()
    for n in range(LINES_MAX):
        cart = cart.add(item(str(n), 1))
    assert cart.add(item("0", 1)).count == LINES_MAX + 1
    with pytest.raises(CartError, match="cart_lines_max"):
        cart.add(item("one more", 1))


def test_the_cap_holds_for_adding_and_for_quantities_and_refuses_nothing_else() -> None:
    cart = Cart(cap_yen=Yen(1000)).add(item("1", 500), 2)
    assert cart.total_yen == 1000
    with pytest.raises(CartError, match="cart_cap"):
        cart.add(item("2", 1))
    with pytest.raises(CartError, match="cart_cap"):
        cart.set_quantity("1", 3)
    assert cart.set_quantity("1", 1).cap_yen == 1000
    assert Cart().cap_yen == YEN_MAX


def test_a_full_exemption_makes_everything_free_and_is_taken_back_whole() -> None:
    cart = Cart().add(item("1", 1100, tax=STANDARD)).exempt(Exemption("E1", "生活保護"))
    assert (cart.gross_yen, cart.total_yen) == (1100, 0)
    assert [(total.gross_yen, total.tax_yen) for total in cart.taxes] == [(0, 0)]
    assert cart.exempt(None).total_yen == 1100
    assert cart.exempt(None).taxes[0].tax_yen == 100


def test_an_offer_holds_the_tenders_every_line_allows() -> None:
    card_only = item("2", tenders=frozenset({TenderKind.CREDIT}))
    cart = Cart().add(item("1")).add(card_only)
    offer = make_offer(cart, (CASH, CREDIT))
    assert offer.tenders == (CREDIT,)
    assert offer.revision == cart.revision == 2
    assert cart.refusing_items(TenderKind.CASH) == (card_only,)
    assert cart.refusing_items(TenderKind.CREDIT) == ()


def test_a_free_cart_needs_no_tender() -> None:
    assert make_offer(Cart().add(item("1", 0)), (CASH, CREDIT)).tenders == ()


@pytest.mark.parametrize(
    ("cart", "rule"),
    [
        (Cart(), "cart_empty"),
        (
            Cart()
            .add(item("1", tenders=frozenset({TenderKind.CASH})))
            .add(item("2", tenders=frozenset({TenderKind.CREDIT}))),
            "no_common_tender",
        ),
    ],
)
def test_carts_that_cannot_be_offered(cart: Cart, rule: str) -> None:
    with pytest.raises(CartError) as caught:
        make_offer(cart, (CASH, CREDIT))
    assert caught.value.rule == rule
