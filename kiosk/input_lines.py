"""Lines that scripts send to a command. Owns their limit; refuses to know what they say."""

from collections.abc import Iterator
from typing import BinaryIO


def cut_lines(source: BinaryIO, bytes_max: int) -> Iterator[bytes]:
    """Every line without its end, empty ones too; one that is too long is cut just past ``bytes_max``."""
    size = bytes_max + 2
    while line := source.readline(size):
        rest = line
        while len(rest) == size and not rest.endswith(b"\n"):
            rest = source.readline(size)
        yield line.rstrip(b"\r\n")
