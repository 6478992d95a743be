"""STX/ETX/LRC bytes in words, for support people. Owns naming what a message holds; refuses to show card data."""

from typing import assert_never

from drivers.errors import ProtocolError
from drivers.payment.stxlrc import protocol
from drivers.payment.stxlrc.frame import SEPARATOR, STX, Damaged, Event, FrameReader, LinkReply, Message

HIDDEN = "(hidden)"
NAMES = {
    protocol.POLL: "poll",
    protocol.SALE: "sale",
    protocol.SALE_REPLY: "sale reply",
    protocol.LAST_SALE: "last sale",
    protocol.DETAILS_REPLY: "detail row",
    "0300": "normal mode",
    protocol.CLOSE: "close",
    protocol.CLOSE_REPLY: "close reply",
    protocol.TOTALS: "totals",
    protocol.TOTALS_REPLY: "totals reply",
    protocol.LOAD_KEYS: "load keys",
    protocol.LOAD_KEYS_REPLY: "load keys reply",
    protocol.STATUS: "intermediate status",
    protocol.VOID: "void",
    protocol.VOID_REPLY: "void reply",
}
COMMAND_LAYOUTS: dict[str, tuple[str, ...]] = {
    protocol.SALE: ("function", "amount", "ticket", "", "", "status"),
    protocol.DETAILS: ("function", "send"),
    protocol.STATUS: ("function", "code"),
    protocol.VOID: ("function", "operation"),
}
FIELDS_OF_A_QUESTION_MAX = 3
"""0260 is the question for details, and the function of the reply to 0250: the reply has many fields."""

Described = dict[str, object]


def describe(raw: bytes) -> list[Described]:
    """Every message in ``raw``: one bare message, or frames and link replies in a row.

    Each is ``{"command": "0210", "name": "sale reply", "fields": {...}}``. Raises ProtocolError naming the rule.
    """
    if raw[:1].isdigit():
        return [_told(Message(tuple(_text(raw).split(SEPARATOR))))]
    reader = FrameReader()
    reader.receive(raw)
    reader.line_quiet()
    events: list[Event] = list(iter(reader.next_event, None))
    if not events:
        raise ProtocolError("neither a frame nor a link reply" if bytes([STX]) not in raw else "an empty frame")
    return [_told(event) for event in events]


def _text(raw: bytes) -> str:
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError:
        raise ProtocolError("a byte that no field may hold") from None
    if not text.isprintable() or not text[:4].isdecimal() or text[4:5] not in ("", SEPARATOR) or len(text) < 4:
        raise ProtocolError("the function is not four digits, or a field holds a byte that no field may hold")
    return text


def _told(event: Event) -> Described:
    match event:
        case Message():
            return _described(event)
        case LinkReply():
            return {"command": f"{event.value:02X}", "name": event.name, "fields": {}}
        case Damaged():
            raise ProtocolError(event.rule)
        case _:
            assert_never(event)


def _described(message: Message) -> Described:
    function = message.function
    is_question = function == protocol.DETAILS and len(message.fields) <= FIELDS_OF_A_QUESTION_MAX
    name = NAMES.get(function, "unknown")
    if function == protocol.DETAILS:
        name = "details" if is_question else "last sale reply"
    if function in protocol.LAYOUTS and not is_question:
        fields = protocol.read_fields(message)
    else:
        layout = COMMAND_LAYOUTS.get(function, ("function",))
        fields = {field: text for field, text in zip(layout, message.fields, strict=False) if field}
    shown = {field: HIDDEN if field == "account" else text for field, text in fields.items() if text}
    shown.pop("function", None)
    return {"command": function, "name": name, "fields": shown}
