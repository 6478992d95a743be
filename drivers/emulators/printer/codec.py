"""Cuts an ESC/POS stream into commands and characters, strictly. Owns lengths and legal values; refuses to print.

Written from Epson's ESC/POS command reference, independently of the composer and the driver it is there to check.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from drivers.emulators.printer.others import FURTHER, GRAPHICS, ONE_KANJI_FONT, numbers_of

PAYLOAD_BYTES_MAX = 65_536
"""GS ( k and GS v 0 count with 16 bits per side; a receipt's symbol or picture stays below this."""
GETA, LETTER = "〓", "￮"
"""What glyphs of the user's read as, of two cells and of one: which character is meant, their dots alone tell."""
GLYPH_BYTES, COLUMN_BYTES, LETTER_COLUMNS_MAX = 72, 3, 12
"""FS 2: 24 columns of three bytes; ESC &: up to twelve."""
DLE, ESC, FS, GS, LF, HT = 0x10, 0x1B, 0x1C, 0x1D, 0x0A, 0x09
EOT, ENQ, DC4 = 0x04, 0x05, 0x14


class Kind(StrEnum):
    CHARACTER = "character"
    COMMAND = "command"
    VIOLATION = "violation"


@dataclass(frozen=True, slots=True)
class Token:
    """``name`` is the command, the character, or the broken rule; ``raw`` the bytes it came from.

    A character with ``arguments`` is a glyph of the user's: its code.
    """

    kind: Kind
    name: str
    raw: bytes
    arguments: bytes = b""


PARAMETERS: dict[bytes, tuple[str, tuple[range, ...]]] = {
    b"\x1b@": ("ESC @", ()),
    b"\x1b!": ("ESC !", (range(256),)),
    b"\x1b$": ("ESC $", (range(256), range(256))),
    b"\x1b%": ("ESC %", (range(2),)),
    b"\x1b-": ("ESC -", (range(3),)),
    b"\x1b2": ("ESC 2", ()),
    b"\x1b3": ("ESC 3", (range(256),)),
    b"\x1bE": ("ESC E", (range(2),)),
    b"\x1bJ": ("ESC J", (range(256),)),
    b"\x1bR": ("ESC R", (range(18),)),
    b"\x1ba": ("ESC a", (range(3),)),
    b"\x1bd": ("ESC d", (range(256),)),
    b"\x1bt": ("ESC t", (range(6),)),
    b"\x1bp": ("ESC p", (range(2), range(256), range(256))),
    b"\x1c!": ("FS !", (range(256),)),
    b"\x1c-": ("FS -", (range(3),)),
    b"\x1c2": ("FS 2", (range(0xEC, 0xED), range(0x40, 0x9F), *[range(256)] * GLYPH_BYTES)),
    b"\x1cC": ("FS C", (range(3),)),
    b"\x1cS": ("FS S", (range(33), range(33))),
    b"\x1d!": ("GS !", (range(0x78),)),
    b"\x1dB": ("GS B", (range(2),)),
    b"\x1da": ("GS a", (range(256),)),
    b"\x1dr": ("GS r", (range(1, 3),)),
    **FURTHER,
}
"""Commands of fixed length: name and the legal values of each parameter."""


def _is_lead(byte: int) -> bool:
    return 0x81 <= byte <= 0x9F or 0xE0 <= byte <= 0xFC


@cache
def _ascii(byte: int, *, japan: bool) -> Token:
    return Token(Kind.CHARACTER, "¥" if byte == 0x5C and japan else chr(byte), bytes((byte,)))


@cache
def _double_byte(raw: bytes) -> Token:
    character = raw.decode("cp932", errors="replace")
    if len(character) != 1 or character == "\ufffd" or 0xE000 <= ord(character) <= 0xF8FF:
        return Token(Kind.VIOLATION, f"no character has the code {raw.hex().upper()}", raw)
    return Token(Kind.CHARACTER, character, raw)


class CommandReader:
    """Any split of the stream gives the same tokens."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._tokens: deque[Token] = deque()
        self._shift_jis = False
        self._japan = False
        self._katakana = False
        self._letters_on = False
        self._defined: set[bytes] = set()

    def receive(self, data: bytes) -> None:
        for byte in data:
            if 0x20 <= byte < 0x7F and not self._pending and not self._letters_on:  # most of what arrives
                self._tokens.append(_ascii(byte, japan=self._japan))
                continue
            self._pending.append(byte)
            token = self._complete(bytes(self._pending))
            if token is not None:
                self._pending.clear()
                self._note(token)
                self._tokens.append(token)

    @property
    def pending_bytes(self) -> int:
        """Of a command that is not whole yet."""
        return len(self._pending)

    def next_token(self) -> Token | None:
        return self._tokens.popleft() if self._tokens else None

    def _note(self, token: Token) -> None:
        match token.name:
            case "ESC @":
                self._shift_jis = self._japan = self._katakana = self._letters_on = False
                self._defined.clear()
            case "FS C":
                self._shift_jis = token.arguments == b"\x01"
            case "ESC R":
                self._japan = token.arguments == b"\x08"
            case "ESC t":
                self._katakana = token.arguments == b"\x01"
            case "ESC %":
                self._letters_on = token.arguments == b"\x01"
            case "FS 2":
                self._defined.add(token.arguments[:2])
            case "ESC &":
                self._defined.update(letters_of(token.arguments))
            case _:
                pass

    def _complete(self, raw: bytes) -> Token | None:
        """The token that ``raw`` is, or None while it is only the beginning of one."""
        first = raw[0]
        if first in (ESC, FS, GS, DLE):
            return self._command(raw)
        if first in (LF, HT):
            return Token(Kind.COMMAND, "LF" if first == LF else "HT", raw)
        if first < 0x20 or first == 0x7F:
            return Token(Kind.VIOLATION, f"control character {first:02X}", raw)
        return self._character(raw)

    def _character(self, raw: bytes) -> Token | None:
        first = raw[0]
        if raw in self._defined and (len(raw) == 2 or self._letters_on):
            return Token(Kind.CHARACTER, GETA if len(raw) == 2 else LETTER, raw, raw)
        if first < 0x7F:
            return _ascii(first, japan=self._japan)
        if not self._shift_jis and self._katakana and first in GRAPHICS:
            return Token(Kind.CHARACTER, GRAPHICS[first], raw)
        if not self._shift_jis:
            return Token(Kind.VIOLATION, "a byte above 7F before FS C 1", raw)
        if _is_lead(first):
            return _double_byte(raw) if len(raw) == 2 else None
        if not 0xA1 <= first <= 0xDF:
            return Token(Kind.VIOLATION, f"no character has the code {first:02X}", raw)
        if not self._katakana:
            return Token(Kind.VIOLATION, "half-width katakana without ESC t 1", raw)
        return Token(Kind.CHARACTER, raw.decode("cp932"), raw)

    def _command(self, raw: bytes) -> Token | None:
        if len(raw) < 2:
            return None
        if raw[0] == DLE:
            return _real_time(raw)
        prefix = raw[:2]
        if prefix == b"\x1c2" and not self._shift_jis:
            return Token(Kind.VIOLATION, "FS 2 before FS C 1", raw)
        if prefix in PARAMETERS:
            name, ranges = PARAMETERS[prefix]
            arguments = numbers_of(prefix, raw[2:])
            if len(arguments) < len(ranges):
                return None
            if not all(value in allowed for value, allowed in zip(arguments, ranges, strict=True)):
                return Token(Kind.VIOLATION, f"{name} with a value out of range", raw)
            return _unless_real_time(Token(Kind.COMMAND, name, raw, arguments))
        match prefix:
            case b"\x1c(":
                return _kanji_font(raw)
            case b"\x1b&":
                return _letters(raw)
            case b"\x1b(":
                return _sound(raw)
            case b"\x1dV":
                return _cut(raw)
            case b"\x1d(":
                return _extended(raw)
            case b"\x1dv":
                return _raster(raw)
            case _:
                return Token(Kind.VIOLATION, f"unknown command {raw[:2].hex(' ').upper()}", raw)


REAL_TIME: dict[int, tuple[str, tuple[range, ...]]] = {
    EOT: ("DLE EOT", (range(1, 5),)),
    ENQ: ("DLE ENQ", (range(1, 3),)),
    DC4: ("DLE DC4", (range(1, 2), range(2), range(1, 9))),
}
"""Obeyed on arrival, whatever the mechanism does; DLE DC4 1 is the drawer's pulse."""


def _real_time(raw: bytes) -> Token | None:
    if raw[1] not in REAL_TIME:
        return Token(Kind.VIOLATION, "unknown real-time command", raw)
    name, ranges = REAL_TIME[raw[1]]
    arguments = raw[2:]
    if len(arguments) < len(ranges):
        return None
    if not all(value in allowed for value, allowed in zip(arguments, ranges, strict=True)):
        return Token(Kind.VIOLATION, f"{name} with a value out of range", raw)
    return Token(Kind.COMMAND, name, raw, arguments)


def _sound(raw: bytes) -> Token | None:
    """ESC ( A fn 97: pattern, times, and how long in tenths of a second."""
    if len(raw) < 9:
        return None
    legal = raw[2:6] == b"A\x04\x00\x61" and 1 <= raw[6] <= 8 and 1 <= raw[7] <= 63 and raw[8] >= 10
    return Token(Kind.COMMAND, "ESC ( A", raw, raw[6:]) if legal else Token(Kind.VIOLATION, "ESC ( A out of range", raw)


def _kanji_font(raw: bytes) -> Token | None:
    if len(raw) <= len(ONE_KANJI_FONT):
        return None
    if raw[:-1] != ONE_KANJI_FONT or raw[-1] not in (0, ord("0")):
        return Token(Kind.VIOLATION, "FS ( A with a value out of range", raw)
    return Token(Kind.COMMAND, "FS ( A", raw, raw[-1:])


def _cut(raw: bytes) -> Token | None:
    if len(raw) < 3:
        return None
    if raw[2] in (0, 1, 48, 49):
        return Token(Kind.COMMAND, "GS V", raw, raw[2:])
    if raw[2] not in (65, 66):
        return Token(Kind.VIOLATION, "GS V with a value out of range", raw)
    return Token(Kind.COMMAND, "GS V", raw, raw[2:]) if len(raw) == 4 else None


def _extended(raw: bytes) -> Token | None:
    """GS ( x pL pH and a payload of that length."""
    if len(raw) < 5:
        return None
    letter, size = chr(raw[2]), int.from_bytes(raw[3:5], "little")
    if letter not in "kH":
        return Token(Kind.VIOLATION, f"unknown command GS ( {raw[2]:02X}", raw)
    if len(raw) < 5 + size:
        return None
    payload = raw[5:]
    rule = _qr_rule(payload) if letter == "k" else _completion_rule(payload)
    if rule:
        return Token(Kind.VIOLATION, f"GS ( {letter}: {rule}", raw)
    return _unless_real_time(Token(Kind.COMMAND, f"GS ( {letter}", raw, payload))


def _qr_rule(payload: bytes) -> str:
    """The rule that a two-dimensional code command breaks, or nothing."""
    if len(payload) < 3 or payload[0] != 0x31:
        return "not a QR function (cn 49)"
    function, values = payload[1], payload[2:]
    sizes = {65: 2, 67: 1, 69: 1, 81: 1}
    if function == 80:
        return "" if values[0] == 0x30 and len(values) > 1 else "nothing to store"
    if function not in sizes or len(values) != sizes[function]:
        return "unknown function or wrong length"
    legal = {65: values[0] in (49, 50), 67: 1 <= values[0] <= 16, 69: 48 <= values[0] <= 51, 81: values[0] == 48}
    return "" if legal[function] else "a value out of range"


def _completion_rule(payload: bytes) -> str:
    if len(payload) != 6 or payload[:2] != b"\x30\x30":
        return "not the process id function (fn 48, m 48)"
    return "" if all(0x20 <= byte <= 0x7E for byte in payload[2:]) else "a process id out of range"


def _raster(raw: bytes) -> Token | None:
    if len(raw) < 8:
        return None
    if raw[2] != 0x30 or raw[3] not in (0, 1, 2, 3, 48, 49, 50, 51):
        return Token(Kind.VIOLATION, "GS v with a value out of range", raw)
    size = int.from_bytes(raw[4:6], "little") * int.from_bytes(raw[6:8], "little")
    if not 0 < size <= PAYLOAD_BYTES_MAX:
        return Token(Kind.VIOLATION, "GS v 0 with an impossible size", raw)
    return _unless_real_time(Token(Kind.COMMAND, "GS v 0", raw, raw[3:])) if len(raw) == 8 + size else None


def _letters(raw: bytes) -> Token | None:
    """ESC & y c1 c2, and for each code its columns and their bytes."""
    if len(raw) < 5:
        return None
    if raw[2] != COLUMN_BYTES or not 0x20 <= raw[3] <= raw[4] <= 0x7E:
        return Token(Kind.VIOLATION, "ESC & with a value out of range", raw)
    at = 5
    for _ in range(raw[3], raw[4] + 1):
        if at >= len(raw):
            return None
        if raw[at] > LETTER_COLUMNS_MAX:
            return Token(Kind.VIOLATION, "ESC & with a letter wider than its cell", raw)
        at += 1 + raw[at] * COLUMN_BYTES
    return _unless_real_time(Token(Kind.COMMAND, "ESC &", raw, raw[3:])) if len(raw) == at else None


def letters_of(arguments: bytes) -> dict[bytes, bytes]:
    """Code to columns, out of what ESC & has told."""
    found: dict[bytes, bytes] = {}
    at = 2
    for code in range(arguments[0], arguments[1] + 1):
        end = at + 1 + arguments[at] * COLUMN_BYTES
        found[bytes((code,))] = arguments[at + 1 : end]
        at = end
    return found


def _unless_real_time(token: Token) -> Token:
    """DLE EOT, ENQ and DC4 are obeyed on arrival by some printers, be it in the middle of a picture."""
    at = token.raw.find(DLE)
    while at >= 0:
        if token.raw[at + 1 : at + 2] in (b"\x04", b"\x05", b"\x14"):
            return Token(Kind.VIOLATION, f"a real-time command within {token.name}", token.raw)
        at = token.raw.find(DLE, at + 1)
    return token
