"""ZVT bytes in words, for support people. Owns naming what a message holds; refuses to show card data or passwords."""

from typing import assert_never

from drivers.errors import ProtocolError
from drivers.payment.api import SlipCopy
from drivers.payment.zvt import apdu as messages
from drivers.payment.zvt.apdu import Apdu, decode_apdu
from drivers.payment.zvt.fields import Fields, FieldValue, TlvNode, decode_fields
from drivers.payment.zvt.frame import Damaged, Event, FrameReader, LinkReply
from drivers.payment.zvt.slips import masked_lines, read_block, read_line

FRAME_START = b"\x10\x02"
LINK_REPLIES = (b"\x06", b"\x15")

Described = dict[str, object]
PASSWORD_BYTES = 3
WITH_PASSWORD = frozenset(
    {messages.REGISTRATION, messages.REPEAT_RECEIPT, messages.STATUS_ENQUIRY, 0x0630, 0x0631, 0x0650, 0x0814}
)


def describe(raw: bytes) -> list[Described]:
    """Every message in ``raw``: one bare message as on TCP, or serial frames and link replies in a row.

    Each is ``{"command": "06 01", "name": "authorization", "fields": {...}}``. Raises ProtocolError naming the rule.
    """
    events = _events(raw)
    damage = next((event for event in events if isinstance(event, Damaged)), None)
    if raw in LINK_REPLIES or (damage is None and any(isinstance(event, Apdu) for event in events)):
        return [_told(event) for event in events]  # a CRC that fits is no accident
    try:
        return [_described(decode_apdu(raw))]
    except ProtocolError:
        if damage is not None and FRAME_START in raw:
            raise ProtocolError(damage.rule) from None
        raise


def _events(raw: bytes) -> list[Event]:
    reader = FrameReader()
    reader.receive(raw)
    reader.line_quiet()
    return list(iter(reader.next_event, None))


def _told(event: Event) -> Described:
    match event:
        case Apdu():
            return _described(event)
        case LinkReply():
            return {"command": f"{event.value:02X}", "name": event.name, "fields": {}}
        case Damaged():
            raise ProtocolError(event.rule)
        case _:
            assert_never(event)


def _described(message: Apdu) -> Described:
    command = message.command
    if message.name == "unknown":
        # Many commands begin with a password; read as fields, its digits would come out as amounts and results.
        shown_bytes: dict[str, object] = {"unread_bytes": len(message.body)} if message.body else {}
        return {"command": _code(command), "name": message.name, "fields": shown_bytes}
    leading, rest = _leading(message)
    fields = decode_fields(rest)
    shown: dict[str, object] = {**leading, **{name: _shown(value) for name, value in fields.values.items()}}
    _note_unread(shown, fields)
    return {"command": _code(command), "name": message.name, "fields": shown}


def _code(command: int) -> str:
    return f"{command >> 8:02X} {command & 0xFF:02X}"


def _leading(message: Apdu) -> tuple[dict[str, object], bytes]:
    """What stands before the fields, by command."""
    body = message.body
    if message.command in WITH_PASSWORD and len(body) >= PASSWORD_BYTES:
        rest = body[PASSWORD_BYTES:]
        if message.command != messages.REGISTRATION or not rest:
            return {"password": "(hidden)"}, rest
        leading: dict[str, object] = {"password": "(hidden)", "config": f"{rest[0]:02X}"}
        if len(rest) >= 3 and rest[1] != 0x06:
            leading["currency"] = rest[1:3].hex()
            return leading, rest[3:]
        return leading, rest[1:]
    if message.command == messages.ABORT_BY_TERMINAL and body:
        return {"result": body[0]}, body[1:]
    if message.command == messages.INTERMEDIATE_STATUS and body:
        has_timeout = len(body) > 1 and not (body[1] == 0x06 and len(body) > 2 and len(body) == 3 + body[2])
        return {"state": f"{body[0]:02X}"}, body[2:] if has_timeout else body[1:]
    if message.command in (messages.PRINT_LINE, messages.PRINT_TEXT_BLOCK):
        return _print_text(message), b""
    return {}, body


def _print_text(message: Apdu) -> dict[str, object]:
    """What is to be printed, card numbers masked."""
    shown: dict[str, object] = {}
    if message.command == messages.PRINT_TEXT_BLOCK:
        copy, texts = read_block(message.body, "cp437")
        shown["copy"] = (copy or SlipCopy.UNSAID).value
    else:
        texts = read_line(message.body, "cp437")
        shown["attribute"] = message.body[:1].hex()
    shown["lines"] = [line.text for line in masked_lines([text.line for text in texts if text.line is not None])]
    return shown


def _note_unread(shown: dict[str, object], fields: Fields) -> None:
    if fields.unread_bytes:
        shown["unread_bytes"] = fields.unread_bytes


def _shown(value: FieldValue) -> object:
    return [_node(node) for node in value] if isinstance(value, tuple) else value


def _node(node: TlvNode) -> dict[str, object]:
    shown: dict[str, object] = {"tag": f"{node.tag:X}", "bytes": node.size}
    if node.children:
        shown["children"] = [_node(child) for child in node.children]
    elif node.value:
        shown["value"] = node.value.hex()
    return shown
