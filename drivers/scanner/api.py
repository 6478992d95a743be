"""The scanner interface, in UnifiedPOS Scanner words. Owns scans and faults; refuses to know what a code means."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from drivers.context import DeviceContext, Wake

SCAN_BYTES_MAX = 4296
"""The most characters a QR code holds (ISO/IEC 18004, version 40-L alphanumeric); a longer line is no scan."""
_ODD = re.compile(r"[\x00-\x1c\x1e\x1f\x7f-\x9f\ud800-\udfff\ufffd]")


@dataclass(frozen=True, slots=True)
class Scan:
    """One whole code: printable text and GS (0x1D, which GS1 separates with). It may be money: repr leaves it out."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something was scanned that cannot be trusted; ``rule`` names the rule it broke, never what was scanned."""

    rule: str


class ScannerFault(StrEnum):
    """Why no scan can come, in words a clerk can act on."""

    PORT_MISSING = "port_missing"
    PORT_BUSY = "port_busy"
    LINE_LOST = "line_lost"


ScanOutcome = Scan | Unreadable | ScannerFault | Wake


class ScannerDevice(Protocol):
    """One scanner. Every method runs on its one worker and raises no DeviceError."""

    def wait_scan(self, context: DeviceContext, deadline_s: float, *, fresh: bool = True) -> ScanOutcome:
        """Wait for the next scan until ``now_s()`` reaches ``deadline_s``.

        ``fresh``: what was scanned before belongs to no question and is forgotten. A listener that waits again and
        again sets it False and loses nothing between two waits.
        """

    def close(self) -> None:
        """Let the line go; the next wait opens it again."""


def broken_rule(text: str) -> str:
    """The rule that a scanned text breaks, or empty."""
    if len(text) > SCAN_BYTES_MAX:
        return "longer than any code"
    if _ODD.search(text) is not None:
        return "characters that no code here has"
    return ""
