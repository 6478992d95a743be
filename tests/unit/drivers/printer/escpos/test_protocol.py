import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.api import Paper, PrintFault
from drivers.printer.escpos.protocol import (
    EVENTS_MAX,
    AutoStatus,
    Completed,
    Event,
    OrderedStatus,
    RealTimeStatus,
    ReplyParser,
    Unrecognized,
    ask_completion,
    cause_of,
    paper_of,
)


def parse(*pieces: bytes) -> list[Event]:
    parser = ReplyParser()
    events = []
    for piece in pieces:
        parser.receive(piece)
        while (event := parser.next_event()) is not None:
            events.append(event)
    return events


def test_the_kinds_of_reply_are_told_apart() -> None:
    ready = AutoStatus(online=True, paper=Paper.OK, fault=None, drawer_open=False)
    assert parse(b"\x10\x00\x00\x0f\x12\x37\x220042\x00\x0f\x11\x13") == [
        ready,
        RealTimeStatus(0x12),
        Completed(42),
        OrderedStatus(Paper.END),
    ]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("38 00 00 0F", AutoStatus(online=False, paper=Paper.OK, fault=PrintFault.COVER_OPEN, drawer_open=False)),
        ("18 00 0F 0F", AutoStatus(online=False, paper=Paper.END, fault=PrintFault.PAPER_END, drawer_open=False)),
        ("10 00 03 0F", AutoStatus(online=True, paper=Paper.NEAR_END, fault=None, drawer_open=False)),
        ("18 08 00 0F", AutoStatus(online=False, paper=Paper.OK, fault=PrintFault.CUTTER, drawer_open=False)),
        ("18 20 00 0F", AutoStatus(online=False, paper=Paper.OK, fault=PrintFault.UNRECOVERABLE, drawer_open=False)),
        ("18 40 00 0F", AutoStatus(online=False, paper=Paper.OK, fault=PrintFault.OVERHEATED, drawer_open=False)),
        ("18 00 00 0F", AutoStatus(online=False, paper=Paper.OK, fault=PrintFault.OFFLINE, drawer_open=False)),
        ("14 00 00 0F", AutoStatus(online=True, paper=Paper.OK, fault=None, drawer_open=True)),
    ],
)
def test_automatic_status_names_the_cause_a_clerk_can_mend(status: str, expected: AutoStatus) -> None:
    assert parse(bytes.fromhex(status)) == [expected]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                (b"\x12", b"\x1e", b"\x10\x00\x00\x0f", b"\x37\x220001\x00", b"\x00", b"\x5fEPSON\x00", b"\x37\x00")
            ),
            st.binary(max_size=6),
        ),
        max_size=8,
    ),
    st.data(),
)
def test_any_split_of_the_wire_reads_the_same(replies: list[bytes], data: st.DataObject) -> None:
    wire = b"".join(replies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    pieces = [wire[start:end] for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert parse(*pieces) == parse(wire)


def test_a_reply_without_an_end_does_not_grow_for_ever() -> None:
    assert Unrecognized("reply without an end") in parse(b"\x37" + b"\x22" * 100, b"\x00" * 2)
    parser = ReplyParser()
    parser.receive(b"\x22" * 10 * EVENTS_MAX)
    assert len(list(iter(parser.next_event, None))) == EVENTS_MAX
    assert parse(b"\x37" + b"\x22" * 79 + b"\x12")[-1] == RealTimeStatus(0x12)


def test_a_status_broken_off_does_not_swallow_what_follows() -> None:
    assert parse(b"\x10\x00\x37\x220007\x00")[-1] == Completed(7)


@pytest.mark.parametrize(
    ("number", "bits", "fault"),
    [
        (1, 0x1A, PrintFault.OFFLINE),
        (2, 0x16, PrintFault.COVER_OPEN),
        (2, 0x32, PrintFault.PAPER_END),
        (3, 0x1A, PrintFault.CUTTER),
        (4, 0x72, PrintFault.PAPER_END),
        (4, 0x1E, None),
        (1, 0x16, None),
    ],
)
def test_real_time_answers_name_their_fault(number: int, bits: int, fault: PrintFault | None) -> None:
    assert cause_of(number, bits) is fault


def test_paper_near_its_end_is_not_at_its_end() -> None:
    assert [paper_of(bits) for bits in (0x12, 0x1E, 0x7E)] == [Paper.OK, Paper.NEAR_END, Paper.END]


def test_a_job_number_has_four_digits() -> None:
    assert ask_completion(42) == b"\x1d(H\x06\x00000042"
    with pytest.raises(ValueError, match="0 to 9999"):
        ask_completion(10_000)
