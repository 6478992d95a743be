"""The customer's line display, in UnifiedPOS LineDisplay words. Owns what two lines can say; refuses to cut a text."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from drivers.context import DeviceContext

COLUMNS, ROWS = 20, 2


class CharacterSet(StrEnum):
    """What a display can show, in UnifiedPOS CharacterSet words."""

    KANA = "kana"
    """JIS X 0201: ASCII and half-width katakana, a column each."""
    KANJI = "kanji"
    """Shift_JIS: those, and JIS X 0208 at two columns each."""


class UndisplayableTextError(ValueError):
    """A text has a character that the display lacks, or is wider than a line; names the text and the place."""


class DisplayFault(StrEnum):
    """Why the display does not show what it should, in words a clerk can act on. Never a reason to stop a payment."""

    PORT_MISSING = "port_missing"
    PORT_BUSY = "port_busy"
    LINE_LOST = "line_lost"


@dataclass(frozen=True, slots=True)
class TwoLines:
    """What stands on the display: ``*_right`` is set flush right, as amounts are."""

    upper: str = ""
    upper_right: str = ""
    lower: str = ""
    lower_right: str = ""


class LineDisplay(Protocol):
    """One display of 2 lines of 20 columns. Every method runs on its one worker and raises no DeviceError."""

    def show(self, lines: TwoLines, context: DeviceContext) -> DisplayFault | None:
        """Replace both lines; None when every byte was handed over: a display answers nothing.

        Raises UndisplayableTextError before a byte leaves.
        """

    def clear(self, context: DeviceContext) -> DisplayFault | None:
        """Show nothing."""

    def set_brightness(self, level: int, context: DeviceContext) -> DisplayFault | None:
        """1 (dark) to 4 (bright)."""

    def close(self) -> None:
        """Let the line go; the next text opens it again."""
