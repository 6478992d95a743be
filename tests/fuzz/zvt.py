"""ZVT: frames, the TCP stream, fields, whole messages."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

from drivers.emulators.terminal import codec
from drivers.errors import ProtocolError
from drivers.payment.zvt import apdu as messages
from drivers.payment.zvt.apdu import BODY_BYTES_MAX, Apdu, decode_apdu
from drivers.payment.zvt.apdu_stream import ApduReader
from drivers.payment.zvt.fields import FIELD_RULES, TLV_NODES_MAX, Kind, TlvNode, decode_fields
from drivers.payment.zvt.frame import EVENTS_MAX, Damaged, Event, FrameReader, LinkReply, encode_frame
from tests.fuzz.target import Target, assert_yen, events_of, halves
from tests.unit.drivers.payment.zvt.understood import Understood, valid_messages

AMOUNT_MAX = 10**12 - 1
"""Six bytes of BCD."""
COMMANDS = tuple(messages.COMMAND_NAMES)
_CARD = re.compile(r"\**(\d{4})?")


def raw_forms(message: Apdu) -> tuple[bytes, bytes]:
    """The message with one length byte and with three: both are legal."""
    head, body = message.command.to_bytes(2, "big"), message.body
    return head + bytes((len(body) & 0xFF,)) + body, head + b"\xff" + len(body).to_bytes(2, "little") + body


def _quiet(pieces: tuple[bytes, ...]) -> list[Event]:
    reader = FrameReader()
    found: list[Event] = events_of(reader, pieces, reader.line_quiet)
    assert reader.is_idle
    return found


def frames(data: bytes) -> None:
    """A message was on the wire, whole, with the CRC the emulated terminal's own codec computes bit by bit."""
    found = _quiet((data,))
    assert _quiet(halves(data)) == found or len(found) >= EVENTS_MAX
    for event in found:
        match event:
            case Apdu():
                assert len(event.body) <= BODY_BYTES_MAX
                assert any(codec.wrap(raw) in data for raw in raw_forms(event)), "a message that was never sent"
            case LinkReply():
                assert bytes((event.value,)) in data
            case Damaged():
                assert event.rule


def _streamed(pieces: tuple[bytes, ...]) -> tuple[list[Apdu], bool]:
    reader, found = ApduReader(), list[Apdu]()
    try:
        for piece in pieces:
            reader.receive(piece)
            found += iter(reader.next_event, None)
        reader.line_quiet()
    except ProtocolError:
        return found, False
    return found, True


def stream(data: bytes) -> None:
    """Messages stand one after the other from the first byte; what is left over is told."""
    found, whole = _streamed((data,))
    assert _streamed(halves(data)) == (found, whole)
    position = 0
    for message in found:
        raw = next((raw for raw in raw_forms(message) if data.startswith(raw, position)), None)
        assert raw is not None, "a message that was never sent"
        assert decode_apdu(raw) == message
        position += len(raw)
    assert (position == len(data)) is whole


def _count(nodes: tuple[TlvNode, ...]) -> int:
    return sum(1 + _count(node.children) for node in nodes)


def fields(data: bytes) -> None:
    """Each value has the shape of its rule; a card number shows four digits."""
    try:
        found = decode_fields(data)
    except ProtocolError:
        return
    assert 0 <= found.unread_bytes <= len(data)
    kinds = {rule.name: rule.kind for rule in FIELD_RULES.values()}
    for name, value in found.values.items():
        match kinds[name]:
            case Kind.NUMBER:
                assert_yen(value, most=AMOUNT_MAX)
                assert bytes.fromhex(f"{value:012d}") in data
            case Kind.BYTE:
                assert_yen(value, most=0xFF)
            case Kind.CARD_NUMBER:
                assert isinstance(value, str)
                assert _CARD.fullmatch(value)
            case Kind.CONTAINER:
                assert isinstance(value, tuple)
                assert _count(value) <= TLV_NODES_MAX
            case _:
                assert isinstance(value, str)
                assert value.isprintable()


@cache
def _understood() -> Understood:
    return Understood()


def message(data: bytes) -> None:
    """Every reader of a whole message, the inquiry's judgement and the slips; first byte: which command."""
    if data:
        _understood().take(Apdu(COMMANDS[data[0] % len(COMMANDS)], data[1:]))


def _messages() -> Iterator[Apdu]:
    for raw in valid_messages():
        with suppress(ProtocolError):
            yield decode_apdu(raw)


def _numbered() -> Iterator[bytes]:
    for each in _messages():
        if each.command in COMMANDS:
            yield bytes((COMMANDS.index(each.command),)) + each.body


_ROOM = "drivers.payment.zvt"
TARGETS = (
    Target(
        "zvt-frames",
        (f"{_ROOM}.frame", f"{_ROOM}.apdu"),
        frames,
        lambda: [encode_frame(each) for each in _messages()] + [b"\x06", b"\x15\x10\x02\x80\x00\x00\x10\x03"],
        25_000,
        120,
    ),
    Target("zvt-stream", (f"{_ROOM}.apdu_stream", f"{_ROOM}.apdu"), stream, valid_messages, 60_000, 100),
    Target(
        "zvt-fields",
        (f"{_ROOM}.fields",),
        fields,
        lambda: [each.body for each in _messages() if each.command == messages.STATUS_INFORMATION],
        120_000,
        120,
    ),
    Target(
        "zvt-message",
        (f"{_ROOM}.protocol", f"{_ROOM}.results", f"{_ROOM}.slips", f"{_ROOM}.settlement", f"{_ROOM}.inquiry"),
        message,
        _numbered,
        15_000,
        150,
    ),
)
