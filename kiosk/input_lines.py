"""Lines that scripts send to a command, and a reader of ours that goes early. Refuses to know what is said."""

import os
import sys
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


def forget_output() -> None:
    """After BrokenPipeError: whoever read us has seen enough, and the interpreter must not complain on its way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
