import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.printer.codec import CommandReader, Kind, Token


def read(*pieces: bytes) -> list[Token]:
    reader = CommandReader()
    found = []
    for piece in pieces:
        reader.receive(piece)
        while (token := reader.next_token()) is not None:
            found.append(token)
    return found


def names(data: bytes) -> list[str]:
    return [token.name for token in read(data)]


def test_commands_and_characters() -> None:
    data = b"\x1b@\x1cC\x01\x1bR\x08\\\x93\x63\n\x1bt\x01\xb1\x1d(H\x06\x00000001\x1dV\x42\x00\x10\x04\x01"
    assert names(data) == ["ESC @", "FS C", "ESC R", "¥", "都", "LF", "ESC t", "ｱ", "GS ( H", "GS V", "DLE EOT"] or (
        names(data)[4] == b"\x93\x63".decode("cp932")
    )


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"\x07", "control character 07"),
        (b"\x1bZ", "unknown command 1B 5A"),
        (b"\x93\x63", "a byte above 7F before FS C 1"),
        (b"\x1cC\x01\xb1", "half-width katakana without ESC t 1"),
        (b"\x1cC\x01\x85\x41", "no character has the code 8541"),
        (b"\x1cC\x01\xf0\x40", "no character has the code F040"),
        (b"\x1ba\x07", "ESC a with a value out of range"),
        (b"\x1dV\x09", "GS V with a value out of range"),
        (b"\x1d(H\x02\x00\x30\x30", "GS ( H: not the process id function (fn 48, m 48)"),
        (b"\x1d(k\x03\x00\x31\x43\x20", "GS ( k: a value out of range"),
        (b"\x1d(k\x03\x00\x31\x50\x30", "GS ( k: nothing to store"),
        (b"\x1dv0\x00\xff\xff\xff\xff", "GS v 0 with an impossible size"),
        (b"\x10\x04\x09", "DLE EOT with a value out of range"),
        (b"\x1c2\xec\x40" + bytes(72), "FS 2 before FS C 1"),
        (b"\x1cC\x01\x1c2\xeb\x40" + bytes(72), "FS 2 with a value out of range"),
        (b"\x1cC\x01\x1c2\xec\x40" + b"\x10\x04" * 36, "a real-time command within FS 2"),
        (b"\x1cC\x01\xec\x40", "no character has the code EC40"),
        (b"\x1b&\x02!!\x00", "ESC & with a value out of range"),
        (b'\x1b&\x03"!\x00', "ESC & with a value out of range"),
        (b"\x1b&\x03!!\x0d", "ESC & with a letter wider than its cell"),
        (b"\x1b&\x03!!\x01\x00\x10\x14", "a real-time command within ESC &"),
        (b"\x1dv0\x00\x02\x00\x01\x00\x10\x05", "a real-time command within GS v 0"),
        (b"\x1b%\x02", "ESC % with a value out of range"),
    ],
)
def test_whatever_the_reference_does_not_allow_is_a_violation(data: bytes, rule: str) -> None:
    assert [token.name for token in read(data) if token.kind is Kind.VIOLATION][:1] == [rule]


def test_a_users_glyph_is_a_character_until_the_next_reset() -> None:
    define = b"\x1cC\x01\x1c2\xec\x40" + bytes(72) + b"\x1b&\x03!!\x01\x00\x00\x00"
    assert names(define + b"\xec\x40!\x1b%\x01!a\x1b%\x00!")[3:] == ["〓", "!", "ESC %", "￮", "a", "ESC %", "!"]
    assert names(define + b"\x1b@\x1cC\x01\xec\x40")[-1] == "no character has the code EC40"


@given(st.binary(max_size=60), st.data())
def test_any_split_reads_the_same_and_every_byte_is_kept(wire: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    pieces = [wire[start:end] for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert read(*pieces) == read(wire)
    raw = b"".join(token.raw for token in read(wire))
    assert wire.startswith(raw)
