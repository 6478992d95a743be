"""Arguments that the long proofs' commands share. Owns how a number is read; refuses one out of its range."""

import argparse
from collections.abc import Callable


def number(most: int) -> Callable[[str], int]:
    """For ``type=``: a whole number from 1 to ``most``; says what would be right otherwise."""

    def read(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {most}")
        return int(text)

    return read
