"""JPQR, the code that Japanese wallets share. Owns its rules over EMV's and its typed values; refuses other codes.

Source: Payments Japan Association, unified technical guideline for merchant-presented codes, over EMVCo MPM 1.1. A
static code is what the scheme issued and is kept byte for byte; one with an amount is made of it by ``with_amount``.
"""

import re
from dataclasses import dataclass

from drivers.codes import emv
from drivers.codes.emv import Content, Element, EmvCode, Initiation
from drivers.codes.refusal import CodeError, Rule

GUID = "jp.or.paymentsjapan"
YEN, JAPAN, JAPANESE = emv.YEN, "JP", "JA"
AMOUNT_YEN_MAX = 9_999_999_999_999
"""Thirteen characters."""
_LEVELS = (("01", 13), ("02", 4), ("03", 6), ("04", 6))
"""The four levels of the unified store code: tag in the account, characters."""
_MANDATORY = frozenset(("01", "61", "64"))
_UNUSED = frozenset(("55", "56", "57"))
_POSTAL_CODE = re.compile(r"\d{7}", re.ASCII)
_LEVEL = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class StoreCode:
    """The scheme's number of a store (統一店舗識別コード), four levels of 13, 4, 6 and 6 characters; opaque to us."""

    level_1: str
    level_2: str
    level_3: str
    level_4: str


@dataclass(frozen=True, slots=True)
class Store:
    """What a JPQR code says of a store: ``name`` and ``city`` in Latin letters, ``postal_code`` as seven digits."""

    code: StoreCode
    merchant_category: str
    name: str
    city: str
    postal_code: str
    name_ja: str


@dataclass(frozen=True, slots=True)
class JpqrCode:
    """A JPQR code that keeps every rule; ``emv`` is all that it holds. No ``amount_yen``: the payer keys it."""

    emv: EmvCode
    initiation: Initiation
    store: Store
    amount_yen: int | None
    bill: str | None

    @property
    def payload(self) -> str:
        """What the symbol holds."""
        return self.emv.payload

    @property
    def is_sticker(self) -> bool:
        """For many payments of any amount: what the scheme issues for a counter."""
        return self.initiation is Initiation.STATIC and self.amount_yen is None


def decode(payload: str) -> JpqrCode:
    """Read a payload. Raises CodeError for one that breaks a rule of EMV or of JPQR."""
    return interpret(emv.decode(payload))


def is_jpqr(code: EmvCode) -> bool:
    """Whether one of its accounts is JPQR's, in whichever tag."""
    return bool(_accounts(code))


def interpret(code: EmvCode) -> JpqrCode:
    """The JPQR values of an EMV code. Raises CodeError."""
    account, tags = _account(code), code.by_tag
    for tag, value in (("53", YEN), ("58", JAPAN)):
        if tags[tag].value != value:
            raise CodeError(Rule.NOT_JPQR, tag, tags[tag].at, f"JPQR has {value} here")
    for tag in _UNUSED & tags.keys():
        raise CodeError(Rule.FORBIDDEN, tag, tags[tag].at, "JPQR knows no tips and fees")
    for tag in sorted(_MANDATORY - tags.keys()):
        raise CodeError(Rule.MISSING, tag, 0, "a tag that is mandatory in JPQR is missing")
    postal_code = tags["61"]
    if _POSTAL_CODE.fullmatch(postal_code.value) is None:
        raise CodeError(Rule.FORMAT, "61", postal_code.at, "the postal code is seven digits without a hyphen")
    initiation, amount = Initiation(tags["01"].value), tags.get("54")
    if initiation is Initiation.DYNAMIC and amount is None:
        raise CodeError(Rule.MISSING, "54", 0, "a dynamic code has an amount")
    store = Store(
        _store_code(account),
        merchant_category=code.merchant_category,
        name=code.merchant_name,
        city=code.merchant_city,
        postal_code=postal_code.value,
        name_ja=_name_ja(tags["64"]),
    )
    return JpqrCode(code, initiation, store, None if amount is None else int(amount.value), code.value("62", "01"))


def _name_ja(template: Element) -> str:
    parts = {part.tag: part for part in template.parts}
    if parts["00"].value != JAPANESE:
        raise CodeError(Rule.FORMAT, "64.00", parts["00"].at, f"the language is {JAPANESE}")
    if (city := parts.get("02")) is not None:
        raise CodeError(Rule.FORBIDDEN, "64.02", city.at, "JPQR has no city in the Japanese template")
    return parts["01"].value


