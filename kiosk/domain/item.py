"""What can be sold: items and the revenue accounts they belong to. Refuses anything without an account or a price."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.money import Yen
from kiosk.domain.tax import TaxClass
from kiosk.domain.tender import TenderKind


class Ownership(StrEnum):
    """Whose money it is; only REVENUE enters the city's figure."""

    REVENUE = "revenue"  # 歳入
    DEPOSIT = "deposit"  # 歳入歳出外現金
    OPERATOR_FEE = "operator_fee"  # 利用料金 (Local Autonomy Act 244-2 (8))


@dataclass(frozen=True, slots=True)
class Account:
    """A revenue account: ``path`` is 会計・款・項・目・節…, as deep as the city uses it."""

    code: str
    path: tuple[str, ...]
    department: str
    ownership: Ownership = Ownership.REVENUE
    registration_number: str = ""
    """適格請求書発行事業者 registration number (T and 13 digits); differs by 会計."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing sold at one price, tax included, from ``valid_from`` on."""

    code: str
    name: str
    kana: str
    category: str
    price_yen: Yen
    tax: TaxClass
    account: Account
    tenders: frozenset[TenderKind]
    valid_from: date
    name_en: str = ""
    barcode: str = ""
    free_reason: str = ""
    """For items at zero yen: why it is free, e.g. 高校生以下 無料; recorded with the sale."""
