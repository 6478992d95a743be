"""Damaged STX/ETX/LRC, down to the fields: the declared error or nothing, and no other amount for our sale."""

from random import Random

import pytest

from drivers.payment.stxlrc.frame import Damaged, FrameReader, LinkReply, Message, encode_frame, lrc
from tests.unit.drivers.damage import damaged, pieces, told
from tests.unit.drivers.payment.stxlrc.understood import Understood, sale_of, valid_frames

SEED = 20_261_125


def _framed_again(text: bytes) -> bytes:
    """A frame whose check fits what it holds: what only the fields' own rules can refuse."""
    return b"\x02" + text + b"\x03" + bytes((lrc(text + b"\x03"),))


@pytest.mark.parametrize("is_sealed", [False, True], ids=["on the line", "with a check that fits"])
def test_damaged_frames(damaged_frames: int, *, is_sealed: bool) -> None:
    frames = valid_frames()
    texts = [frame[1:-2] for frame in frames]
    wires = (
        map(_framed_again, damaged(SEED, texts, damaged_frames)) if is_sealed else damaged(SEED, frames, damaged_frames)
    )
    chance, reader, understood = Random(SEED), FrameReader(), Understood(sale_of(frames))
    for wire in wires:
        for piece in pieces(chance, wire):
            reader.receive(piece)
        reader.line_quiet()
        assert reader.is_idle
        for event in iter(reader.next_event, None):
            match event:
                case Message():
                    is_sent = encode_frame(event) in frames
                    understood.tally["messages as sent" if is_sent else "messages never sent"] += 1
                    understood.take(event)
                case Damaged():
                    understood.tally["refused"] += 1
                case LinkReply():
                    understood.tally["link replies"] += 1
        if chance.random() < 0.01:
            reader.receive(frames[0])
            assert len(list(iter(reader.next_event, None))) == 1, "the line is as good as before"
    understood.tally["damaged frames"] = damaged_frames
    told(f"stxlrc, {'with a check that fits' if is_sealed else 'on the line'}", understood.tally)
    assert understood.tally["refused"] > 0
    assert understood.tally["replies refused"] > 0
