import pytest

from drivers.emulators.printer.codec import Kind
from tests.unit.drivers.emulators.printer.test_codec import read


@pytest.mark.parametrize("data", [b"\x1bE1", b"\x1b-2", b"\x1ba1", b"\x1cC1", b"\x1dB1", b"\x1dr1", b"\x1bM0"])
def test_a_digit_is_its_number(data: bytes) -> None:
    (token,) = read(data)
    assert (token.kind, token.arguments) == (Kind.COMMAND, bytes((data[2] - 0x30,)))


@pytest.mark.parametrize(
    "data", [b"\x1bE3", b"\x1bM1", b"\x1b \x01", b"\x1b{\x01", b"\x1dL\x01\x00", b"\x1c(A\x03\x00\x30\x00\x00"]
)
def test_what_would_change_the_paper_and_is_not_drawn_here_is_refused(data: bytes) -> None:
    assert read(data)[0].kind is Kind.VIOLATION


def test_the_code_system_told_by_a_digit_holds() -> None:
    assert [token.name for token in read(b"\x1cC1\x93\x73")] == ["FS C", "都"]


def test_rules_of_the_katakana_page() -> None:
    assert [token.name for token in read(b"\x1bt\x01\x98\x95\x91\x99")][1:] == ["┌", "─", "┬", "┐"]
    assert read(b"\x1bt\x01\x1cC1\x95\x5c")[-1].raw == b"\x95\x5c", "under Shift_JIS the same byte begins a kanji"
    assert read(b"\x95")[-1].kind is Kind.VIOLATION
