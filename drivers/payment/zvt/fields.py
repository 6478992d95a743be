"""ZVT fields (BMP) and their BER-TLV container. Owns reading them with bounds; refuses to keep card data.

Values are kept by an allow-list: a field that may hold card data or free text is reduced to its size, a card number to
its last four digits, at the moment it is read.
"""

from dataclasses import dataclass, field
from enum import Enum, auto

from drivers.codes.card_number import mask_card_numbers
from drivers.errors import ProtocolError

TLV_DEPTH_MAX = 8
"""Published containers nest three deep; deeper ones are kept as plain bytes."""
TLV_NODES_MAX = 256
"""More elements than any published message has, few enough to read in a moment."""
CARD_DIGITS_SHOWN = 4


class Kind(Enum):
    """How a field is written on the wire and what is kept of it."""

    DIGITS = auto()
    """Fixed BCD, kept as a digit string; all F means none and becomes the empty string."""
    NUMBER = auto()
    """Fixed BCD, kept as an int."""
    BYTE = auto()
    TEXT = auto()
    """Fixed ASCII, trailing NULs and blanks dropped."""
    CARD_NUMBER = auto()
    """LLVAR BCD, kept as its last four digits behind asterisks."""
    LL_TEXT = auto()
    HIDDEN = auto()
    """Fixed, may hold card data: kept as its size."""
    LL_HIDDEN = auto()
    LLL_HIDDEN = auto()
    LLL_HEX = auto()
    """LLLVAR, kept in hex: totals, which hold no card data."""
    CONTAINER = auto()


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One row of the field table. ``size`` is the fixed length in bytes; 0 where the length is on the wire."""

    name: str
    kind: Kind
    size: int = 0


FIELD_RULES: dict[int, FieldRule] = {
    0x01: FieldRule("timeout", Kind.DIGITS, 1),
    0x02: FieldRule("status_count_max", Kind.BYTE, 1),
    0x03: FieldRule("service", Kind.BYTE, 1),
    0x04: FieldRule("amount", Kind.NUMBER, 6),
    0x06: FieldRule("tlv", Kind.CONTAINER),
    0x0B: FieldRule("trace_number", Kind.DIGITS, 3),
    0x0C: FieldRule("time", Kind.DIGITS, 3),
    0x0D: FieldRule("date", Kind.DIGITS, 2),
    0x0E: FieldRule("expiry", Kind.HIDDEN, 2),
    0x17: FieldRule("card_sequence", Kind.HIDDEN, 2),
    0x19: FieldRule("payment_type", Kind.BYTE, 1),
    0x22: FieldRule("card_number", Kind.CARD_NUMBER),
    0x23: FieldRule("track_2", Kind.LL_HIDDEN),
    0x24: FieldRule("track_3", Kind.LLL_HIDDEN),
    0x27: FieldRule("result", Kind.BYTE, 1),
    0x29: FieldRule("terminal_id", Kind.DIGITS, 4),
    0x2A: FieldRule("contract_number", Kind.TEXT, 15),
    0x2D: FieldRule("track_1", Kind.LL_HIDDEN),
    0x37: FieldRule("original_trace_number", Kind.DIGITS, 3),
    0x3B: FieldRule("approval_code", Kind.TEXT, 8),
    0x3C: FieldRule("additional_text", Kind.LLL_HIDDEN),
    0x49: FieldRule("currency", Kind.DIGITS, 2),
    0x60: FieldRule("totals", Kind.LLL_HEX),
    0x87: FieldRule("slip_number", Kind.DIGITS, 2),
    0x88: FieldRule("turnover_number", Kind.DIGITS, 3),
    0x8A: FieldRule("card_type", Kind.BYTE, 1),
    0x8B: FieldRule("card_name", Kind.LL_TEXT),
    0x8C: FieldRule("card_type_network", Kind.BYTE, 1),
    0xA0: FieldRule("result_as", Kind.BYTE, 1),
    0xAA: FieldRule("date_with_year", Kind.DIGITS, 3),
}

SHOWN_TAGS: frozenset[int] = frozenset({0x0A, 0x1F0E, 0x1F0F, 0x1F15, 0x1F1F, 0x1F43, 0x1F44, 0x1F60, 0x1F73, 0x43})
"""TLV elements whose bytes are kept: command lists, dates, application ids, sequence and receipt numbers."""


@dataclass(frozen=True, slots=True)
class TlvNode:
    """One TLV element; ``value`` is kept for the tags asked for only, ``size`` always."""

    tag: int
    size: int
    value: bytes = field(default=b"", repr=False)
    children: tuple["TlvNode", ...] = ()


FieldValue = int | str | tuple[TlvNode, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """What a body held, by field name. ``unread_bytes`` counts what follows the first field we do not know."""

    values: dict[str, FieldValue]
    unread_bytes: int = 0

    def text(self, name: str) -> str:
        """The digits or text of a field; empty when it is not there."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """The number in a field; None when it is not there."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None


