"""EMV codes that a merchant presents, as text. Owns tags, lengths, check characters; refuses what breaks a rule.

Source: EMVCo, QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1 (2020), sections 3 and 4.
"""

import binascii
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from drivers.codes.currency import exponent_of
from drivers.codes.refusal import CodeError, Rule

CHARACTERS_MAX = 512
"""Section 4.12: what a code holds at most, its check characters included."""
VALUE_CHARACTERS_MAX = 99
GUID_CHARACTERS_MAX = 32
CRC_TAG, CRC_HEADER = "63", "6304"
YEN = "392"

Value = str | Sequence[tuple[str, str]]
Content = Sequence[tuple[str, Value]]
"""Tags with their values in their order, without the check characters; a template's value may be given as its tags."""

_NUMBERS = {f"{number:02}": number for number in range(100)}
_NO_TAGS: frozenset[str] = frozenset()
_TEMPLATES = {
    "": frozenset(f"{tag:02}" for tag in (*range(26, 52), 62, 64, *range(80, 100))),
    "62.": frozenset(f"{tag}" for tag in range(50, 100)),
}
"""Which tags hold tags, by the level they stand in."""
_ODD = "a control character, or half of one, stands in the code"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Initiation(StrEnum):
    """Tag 01: a code for many payments, or for one."""

    STATIC = "11"
    DYNAMIC = "12"


class Element(NamedTuple):
    """One tag. ``at`` counts characters from the payload's begin to the tag. ``parts`` are a template's own tags."""

    tag: str
    value: str
    at: int
    parts: "tuple[Element, ...]" = ()


@dataclass(frozen=True)
class EmvCode:
    """A code that keeps every rule; ``elements`` in the order of ``payload``, the check characters last."""

    payload: str
    elements: tuple[Element, ...]

    @cached_property
    def by_tag(self) -> Mapping[str, Element]:
        """The tags of the first level."""
        return {element.tag: element for element in self.elements}

    @property
    def content(self) -> Content:
        """What ``encode`` makes the same payload of, byte for byte."""
        return [(element.tag, element.value) for element in self.elements[:-1]]

    @property
    def fields(self) -> dict[str, str | dict[str, str]]:
        """All values by tag, a template's by their tags; what a template of a template holds stays text."""
        return {
            element.tag: {part.tag: part.value for part in element.parts} or element.value for element in self.elements
        }

    def value(self, tag: str, part: str | None = None) -> str | None:
        """The text at ``tag``, or at ``part`` of the template ``tag``; None where it is absent."""
        element = self.by_tag.get(tag)
        if element is None or part is None:
            return None if element is None else element.value
        return next((each.value for each in element.parts if each.tag == part), None)

    def _known(self, tag: str) -> str:
        return self.by_tag[tag].value

    @property
    def initiation(self) -> Initiation | None:
        """Static or dynamic; None where the code does not say."""
        value = self.value("01")
        return None if value is None else Initiation(value)

    @property
    def accounts(self) -> tuple[Element, ...]:
        """Merchant accounts, tags 02 to 51."""
        return tuple(element for element in self.elements if element.tag in _ACCOUNTS)

    @property
    def merchant_category(self) -> str:
        """ISO 18245, four digits."""
        return self._known("52")

    @property
    def currency(self) -> str:
        """ISO 4217, three digits."""
        return self._known("53")

    @property
    def amount(self) -> Decimal | None:
        """In the currency's main unit; None where the payer keys it."""
        value = self.value("54")
        return None if value is None else Decimal(value)

    @property
    def country(self) -> str:
        """ISO 3166-1, two letters."""
        return self._known("58")

    @property
    def merchant_name(self) -> str:
        """In Latin letters."""
        return self._known("59")

    @property
    def merchant_city(self) -> str:
        """In Latin letters."""
        return self._known("60")


