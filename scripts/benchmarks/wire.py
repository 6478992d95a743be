"""Frames off a serial line, decoded and checked. Owns the figures beside C code walking the same bytes."""

import binascii
import json
import statistics
import time
from collections.abc import Callable
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any

from drivers.payment.stxlrc import frame as stxlrc
from drivers.payment.zvt import frame as zvt
from drivers.payment.zvt.apdu import decode_apdu

TRACES = Path(__file__).parents[2] / "tests" / "traces"
COPIES = 300
"""About 600 KB of wire a round: long enough for the clock, short enough for a bench."""
ROUNDS = 9
READ_BYTES = 64
"""What a serial port gives at once."""
GOAL_MB_S = 5.0
"""400 times what a line of 115,200 baud can carry."""

Reader = zvt.FrameReader | stxlrc.FrameReader


def run() -> list[dict[str, Any]]:
    """One row for each protocol: what others have published, read as a port gives it, to checked messages."""
    wire, events = _zvt_wire()
    zvt_row = _row("ZVT", "DLE ETX and binascii.crc_hqx", wire, events, zvt.FrameReader, _bare_zvt)
    wire, events = _stxlrc_wire()
    stxlrc_row = _row("STX/ETX/LRC", "ETX and a reduced XOR", wire, events, stxlrc.FrameReader, _bare_stxlrc)
    return [zvt_row, stxlrc_row]


def _row(
    name: str,
    bare_steps: str,
    wire: bytes,
    events: int,
    reader: Callable[[], Reader],
    bare: Callable[[bytes, int], None],
) -> dict[str, Any]:
    decoded_mb_s = _mb_s(len(wire), lambda: _decode(reader(), wire, events))
    yardstick_mb_s = _mb_s(len(wire), lambda: bare(wire, events))
    return {
        "name": f"wire: {name} frames decoded",
        "value": round(decoded_mb_s, 2),
        "unit": "MB/s",
        "yardstick": f"splitting the same bytes at {bare_steps} over each piece",
        "yardstick_value": round(yardstick_mb_s, 2),
        "ratio": round(decoded_mb_s / yardstick_mb_s, 3),
        "goal": GOAL_MB_S,
        "goal_on": "value",
        "better": "more",
        "met": decoded_mb_s >= GOAL_MB_S,
    }


def _zvt_wire() -> tuple[bytes, int]:
    """Published messages, framed, with the link's acknowledgment behind each; and how many of both."""
    lines = [json.loads(line) for line in (TRACES / "zvt" / "published.jsonl").read_text("utf-8").splitlines()]
    whole = [bytes.fromhex(line["hex"]) for line in lines if "refused" not in line]
    once = b"".join(zvt.encode_frame(decode_apdu(message)) + b"\x06" for message in whole)
    return once * COPIES, 2 * len(whole) * COPIES


def _stxlrc_wire() -> tuple[bytes, int]:
    """A whole session of the official client, both directions; and how many frames and link replies it has."""
    lines = (TRACES / "stxlrc" / "official_client.jsonl").read_text("utf-8").splitlines()
    once = b"".join(bytes.fromhex(json.loads(line)["hex"]) for line in lines)
    return once * COPIES, len(_events(stxlrc.FrameReader(), once)) * COPIES


def _decode(reader: Reader, wire: bytes, events: int) -> None:
    assert len(_events(reader, wire)) == events


def _events(reader: Reader, wire: bytes) -> list[object]:
    events: list[object] = []
    for start in range(0, len(wire), READ_BYTES):
        reader.receive(wire[start : start + READ_BYTES])
        events += iter(reader.next_event, None)
    assert not any(isinstance(event, zvt.Damaged | stxlrc.Damaged) for event in events)
    return events


def _bare_zvt(wire: bytes, events: int) -> None:
    pieces = wire.split(b"\x10\x03")
    assert len(pieces) > events * 0.4
    for piece in pieces:
        binascii.crc_hqx(piece[zvt.CRC_BYTES :], 0)


def _bare_stxlrc(wire: bytes, events: int) -> None:
    pieces = wire.split(b"\x03")
    assert len(pieces) > events * 0.4
    for piece in pieces:
        reduce(xor, piece, 0)


def _mb_s(size: int, work: Callable[[], None]) -> float:
    """Processor time, not the clock's: this is about the work, whoever else works on the machine."""
    times_s = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        times_s.append(time.process_time() - began)
    return size / statistics.median(times_s) / 1_000_000
