"""Frames: the published check byte, any split, noise, and what damage may and may not pass."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ProtocolError
from drivers.payment.stxlrc.frame import (
    FRAME_BYTES_MAX,
    Damaged,
    Event,
    FrameReader,
    LinkReply,
    Message,
    encode_frame,
    lrc,
)

TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="|"), max_size=20)
MESSAGES = st.builds(
    lambda number, fields: Message((f"{number:04d}", *fields)), st.integers(0, 9999), st.lists(TEXT, max_size=20)
)


def _events(*pieces: bytes) -> list[Event]:
    reader = FrameReader()
    events: list[Event] = []
    for piece in pieces:
        reader.receive(piece)
        events += list(iter(reader.next_event, None))
    return events


def test_the_published_check_byte() -> None:
    assert lrc(b"0200|123|\x03") == 0x31
    assert encode_frame(Message(("0200", "123", ""))) == b"\x020200|123|\x031"


@given(st.lists(MESSAGES | st.sampled_from(LinkReply), max_size=6), st.data())
def test_any_split_of_the_wire_reads_the_same(sent: list[Message | LinkReply], data: st.DataObject) -> None:
    wire = b"".join(encode_frame(event) if isinstance(event, Message) else bytes([event.value]) for event in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=8)))
    pieces = [wire[start:end] for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert _events(*pieces) == list(sent)


@given(st.binary(max_size=300))
def test_noise_raises_nothing(noise: bytes) -> None:
    _events(noise)


@pytest.mark.parametrize(
    ("received", "rule"),
    [
        (b"\x020200|1|\x03\x00", "the LRC does not fit"),
        (b"\x0202\x00", "a byte that no field may hold"),
        (b"\x020200\x02", "a new frame began inside a frame"),
        (b"\x02" + b"0" * (FRAME_BYTES_MAX + 1), "the frame is longer than any message"),
        (b"\x02020|\x03" + bytes([lrc(b"020|\x03")]), "the function is not four digits"),
    ],
)
def test_a_broken_frame_names_its_rule(received: bytes, rule: str) -> None:
    assert _events(received) == [Damaged(rule)]


def test_link_bytes_in_the_tail_of_a_broken_frame_are_no_replies() -> None:
    assert _events(b"\x020200|1|\x03\x00\x06\x15") == [Damaged("the LRC does not fit")]


def test_a_frame_that_stops_is_damaged_and_the_next_is_read() -> None:
    reader = FrameReader()
    reader.receive(b"\x020200|1")
    assert not reader.is_idle
    reader.line_quiet()
    assert reader.is_idle
    reader.receive(encode_frame(Message(("0100",))))
    assert list(iter(reader.next_event, None)) == [Damaged("the frame stopped in the middle"), Message(("0100",))]


@pytest.mark.parametrize("text", ["a|b", "é", "\x03"])
def test_what_a_frame_cannot_carry_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError, match="a byte that no field may hold"):
        encode_frame(Message(("0200", text)))


def test_one_flipped_bit_never_passes() -> None:
    frame = encode_frame(Message(("0710", "00", "3", "2000")))
    for bit in range(len(frame) * 8):
        events = _events(_flipped(frame, bit))
        assert not any(isinstance(event, Message) for event in events)


def test_two_flipped_bits_can_pass_which_is_why_fields_are_checked() -> None:
    frame = encode_frame(Message(("0710", "00", "3", "2000")))
    passed = sum(
        any(isinstance(event, Message) for event in _events(_flipped(frame, *pair)))
        for pair in combinations(range(len(frame) * 8), 2)
    )
    assert passed > 0


def test_a_message_does_not_show_its_fields() -> None:
    assert "4111" not in repr(Message(("0210", "4111111111111111")))


def _flipped(frame: bytes, *bits: int) -> bytes:
    damaged = bytearray(frame)
    for bit in bits:
        damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)