def crc_of(text: str) -> str:
    """Check characters over ``text``, which ends with ``6304``, as UTF-8: CRC-16 1021 begun with FFFF (4.7.3)."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def decode(payload: str) -> EmvCode:
    """Read a payload. Raises CodeError with the first rule that is broken."""
    if len(payload) > CHARACTERS_MAX:
        raise CodeError(Rule.TOTAL_LENGTH, "", CHARACTERS_MAX, f"a code has at most {CHARACTERS_MAX} characters")
    if (odd := _CONTROL.search(payload)) is not None:
        raise CodeError(Rule.CHARACTERS, "", odd.start(), _ODD)
    if not payload.startswith("00"):
        raise CodeError(Rule.FIRST, "00", 0, "the payload format has to stand first")
    elements = _parse(payload, 0, len(payload), "")
    last = elements[-1]
    if last.tag != CRC_TAG:
        raise CodeError(Rule.MISSING, CRC_TAG, len(payload), "the check characters are missing at the end")
    if len(last.value) != 4:
        raise CodeError(Rule.LENGTH, CRC_TAG, last.at, "there are four check characters")
    if crc_of(payload[:-4]) != last.value:
        raise CodeError(Rule.CRC, CRC_TAG, last.at, "the check characters do not fit: the code was damaged or misread")
    _check(elements)
    return EmvCode(payload, elements)


def encode(content: Content) -> EmvCode:
    """The code that holds ``content``, check characters added. Raises CodeError for what ``decode`` would refuse."""
    text = ""
    for tag, value in content:
        at = len(text)
        if not isinstance(value, str):
            value = "".join([_written(part, piece, at, f"{tag}.{part}") for part, piece in value])
        text += _written(tag, value, at, tag)
    if (odd := _CONTROL.search(text)) is not None:
        raise CodeError(Rule.CHARACTERS, "", odd.start(), _ODD)
    text += CRC_HEADER
    return decode(text + crc_of(text))


def composed(text: str) -> str:
    """``text`` as codes spell it: Unicode's composed form (NFC), in which a length counts what people see."""
    return unicodedata.normalize("NFC", text)


def _written(tag: str, value: str, at: int, path: str) -> str:
    if tag not in _NUMBERS:
        raise CodeError(Rule.HEADER, path, at, "a tag is two digits")
    if not value:
        raise CodeError(Rule.EMPTY, path, at, "a value is never empty: leave the tag out")
    if len(value) > VALUE_CHARACTERS_MAX:
        raise CodeError(Rule.LENGTH, path, at, f"a value has at most {VALUE_CHARACTERS_MAX} characters")
    return f"{tag}{len(value):02}{value}"


def _parse(text: str, at: int, end: int, parent: str) -> tuple[Element, ...]:
    """The elements of ``text[at:end]``, each tag once; templates at most two levels down."""
    elements: list[Element] = []
    tags: set[str] = set()
    templates = _TEMPLATES.get(parent, _NO_TAGS)
    while at < end:
        tag, begin = text[at : at + 2], at + 4
        length = _NUMBERS.get(text[at + 2 : begin])
        if not length or tag not in _NUMBERS or tag in tags or begin + length > end:
            raise _layout_error(text, at, end, parent, tags)
        after = begin + length
        if tag == CRC_TAG and after != end and not parent:
            raise CodeError(Rule.LAST, CRC_TAG, at, "the check characters have to be the end of the code")
        parts = _parse(text, begin, after, f"{parent}{tag}.") if tag in templates else ()
        elements.append(Element(tag, text[begin:after], at, parts))
        tags.add(tag)
        at = after
    return tuple(elements)


def _layout_error(text: str, at: int, end: int, parent: str, tags: Set[str]) -> CodeError:
    tag, length = text[at : at + 2], _NUMBERS.get(text[at + 2 : at + 4])
    if tag not in _NUMBERS or length is None or at + 4 > end:
        return CodeError(Rule.HEADER, parent[:-1], at, "a tag and a length of two digits each have to stand here")
    if tag in tags:
        return CodeError(Rule.DUPLICATE, parent + tag, at, "a tag stands once in its level")
    if not length:
        return CodeError(Rule.EMPTY, parent + tag, at, "a value is never empty")
    return CodeError(Rule.PAST_END, parent + tag, at, "the value is longer than what is left, in characters")


class _Field(NamedTuple):
    whole: re.Pattern[str]
    length_min: int
    length_max: int
    what: str


def _field(length_min: int, length_max: int, pattern: str, what: str) -> _Field:
    return _Field(re.compile(pattern, re.ASCII | re.DOTALL), length_min, length_max, what)


def _of(characters: str, length_min: int, length_max: int, what: str) -> _Field:
    return _field(length_min, length_max, f"{characters}{{{length_min},{length_max}}}", what)


def _latin(length_max: int) -> _Field:
    return _of("[ -~]", 1, length_max, "Latin letters, digits and signs")


