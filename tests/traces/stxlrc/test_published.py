"""What others send: the frames of the public reference, and a session of the official client (transbank-pos-sdk 1.0.1).

The session was recorded on a real line between that client and the emulated terminal, and is kept byte for byte; the
client itself works the terminal in ``tests/contract/payment/test_official_client.py``.
"""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from drivers.emulators.stxlrc.answers import read_script
from drivers.emulators.stxlrc.book import Book
from drivers.emulators.stxlrc.codec import wrap
from drivers.emulators.stxlrc.core import StxLrcCore
from drivers.emulators.stxlrc.ledger import MemoryLedger, net_approved_yen
from drivers.emulators.stxlrc.talk import Pace
from drivers.errors import ProtocolError
from drivers.payment.stxlrc import protocol
from drivers.payment.stxlrc.frame import FrameReader, LinkReply, Message, encode_frame
from drivers.payment.stxlrc.wire_text import describe

HERE = Path(__file__).parent
LINES = [json.loads(line) for line in (HERE / "published.jsonl").read_text("utf-8").splitlines()]
WHOLE = [line for line in LINES if "refused" not in line]
REFUSED = [line for line in LINES if "refused" in line]
SESSION = [json.loads(line) for line in (HERE / "official_client.jsonl").read_text("utf-8").splitlines()]
STARTED = datetime(2026, 11, 23, 16, 40, 44, tzinfo=timezone(timedelta(hours=9)))
BOOKED_AFTER_S = (0, 1, 2, 2, 4)
"""When the session's three sales, its void and its close were booked."""


def _meaning(line: dict[str, str]) -> str:
    return line["meaning"]


@pytest.mark.parametrize("line", WHOLE, ids=_meaning)
def test_it_is_read_with_the_published_meaning(line: dict[str, object]) -> None:
    raw = bytes.fromhex(str(line["hex"]))
    told = {"command": line["command"], "name": line["name"], "fields": line["fields"]}
    assert describe(raw) == [told]
    assert describe(raw[1:-2]) == [told]


@pytest.mark.parametrize("line", WHOLE, ids=_meaning)
def test_both_codecs_write_it_byte_for_byte(line: dict[str, str]) -> None:
    raw = bytes.fromhex(line["hex"])
    reader = FrameReader()
    reader.receive(raw)
    message = reader.next_event()
    assert isinstance(message, Message)
    assert encode_frame(message) == raw
    assert wrap(raw[1:-2].decode()) == raw


@pytest.mark.parametrize("line", REFUSED, ids=_meaning)
def test_a_misprinted_one_is_refused_by_rule(line: dict[str, str]) -> None:
    with pytest.raises(ProtocolError, match=line["refused"]):
        describe(bytes.fromhex(line["hex"]))


def test_our_commands_are_those_of_the_official_client() -> None:
    sent = {bytes.fromhex(part["hex"]) for part in SESSION if part["from"] == "ECR"}
    ours = [
        protocol.poll(),
        protocol.sale(300, protocol.ticket_of(2)),
        protocol.last_sale(),
        protocol.totals(),
        protocol.void("000002"),
        protocol.details(),
        protocol.close(),
    ]
    for command in ours:
        assert encode_frame(command) in sent


def test_the_emulated_terminal_answers_the_official_client_as_it_did() -> None:
    times = iter(STARTED + timedelta(seconds=after_s) for after_s in BOOKED_AFTER_S)
    ledger = MemoryLedger()
    core = StxLrcCore(Book(ledger, lambda: next(times), "TCM00001"), read_script(""), Pace(speed=0))
    answered, now_s = b"", 0.0
    for part in SESSION:
        if part["from"] == "PT":
            assert answered == bytes.fromhex(part["hex"])
            answered = b""
            continue
        now_s += 0.01
        answered += b"".join(payload for _, payload in core.step(now_s, bytes.fromhex(part["hex"])))
    assert answered == b""
    assert net_approved_yen(ledger.entries()) == 1950


def test_the_driver_reads_everything_the_terminal_told_the_official_client() -> None:
    reader = FrameReader()
    for part in SESSION:
        if part["from"] == "PT":
            reader.receive(bytes.fromhex(part["hex"]))
    events = list(iter(reader.next_event, None))
    messages = [event for event in events if isinstance(event, Message)]
    assert all(isinstance(event, Message) or event is LinkReply.ACK for event in events)
    sold = [protocol.read_sale(message) for message in messages if message.function == protocol.SALE_REPLY]
    assert [(sale.ticket, sale.amount_yen) for sale in sold if isinstance(sale, protocol.SaleRecord)] == [
        ("AB123", 1500),
        ("000002", 300),
        ("000003", 450),
    ]
    listed = [protocol.read_detail(message) for message in messages if message.function == protocol.DETAILS_REPLY]
    assert [row and row.operation_number for row in listed] == ["000001", "000003", None]
