"""ESC/POS bytes to a printer in words, for support people. Owns naming commands and text; refuses to print anything.

Source: Epson ESC/POS command reference. Text is read as Shift_JIS, as our printers are told with FS C 1.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from drivers.errors import ProtocolError

Described = dict[str, object]
Fields = dict[str, object]
Read = Callable[[bytes], Fields]
"""Names a command's parameters; the bytes have the length the table asked for."""

STREAM_BYTES_MAX = 1 << 20
"""A receipt is 2 KB and a raster report 100 KB; more is not one print job."""
PAYLOAD_BYTES_MAX = 65_535
"""A 16-bit length counts no further; a raster that announces more is a damaged one."""

DLE, ESC, FS, GS = 0x10, 0x1B, 0x1C, 0x1D
USER_GLYPH, USER_LETTER = "〓", "￮"
"""What the job itself has drawn, of two cells and of one: which character, its dots alone tell."""
USER_LEAD = 0xEC
"""FS 2 under Shift_JIS: EC40 to EC9E."""
_USER_CODE = re.compile(rb"[\x81-\x9f\xe0-\xfc].", re.DOTALL)
YEN_COUNTRY = 8
"""ESC R 8, Japan: 0x5C prints as the yen sign."""
CONTROLS: dict[int, str] = {0x09: "tab", 0x0A: "line feed", 0x0C: "form feed", 0x0D: "carriage return", 0x18: "cancel"}


@dataclass(frozen=True, slots=True)
class Fixed:
    """A command with ``size`` parameter bytes."""

    name: str
    size: int
    read: Read


def _nothing(_: bytes) -> Fields:
    return {}


def _number(field: str) -> Read:
    return lambda parameters: {field: parameters[0]}


def _switch(parameters: bytes) -> Fields:
    return {"on": bool(parameters[0] & 1)}


def _dots(field: str) -> Read:
    return lambda parameters: {field: int.from_bytes(parameters, "little")}


def _pair(first: str, second: str) -> Read:
    return lambda parameters: {first: parameters[0], second: parameters[1]}


def _size(parameters: bytes) -> Fields:
    return {"across": (parameters[0] >> 4) + 1, "down": (parameters[0] & 0xF) + 1}


def _named(field: str, *names: str) -> Read:
    """The low four bits choose the name: parameters come as numbers or as ASCII digits."""
    return lambda parameters: {field: names[at] if (at := parameters[0] & 0xF) < len(names) else parameters[0]}


def _kanji_style(parameters: bytes) -> Fields:
    bits = parameters[0]
    return {"double_width": bool(bits & 4), "double_height": bool(bits & 8), "underline": bool(bits & 0x80)}


def _pulse(parameters: bytes) -> Fields:
    return {"pin": 5 if parameters[0] & 1 else 2, "on_ms": parameters[1] * 2, "off_ms": parameters[2] * 2}


FIXED: dict[bytes, Fixed] = {
    b"\x10\x04": Fixed("ask real-time status", 1, _named("about", "0", "printer", "offline cause", "error", "paper")),
    b"\x10\x05": Fixed("real-time request", 1, _named("request", "feed button", "resume", "clear and recover")),
    b"\x10\x14": Fixed("real-time drawer pulse", 3, _nothing),
    b"\x1b@": Fixed("initialize", 0, _nothing),
    b"\x1b!": Fixed("print mode", 1, _number("bits")),
    b"\x1b$": Fixed("absolute position", 2, _dots("dots")),
    b"\x1b\\": Fixed("relative position", 2, _dots("dots")),
    b"\x1b%": Fixed("user letters", 1, _switch),
    b"\x1b-": Fixed("underline", 1, _number("dots")),
    b"\x1b2": Fixed("default line spacing", 0, _nothing),
    b"\x1b3": Fixed("line spacing", 1, _number("units")),
    b"\x1b=": Fixed("select device", 1, _named("device", "none", "printer", "display", "both")),
    b"\x1bE": Fixed("bold", 1, _switch),
    b"\x1bG": Fixed("double strike", 1, _switch),
    b"\x1bJ": Fixed("feed", 1, _number("units")),
    b"\x1bM": Fixed("font", 1, _named("font", "A", "B", "C")),
    b"\x1bR": Fixed("international characters", 1, _number("country")),
    b"\x1ba": Fixed("align", 1, _named("align", "left", "center", "right")),
    b"\x1bd": Fixed("feed lines", 1, _number("lines")),
    b"\x1bp": Fixed("drawer pulse", 3, _pulse),
    b"\x1bt": Fixed("character page", 1, _number("page")),
    b"\x1c!": Fixed("kanji mode", 1, _kanji_style),
    b"\x1c&": Fixed("kanji on", 0, _nothing),
    b"\x1c-": Fixed("kanji underline", 1, _number("dots")),
    b"\x1c.": Fixed("kanji off", 0, _nothing),
    b"\x1c2": Fixed("define user character", 74, lambda parameters: {"code": parameters[:2].hex().upper()}),
    b"\x1cC": Fixed("kanji code system", 1, _named("system", "JIS", "Shift_JIS", "Shift_JIS-2004")),
    b"\x1cS": Fixed("kanji spacing", 2, _pair("left", "right")),
    b"\x1d!": Fixed("character size", 1, _size),
    b"\x1dB": Fixed("inverse", 1, _switch),
    b"\x1dI": Fixed("ask printer identity", 1, _number("about")),
    b"\x1dL": Fixed("left margin", 2, _dots("dots")),
    b"\x1dW": Fixed("print area width", 2, _dots("dots")),
    b"\x1da": Fixed("automatic status", 1, _number("bits")),
    b"\x1dr": Fixed("ask status in order", 1, _named("about", "0", "paper", "drawer")),
}
"""Commands of fixed length by their first two bytes."""


