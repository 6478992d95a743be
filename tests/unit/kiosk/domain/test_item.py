"""Items and accounts as values."""

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from kiosk.domain.item import Account, Item, Ownership
from kiosk.domain.money import Yen
from kiosk.domain.tax import TaxClass
from kiosk.domain.tender import TenderKind

ACCOUNT = Account("0101", ("一般会計", "使用料及び手数料"), "市民課")


def test_money_counts_as_the_citys_revenue_only_when_it_is() -> None:
    assert ACCOUNT.ownership is Ownership.REVENUE
    assert [str(kind) for kind in Ownership] == ["revenue", "deposit", "operator_fee"]


def test_an_item_cannot_be_changed_once_it_is_loaded() -> None:
    tax = TaxClass("exempt", "非課税", None)
    item = Item("1", "住民票の写し", "", "cert", Yen(300), tax, ACCOUNT, frozenset(TenderKind), date(2026, 4, 1))
    with pytest.raises(FrozenInstanceError):
        setattr(item, "price_yen", Yen(0))  # noqa: B010 - mypy refuses the plain assignment, as it should
