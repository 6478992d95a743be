"""Items, accounts and tax classes from their master files. Owns which row holds on a day; refuses half-right rows."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from kiosk.domain.item import Account, Item, Ownership, SlipRule
from kiosk.domain.money import NOTHING, Yen, parse_yen
from kiosk.domain.tax import TaxClass
from kiosk.domain.tender import TenderKind
from kiosk.profile_csv import Row, read_rows
from kiosk.profile_source import Source, check_code, check_date, check_text, shown
from kiosk.profile_toml import Table, read_toml

ACCOUNT_DEPTH_MAX = 9
"""会計・款・項・目・節・細節 and three more; no city's accounts go deeper."""
PERCENT_MAX = 99
OPEN_PRICE = "open"
"""Price of an item whose amount stands on each slip."""
SLIP_COLUMN = "slip"
"""May be missing: most counters take no slips."""

ACCOUNT_COLUMNS = ("code", "level_1", "department", "ownership", "registration_number")
ITEM_COLUMNS = (
    "code",
    "name",
    "kana",
    "name_en",
    "category",
    "price_yen",
    "tax",
    "account",
    "tenders",
    "valid_from",
    "free_reason",
    "barcode",
)

_LEVEL = re.compile(rf"level_[2-{ACCOUNT_DEPTH_MAX}]", re.ASCII)
_REGISTRATION = re.compile(r"T\d{13}", re.ASCII)
_KANA = re.compile(r"[ぁ-ゖー・ 0-9a-z]+")
_JAN = re.compile(r"\d{8}|\d{13}", re.ASCII)


class TaxRates:
    """Tax classes by code, each with its dated rates."""

    def __init__(self) -> None:
        self._rates: dict[str, dict[date, TaxClass]] = {}

    @property
    def codes(self) -> Collection[str]:
        return self._rates.keys()

    def add(self, tax: TaxClass, valid_from: date) -> bool:
        """Add a rate; False when that class has one from the same day already."""
        dated = self._rates.setdefault(tax.code, {})
        return dated.setdefault(valid_from, tax) is tax

    def on(self, code: str, day: date) -> TaxClass | None:
        """The rate that holds on ``day``: the newest not after it."""
        dated = self._rates[code]
        newest = max((first for first in dated if first <= day), default=None)
        return None if newest is None else dated[newest]


@dataclass(frozen=True, slots=True)
class Catalog:
    """What an item may name: the masters and the counter's own lists."""

    accounts: Mapping[str, Account]
    taxes: TaxRates
    categories: Collection[str]
    tenders: Collection[TenderKind]
    cap_yen: int
    slips: Mapping[str, SlipRule] = field(default_factory=dict)


def read_taxes(source: Source) -> TaxRates:
    """Read ``[[taxes]]``. Raises ProfileError."""
    file = read_toml(source)
    rates = TaxRates()
    for table in file.tables("taxes"):
        tax, valid_from = _tax(table), table.day("valid_from")
        table.finish()
        if not rates.add(tax, valid_from):
            raise table.error("valid_from", f"{tax.code} has two rates from {valid_from}: remove one")
    file.finish()
    return rates


def _tax(table: Table) -> TaxClass:
    code, name = table.checked("code", check_code), table.text("name")
    untaxed, reduced = table.flag("untaxed"), table.flag("reduced")
    if untaxed == table.has("percent"):
        raise table.error("percent", "write either percent = 10 or, for 非課税, untaxed = true")
    if untaxed and reduced:
        raise table.error("reduced", "an untaxed class has no reduced rate: remove the line")
    return TaxClass(code, name, None if untaxed else table.integer("percent", least=1, most=PERCENT_MAX), reduced)


