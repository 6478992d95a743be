"""Damaged STX/ETX/LRC, down to the fields: the declared error or nothing, and no other amount for our sale."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from drivers.errors import ProtocolError
from drivers.payment.api import Approved, AuthorizationRequest, Baseline, Media
from drivers.payment.stxlrc import protocol
from drivers.payment.stxlrc.frame import Damaged, FrameReader, LinkReply, Message, encode_frame, lrc
from drivers.payment.stxlrc.inquiry import judge, judge_sale, judge_void
from drivers.payment.stxlrc.protocol import SaleRecord
from drivers.payment.stxlrc.wire_text import describe
from tests.unit.drivers.damage import damaged, pieces, told

TRACES = Path(__file__).parents[4] / "traces" / "stxlrc"
SEED = 20_261_125
YEN, TICKET, TERMINAL = 450, 3, "TCM00001"
REQUEST = AuthorizationRequest("op", TICKET, YEN, Media.CREDIT, Baseline(TERMINAL, "000002", "000002"))
READERS: dict[str, Callable[[Message], object]] = {
    protocol.DETAILS_REPLY: protocol.read_detail,
    protocol.TOTALS_REPLY: protocol.read_totals,
    protocol.CLOSE_REPLY: protocol.read_close,
    protocol.STATUS: protocol.read_status,
}
SALE_REPLIES = (protocol.SALE_REPLY, protocol.LAST_SALE_REPLY, protocol.DETAILS_REPLY)


def _frames() -> list[bytes]:
    """Whole frames that others have published, and those of the official client's session."""
    published = [json.loads(line) for line in (TRACES / "published.jsonl").read_text("utf-8").splitlines()]
    session = [json.loads(line) for line in (TRACES / "official_client.jsonl").read_text("utf-8").splitlines()]
    reader = FrameReader()
    for line in (*published, *session):
        if "refused" not in line:
            reader.receive(bytes.fromhex(line["hex"]))
    return sorted({encode_frame(event) for event in iter(reader.next_event, None) if isinstance(event, Message)})


def _sale_of(frames: list[bytes]) -> SaleRecord:
    """The session's sale that the tests ask about."""
    for frame in frames:
        if frame.startswith(b"\x020210|") and b"|000003|" in frame:
            reader = FrameReader()
            reader.receive(frame)
            message = reader.next_event()
            assert isinstance(message, Message)
            sale = protocol.read_sale(message)
            assert isinstance(sale, SaleRecord)
            return sale
    raise AssertionError("the session has no such sale")


class Understood:
    """What becomes of whole messages: every reader there is, with the declared error only."""

    def __init__(self, sale: SaleRecord) -> None:
        self.tally: Counter[str] = Counter()
        self._sale = sale

    def take(self, message: Message) -> None:
        function = message.function
        with suppress(ProtocolError):
            describe(encode_frame(message))
        with suppress(ProtocolError):
            if function == protocol.VOID_REPLY:
                judge_void(REQUEST, self._sale, protocol.read_void(message))
            elif function in READERS:
                READERS[function](message)
        if function in SALE_REPLIES:
            self._sale_reply(message)

    def _sale_reply(self, message: Message) -> None:
        try:
            record = protocol.read_sale(message)
        except ProtocolError:
            self.tally["replies refused"] += 1
            return
        outcomes = [judge_sale(REQUEST, record, TERMINAL)]
        if isinstance(record, SaleRecord):
            found = judge(REQUEST, TERMINAL, record)
            outcomes += [found] if isinstance(found, Approved) else []
        for outcome in outcomes:
            if isinstance(outcome, Approved):
                assert (outcome.amount_yen, outcome.transaction_number) == (YEN, f"{TICKET:06d}")
                self.tally["replies taken, amount and ticket as asked"] += 1
            else:
                self.tally["replies doubted or declined"] += 1


def _framed_again(text: bytes) -> bytes:
    """A frame whose check fits what it holds: what only the fields' own rules can refuse."""
    return b"\x02" + text + b"\x03" + bytes((lrc(text + b"\x03"),))


@pytest.mark.parametrize("is_sealed", [False, True], ids=["on the line", "with a check that fits"])
def test_damaged_frames(damaged_frames: int, *, is_sealed: bool) -> None:
    frames = _frames()
    texts = [frame[1:-2] for frame in frames]
    wires = (
        map(_framed_again, damaged(SEED, texts, damaged_frames)) if is_sealed else damaged(SEED, frames, damaged_frames)
    )
    chance, reader, understood = Random(SEED), FrameReader(), Understood(_sale_of(frames))
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
