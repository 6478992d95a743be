"""QR symbols, module by module. Owns the one byte segment and its ECI header; refuses long texts.

Source: ISO/IEC 18004. ``qrcode`` lays out, corrects and masks; the bits before that are ours, because it knows no ECI.
"""

import qrcode
from qrcode.base import rs_blocks
from qrcode.util import BIT_LIMIT_TABLE, BitBuffer, create_bytes

from receipts.paper import PaperProfile
from receipts.qr_form import REFERENCE, Level, QrForm

QUIET_MODULES = 4
"""White on every side."""
ECI_MODE, BYTE_MODE = 0b0111, 0b0100
ECI_UTF_8 = 26
VERSION_MAX = 40
PAPER_DOTS_MIN = 3
"""Dots a module: 0.4 mm at 203 dpi, which thermal paper and a phone's camera still part."""
LONG_COUNT_VERSION = 10
"""From this version on a byte segment's length has sixteen bits, before it eight."""
_PADDING = b"\xec\x11"
_LEVELS = {
    Level.L: qrcode.constants.ERROR_CORRECT_L,
    Level.M: qrcode.constants.ERROR_CORRECT_M,
    Level.Q: qrcode.constants.ERROR_CORRECT_Q,
    Level.H: qrcode.constants.ERROR_CORRECT_H,
}

Modules = tuple[tuple[bool, ...], ...]
"""Rows from the top, True is black; without the quiet zone."""


class QrTextTooLongError(ValueError):
    """More bytes than this symbol should carry, or more modules than there is room for."""


def qr_bytes(text: str, form: QrForm = REFERENCE) -> bytes:
    """The symbol's bytes (UTF-8). Raises QrTextTooLongError."""
    data = text.encode()
    if len(data) > form.bytes_max:
        raise QrTextTooLongError(f"a QR text has at most {form.bytes_max} bytes, not {len(data)}")
    return data


def qr_modules(text: str, form: QrForm = REFERENCE) -> Modules:
    """The smallest symbol that holds ``text`` as one byte segment. Raises QrTextTooLongError."""
    data, level = qr_bytes(text, form), _LEVELS[form.level]
    header = f"{ECI_MODE:04b}{ECI_UTF_8:08b}" if form.eci and not text.isascii() else ""
    for version in range(1, VERSION_MAX + 1):
        count_bits = 16 if version >= LONG_COUNT_VERSION else 8
        bits = f"{header}{BYTE_MODE:04b}{len(data):0{count_bits}b}"
        room = BIT_LIMIT_TABLE[level][version]
        if len(bits) + 8 * len(data) <= room and len(data) < 1 << count_bits:
            break
    else:
        raise QrTextTooLongError(f"no QR symbol of level {form.level} holds {len(data)} bytes")
    bits += "".join(f"{byte:08b}" for byte in data)
    bits += "0" * min(4, room - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = int(bits, 2).to_bytes(len(bits) // 8, "big")
    buffer = BitBuffer()
    buffer.buffer = [*words, *_padding(room // 8 - len(words))]
    buffer.length = room
    symbol = qrcode.QRCode(version=version, error_correction=level, border=0)
    symbol.data_cache = create_bytes(buffer, rs_blocks(version, level))
    symbol.make(fit=False)
    return tuple(tuple(map(bool, row)) for row in symbol.modules)


def qr_on_paper(text: str, form: QrForm, paper: PaperProfile) -> tuple[Modules, int]:
    """The symbol and its dots a module: what the paper's profile says, or as many as fit. Raises QrTextTooLongError."""
    modules = qr_modules(text, form)
    dots_max = paper.qr_module_dots
    return modules, module_dots(modules, room_dots=paper.width_dots, dots_max=dots_max, dots_min=PAPER_DOTS_MIN)


def module_dots(modules: Modules, *, room_dots: int, dots_max: int, dots_min: int = 1) -> int:
    """Whole dots a module so that the symbol and its quiet zone fit ``room_dots``: then every module is drawn as it is.

    Raises QrTextTooLongError where they do not fit with ``dots_min``.
    """
    needed = len(modules) + 2 * QUIET_MODULES
    dots = min(dots_max, room_dots // needed)
    if dots < dots_min:
        raise QrTextTooLongError(f"{needed} modules do not fit {room_dots} dots with {dots_min} dots each")
    return dots


def _padding(words: int) -> list[int]:
    return list((_PADDING * (words // 2 + 1))[:words])