def read_accounts(source: Source) -> dict[str, Account]:
    """Revenue accounts by code; their path stands in level_1, level_2 … . Raises ProfileError."""
    accounts: dict[str, Account] = {}
    for row in read_rows(source, ACCOUNT_COLUMNS, lambda column: bool(_LEVEL.fullmatch(column))):
        code = row.checked("code", check_code)
        if code in accounts:
            raise row.error("code", f"{code} stands twice: give each account its own code")
        accounts[code] = Account(
            code=code,
            path=_path(row),
            department=row.checked("department", check_text),
            ownership=row.checked("ownership", _ownership),
            registration_number=row.optional("registration_number", _registration_number),
        )
    if not accounts:
        raise source.error(None, "", "no accounts: write one per row under the header")
    return accounts


def _path(row: Row) -> tuple[str, ...]:
    levels = sorted(column for column in row.cells if column.startswith("level_"))
    cells = [row.cells[column] for column in levels]
    depth = sum(1 for cell in cells if cell)
    for column, cell in zip(levels[: max(depth, 1)], cells, strict=False):
        if not cell:
            raise row.error(column, "empty above a filled level: fill the levels from level_1 on")
        row.checked(column, check_text)
    return tuple(cells[:depth])


def _ownership(text: str) -> Ownership:
    if text in tuple(Ownership):
        return Ownership(text)
    raise ValueError(f"{shown(text)} is not an ownership: write {' or '.join(Ownership)}")


def _registration_number(text: str) -> str:
    if not _REGISTRATION.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a registration number: write T and 13 ASCII digits, or nothing")
    return text


@dataclass(frozen=True, slots=True)
class ItemRows:
    """``holding`` on the day, in the file's order: per code the newest row not after it. ``coming`` begin later."""

    holding: tuple[Item, ...]
    coming: tuple[Item, ...]


def read_items(source: Source, catalog: Catalog, on: date) -> ItemRows:
    """The items of a file as of ``on``. Raises ProfileError.

    Every row is checked, those for later days too: a price change may not fail on the morning it begins.
    """
    check_day = lru_cache(maxsize=1024)(check_date)
    check_tenders = lru_cache(maxsize=256)(lambda text: _tenders(text, catalog.tenders))
    holding: dict[str, tuple[Item, Row]] = {}
    coming: list[tuple[Item, Row]] = []
    first_lines: dict[tuple[str, date], int] = {}
    for row in read_rows(source, ITEM_COLUMNS, lambda column: column == SLIP_COLUMN):
        valid_from = row.checked("valid_from", check_day)
        item = _item(row, catalog, valid_from, row.checked("tenders", check_tenders), max(on, valid_from))
        first = first_lines.setdefault((item.code, valid_from), row.line)
        if first != row.line:
            problem = f"{item.code} from {valid_from} stands already in line {first}: give each item its own code"
            raise row.error("code", problem)
        if valid_from > on:
            coming.append((item, row))
        elif item.code not in holding or holding[item.code][0].valid_from < valid_from:
            holding[item.code] = (item, row)
    if not holding:
        raise source.error(None, "", f"no item is valid on {on}: add one, or correct valid_from")
    _check_barcodes((*holding.values(), *coming))
    return ItemRows(tuple(item for item, _ in holding.values()), tuple(item for item, _ in coming))


def _item(row: Row, catalog: Catalog, valid_from: date, tenders: frozenset[TenderKind], day: date) -> Item:
    slip = _slip(row, catalog)
    item = Item(
        code=row.checked("code", check_code),
        name=row.checked("name", check_text),
        kana=row.checked("kana", _kana),
        category=row.checked("category", lambda text: one_of(text, catalog.categories, "a category of this counter")),
        price_yen=NOTHING if slip else row.checked("price_yen", _price),
        tax=_tax_of(row, catalog, day),
        account=catalog.accounts[row.checked("account", lambda text: one_of(text, catalog.accounts, "an account"))],
        tenders=tenders,
        valid_from=valid_from,
        name_en=row.optional("name_en", check_text),
        barcode=row.optional("barcode", _barcode),
        free_reason=row.optional("free_reason", check_text),
        slip=slip,
    )
    if item.price_yen > catalog.cap_yen:
        problem = f"{item.price_yen} is above the counter's cart_cap_yen {catalog.cap_yen}: correct one of them"
        raise row.error("price_yen", problem)
    if item.price_yen == 0 and not item.free_reason and not slip:
        raise row.error("free_reason", "is empty at 0 yen: write why it is free, such as 中学生以下")
    if (item.price_yen > 0 or slip) and item.free_reason:
        price = "a slip's amount" if slip else f"{item.price_yen} yen"
        problem = f"{shown(item.free_reason)} at {price}: leave it empty, or write price_yen 0"
        raise row.error("free_reason", problem)
    return item


