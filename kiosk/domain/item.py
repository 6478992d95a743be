"""What can be sold: items and the revenue accounts they belong to. Refuses anything without an account."""

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


class SlipTreatment(StrEnum):
    """What follows where a 納付書 breaks a rule of its item."""

    TAKE = "take"
    WARN = "warn"
    """The clerk is told, and decides; the record says so."""
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class SlipRule:
    """How a slip item is taken: its price stands on the 納付書, and so does who pays it."""

    code: str
    cap_yen: Yen
    """Most on one slip; 300,000 yen where the code is that of 料金代理収納."""
    over_cap: SlipTreatment
    expired: SlipTreatment
    """After the 支払期限 of the code."""
    stamp_duty: SlipTreatment
    """Where the code's 印紙フラグ is set."""
    prefixes: tuple[str, ...] = ()
    """What maker code and free field begin with; empty: slips of this item have no code that is known."""
    number_from: int = 1
    number_digits: int = 0
    """Where the 調定番号 stands in those 27 digits, counted from 1; 0 digits: it is keyed."""
    has_el_qr: bool = False
    """Slips of this item carry an eL-QR, whichever code on them is scanned."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing sold at one price, tax included, from ``valid_from`` on; a slip item at the price of each slip."""

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
    slip: SlipRule | None = None
    """Paid by 納付書: the price is nothing until a slip's amount is known (kiosk.domain.slip)."""
