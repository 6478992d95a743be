"""A serial scanner's lines: any split reads the same, nothing is cut, nothing grows without end."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanner.api import SCAN_BYTES_MAX, Scan, Unreadable
from drivers.scanner.lines.protocol import EVENTS_MAX, Event, LineReader
from tests.unit.drivers.codes.published import JPQR_STATIC

CODES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=60)


def events_of(*parts: bytes) -> list[Event]:
    reader = LineReader()
    found: list[Event] = []
    for part in parts:
        reader.receive(part)
        found += iter(reader.next_event, None)
    return found


@given(st.lists(CODES, max_size=8), st.sampled_from([b"\r", b"\r\n", b"\n"]), st.data())
def test_any_split_of_the_wire_reads_the_same(codes: list[str], end: bytes, data: st.DataObject) -> None:
    wire = b"".join(code.encode() + end for code in codes)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    parts = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert events_of(*parts) == events_of(wire) == [Scan(code) for code in codes]


@given(st.binary(max_size=300))
def test_noise_brings_events_and_never_an_exception(noise: bytes) -> None:
    reader = LineReader()
    reader.receive(noise)
    reader.line_quiet()
    assert reader.is_idle


def test_a_payment_code_and_a_gs1_code_are_whole() -> None:
    assert events_of(b"2812345678901234567\r(01)0491\x1d10A\r") == [
        Scan("2812345678901234567"),
        Scan("(01)0491\x1d10A"),
    ]


@pytest.mark.parametrize(
    "line", [b"\xe4", b"\x83", "住民\ufffd".encode(), "a\u0085".encode(), b"abc\x00def", b"\x1b[A", b"\x7f"]
)
def test_what_no_code_holds_is_refused_without_being_told(line: bytes) -> None:
    (event,) = events_of(line + b"\r")
    assert event == Unreadable("characters that no code here has")


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_payment_code_with_a_name_is_whole(encoding: str) -> None:
    """As its symbol holds it, or as a scanner set to Shift_JIS tells it."""
    assert events_of(JPQR_STATIC.encode(encoding) + b"\r") == [Scan(JPQR_STATIC)]


def test_a_line_without_end_is_bounded_and_the_next_is_read() -> None:
    longest = b"1" * SCAN_BYTES_MAX
    assert events_of(longest + b"\r") == [Scan(longest.decode())]
    reader = LineReader()
    for _ in range(50):
        reader.receive(b"1" * 4096)
    assert not reader.is_idle
    reader.receive(b"\rA1\r")
    assert list(iter(reader.next_event, None)) == [Unreadable("longer than any code"), Scan("A1")]


def test_half_a_code_does_not_lead_the_next() -> None:
    reader = LineReader()
    reader.receive(b"2812")
    assert not reader.is_idle
    reader.line_quiet()
    reader.receive(b"3456\r")
    assert list(iter(reader.next_event, None)) == [Unreadable("the line stopped without an end"), Scan("3456")]


def test_a_scanner_left_on_a_code_does_not_fill_memory() -> None:
    assert len(events_of(b"A\r" * 1000)) == EVENTS_MAX


def test_a_code_stays_out_of_logs() -> None:
    assert "2812" not in repr(Scan("2812"))


def test_what_a_babbling_line_sends_is_not_kept() -> None:
    reader, piece = LineReader(), b"1" * 4096
    tracemalloc.start()
    try:
        for _ in range(500):
            reader.receive(piece)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 20 * SCAN_BYTES_MAX
