"""STX/ETX/LRC: frames and what replies say."""

from functools import cache

from drivers.emulators.stxlrc import codec
from drivers.errors import ProtocolError
from drivers.payment.stxlrc import protocol
from drivers.payment.stxlrc.frame import (
    EVENTS_MAX,
    FRAME_BYTES_MAX,
    Damaged,
    Event,
    FrameReader,
    LinkReply,
    Message,
)
from drivers.payment.stxlrc.protocol import AMOUNT_MAX, SaleRecord
from tests.fuzz.target import Target, assert_yen, events_of, halves
from tests.unit.drivers.payment.stxlrc.understood import SALE_REPLIES, Understood, sale_of, valid_frames


def _quiet(pieces: tuple[bytes, ...]) -> list[Event]:
    reader = FrameReader()
    found: list[Event] = events_of(reader, pieces, reader.line_quiet)
    assert reader.is_idle
    return found


def frames(data: bytes) -> None:
    """A message was on the wire, whole, with the XOR that the emulated terminal's own codec computes."""
    found = _quiet((data,))
    assert _quiet(halves(data)) == found or len(found) >= EVENTS_MAX
    for event in found:
        match event:
            case Message():
                text = "|".join(event.fields)
                assert len(text) <= FRAME_BYTES_MAX
                assert codec.wrap(text) in data, "a message that was never sent"
                assert event.function.isdecimal()
            case LinkReply():
                assert bytes((event.value,)) in data
            case Damaged():
                assert event.rule


@cache
def _understood() -> Understood:
    return Understood(sale_of(valid_frames()))


def message(data: bytes) -> None:
    """Every reader of a reply, and the judgement over our own sale: what a check that fits does not tell."""
    reader = FrameReader()
    text = data.decode("ascii", "ignore")
    reader.receive(codec.wrap(text))
    heard = reader.next_event()
    if not isinstance(heard, Message):
        return
    _understood().take(heard)
    if heard.function not in SALE_REPLIES:
        return
    try:
        record = protocol.read_sale(heard)
    except ProtocolError:
        return
    if isinstance(record, SaleRecord):
        assert_yen(record.amount_yen, most=AMOUNT_MAX)
        assert record.amount_yen > 0
        assert_yen(record.tip_yen, most=AMOUNT_MAX)
        assert str(record.amount_yen) in text
        assert record.card_last4 == "" or (len(record.card_last4) == 4 and record.card_last4.isdecimal())


_ROOM = "drivers.payment.stxlrc"
TARGETS = (
    Target("stxlrc-frames", (f"{_ROOM}.frame",), frames, valid_frames, 30_000, 120),
    Target(
        "stxlrc-message",
        (f"{_ROOM}.protocol", f"{_ROOM}.results", f"{_ROOM}.inquiry"),
        message,
        lambda: [frame[1:-2] for frame in valid_frames()],
        40_000,
        160,
    ),
)
