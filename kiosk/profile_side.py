"""The scanner and the line display of a counter file. Owns their tables; refuses ports that no serial line has."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from kiosk.profile_items import one_of
from kiosk.profile_source import check_text, shown
from kiosk.profile_toml import Table

BAUD_MAX = 4_000_000
"""The fastest a USB serial adapter claims."""
BAUD_DEFAULT = 9600
SCANNER_DRIVERS = ("lines",)
DISPLAY_DRIVERS = ("line20",)
CHARACTERS = ("kana", "kanji")
"""What a display can show, as UnifiedPOS CharacterSet names it."""

_USB = re.compile(r"usb:[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}(:[\x21-\x7e]{1,64})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ScannerProfile:
    """A scanner on a serial line. One that is a keyboard needs no table."""

    driver: str
    port: str
    baud: int


@dataclass(frozen=True, slots=True)
class DisplayProfile:
    """The citizen's display of two lines. ``characters`` is one of CHARACTERS."""

    driver: str
    port: str
    baud: int
    characters: str


def read_scanner(table: Table) -> ScannerProfile | None:
    """``[scanner]`` of a counter file, or None. Raises ProfileError."""
    entry = table.table("scanner")
    if entry is None:
        return None
    scanner = ScannerProfile(*_line(entry, SCANNER_DRIVERS))
    entry.finish()
    return scanner


def read_display(table: Table) -> DisplayProfile | None:
    """``[display]`` of a counter file, or None. Raises ProfileError."""
    entry = table.table("display")
    if entry is None:
        return None
    characters = "kana"
    line = _line(entry, DISPLAY_DRIVERS)
    if entry.has("characters"):
        characters = entry.checked("characters", lambda text: one_of(text, CHARACTERS, "a character set"))
    entry.finish(known=("characters",))
    return DisplayProfile(*line, characters)


def serial_port(text: str) -> str:
    """A serial port by name or by USB identity. Raises ValueError with what would be right."""
    if text.startswith("tcp:"):
        raise ValueError(f"{shown(text)} is not a serial port: write one such as /dev/ttyUSB0")
    if text.startswith("usb:") and not _USB.fullmatch(text):
        raise ValueError(f"{shown(text)} is no USB identity: write usb:VID:PID:SERIAL such as usb:0403:6001:A10KZP45")
    return check_text(text)


def _line(entry: Table, drivers: Collection[str]) -> tuple[str, str, int]:
    return (
        entry.checked("driver", lambda text: one_of(text, drivers, "a driver")),
        entry.checked("port", serial_port),
        entry.integer("baud", least=300, most=BAUD_MAX, default=BAUD_DEFAULT),
    )
