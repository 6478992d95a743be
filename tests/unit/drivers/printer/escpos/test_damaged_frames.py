"""A printer's damaged replies, and damaged print jobs given to support: no exception but the declared one."""

from collections import Counter
from contextlib import suppress
from random import Random

from drivers.errors import ProtocolError
from drivers.printer.escpos.protocol import EVENTS_MAX, JOB_NUMBER_MAX, Completed, ReplyParser, cause_of
from drivers.printer.escpos.wire_text import describe
from tests.unit.drivers.damage import damaged, pieces, told

SEED = 20_261_125
REPLIES = [
    b"\x12\x12\x12\x12",
    b"\x16\x1a\x32\x72",
    b"\x10\x00\x00\x00",
    b"\x38\x60\x0c\x00",
    b"\x37\x220007\x00",
    b"\x10\x00\x03\x00\x37\x220042\x00",
    b"\x00\x03\x0c",
    b"\x37\x5fEPSON\x00",
]
JOBS = [
    b"\x1b@\x1cC\x01\x1ba\x01" + "領収書 ¥1,500".encode("cp932", "replace") + b"\n\x1dV\x42\x00",
    b"\x1d(k\x04\x00\x31\x41\x32\x00\x1d(k\x08\x00\x31\x50\x30ABCDE\x1d(k\x03\x00\x31\x51\x30",
    b"\x1dv0\x00\x02\x00\x04\x00" + bytes(8) + b"\x1d(H\x06\x00\x30\x300042\x10\x04\x01",
]


def test_damaged_replies_of_a_printer(damaged_frames: int) -> None:
    chance, tally, parser = Random(SEED), Counter[str](), ReplyParser()
    for wire in damaged(SEED, REPLIES, damaged_frames):
        if chance.random() < 0.5:
            parser = ReplyParser()  # as after a line that was opened anew; else the damage goes on into the next
        for piece in pieces(chance, wire):
            parser.receive(piece)
        events = list(iter(parser.next_event, None))
        assert len(events) <= EVENTS_MAX
        for event in events:
            tally[type(event).__name__] += 1
            if isinstance(event, Completed):
                assert 0 <= event.job_number <= JOB_NUMBER_MAX
        if wire:
            [cause_of(number, wire[-1]) for number in (1, 2, 3, 4)]
    tally["damaged replies"] = damaged_frames
    told("escpos replies", tally)
    assert min(tally[name] for name in ("Completed", "AutoStatus", "RealTimeStatus", "Unrecognized")) > 0


def test_damaged_print_jobs_in_words(damaged_frames: int) -> None:
    tally = Counter[str]()
    for wire in damaged(SEED, JOBS, damaged_frames):
        tally["refused"] += 1
        with suppress(ProtocolError):
            describe(wire)
            tally["refused"] -= 1
    tally["damaged jobs"] = damaged_frames
    told("escpos jobs", tally)
    assert 0 < tally["refused"] < damaged_frames
