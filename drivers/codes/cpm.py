"""Codes that a citizen's phone presents: digits, EMV and JPQR symbols. Owns whose they are; refuses to show them.

Such a code is money to whoever holds it for its minute: repr, str and errors leave it out, nobody may record it whole.
Sources: EMVCo, QR Code Specification for Payment Systems, Consumer-Presented Mode 1.1 (2020), sections 3 and 4;
Payments Japan Association, unified technical guideline for consumer-presented codes (barcode and symbol).
"""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from drivers.codes.refusal import CodeError, Rule

CHARACTERS_MAX = 4296
"""The most that a QR symbol holds; a shorter length is never a reason to refuse: operators choose their own."""
SHOWN_CHARACTERS = 4
_DIGITS = re.compile(r"\d+", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_ASCII = re.compile(rb"[!-~]+")
_FORMAT, _APPLICATION, _NAME, _TRACK, _CARD_NUMBER = "85", "61", "4F", "57", "5A"
_TEMPLATES = {"": frozenset(("61", "62")), "61": frozenset(("63",)), "62": frozenset(("64",))}
_AID_BYTES = range(5, 17)


class Form(StrEnum):
    """How the code was presented."""

    DIGITS = "digits"
    """A barcode's digits; some operators' symbols hold the same text."""
    EMV = "emv"
    JPQR = "jpqr"


_FORMS = {b"CPV01": Form.EMV, b"JPQR1": Form.JPQR}


@dataclass(frozen=True, slots=True)
class CodeOperators:
    """Whose a code is, by how it begins. ``prefixes`` are digits, ``applications`` EMV identifiers in hexadecimal."""

    prefixes: Mapping[str, str]
    applications: Mapping[str, str] = field(default_factory=dict)

    def of(self, form: Form, key: str) -> str | None:
        """The operator with the longest beginning of ``key``; None for one that is not known here."""
        known = self.applications if form is Form.EMV else self.prefixes
        fitting = [begin for begin in known if key.startswith(begin)]
        return known[max(fitting, key=len)] if fitting else None


@dataclass(frozen=True, slots=True)
class ConsumerCode:
    """``text`` is the whole code, for the operator's own gateway and nobody else. ``operator`` is None where unknown.

    ``last`` may be shown and kept: the last characters of the number that the operator paid by.
    """

    form: Form
    operator: str | None
    last: str
    text: str = field(repr=False)


class _Element(NamedTuple):
    tag: str
    value: bytes
    at: int
    parts: "tuple[_Element, ...]"


def read(text: str, operators: CodeOperators) -> ConsumerCode:
    """Read what a scanner got from a phone. Raises CodeError; its position counts characters, or bytes of a symbol."""
    if len(text) > CHARACTERS_MAX:
        raise CodeError(Rule.TOTAL_LENGTH, "", CHARACTERS_MAX, f"a code has at most {CHARACTERS_MAX} characters")
    if _DIGITS.fullmatch(text):
        return ConsumerCode(Form.DIGITS, operators.of(Form.DIGITS, text), _last(text), text)
    elements = _parse(_bytes(text), "", 0)
    form = _form(elements)
    applications = [element for element in elements if element.tag == _APPLICATION]
    if not applications:
        raise CodeError(Rule.MISSING, _APPLICATION, 0, "a code has at least one application")
    keys = [_key(form, application) for application in applications]
    operator = next((name for key in keys if (name := operators.of(form, key)) is not None), None)
    return ConsumerCode(form, operator, _last(_paid_by(form, elements)), text)


def is_consumer_code(text: str) -> bool:
    """Whether it looks like one: digits alone, or a symbol's known begin. Says nothing of its rules."""
    return _DIGITS.fullmatch(text) is not None or text.startswith(("hQVDUFY", "hQVKUFFS"))


def _bytes(text: str) -> bytes:
    if _BASE64.fullmatch(text) is None:
        raise CodeError(Rule.CHARACTERS, "", 0, "a citizen's code is digits alone, or base64")
    try:
        raw = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error as error:
        raise CodeError(Rule.CHARACTERS, "", 0, "base64 that does not come out even") from error
    if binascii.b2a_base64(raw, newline=False).decode() != text:
        raise CodeError(Rule.CHARACTERS, "", 0, "base64 that does not come out even")
    return raw


def _parse(raw: bytes, parent: str, base: int) -> tuple[_Element, ...]:
    """BER-TLV (EMV book 3, annex B): each tag once in its level, but for applications."""
    elements: list[_Element] = []
    prefix, at = f"{parent}." if parent else "", 0
    while at < len(raw):
        tag_bytes = 2 if raw[at] & 0x1F == 0x1F else 1
        tag = raw[at : at + tag_bytes].hex().upper()
        begin, length = _length(raw, at + tag_bytes)
        if length is None or (tag_bytes == 2 and raw[at + 1] > 0x7F):
            raise CodeError(Rule.HEADER, parent, base + at, "a tag and a length have to stand here")
        path, after = prefix + tag, begin + length
        if not length:
            raise CodeError(Rule.EMPTY, path, base + at, "a value is never empty")
        if after > len(raw):
            raise CodeError(Rule.PAST_END, path, base + at, "the value is longer than what is left")
        if tag != _APPLICATION and any(each.tag == tag for each in elements):
            raise CodeError(Rule.DUPLICATE, path, base + at, "a tag stands once in its level")
        value = raw[begin:after]
        is_template = tag in _TEMPLATES.get(parent, ())
        elements.append(_Element(tag, value, base + at, _parse(value, tag, base + begin) if is_template else ()))
        at = after
    return tuple(elements)


def _length(raw: bytes, at: int) -> tuple[int, int | None]:
    """Where the value begins and its length: one byte to 127, 81 and a byte to 255. None where none stands there."""
    if at >= len(raw) or raw[at] > 0x81 or raw[at] == 0x80:
        return at, None
    if raw[at] < 0x80:
        return at + 1, raw[at]
    return (at + 2, raw[at + 1]) if at + 1 < len(raw) and raw[at + 1] > 0x7F else (at, None)


def _form(elements: tuple[_Element, ...]) -> Form:
    if elements[0].tag != _FORMAT:
        raise CodeError(Rule.FIRST, _FORMAT, 0, "the payload format has to stand first")
    form = _FORMS.get(elements[0].value)
    if form is None:
        raise CodeError(Rule.FORMAT, _FORMAT, 0, "the payload format is CPV01 or JPQR1")
    return form


def _part(template: _Element, tag: str) -> _Element | None:
    return next((part for part in template.parts if part.tag == tag), None)


def _key(form: Form, application: _Element) -> str:
    """What tells the operator: EMV's application identifier in hexadecimal, JPQR's operator number."""
    name, path = _part(application, _NAME), f"{_APPLICATION}.{_NAME}"
    if name is None:
        raise CodeError(Rule.MISSING, path, application.at, "an application says whose it is")
    if form is Form.EMV:
        if len(name.value) not in _AID_BYTES:
            raise CodeError(Rule.LENGTH, path, name.at, "an application identifier has 5 to 16 bytes")
        return name.value.hex().upper()
    number = _part(application, _TRACK)
    if number is None:
        raise CodeError(Rule.MISSING, f"{_APPLICATION}.{_TRACK}", application.at, "the payment's number is missing")
    for part in (name, number):
        if _ASCII.fullmatch(part.value) is None:
            raise CodeError(Rule.FORMAT, f"{_APPLICATION}.{part.tag}", part.at, "the value has to be ASCII")
    return name.value.decode("ascii")


def _paid_by(form: Form, elements: tuple[_Element, ...]) -> str:
    """JPQR's payment number or EMV's card number; empty where the operator sends neither."""
    for template in elements:
        for part in template.parts:
            if part.tag == _TRACK and form is Form.JPQR:
                return part.value.decode("ascii")
            if part.tag in (_CARD_NUMBER, _TRACK) and form is Form.EMV:
                return part.value.hex().upper().partition("D")[0].rstrip("F")
    return ""


def _last(number: str) -> str:
    """The end of a number that is long enough to stay unknown by it."""
    return number[-SHOWN_CHARACTERS:] if len(number) >= 3 * SHOWN_CHARACTERS else ""
