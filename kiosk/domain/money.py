"""Yen and how it is written. Owns the one money type; refuses fractions, floats and full-width digits."""

import re
from typing import NewType

Yen = NewType("Yen", int)

NOTHING = Yen(0)
YEN_MAX = Yen(999_999_999)
"""One sale may not exceed this; leaves room inside a 12-digit terminal amount and a 53-bit JSON number."""

_PLAIN = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)


def parse_yen(text: str) -> Yen:
    """Read a plain amount such as ``1500``: ASCII digits only, no sign, comma, decimal point or leading zero.

    Raises ValueError with what would be right.
    """
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{text!r} is not an amount in yen: write ASCII digits only, such as 1500 (0 to {YEN_MAX})")
    return Yen(int(text))


def format_yen(amount: int) -> str:
    """``1,500円``, as screens show it."""
    return f"{amount:,}円"
