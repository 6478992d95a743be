"""QR symbols for printers without their own, and for pictures. Owns the one byte segment; refuses long texts."""

from typing import Literal

import qrcode
from qrcode.util import QRData

BYTE_MODE: Literal[4] = 4
"""ISO/IEC 18004 mode indicator 0100."""
QR_BYTES_MAX = 300
"""A reference, not a file: version 13 at level M, 69 modules, still fits 58 mm paper."""


class QrTextTooLongError(ValueError):
    """More bytes than a receipt's symbol should carry."""


def qr_bytes(text: str) -> bytes:
    """The symbol's bytes (UTF-8). Raises QrTextTooLongError."""
    data = text.encode()
    if len(data) > QR_BYTES_MAX:
        raise QrTextTooLongError(f"a QR text has at most {QR_BYTES_MAX} bytes, not {len(data)}")
    return data


def qr_modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of modules, True is black, without quiet zone; level M, one byte segment (ISO/IEC 18004)."""
    symbol = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    symbol.add_data(QRData(qr_bytes(text), mode=BYTE_MODE, check_data=False), optimize=0)
    symbol.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in symbol.get_matrix())
