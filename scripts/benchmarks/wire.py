"""ZVT frames off a serial line, decoded and checked. Owns the figure beside C code walking the same bytes."""

import binascii
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.payment.zvt.apdu import decode_apdu
from drivers.payment.zvt.frame import CRC_BYTES, Damaged, FrameReader, encode_frame

TRACES = Path(__file__).parents[2] / "tests" / "traces" / "zvt" / "published.jsonl"
COPIES = 300
"""About 600 KB of wire a round: long enough for the clock, short enough for a bench."""
ROUNDS = 9
READ_BYTES = 64
"""What a serial port gives at once."""
GOAL_MB_S = 5.0
"""400 times what a line of 115,200 baud can carry."""


def run() -> list[dict[str, Any]]:
    """One row: whole published messages in frames, read as a port gives them, to checked messages."""
    wire, frames = _wire()
    decoded_mb_s = _mb_s(len(wire), lambda: _decode(wire, frames))
    yardstick_mb_s = _mb_s(len(wire), lambda: _bare(wire, frames))
    return [
        {
            "name": "wire: ZVT frames decoded",
            "value": round(decoded_mb_s, 2),
            "unit": "MB/s",
            "yardstick": "splitting the same bytes at DLE ETX and binascii.crc_hqx over each piece",
            "yardstick_value": round(yardstick_mb_s, 2),
            "ratio": round(decoded_mb_s / yardstick_mb_s, 3),
            "goal": GOAL_MB_S,
            "goal_on": "value",
            "better": "more",
            "met": decoded_mb_s >= GOAL_MB_S,
        }
    ]


def _wire() -> tuple[bytes, int]:
    """Every published message that is whole, framed, with the link's acknowledgment behind it; and how many."""
    lines = [json.loads(line) for line in TRACES.read_text("utf-8").splitlines()]
    whole = [bytes.fromhex(line["hex"]) for line in lines if "refused" not in line]
    once = b"".join(encode_frame(decode_apdu(message)) + b"\x06" for message in whole)
    return once * COPIES, len(whole) * COPIES


def _decode(wire: bytes, frames: int) -> None:
    reader, count = FrameReader(), 0
    for start in range(0, len(wire), READ_BYTES):
        reader.receive(wire[start : start + READ_BYTES])
        while (event := reader.next_event()) is not None:
            assert not isinstance(event, Damaged)
            count += 1
    assert count == frames * 2, (count, frames)


def _bare(wire: bytes, frames: int) -> None:
    pieces = wire.split(b"\x10\x03")
    assert len(pieces) > frames * 0.9
    for piece in pieces:
        binascii.crc_hqx(piece[CRC_BYTES:], 0)


def _mb_s(size: int, work: Callable[[], None]) -> float:
    """Processor time, not the clock's: this is about the work, whoever else works on the machine."""
    times_s = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        times_s.append(time.process_time() - began)
    return size / statistics.median(times_s) / 1_000_000
