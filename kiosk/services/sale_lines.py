"""A cart turned into lines as sold: every master value copied. Owns the fiscal year of each line."""

from datetime import date

from kiosk.domain.business_day import fiscal_year_of
from kiosk.domain.cart import Cart
from kiosk.domain.money import NOTHING
from kiosk.domain.operation import SaleLine


def sold_lines(cart: Cart, business_date: date) -> tuple[SaleLine, ...]:
    """Copy the cart's lines; under a full exemption every amount is zero and the unit price stays."""
    return tuple(
        SaleLine(
            item_code=line.item.code,
            name=line.item.name,
            quantity=line.quantity,
            unit_price_yen=line.item.price_yen,
            amount_yen=NOTHING if cart.exemption else line.amount_yen,
            tax=line.item.tax,
            account_code=line.item.account.code,
            account_path=line.item.account.path,
            department=line.item.account.department,
            ownership=line.item.account.ownership,
            category=line.item.category,
            fiscal_year=line.fiscal_year or fiscal_year_of(business_date),
            registration_number=line.item.account.registration_number,
            slip=line.slip,
        )
        for line in cart.lines
    )
