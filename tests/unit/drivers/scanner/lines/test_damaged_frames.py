"""Damaged lines of a serial scanner: a scan of characters that codes have, or a named rule; nothing else."""

from collections import Counter
from random import Random

from drivers.scanner.api import SCAN_BYTES_MAX, Scan, Unreadable, broken_rule
from drivers.scanner.lines.protocol import EVENTS_MAX, LineReader
from tests.unit.drivers.damage import damaged, pieces, told

SEED = 20_261_125
LINES = [
    b"4912345678904\r\n",
    b"J01-0042\r",
    b"\x1d01049123456789041721\x1d10AB\r\n",
    "住民票\r\n".encode(),
    "住民票\r\n".encode("cp932"),
    b"00020101021226580016\r\n",
    b"A" * SCAN_BYTES_MAX + b"\r\n",
]


def test_damaged_lines(damaged_frames: int) -> None:
    chance, tally, reader = Random(SEED), Counter[str](), LineReader()
    for wire in damaged(SEED, LINES, damaged_frames):
        for piece in pieces(chance, wire):
            reader.receive(piece)
        if chance.random() < 0.5:
            reader.line_quiet()
            assert reader.is_idle
        events = list(iter(reader.next_event, None))
        assert len(events) <= EVENTS_MAX
        for event in events:
            tally[type(event).__name__] += 1
            match event:
                case Scan():
                    assert 0 < len(event.text) <= SCAN_BYTES_MAX
                    assert not broken_rule(event.text)
                case Unreadable():
                    assert event.rule
    tally["damaged lines"] = damaged_frames
    told("scanner lines", tally)
    assert min(tally["Scan"], tally["Unreadable"]) > 0