def encode_static(store: Store, *, amount_yen: int | None = None) -> JpqrCode:
    """A code for many payments. Only the scheme issues codes that wallets know: this is for tests and trials.

    Raises CodeError.
    """
    return _encode(store, Initiation.STATIC, amount_yen, None)


def encode_dynamic(store: Store, *, amount_yen: int, bill: str | None = None) -> JpqrCode:
    """A code for one payment. Raises CodeError."""
    return _encode(store, Initiation.DYNAMIC, amount_yen, bill)


def with_amount(issued: JpqrCode, *, amount_yen: int, bill: str | None = None) -> JpqrCode:
    """The dynamic code of an issued one: ``amount_yen`` and ``bill`` put in, all else as the scheme issued it.

    Raises CodeError.
    """
    content: list[tuple[str, emv.Value]] = []
    for element in issued.emv.elements[:-1]:
        match element.tag:
            case "01":
                content.append(("01", Initiation.DYNAMIC.value))
            case "53":
                content += [("53", element.value), ("54", _amount(amount_yen))]
            case "54":
                pass
            case "62" if bill is not None:
                content.append(
                    ("62", [("01", bill), *((each.tag, each.value) for each in element.parts if each.tag != "01")])
                )
            case _:
                content.append((element.tag, element.value))
    if bill is not None and "62" not in issued.emv.by_tag:
        content.append(("62", [("01", bill)]))
    return _checked(content)


def _encode(store: Store, initiation: Initiation, amount_yen: int | None, bill: str | None) -> JpqrCode:
    code = store.code
    levels = (code.level_1, code.level_2, code.level_3, code.level_4)
    content: list[tuple[str, emv.Value]] = [
        ("00", "01"),
        ("01", initiation.value),
        ("26", [("00", GUID), *((tag, level) for (tag, _), level in zip(_LEVELS, levels, strict=True))]),
        ("52", store.merchant_category),
        ("53", YEN),
        ("58", JAPAN),
        ("59", store.name),
        ("60", store.city),
        ("61", store.postal_code),
        ("64", [("00", JAPANESE), ("01", emv.composed(store.name_ja))]),
    ]
    if amount_yen is not None:
        content.insert(5, ("54", _amount(amount_yen)))
    if bill is not None:
        content.append(("62", [("01", bill)]))
    return _checked(content)


def _checked(content: Content) -> JpqrCode:
    return interpret(emv.encode(content))


def _amount(amount_yen: int) -> str:
    if isinstance(amount_yen, bool) or not 1 <= amount_yen <= AMOUNT_YEN_MAX:
        raise CodeError(Rule.AMOUNT, "54", 0, f"an amount is from 1 to {AMOUNT_YEN_MAX} yen")
    return str(amount_yen)


def _accounts(code: EmvCode) -> list[Element]:
    return [
        account for account in code.accounts if any(each.value == GUID and each.tag == "00" for each in account.parts)
    ]


def _account(code: EmvCode) -> Element:
    found = _accounts(code)
    if not found:
        raise CodeError(Rule.NOT_JPQR, "26-51", 0, f"no merchant account has JPQR's name, {GUID}")
    if len(found) > 1:
        raise CodeError(Rule.DUPLICATE, f"{found[1].tag}.00", found[1].at, "JPQR's account stands once")
    return found[0]


def _store_code(account: Element) -> StoreCode:
    parts = {part.tag: part for part in account.parts}
    for tag, length in _LEVELS:
        if (level := parts.get(tag)) is None:
            raise CodeError(Rule.MISSING, f"{account.tag}.{tag}", account.at, "a level of the store code is missing")
        if len(level.value) != length:
            why = f"this level has {length} characters, not {len(level.value)}"
            raise CodeError(Rule.LENGTH, f"{account.tag}.{tag}", level.at, why)
        if _LEVEL.fullmatch(level.value) is None:
            why = "a level of the store code is Latin letters, digits and signs"
            raise CodeError(Rule.FORMAT, f"{account.tag}.{tag}", level.at, why)
    return StoreCode(*(parts[tag].value for tag, _ in _LEVELS))