def _symbol(data: bytes) -> Fields:
    """A QR holds bytes of any kind; those that are UTF-8, as ours, are told as text."""
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"bytes": len(data)}


QR_FUNCTIONS: dict[int, tuple[str, Read]] = {
    65: ("QR model", lambda values: {"model": values[0] - 48} if values else {}),
    67: ("QR module size", lambda values: {"dots": values[0]} if values else {}),
    69: ("QR error correction", lambda values: {"level": "LMQH"[values[0] & 3]} if values else {}),
    80: ("QR store", lambda values: _symbol(values[1:])),
    81: ("QR print", _nothing),
}


def describe(raw: bytes) -> list[Described]:
    """Commands and runs of text in ``raw``, in order; modes set earlier in ``raw`` hold to its end.

    Each is ``{"command": "1B 61", "name": "align", "fields": {"align": "center"}}``; text has the command ``""``.
    Raises ProtocolError naming the byte, from 0, where reading ended.
    """
    if not raw:
        raise ProtocolError("no bytes")
    if len(raw) > STREAM_BYTES_MAX:
        raise ProtocolError(f"more than {STREAM_BYTES_MAX} bytes in a row")
    return list(_parts(raw))


def _parts(raw: bytes) -> Iterator[Described]:
    at, yen, letters = 0, False, False
    while at < len(raw):
        first = raw[at]
        if first in (DLE, ESC, FS, GS):
            size, part = _command(raw, at)
            if part["name"] == "international characters":
                yen = part["fields"] == {"country": YEN_COUNTRY}
            elif part["name"] == "user letters":
                letters = raw[at + 2] & 1 == 1
        elif first in CONTROLS:
            size, part = 1, _part(raw[at : at + 1], CONTROLS[first], {})
        else:
            size = _text_bytes(raw, at)
            text = USER_LETTER * size if letters else _text_at(raw, at, size, yen=yen)
            part = {"command": "", "name": "text", "fields": {"text": text}}
        yield part
        at += size


def _part(command: bytes, name: str, fields: Fields) -> Described:
    return {"command": command.hex(" ").upper(), "name": name, "fields": fields}


def _command(raw: bytes, at: int) -> tuple[int, Described]:
    """Length and meaning of the command at ``at``. Raises ProtocolError."""
    prefix = raw[at : at + 2]
    if len(prefix) < 2:
        raise _cut_short(at)
    if fixed := FIXED.get(prefix):
        size = 2 + fixed.size
        return size, _part(prefix, fixed.name, fixed.read(_slice(raw, at, size)[2:]))
    match prefix:
        case b"\x1b&":
            return _letters(raw, at)
        case b"\x1dV":
            return _cut(raw, at)
        case b"\x1d(" | b"\x1c(" | b"\x1b(":
            return _extended(raw, at)
        case b"\x1dv":
            return _raster(raw, at)
        case _:
            raise ProtocolError(f"byte {at}: no command we know begins {prefix.hex(' ').upper()}")