def decode_fields(body: bytes, tags: frozenset[int] = SHOWN_TAGS) -> Fields:
    """Read the fields of a body in any order; stops at the first unknown one, whose length nobody can know.

    ``tags``: the TLV elements whose bytes are kept. Raises ProtocolError for a field that is cut short, not BCD, or
    there twice with different values.
    """
    values: dict[str, FieldValue] = {}
    position = 0
    while position < len(body):
        rule = FIELD_RULES.get(body[position])
        if rule is None:
            return Fields(values, len(body) - position)
        raw, position = _slice(body, position + 1, rule)
        value = _value(rule, raw, tags)
        if values.setdefault(rule.name, value) != value:
            raise ProtocolError(f"field {rule.name} is there twice with different values")
    return Fields(values)


def bcd(number: int, size: int) -> bytes:
    """``number`` as ``size`` bytes of BCD. Raises ValueError when it does not fit."""
    digits = f"{number:0{size * 2}d}"
    if number < 0 or len(digits) != size * 2:
        raise ValueError(f"{number} does not fit {size * 2} digits")
    return bytes.fromhex(digits)


def take_lllvar(body: bytes, position: int) -> tuple[bytes, int]:
    """The bytes after a three-digit length ``Fx Fy Fz``, and where the next field starts. Raises ProtocolError."""
    return _variable(body, position, 3, "LLLVAR")


def _slice(body: bytes, position: int, rule: FieldRule) -> tuple[bytes, int]:
    match rule.kind:
        case Kind.CARD_NUMBER | Kind.LL_TEXT | Kind.LL_HIDDEN:
            return _variable(body, position, 2, rule.name)
        case Kind.LLL_HIDDEN | Kind.LLL_HEX:
            return _variable(body, position, 3, rule.name)
        case Kind.CONTAINER:
            size, position = _ber_length(body, position)
            return _fixed(body, position, size, rule.name)
        case _:
            return _fixed(body, position, rule.size, rule.name)


def _fixed(body: bytes, position: int, size: int, name: str) -> tuple[bytes, int]:
    end = position + size
    if end > len(body):
        raise ProtocolError(f"field {name} is cut short")
    return body[position:end], end


def _variable(body: bytes, position: int, digits: int, name: str) -> tuple[bytes, int]:
    header, position = _fixed(body, position, digits, name)
    size = 0
    for byte in header:
        if byte >> 4 != 0xF or byte & 0xF > 9:
            raise ProtocolError(f"field {name} has a length that is not Fx")
        size = size * 10 + (byte & 0xF)
    return _fixed(body, position, size, name)


