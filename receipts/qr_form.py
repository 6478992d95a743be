"""How a QR symbol is made. Owns the choices; refuses to know what it says."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Error correction (ISO/IEC 18004): about 7, 15, 25 or 30 hundredths of the symbol may be spoiled."""

    L = "L"
    M = "M"
    Q = "Q"
    H = "H"


@dataclass(frozen=True, slots=True)
class QrForm:
    """``eci`` names UTF-8 (ECI 000026) ahead of a text that is not ASCII, as ISO/IEC 18004 wants.

    ``exact``: drawn module by module, because a printer's own command chooses segments of its own.
    """

    level: Level = Level.M
    eci: bool = True
    exact: bool = False
    bytes_max: int = 300


REFERENCE = QrForm()
"""A reference on a receipt, not a file: version 13 at level M, 69 modules, still fits 58 mm paper."""
PAYMENT = QrForm(exact=True, bytes_max=2048)
"""A payment code: one byte segment, at most 512 characters, which have four bytes at most (EMVCo MPM 1.1, 4.12)."""