def _cut(raw: bytes, at: int) -> tuple[int, Described]:
    kind = _slice(raw, at, 3)[2]
    if kind in (0, 1, 48, 49):
        return 3, _part(b"\x1dV", "cut", {"partial": bool(kind & 1)})
    if kind in (65, 66, 97, 98, 103, 104):
        return 4, _part(b"\x1dV", "cut", {"partial": kind in (66, 98, 104), "feed_units": _slice(raw, at, 4)[3]})
    raise ProtocolError(f"byte {at}: GS V with a value out of range")


def _letters(raw: bytes, at: int) -> tuple[int, Described]:
    """ESC & y c1 c2, and for each code its columns of y bytes."""
    rows, first, last = _slice(raw, at, 5)[2:]
    size = 5
    for _ in range(first, last + 1):
        size += 1 + _slice(raw, at, size + 1)[size] * rows
    _slice(raw, at, size)
    return size, _part(b"\x1b&", "define user letters", {"first": chr(first), "last": chr(last)})


def _extended(raw: bytes, at: int) -> tuple[int, Described]:
    """GS ( x, FS ( x: a letter, a 16-bit length, and that many bytes."""
    header = _slice(raw, at, 5)
    size = 5 + int.from_bytes(header[3:5], "little")
    payload = _slice(raw, at, size)[5:]
    command = header[:3]
    if command == b"\x1d(k" and len(payload) >= 2 and payload[0] == 49 and payload[1] in QR_FUNCTIONS:
        name, read = QR_FUNCTIONS[payload[1]]
        return size, _part(command, name, read(payload[2:]))
    if command == b"\x1d(H" and payload[:2] == b"\x30\x30" and len(payload) == 6:
        return size, _part(command, "ask completion", {"job": payload[2:].decode("ascii", "replace")})
    return size, _part(command, "extended command", {"bytes": len(payload)})


def _raster(raw: bytes, at: int) -> tuple[int, Described]:
    """GS v 0 m, width in bytes, height in dots, and the picture."""
    header = _slice(raw, at, 8)
    width, height = int.from_bytes(header[4:6], "little"), int.from_bytes(header[6:8], "little")
    if header[2] != 0x30 or not 0 < width * height <= PAYLOAD_BYTES_MAX:
        raise ProtocolError(f"byte {at}: GS v 0 with an impossible size")
    size = 8 + width * height
    _slice(raw, at, size)
    return size, _part(b"\x1dv0", "raster picture", {"width_dots": width * 8, "height_dots": height})


def _slice(raw: bytes, at: int, size: int) -> bytes:
    part = raw[at : at + size]
    if len(part) < size:
        raise _cut_short(at)
    return part


def _cut_short(at: int) -> ProtocolError:
    return ProtocolError(f"byte {at}: the bytes end in the middle of a command")


def _text_bytes(raw: bytes, at: int) -> int:
    """How far a run of printable bytes goes; a second byte may be any, so lead bytes are stepped over in twos."""
    end = at
    while end < len(raw) and raw[end] >= 0x20 and raw[end] != 0x7F:
        end += 2 if _is_lead(raw[end]) else 1
    if end == at:
        raise ProtocolError(f"byte {at}: {raw[at]:02X} is no command and no character")
    return min(end, len(raw)) - at


def _is_lead(byte: int) -> bool:
    """First of two bytes in Shift_JIS (JIS X 0208 annex 1, and its vendor rows)."""
    return 0x81 <= byte <= 0x9F or 0xE0 <= byte <= 0xFC


def _text_at(raw: bytes, at: int, size: int, *, yen: bool) -> str:
    try:
        return _text(raw[at : at + size], yen=yen)
    except ProtocolError as error:
        raise ProtocolError(f"byte {at}: {error}") from None


def _code_or_glyph(match: re.Match[bytes]) -> bytes:
    return USER_GLYPH.encode("cp932") if match[0][0] == USER_LEAD and 0x40 <= match[0][-1] <= 0x9E else match[0]


def _text(data: bytes, *, yen: bool) -> str:
    try:
        text = _USER_CODE.sub(_code_or_glyph, data).decode("cp932")
    except UnicodeDecodeError as error:
        raise ProtocolError(f"text that is not Shift_JIS after {error.start} bytes") from None
    return text.replace("\\", "¥") if yen else text
