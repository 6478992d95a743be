"""Codes as scanners deliver them. Owns undoing what keyboards and cables do to a code; refuses what it cannot prove.

A repair is taken only where the code proves it: check characters that fit, or a phone's code that keeps every rule.
What was cut or lost is never made up. Keyboards: JIS X 6002 and the American layout, as a scanner set for one types on
a machine set for the other.
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TypeVar

from drivers.codes import cpm, emv
from drivers.codes.cpm import CodeOperators, ConsumerCode
from drivers.codes.emv import EmvCode
from drivers.codes.refusal import CodeError

NOISE_MAX = 16
"""Characters of noise at one end: a symbology identifier, line ends, a byte order mark; more is another text."""
_NOISE = "\r\n\t \0\x02\x03\x1d\ufeff\u3000"
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
"""ISO/IEC 15424, which some scanners put ahead of a code, such as ]Q1."""
_ECI = re.compile(r"\\\d{6}")
"""The ECI designator, which scanners with that protocol write as backslash and six digits."""
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_ANSI_KEYS = "@^&*()_+=[{]}\\|:'\""
_ON_JIS = "\"&'()\0=~^@`[{]}+:*"
"""What a Japanese keyboard setting writes for keys that an American one has for the signs above; \\0 writes nothing."""
_KEYS = [(ansi, jis) for ansi, jis in zip(_ANSI_KEYS, _ON_JIS, strict=True) if jis != "\0"]
_FROM_JIS = str.maketrans({jis: ansi for ansi, jis in _KEYS})
_FROM_ANSI = str.maketrans(dict(_KEYS))


class Repair(StrEnum):
    """What was undone; for the line that tells a clerk or support how to set the scanner."""

    WIDE = "full-width"
    JIS_LAYOUT = "scanner-set-to-us-keyboard"
    ANSI_LAYOUT = "scanner-set-to-japanese-keyboard"
    CAPS_LOCK = "caps-lock"


_Read = TypeVar("_Read")
_REPAIRS: tuple[tuple[Repair, Callable[[str], str]], ...] = (
    (Repair.JIS_LAYOUT, lambda text: text.translate(_FROM_JIS)),
    (Repair.ANSI_LAYOUT, lambda text: text.translate(_FROM_ANSI)),
    (Repair.CAPS_LOCK, str.swapcase),
)


def merchant_code(text: str) -> tuple[EmvCode, tuple[Repair, ...]]:
    """The merchant's code in a scan, and what had to be undone. Raises CodeError with the reason."""
    return _read(text, emv.decode)


def consumer_code(text: str, operators: CodeOperators) -> tuple[ConsumerCode, tuple[Repair, ...]]:
    """The citizen's code in a scan, and what had to be undone. Raises CodeError with the reason, not with the code."""
    return _read(text, lambda tried: cpm.read(tried, operators))


def without_noise(text: str) -> str:
    """``text`` without line ends and blanks at its ends, and without a symbology identifier and ECI ahead of it."""
    text = _stripped(text)
    for pattern in (_SYMBOLOGY, _ECI):
        if (ahead := pattern.match(text)) is not None:
            text = text[ahead.end() :]
    return text


def _stripped(text: str) -> str:
    begin = len(text[:NOISE_MAX]) - len(text[:NOISE_MAX].lstrip(_NOISE))
    tail = text[begin:][-NOISE_MAX:]
    return text[begin : len(text) - (len(tail) - len(tail.rstrip(_NOISE)))]


def _read(text: str, read: Callable[[str], _Read]) -> tuple[_Read, tuple[Repair, ...]]:
    first: CodeError | None = None
    for tried, repairs in _tries(without_noise(text)):
        try:
            return read(tried), repairs
        except CodeError as error:
            first = first or error
    assert first is not None, "the text itself is the first that is tried"
    raise first


def _tries(text: str) -> Iterator[tuple[str, tuple[Repair, ...]]]:
    """The text itself, then with one thing undone, wide characters first: at most eight texts of the same length."""
    yield text, ()
    narrow = text.translate(_WIDE)
    if narrow != text:
        yield narrow, (Repair.WIDE,)
    for repair, undo in _REPAIRS:
        if (undone := undo(text)) != text:
            yield undone, (repair,)
        if narrow != text and (undone := undo(narrow)) != narrow:
            yield undone, (Repair.WIDE, repair)
