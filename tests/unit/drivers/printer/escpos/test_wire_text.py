"""ESC/POS in words: what support people read must be what was sent."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ProtocolError
from drivers.printer.escpos.wire_text import STREAM_BYTES_MAX, describe
from receipts.letters import is_plain

GOLDEN = Path(__file__).parents[4].parent / "tests/golden/receipts"
JOBS = sorted(GOLDEN.glob("*.bin"))


@pytest.mark.parametrize("path", JOBS, ids=lambda path: path.stem)
def test_every_receipt_we_print_is_read_to_its_last_byte_and_word(path: Path) -> None:
    parts = describe(path.read_bytes())
    assert parts[0] == {"command": "1B 40", "name": "initialize", "fields": {}}
    assert {"extended command"}.isdisjoint(part["name"] for part in parts)
    told = "".join(fields["text"] for part in parts if isinstance(fields := part["fields"], dict) and "text" in fields)
    printed = path.with_suffix(".txt").read_text("utf-8")
    lines = [line for line in printed.splitlines() if is_plain(line)]  # the others are drawn, in part or as a picture
    assert len(lines) >= 10
    words = {word for line in lines for word in line.split() if not {"[", "]", "─"} & set(word)}
    squeezed = "".join(told.split())
    assert {word for word in words if word not in squeezed and not word.startswith(("http", "-", "="))} == set()


@pytest.mark.parametrize(
    ("sent", "name", "fields"),
    [
        ("1b 61 01", "align", {"align": "center"}),
        ("1b 61 31", "align", {"align": "center"}),
        ("1d 21 11", "character size", {"across": 2, "down": 2}),
        ("1b 24 c8 01", "absolute position", {"dots": 456}),
        ("1d 56 42 00", "cut", {"partial": True, "feed_units": 0}),
        ("1d 56 00", "cut", {"partial": False}),
        ("10 04 04", "ask real-time status", {"about": "paper"}),
        ("1b 70 00 19 fa", "drawer pulse", {"pin": 2, "on_ms": 50, "off_ms": 500}),
        ("1d 28 48 06 00 30 30 30 30 30 37", "ask completion", {"job": "0007"}),
        ("1d 28 6b 05 00 31 50 30 61 62", "QR store", {"text": "ab"}),
        ("1d 28 6b 03 00 31 45 31", "QR error correction", {"level": "M"}),
        ("1d 76 30 00 01 00 02 00 ff 00", "raster picture", {"width_dots": 8, "height_dots": 2}),
        ("1d 28 41 02 00 00 02", "extended command", {"bytes": 2}),
        ("93 fa 96 7b b1", "text", {"text": "日本ｱ"}),
        ("5c", "text", {"text": "\\"}),
        ("1c 32 ec 40" + "00" * 72, "define user character", {"code": "EC40"}),
        ("1b 26 03 21 22 01 000000 02 000000000000", "define user letters", {"first": "!", "last": '"'}),
        ("1b 25 01", "user letters", {"on": True}),
        ("93 fa ec 40 88 ec", "text", {"text": "日〓溢"}),
        ("83 5c", "text", {"text": "ソ"}),
        ("0c", "form feed", {}),
    ],
)
def test_a_command_is_named_with_its_parameters(sent: str, name: str, fields: dict[str, object]) -> None:
    (part,) = describe(bytes.fromhex(sent))
    assert (part["name"], part["fields"]) == (name, fields)


def test_the_yen_sign_follows_the_country() -> None:
    texts = [part["fields"] for part in describe(b"\x5c\x1bR\x08\x5c\x83\x5c\x1bR\x00\x5c") if part["name"] == "text"]
    assert texts == [{"text": "\\"}, {"text": "¥ソ"}, {"text": "\\"}]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"", "no bytes"),
        (b"ok\x1b", "byte 2: the bytes end in the middle"),
        (b"\x1d(k\xff\xff\x31", "byte 0: the bytes end in the middle"),
        (b"\x1b\x00", "no command we know begins 1B 00"),
        (b"\x00", "00 is no command"),
        (b"\x1dV\x07", "out of range"),
        (b"\x1dv0\x00\xff\xff\xff\xff", "impossible size"),
        (b"a\x81", "not Shift_JIS"),
        (bytes(STREAM_BYTES_MAX + 1), "more than"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(sent: bytes, says: str) -> None:
    with pytest.raises(ProtocolError, match=says):
        describe(sent)


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        assert describe(raw)
