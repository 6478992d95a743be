from hypothesis import given
from hypothesis import strategies as st

from drivers.payment.zvt.apdu import Apdu
from drivers.payment.zvt.frame import Damaged, Event, FrameReader, LinkReply, crc16_kermit, encode_frame

APDUS = st.builds(Apdu, st.integers(0, 0xFFFF), st.binary(max_size=300))
PIECES = st.one_of(APDUS.map(encode_frame), st.sampled_from([b"\x06", b"\x15"]))


def events_of(*parts: bytes) -> list[Event]:
    reader = FrameReader()
    found: list[Event] = []
    for part in parts:
        reader.receive(part)
        while (event := reader.next_event()) is not None:
            found.append(event)
    return found


def test_the_crc_has_its_published_check_value() -> None:
    assert crc16_kermit(b"123456789") == 0x2189


def test_a_dle_in_the_message_is_doubled_and_in_neither_length_nor_crc() -> None:
    frame = encode_frame(Apdu(0x0610, b"\x10"))
    assert frame[:9] == bytes.fromhex("1002061010011010 10".replace(" ", ""))
    assert frame[-2:] == crc16_kermit(bytes.fromhex("0610011003")).to_bytes(2, "little")


@given(APDUS)
def test_what_is_framed_is_read_back(message: Apdu) -> None:
    assert events_of(encode_frame(message)) == [message]


@given(st.lists(PIECES, max_size=6), st.data())
def test_any_split_of_the_wire_reads_the_same(pieces: list[bytes], data: st.DataObject) -> None:
    wire = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=8)))
    parts = [wire[start:end] for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert events_of(*parts) == events_of(wire) == events_of(*(bytes([byte]) for byte in wire))


@given(st.binary(max_size=400))
def test_noise_brings_events_and_never_an_exception(noise: bytes) -> None:
    reader = FrameReader()
    reader.receive(noise)
    reader.line_quiet()
    assert reader.is_idle
    while (event := reader.next_event()) is not None:
        assert isinstance(event, Apdu | LinkReply | Damaged)


@given(APDUS, st.data())
def test_a_damaged_byte_never_yields_another_message(message: Apdu, data: st.DataObject) -> None:
    frame = bytearray(encode_frame(message))
    frame[data.draw(st.integers(0, len(frame) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert all(event == message for event in events_of(bytes(frame)) if isinstance(event, Apdu))


def test_a_frame_that_stops_is_damaged_after_t1_and_the_next_one_is_read() -> None:
    frame = encode_frame(Apdu(0x060F))
    reader = FrameReader()
    reader.receive(frame[:4])
    assert not reader.is_idle
    reader.line_quiet()
    assert isinstance(reader.next_event(), Damaged)
    reader.receive(frame)
    assert reader.next_event() == Apdu(0x060F)


def test_the_tail_of_a_broken_frame_does_not_pass_for_link_replies() -> None:
    assert [type(event) for event in events_of(b"\x10\x02\x06\x00\x10\x99\x06\x15\x06")] == [Damaged]


def test_a_frame_without_end_is_dropped() -> None:
    events = events_of(b"\x10\x02" + b"\x55" * 20_000)
    assert [type(event) for event in events] == [Damaged]


def test_damage_is_named_without_the_bytes() -> None:
    frame = bytearray(encode_frame(Apdu(0x060F, b"\x22\xf0\xf1\x99")))
    frame[-1] ^= 1
    assert events_of(bytes(frame)) == [Damaged("the CRC does not fit")]
