"""config/slips.toml: how 納付書 are taken, and what holds for an eL-QR. Owns that one code means one item."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.domain.item import SlipRule, SlipTreatment
from kiosk.domain.money import YEN_MAX, Yen
from kiosk.domain.slip import ElQrRule
from kiosk.domain.tender import TenderKind
from kiosk.profile_items import one_of
from kiosk.profile_source import Source, check_code, shown
from kiosk.profile_toml import Table, read_toml

SLIPS_FILE = "slips.toml"
ISSUER_DIGITS = 27
"""Maker code and free field of the GS1-128 code."""
EL_QR_DIGITS_MAX = 4000
"""More than a QR code holds."""

_PREFIX = re.compile(rf"\d{{6,{ISSUER_DIGITS}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SlipMasters:
    """The rules that items name, and every version of what holds for an eL-QR."""

    rules: Mapping[str, SlipRule] = field(default_factory=dict)
    el_qr: tuple[ElQrRule, ...] = ()


def read_slips(source: Source) -> SlipMasters:
    """Read ``[[slips]]`` and ``[[el_qr]]``. Raises ProfileError."""
    file = read_toml(source)
    rules: dict[str, SlipRule] = {}
    owners: dict[str, str] = {}
    for table in file.tables("slips"):
        rule = _slip(table)
        table.finish()
        if rule.code in rules:
            raise table.error("code", f"{shown(rule.code)} stands twice: give each its own code")
        rules[rule.code] = rule
        for prefix in rule.prefixes:
            if owners.setdefault(prefix, rule.code) != rule.code:
                raise table.error("prefixes", f"{prefix} is that of {owners[prefix]} already: make one longer")
    el_qr: list[ElQrRule] = []
    for table in file.tables("el_qr"):
        el_qr.append(_el_qr(table))
        table.finish()
        if any(other.valid_from == el_qr[-1].valid_from for other in el_qr[:-1]):
            raise table.error("valid_from", f"a rule from {el_qr[-1].valid_from} is there already: give each its day")
    file.finish()
    return SlipMasters(rules, tuple(el_qr))


def _slip(table: Table) -> SlipRule:
    number_from = table.integer("number_from", least=1, most=ISSUER_DIGITS, default=1)
    number_digits = table.integer("number_digits", least=0, most=20, default=0)
    if number_from + number_digits - 1 > ISSUER_DIGITS:
        raise table.error("number_digits", f"ends behind digit {ISSUER_DIGITS}, the last of the free field")
    return SlipRule(
        code=table.checked("code", check_code),
        cap_yen=Yen(table.integer("cap_yen", least=1, most=YEN_MAX)),
        over_cap=table.checked("over_cap", _treatment),
        expired=table.checked("expired", _treatment),
        stamp_duty=table.checked("stamp_duty", _treatment),
        prefixes=table.texts("prefixes", _prefix),
        number_from=number_from,
        number_digits=number_digits,
        has_el_qr=table.flag("has_el_qr"),
    )


def _el_qr(table: Table) -> ElQrRule:
    barred = table.texts("barred", lambda text: one_of(text, tuple(TenderKind), "a tender kind"))
    return ElQrRule(
        valid_from=table.day("valid_from"),
        barred=frozenset(TenderKind(kind) for kind in barred),
        starts=table.texts("starts"),
        digits_min=table.integer("digits_min", least=0, most=EL_QR_DIGITS_MAX, default=0),
    )


def _treatment(text: str) -> SlipTreatment:
    return SlipTreatment(one_of(text, tuple(SlipTreatment), "a treatment"))


def _prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        advice = f"write the maker code, 6 digits, and as many of the free field as are needed, {ISSUER_DIGITS} at most"
        raise ValueError(f"{shown(text)} is not the beginning of a slip's code: {advice}")
    return text
