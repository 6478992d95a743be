"""Damaged ZVT on the serial line and on TCP, down to the fields: the declared error or nothing, and no other amount."""

from collections.abc import Sequence
from random import Random

import pytest

from drivers.errors import ProtocolError
from drivers.payment.zvt.apdu import Apdu, decode_apdu
from drivers.payment.zvt.apdu_stream import ApduReader
from drivers.payment.zvt.fields import TLV_DEPTH_MAX
from drivers.payment.zvt.frame import Damaged, FrameReader, LinkReply, crc16_kermit, encode_frame
from tests.unit.drivers.damage import damaged, pieces, told
from tests.unit.drivers.payment.zvt.understood import Understood, valid_messages

SEED = 20_261_125


def _bomb(chance: Random, message: bytes, _: Sequence[bytes]) -> bytes:
    """Containers in containers, deeper than anybody reads, or more of them than anybody sends."""
    if chance.random() < 0.5:
        tlv = b"\x1f\x1f\x02\x00\x01"
        for _level in range(chance.randrange(TLV_DEPTH_MAX, 60)):
            tlv = b"\x2f\x81" + bytes((len(tlv),)) + tlv if len(tlv) < 240 else tlv
    else:
        tlv = bytes((chance.choice((0x07, 0x20, 0x2F)), 0)) * chance.randrange(100, 600)
    body = b"\x27\x00\x06\x82" + len(tlv).to_bytes(2, "big") + tlv
    return Apdu(int.from_bytes(message[:2], "big"), body).encode()


def _framed_again(raw: bytes) -> bytes:
    """A frame whose check fits what it holds: what only the fields' own rules can refuse."""
    crc = crc16_kermit(raw + b"\x03").to_bytes(2, "little")
    return b"\x10\x02" + raw.replace(b"\x10", b"\x10\x10") + b"\x10\x03" + crc


@pytest.mark.parametrize("is_sealed", [False, True], ids=["on the line", "with a check that fits"])
def test_damaged_frames_on_the_serial_line(damaged_frames: int, *, is_sealed: bool) -> None:
    valid = [message for message in valid_messages() if message[:1] != b"\x10"]
    known = {decode_apdu(message) for message in valid}
    frames = [encode_frame(message) for message in sorted(known, key=lambda each: each.encode())]
    source = damaged(SEED, valid, damaged_frames, (_bomb,)) if is_sealed else damaged(SEED, frames, damaged_frames)
    chance, reader, understood = Random(SEED), FrameReader(), Understood()
    good = decode_apdu(valid[0])
    for wire in map(_framed_again, source) if is_sealed else source:
        for piece in pieces(chance, wire):
            reader.receive(piece)
        reader.line_quiet()
        assert reader.is_idle
        for event in iter(reader.next_event, None):
            match event:
                case Apdu():
                    understood.tally["messages as sent" if event in known else "messages never sent"] += 1
                    understood.take(event)
                case Damaged():
                    understood.tally["refused"] += 1
                case LinkReply():
                    understood.tally["link replies"] += 1
        if chance.random() < 0.01:
            reader.receive(encode_frame(good))
            assert list(iter(reader.next_event, None)) == [good], "the line is as good as before"
    understood.tally["damaged frames"] = damaged_frames
    told(f"zvt serial, {'with a check that fits' if is_sealed else 'on the line'}", understood.tally)
    assert understood.tally["refused"] > damaged_frames // 10
    if not is_sealed:
        assert understood.tally["messages never sent"] <= 2 + damaged_frames // 10_000, "a CRC lets one in 65,536 pass"


def test_damaged_messages_on_tcp(damaged_frames: int) -> None:
    valid = valid_messages()
    known = {decode_apdu(message) for message in valid}
    chance, understood = Random(SEED), Understood()
    for wire in damaged(SEED + 1, valid, damaged_frames, (_bomb,)):
        reader = ApduReader()
        try:
            for piece in pieces(chance, wire + chance.choice((b"", b"\x80\x00\x00", valid[2]))):
                reader.receive(piece)
                for event in iter(reader.next_event, None):
                    understood.tally["messages as sent" if event in known else "messages never sent"] += 1
                    understood.take(event)
            reader.line_quiet()
        except ProtocolError:
            understood.tally["connections given up"] += 1
    understood.tally["damaged messages"] = damaged_frames
    told("zvt tcp", understood.tally)
    assert understood.tally["statuses refused"] > 0
    assert understood.tally["connections given up"] > 0
