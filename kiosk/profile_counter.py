"""Tenders, exemptions and operators from their master files. Owns that every name resolves; refuses unused guesses."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kiosk.domain.cart import Exemption
from kiosk.domain.operator import Operator, Role
from kiosk.domain.tender import RefundWay, Tender, TenderKind
from kiosk.domain.unfinished import Treatment, UnfinishedRule
from kiosk.profile_items import one_of
from kiosk.profile_source import Source, check_code, shown
from kiosk.profile_toml import Table, read_toml

PEPPERED = "pepper1:"
"""Before a PIN's hash: the PIN was keyed with the counter's pepper first (kiosk.pins)."""
_PHC_ARGON2ID = re.compile(
    rf"(?:{PEPPERED})?\$argon2id\$v=19\$m=(\d{{1,7}}),t=(\d{{1,3}}),p=\d{{1,3}}"
    r"\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{22,128}",
    re.ASCII,
)
MEMORY_KIB_MIN, TIME_COST_MIN = 19_456, 2
"""OWASP Password Storage Cheat Sheet: the least for Argon2id."""

INQUIRE_DAYS_MAX = 366
"""No brand answers an inquiry after more than a year; a larger number is a typing mistake."""


@dataclass(frozen=True, slots=True)
class TenderMaster:
    """One means of payment of the city, before a counter gives it a device."""

    code: str
    kind: TenderKind
    name: str
    brands: tuple[str, ...]
    trustee_name: str
    refund: RefundWay = RefundWay.TRANSFER

    def at(self, device: str, refund: RefundWay, *, without_terminal: bool, through_service: bool) -> Tender:
        trustee = self.trustee_name
        return Tender(self.kind, self.name, device, self.brands, trustee, refund, without_terminal, through_service)


def read_tenders(source: Source) -> dict[str, TenderMaster]:
    """Read ``[[tenders]]`` and the ``[[trustees]]`` they name. Raises ProfileError."""
    file = read_toml(source)
    trustees: dict[str, str] = {}
    for table in file.tables("trustees"):
        trustees[_new_code(table, trustees)] = table.text("name")
        table.finish()
    tenders: dict[str, TenderMaster] = {}
    for table in file.tables("tenders"):
        code = _new_code(table, tenders)
        kind = TenderKind(table.checked("kind", lambda text: one_of(text, tuple(TenderKind), "a tender kind")))
        name, brands = table.text("name"), table.texts("brands")
        trustee, refund = _trustee(table, kind, trustees), read_refund(table, RefundWay.TRANSFER)
        tenders[code] = TenderMaster(code, kind, name, brands, trustee, refund)
        table.finish()
    file.finish()
    return tenders


def read_refund(table: Table, usual: RefundWay) -> RefundWay:
    """``refund``: how 還付 goes, ``usual`` where the table does not say. Raises ProfileError."""
    if not table.has("refund"):
        return usual
    return RefundWay(table.checked("refund", lambda text: one_of(text, tuple(RefundWay), "a way of refund")))


def _trustee(table: Table, kind: TenderKind, trustees: Mapping[str, str]) -> str:
    """Name of the 指定納付受託者: every cashless tender has one, cash has none (Local Autonomy Act 231-2-2)."""
    if kind is TenderKind.CASH:
        if table.has("trustee"):
            raise table.error("trustee", "cash is taken by the city itself: remove the line")
        return ""
    return trustees[table.checked("trustee", lambda text: one_of(text, trustees, "a trustee"))]


def read_unfinished(source: Source, tenders: Iterable[TenderMaster]) -> tuple[UnfinishedRule, ...]:
    """Read ``[[unfinished]]``: brands as in ``tenders``, one rule of a brand from one day. Raises ProfileError."""
    brands = list(dict.fromkeys(brand for tender in tenders for brand in tender.brands))
    file = read_toml(source)
    rules: list[UnfinishedRule] = []
    for table in file.tables("unfinished"):
        brand = table.checked("brand", lambda text: one_of(text, brands, "a brand of tenders.toml"))
        treatment = Treatment(table.checked("treatment", lambda text: one_of(text, tuple(Treatment), "a treatment")))
        valid_from = table.day("valid_from")
        if any((rule.brand, rule.valid_from) == (brand, valid_from) for rule in rules):
            raise table.error("valid_from", f"{brand} has a rule from {valid_from} already: give each its own day")
        inquire_days = table.integer("inquire_days", least=1, most=INQUIRE_DAYS_MAX, default=0)
        rules.append(UnfinishedRule(brand, treatment, valid_from, inquire_days))
        table.finish()
    file.finish()
    return tuple(rules)


def read_exemptions(source: Source) -> dict[str, Exemption]:
    """Read ``[[exemptions]]`` by code. Raises ProfileError."""
    file = read_toml(source)
    exemptions: dict[str, Exemption] = {}
    for table in file.tables("exemptions"):
        code = _new_code(table, exemptions)
        exemptions[code] = Exemption(code, table.text("name"))
        table.finish()
    file.finish()
    return exemptions


def read_operators(source: Source) -> dict[str, Operator]:
    """Read ``[[operators]]`` by id. Raises ProfileError."""
    file = read_toml(source)
    operators: dict[str, Operator] = {}
    for table in file.tables("operators"):
        operator = Operator(
            operator_id=table.checked("id", check_code),
            name=table.text("name"),
            title=table.text("title"),
            role=Role(table.checked("role", lambda text: one_of(text, tuple(Role), "a role"))),
            pin_hash=table.checked("pin_hash", _pin_hash),
        )
        if operator.operator_id in operators:
            raise table.error("id", f"{operator.operator_id} stands twice: give each person an id")
        operators[operator.operator_id] = operator
        table.finish()
    file.finish()
    return operators


def _pin_hash(text: str) -> str:
    found = _PHC_ARGON2ID.fullmatch(text)
    if not found:
        raise ValueError("is not an Argon2id hash: write what `kiosk pin` prints, never the PIN itself")
    if int(found[1]) < MEMORY_KIB_MIN or int(found[2]) < TIME_COST_MIN:
        raise ValueError(f"is too cheap to guess: at least m={MEMORY_KIB_MIN},t={TIME_COST_MIN}; `kiosk pin` makes one")
    return text


def _new_code(table: Table, known: Collection[str]) -> str:
    code = table.checked("code", check_code)
    if code in known:
        raise table.error("code", f"{shown(code)} stands twice: give each its own code")
    return code