def _value(rule: FieldRule, raw: bytes, tags: frozenset[int]) -> FieldValue:
    match rule.kind:
        case Kind.DIGITS:
            return _digits(raw, rule.name)
        case Kind.LLL_HEX:
            return raw.hex()
        case Kind.NUMBER:
            digits = _digits(raw, rule.name)
            if not digits:
                raise ProtocolError(f"field {rule.name} holds no number")
            return int(digits)
        case Kind.BYTE:
            return raw[0]
        case Kind.TEXT | Kind.LL_TEXT:
            return _text(raw)
        case Kind.CARD_NUMBER:
            return _masked(raw)
        case Kind.HIDDEN | Kind.LL_HIDDEN | Kind.LLL_HIDDEN:
            return f"({len(raw)} bytes)"
        case Kind.CONTAINER:
            return decode_tlv(raw, tags)


def _digits(raw: bytes, name: str) -> str:
    digits = raw.hex()
    if digits.strip("f") == "":
        return ""
    if not digits.isdecimal():
        raise ProtocolError(f"field {name} is not BCD")
    return digits


def _text(raw: bytes) -> str:
    text = raw.decode("ascii", errors="replace").rstrip("\0 ")
    return mask_card_numbers("".join(character if character.isprintable() else "?" for character in text))


def _masked(raw: bytes) -> str:
    digits = raw.hex().rstrip("f")
    last = digits[-CARD_DIGITS_SHOWN:]
    shown = last if last.isdecimal() and len(last) == CARD_DIGITS_SHOWN and len(digits) > 2 * CARD_DIGITS_SHOWN else ""
    return shown.rjust(len(digits), "*") if digits else ""


def decode_tlv(raw: bytes, tags: frozenset[int] = SHOWN_TAGS) -> tuple[TlvNode, ...]:
    """Read a TLV container's content. Raises ProtocolError when an element runs over the end or there are too many."""
    return _nodes(raw, TLV_DEPTH_MAX, [TLV_NODES_MAX], tags)


def _nodes(raw: bytes, depth_left: int, nodes_left: list[int], tags: frozenset[int]) -> tuple[TlvNode, ...]:
    nodes = []
    position = 0
    while position < len(raw):
        nodes_left[0] -= 1
        if nodes_left[0] < 0:
            raise ProtocolError(f"more than {TLV_NODES_MAX} TLV elements")
        tag, position = _tag(raw, position)
        size, position = _ber_length(raw, position)
        value, position = _fixed(raw, position, size, f"TLV {tag:X}")
        nodes.append(_node(tag, value, depth_left, nodes_left, tags))
    return tuple(nodes)


def _node(tag: int, value: bytes, depth_left: int, nodes_left: list[int], tags: frozenset[int]) -> TlvNode:
    first = tag if tag < 0x100 else tag >> 8 * ((tag.bit_length() - 1) // 8)
    if first & 0x20 and depth_left > 0:
        try:
            return TlvNode(tag, len(value), children=_nodes(value, depth_left - 1, nodes_left, tags))
        except ProtocolError:
            if nodes_left[0] < 0:
                raise
            # published private tags carry the "constructed" bit over plain bytes
    return TlvNode(tag, len(value), value if tag in tags else b"")


def _tag(raw: bytes, position: int) -> tuple[int, int]:
    tag = raw[position]
    position += 1
    if tag & 0x1F != 0x1F:
        return tag, position
    for _ in range(2):
        if position >= len(raw):
            break
        tag = tag << 8 | raw[position]
        position += 1
        if not tag & 0x80:
            return tag, position
    raise ProtocolError("a TLV tag does not end")


def _ber_length(raw: bytes, position: int) -> tuple[int, int]:
    if position >= len(raw):
        raise ProtocolError("a TLV length is missing")
    size = raw[position]
    position += 1
    if size < 0x80:
        return size, position
    extra = size & 0x7F
    if extra not in (1, 2) or position + extra > len(raw):
        raise ProtocolError("a TLV length is malformed")
    return int.from_bytes(raw[position : position + extra], "big"), position + extra
