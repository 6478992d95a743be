"""Damaged ZVT on the serial line and on TCP, down to the fields: the declared error or nothing, and no other amount."""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from drivers.errors import ProtocolError
from drivers.payment.api import Approved, AuthorizationRequest, Baseline, Media
from drivers.payment.zvt import apdu as messages
from drivers.payment.zvt import protocol
from drivers.payment.zvt.apdu import Apdu, decode_apdu
from drivers.payment.zvt.apdu_stream import ApduReader
from drivers.payment.zvt.fields import TLV_DEPTH_MAX
from drivers.payment.zvt.frame import Damaged, FrameReader, LinkReply, crc16_kermit, encode_frame
from drivers.payment.zvt.inquiry import approved_from, fits, judge
from drivers.payment.zvt.settlement import read_totals
from drivers.payment.zvt.slips import LINE_CHARACTERS_MAX, SLIP_LINES_MAX, SLIPS_MAX, Slips
from drivers.payment.zvt.wire_text import describe
from tests.unit.drivers.damage import damaged, pieces, told
from tests.unit.drivers.payment.zvt.virtual_counter import VirtualCounter

YEN = 600
TERMINAL = "13100001"
REQUEST = AuthorizationRequest("op-1", 1, YEN, Media.CREDIT, Baseline(TERMINAL, "0000", "000000"))
TRACES = Path(__file__).parents[4] / "traces" / "zvt" / "published.jsonl"
SEED = 20_261_125


def _of_a_sale() -> list[bytes]:
    """What the emulated terminal says in a sale, with its receipts, and at its end of day."""
    said: list[bytes] = []

    class Overheard:
        def __init__(self, counter: VirtualCounter) -> None:
            self._core = counter.core

        @property
        def wake_at_s(self) -> float | None:
            return self._core.wake_at_s

        def step(self, now_s: float, received: bytes) -> Sequence[tuple[float, bytes]]:
            out = self._core.step(now_s, received)
            said.extend(payload for _, payload in out)
            return out

    counter = VirtualCounter("approve,decline")
    counter.core = Overheard(counter)
    assert isinstance(counter.sell(YEN), Approved)
    counter.sell(YEN)
    reader = FrameReader()
    reader.receive(b"".join(said))
    return [event.encode() for event in iter(reader.next_event, None) if isinstance(event, Apdu)]


def _valid() -> list[bytes]:
    published = [json.loads(line) for line in TRACES.read_text("utf-8").splitlines()]
    block = bytes.fromhex("06 17 1f07 01 02 25 11 07 05") + b"TOTAL" + bytes.fromhex("09 01 40 07 03") + b"600"
    return [
        *(bytes.fromhex(line["hex"]) for line in published if "refused" not in line),
        *_of_a_sale(),
        Apdu(messages.PRINT_LINE, b"\x40MERCHANT COPY").encode(),
        Apdu(messages.PRINT_TEXT_BLOCK, block).encode(),
        Apdu(messages.STATUS_INFORMATION, bytes.fromhex("2700 04 000000000600 60 f0f5f7" + "00" * 57)).encode(),
    ]


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


class Understood:
    """What becomes of whole messages: every reader there is, with the declared error only."""

    def __init__(self) -> None:
        self.tally: Counter[str] = Counter()
        self._counter = VirtualCounter()

    def take(self, message: Apdu) -> None:
        for read in (
            protocol.read_result,
            protocol.read_intermediate,
            protocol.read_registered_terminal,
            protocol.read_terminal_state,
        ):
            read(message)
        self._hear_slip(message)
        with suppress(ProtocolError):
            describe(message.encode())
        if message.command == messages.STATUS_INFORMATION:
            self._status(message)

    def _status(self, message: Apdu) -> None:
        with suppress(ProtocolError):
            read_totals(message)
        try:
            status = protocol.read_status(message)
        except ProtocolError:
            self.tally["statuses refused"] += 1
            return
        found = judge(REQUEST, status, TERMINAL)
        charged = approved_from(REQUEST, status, TERMINAL) if fits(REQUEST, status, TERMINAL) else None
        for outcome in (found, charged):
            if isinstance(outcome, Approved):
                assert (outcome.amount_yen, status.amount) == (YEN, YEN)
                self.tally["statuses taken, amount as asked"] += 1

    def _hear_slip(self, message: Apdu) -> None:
        if message.command not in (messages.PRINT_LINE, messages.PRINT_TEXT_BLOCK):
            return
        counter, slips = self._counter, Slips("cp437")
        counter.slips.clear()
        slips.hear(message, counter)
        slips.end(counter)
        assert len(counter.slips) <= SLIPS_MAX
        for slip in counter.slips:
            assert len(slip.lines) <= SLIP_LINES_MAX
            assert all(len(line.text) <= LINE_CHARACTERS_MAX for line in slip.lines)


def _framed_again(raw: bytes) -> bytes:
    """A frame whose check fits what it holds: what only the fields' own rules can refuse."""
    crc = crc16_kermit(raw + b"\x03").to_bytes(2, "little")
    return b"\x10\x02" + raw.replace(b"\x10", b"\x10\x10") + b"\x10\x03" + crc


@pytest.mark.parametrize("is_sealed", [False, True], ids=["on the line", "with a check that fits"])
def test_damaged_frames_on_the_serial_line(damaged_frames: int, *, is_sealed: bool) -> None:
    valid = [message for message in _valid() if message[:1] != b"\x10"]
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
    valid = _valid()
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
