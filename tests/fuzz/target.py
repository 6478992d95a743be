"""A parser of outside bytes and what must hold whatever the bytes are. Owns the form of a target and shared checks."""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

Event = TypeVar("Event", covariant=True)


@dataclass(frozen=True, slots=True)
class Target:
    """``check`` raises what no input may raise: an error that is not declared, or AssertionError for a broken promise.

    ``parsers`` are the modules whose bytes it makes up. ``seeds`` are what real devices, kiosks and people send.
    """

    name: str
    parsers: tuple[str, ...]
    check: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    runs: int
    """Inputs in a run of the tests: many for what is read in microseconds."""
    bytes_max: int = 512
    """Longest input that is made up; the bounds themselves have tests of their own."""


class Reader(Protocol[Event]):
    """Bytes in, events out."""

    def receive(self, received: bytes, /) -> None: ...

    def next_event(self) -> Event | None: ...


def halves(data: bytes) -> tuple[bytes, bytes]:
    """``data`` in two pieces, cut where its own checksum says."""
    cut = zlib.crc32(data) % (len(data) + 1)
    return data[:cut], data[cut:]


def events_of(
    reader: Reader[Event], pieces: Sequence[bytes], line_quiet: Callable[[], None] | None = None
) -> list[Event]:
    """All events; taken after each piece, as a driver does, and after ``line_quiet`` at the end."""
    found: list[Event] = []
    for piece in pieces:
        reader.receive(piece)
        while (event := reader.next_event()) is not None:
            found.append(event)
    if line_quiet is not None:
        line_quiet()
        while (event := reader.next_event()) is not None:
            found.append(event)
    return found


def texts_of(data: bytes) -> list[str]:
    """Texts between NULs."""
    return [part.decode("utf-8", "replace") for part in data.split(b"\0")]


def assert_yen(value: object, *, most: int) -> None:
    """An amount is an int of yen from 0 to ``most``: never a bool, never a float."""
    assert type(value) is int, f"an amount of type {type(value).__name__}"
    assert 0 <= value <= most, "an amount out of range"


def assert_one_line(error: Exception, *, about: str = "") -> None:
    """What a person is told about bad input: one line, that names what it is about."""
    assert str(error).strip(), "an error without a word"
    assert len(str(error).splitlines()) == 1, "an error of several lines"
    assert about in str(error), "an error that does not say where"


def has_check_digit(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B, by its table of doubled digits."""
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    total = sum(doubled[int(d)] if at % 2 else int(d) for at, d in enumerate(reversed(digits)))
    return total % 10 == 0