def _price(text: str) -> Yen:
    if text == OPEN_PRICE:
        raise ValueError("is open, and the row names no slip: write its rule in the slip column, or a price")
    return parse_yen(text)


def _slip(row: Row, catalog: Catalog) -> SlipRule | None:
    """The rule of a slip item, whose price is open; None for any other item."""
    if not row.cells.get(SLIP_COLUMN):
        return None
    rule = catalog.slips[row.checked(SLIP_COLUMN, lambda text: one_of(text, catalog.slips, "a rule of slips.toml"))]
    if row.cells["price_yen"] != OPEN_PRICE:
        raise row.error("price_yen", f"{shown(row.cells['price_yen'])}: a slip says its amount: write {OPEN_PRICE}")
    return rule


def _tax_of(row: Row, catalog: Catalog, day: date) -> TaxClass:
    code = row.checked("tax", lambda text: one_of(text, catalog.taxes.codes, "a tax class"))
    tax = catalog.taxes.on(code, day)
    if tax is None:
        raise row.error("tax", f"{code} has no rate on {day}: give it one with an earlier valid_from")
    return tax


def one_of(text: str, known: Collection[str], what: str) -> str:
    if text not in known:
        given = f"{shown(text)} is not {what}" if text else "is empty"
        listed = ", ".join(list(known)[:10]) + (" …" if len(known) > 10 else "")
        raise ValueError(f"{given}: write one of {listed}")
    return text


def _tenders(text: str, at_counter: Collection[TenderKind]) -> frozenset[TenderKind]:
    """``cash+credit``: kinds that the counter takes."""
    listed = "+".join(at_counter)
    kinds = text.split("+")
    for kind in kinds:
        if kind not in at_counter:
            known = kind in tuple(TenderKind)
            given = f"this counter does not take {kind}" if known else f"{shown(kind)} is not a tender"
            raise ValueError(f"{given}: write some of {listed}")
    if len(set(kinds)) < len(kinds):
        raise ValueError(f"{shown(text)} names a tender twice: write each once")
    return frozenset(TenderKind(kind) for kind in kinds)


def _kana(text: str) -> str:
    if not _KANA.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a reading: write hiragana, such as じゅうみんひょう")
    return check_text(text)


def _barcode(text: str) -> str:
    """JAN of 13 or 8 digits: from the right every other digit counts three times, the last makes the sum a ten."""
    if not _JAN.fullmatch(text):
        advice = "write a JAN code of 13 or 8 digits, or nothing: the item's own code can always be scanned"
        raise ValueError(f"{shown(text)} is not a barcode: {advice}")
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text[:-1]), start=1))
    check = -weighted % 10
    if check != int(text[-1]):
        raise ValueError(f"{text} has a wrong check digit: {text[:-1]} ends with {check}")
    return text


def _check_barcodes(rows: Collection[tuple[Item, Row]]) -> None:
    """What is scanned names one item on every day: no barcode, no code and no slip's prefix is another item's."""
    owners = {item.code: item.code for item, _ in rows}
    for item, row in rows:
        owner = owners.setdefault(item.barcode or item.code, item.code)
        if owner != item.code:
            raise row.error("barcode", f"{item.barcode} belongs to item {owner} already: give each its own")
    slips: dict[str, str] = {}
    for item, row in rows:
        if item.slip is not None and item.slip.prefixes:
            owner = slips.setdefault(item.slip.code, item.code)
            if owner != item.code:
                raise row.error(SLIP_COLUMN, f"{item.slip.code} is that of item {owner}: its prefixes name one item")
