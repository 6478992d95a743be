"""``kiosk wire decode``: hex lines in, JSON lines out, for support. Refuses to show card numbers or passwords."""

import argparse
import json
import re
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

from drivers.errors import ProtocolError
from kiosk.cli import DONE, REFUSED, BadInputError
from kiosk.input_lines import cut_lines, forget_output

LINE_BYTES_MAX = 262_144
"""Hex and spaces of the longest message any protocol allows, several times over; a longer line is no trace."""
CARD_DIGITS_MIN, CARD_DIGITS_MAX = 14, 19
"""Lengths of card numbers still issued (ISO/IEC 7812-1); 13 digits are Japanese corporate numbers here."""
NUMBER_SHOWN_MAX = 9_999_999_999
"""No amount at a counter is longer; the twelve digits of a damaged amount may be the first of a card number."""
HIDDEN = "(hidden)"

Described = dict[str, object]
Decode = Callable[[bytes], list[Described]]

_DIGITS = re.compile(rf"\d{{{CARD_DIGITS_MIN},}}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)
_DIGITS_IN_TEXT = re.compile(rf"\d(?:[-\s\uFF0D\u2010-\u2015\u2212]?\d){{{CARD_DIGITS_MIN - 1},}}")
"""Slips print card numbers in groups of four, Japanese ones in full width as well."""
_ASCII_DIGITS_AS_HEX = re.compile(rf"(?:3[0-9]){{{CARD_DIGITS_MIN},}}", re.ASCII)


def _zvt() -> Decode:
    from drivers.payment.zvt.wire_text import describe

    return describe


def _stxlrc() -> Decode:
    from drivers.payment.stxlrc.wire_text import describe

    return describe


def _escpos() -> Decode:
    from drivers.printer.escpos.wire_text import describe

    return describe


PROTOCOLS: dict[str, Callable[[], Decode]] = {"zvt": _zvt, "stxlrc": _stxlrc, "escpos": _escpos}
"""What a line can be read as; a protocol is imported when it is asked for."""


def run_wire(arguments: argparse.Namespace) -> int:
    """Decode every line; 1 when one of them could not be read."""
    decode = PROTOCOLS[arguments.protocol]()
    path: Path = arguments.file
    try:
        with nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb") as source:
            ok = _decode_all(source, decode)
    except BrokenPipeError:
        forget_output()
        return DONE
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}): give a file of hex lines, or -") from error
    return DONE if ok else REFUSED


def _decode_all(source: BinaryIO, decode: Decode) -> bool:
    ok = True
    for number, line in enumerate(cut_lines(source, LINE_BYTES_MAX), start=1):
        if not line.strip():
            continue
        for answer in decode_line(line, number, decode):
            ok &= answer["ok"] is True
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return ok


def decode_line(line: bytes, number: int, decode: Decode) -> list[Described]:
    """One answer for each message of a line, or one that says what is wrong with it; never its bytes."""
    text = line.rstrip(b"\r\n")
    if len(text) > LINE_BYTES_MAX:
        return [_refused(number, f"longer than {LINE_BYTES_MAX} characters")]
    try:
        raw = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return [_refused(number, "not pairs of hexadecimal digits")]
    try:
        return [{"ok": True, **_without_cards(part)} for part in decode(raw)]
    except ProtocolError as error:
        return [_refused(number, str(error))]


def _refused(number: int, problem: str) -> Described:
    return {"ok": False, "error": f"line {number}: {problem}"}


def _without_cards(part: Described) -> Described:
    """A second look behind the decoders: fields nobody has named yet may still carry a card number."""
    return {name: _scrubbed(value) for name, value in part.items()}


def _scrubbed(value: object) -> object:
    match value:
        case dict():
            return {name: _scrubbed(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_scrubbed(inner) for inner in value]
        case int() if value > NUMBER_SHOWN_MAX:
            return f"{HIDDEN} {len(str(value))} digits"
        case str() if _HEX.fullmatch(value) and len(value) % 2 == 0 and _may_be_card(value):
            return f"{HIDDEN} {len(value) // 2} bytes"
        case str():
            return _DIGITS_IN_TEXT.sub(lambda match: _masked(match[0]), value)
        case _:
            return value


def _may_be_card(hexadecimal: str) -> bool:
    """Long runs of digits in a value nobody has named: BCD or ASCII, not worth a doubt."""
    return bool(_DIGITS.search(hexadecimal) or _ASCII_DIGITS_AS_HEX.search(hexadecimal))


def _masked(found: str) -> str:
    digits = "".join(str(int(letter)) for letter in found if letter.isdecimal())
    card = any(
        _luhn_fits(digits[start : start + size])
        for size in range(CARD_DIGITS_MIN, CARD_DIGITS_MAX + 1)
        for start in range(len(digits) - size + 1)
    )
    return "*" * (len(digits) - 4) + digits[-4:] if card else found


def _luhn_fits(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B."""
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0