_PERCENT = r"(?!0*\.?0*\Z)\d{1,2}(?:\.\d{0,2})?"
_FIELDS: Mapping[str, _Field] = {
    "00": _field(2, 2, "01", "01"),
    "01": _field(2, 2, "1[12]", "11 (static) or 12 (dynamic)"),
    **{f"{tag:02}": _latin(VALUE_CHARACTERS_MAX) for tag in range(2, 26)},
    "52": _of(r"\d", 4, 4, "digits"),
    "53": _of(r"\d", 3, 3, "digits"),
    "54": _of(".", 1, 13, "an amount"),
    "55": _field(2, 2, "0[123]", "01, 02 or 03"),
    "56": _of(".", 1, 13, "an amount"),
    "57": _field(1, 5, _PERCENT, "a percentage from 00.01 to 99.99"),
    "58": _of("[A-Z]", 2, 2, "capital letters"),
    "59": _latin(25),
    "60": _latin(15),
    "61": _latin(10),
}
"""Section 3.2, the table of the first level: lengths in characters, and form."""
_LANGUAGE: Mapping[str, _Field] = {
    "00": _of("[A-Za-z]", 2, 2, "letters"),
    "01": _of(".", 1, 25, "a name"),
    "02": _of(".", 1, 15, "a city"),
}
_ADDITIONAL: Mapping[str, _Field] = {
    **{f"{tag:02}": _latin(25) for tag in range(1, 9)},
    "09": _field(1, 3, r"(?!.*(.).*\1)[AME]{1,3}", "A, M and E, each once at most"),
}
_LATIN_GUID = _latin(GUID_CHARACTERS_MAX)
_MANDATORY = frozenset(("52", "53", "58", "59", "60"))
_ACCOUNTS = frozenset(f"{tag:02}" for tag in range(2, 52))
_TIP = frozenset(("55", "56", "57"))
_AMOUNT = re.compile(r"(\d+)(?:\.(\d*))?", re.ASCII)
_YEN_AMOUNT = re.compile(r"[1-9]\d*", re.ASCII)


def _check(elements: Iterable[Element]) -> None:
    """Everything but the layout and the check characters."""
    values: dict[str, Element] = {}
    for element in elements:
        tag = element.tag
        values[tag] = element
        if (field := _FIELDS.get(tag)) is not None:
            _check_field(field, element, tag)
        elif element.parts:
            _check_template(element)
    for tag in sorted(_MANDATORY - values.keys()):
        raise CodeError(Rule.MISSING, tag, 0, "a mandatory tag is missing")
    if _ACCOUNTS.isdisjoint(values):
        raise CodeError(Rule.MISSING, "02-51", 0, "a code names at least one merchant account")
    if "54" in values:
        _check_amount(values["54"], values["53"].value)
    if not _TIP.isdisjoint(values):
        _check_tip(values)


def _check_field(field: _Field, element: Element, path: str) -> None:
    if field.whole.fullmatch(element.value) is not None:
        return
    low, high, length = field.length_min, field.length_max, len(element.value)
    if not low <= length <= high:
        allowed = str(high) if low == high else f"{low} to {high}"
        rule = Rule.GUID if field is _LATIN_GUID else Rule.LENGTH
        raise CodeError(rule, path, element.at, f"the value has {allowed} characters, not {length}")
    raise CodeError(Rule.FORMAT, path, element.at, f"the value has to be {field.what}")


def _check_template(template: Element) -> None:
    tag = template.tag
    if tag == "62":
        for part in template.parts:
            if part.parts:
                _check_guid(part, f"62.{part.tag}")
            elif (field := _ADDITIONAL.get(part.tag)) is not None:
                _check_field(field, part, f"62.{part.tag}")
    elif tag == "64":
        for part in template.parts:
            if (field := _LANGUAGE.get(part.tag)) is not None:
                _check_field(field, part, f"64.{part.tag}")
        for needed in ("00", "01"):
            if all(part.tag != needed for part in template.parts):
                raise CodeError(Rule.MISSING, f"64.{needed}", template.at, "a mandatory tag is missing in the template")
    else:
        _check_guid(template, tag)


def _check_guid(template: Element, path: str) -> None:
    for part in template.parts:
        if part.tag == "00":
            _check_field(_LATIN_GUID, part, f"{path}.00")
            return
    raise CodeError(Rule.GUID, f"{path}.00", template.at, "a template says whose it is")


def _check_amount(element: Element, currency: str) -> None:
    match = _AMOUNT.fullmatch(element.value)
    if match is None:
        raise CodeError(Rule.AMOUNT, element.tag, element.at, "an amount is digits with one point at most")
    if not element.value.strip("0."):
        raise CodeError(Rule.AMOUNT, element.tag, element.at, "an amount is not zero")
    if currency == YEN and _YEN_AMOUNT.fullmatch(element.value) is None:
        raise CodeError(Rule.AMOUNT, element.tag, element.at, "yen are a whole number without a point or leading zeros")
    if len(match[2] or "") > exponent_of(currency):
        raise CodeError(Rule.AMOUNT, element.tag, element.at, "the currency has fewer decimals")


def _check_tip(values: Mapping[str, Element]) -> None:
    """Section 4.7.8: a fixed fee (56) goes with 02, a percentage (57) with 03, and neither with another."""
    tip = values.get("55")
    for tag, wanted in (("56", "02"), ("57", "03")):
        asked = tip is not None and tip.value == wanted
        if asked and tag not in values:
            raise CodeError(Rule.TIP, tag, tip.at if tip else 0, f"55 says {wanted}, so {tag} has to be there")
        if tag in values and not asked:
            raise CodeError(Rule.TIP, tag, values[tag].at, f"{tag} stands only where 55 says {wanted}")
    if "56" in values:
        _check_amount(values["56"], values["53"].value)
