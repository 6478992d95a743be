"""What other senders say and our composer does not: digits for numbers, settings at rest, the rules of page 1.

Owns their tables; refuses a setting that this emulator does not print with. Source: Epson's ESC/POS command reference.
"""

from typing import Final

_ANY: Final = range(256)
_NONE: Final = range(1)

FURTHER: Final[dict[bytes, tuple[str, tuple[range, ...]]]] = {
    b"\x1b ": ("ESC SP", (_NONE,)),
    b"\x1bM": ("ESC M", (_NONE,)),
    b"\x1b\\": ("ESC \\", (_ANY, _ANY)),
    b"\x1b{": ("ESC {", (_NONE,)),
    b"\x1c.": ("FS .", ()),
    b"\x1dL": ("GS L", (_NONE, _NONE)),
    b"\x1dW": ("GS W", (_ANY, _ANY)),
}
"""As codec.PARAMETERS: no space between letters, font A, upright, no margin. FS . says nothing under Shift_JIS."""
ONE_KANJI_FONT: Final = b"\x1c(A\x02\x00\x30"
"""FS ( A fn 48 and the font: 0 is font A."""
GRAPHICS: Final = dict(zip(range(0x90, 0xA0), "┴┬┤├▔─│▕┌┐└┘╭╮╰╯", strict=True))
"""Rules of the katakana page (ESC t 1), one cell wide; kanji stand there under Shift_JIS."""
_TOLD_BY_DIGIT: Final = frozenset((b"\x1b-", b"\x1bE", b"\x1bM", b"\x1ba", b"\x1c-", b"\x1cC", b"\x1dB", b"\x1dr"))
_DIGITS: Final = bytes.maketrans(b"0123", b"\0\1\2\3")


def numbers_of(prefix: bytes, arguments: bytes) -> bytes:
    """The numbers that are meant: for these commands n is 1 or "1"."""
    return arguments.translate(_DIGITS) if prefix in _TOLD_BY_DIGIT else arguments
