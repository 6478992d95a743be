"""A 2×20 display on a serial line. A display answers nothing, so handed over is all that is known. Refuses layout."""

from drivers.context import DeviceContext
from drivers.display.api import CharacterSet, DisplayFault, TwoLines
from drivers.display.line20.protocol import CLEAR, INITIALIZE, TO_DISPLAY, TO_PRINTER, brightness, show
from drivers.errors import DeviceError, PortBusyError, PortMissingError
from drivers.transport import ByteStream, OpenLine


class Line20Display:
    """A display behind a line that is opened when first needed and kept open."""

    def __init__(
        self,
        open_line: OpenLine,
        *,
        characters: CharacterSet = CharacterSet.KANA,
        shares_printer_line: bool = False,
    ) -> None:
        """``shares_printer_line``: the display hangs on the printer's line and is addressed with ESC =."""
        self._open_line = open_line
        self._characters = characters
        self._shared = shares_printer_line
        self._line: ByteStream | None = None

    def show(self, lines: TwoLines, context: DeviceContext) -> DisplayFault | None:
        """See drivers.display.api.LineDisplay.show."""
        return self._send(show(lines, self._characters))

    def clear(self, context: DeviceContext) -> DisplayFault | None:
        """See drivers.display.api.LineDisplay.clear."""
        return self._send(CLEAR)

    def set_brightness(self, level: int, context: DeviceContext) -> DisplayFault | None:
        """See drivers.display.api.LineDisplay.set_brightness. Raises ValueError outside 1 to 4."""
        return self._send(brightness(level))

    def close(self) -> None:
        """Let the line go; the next text opens it again."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _send(self, data: bytes) -> DisplayFault | None:
        was_open = self._line is not None
        fault = self._try(data)
        if was_open and fault is DisplayFault.LINE_LOST:
            fault = self._try(data)  # unplugged and back since the last text: showing it again harms nobody
        return fault

    def _try(self, data: bytes) -> DisplayFault | None:
        try:
            if self._line is None:
                self._line = self._open_line()
                addressed = TO_DISPLAY if self._shared else b""  # ESC @ may forget who is
                data = INITIALIZE[self._characters] + addressed + data
            self._line.write(TO_DISPLAY + data + TO_PRINTER if self._shared else data)
        except PortMissingError:
            return DisplayFault.PORT_MISSING
        except PortBusyError:
            return DisplayFault.PORT_BUSY
        except DeviceError:
            self.close()
            return DisplayFault.LINE_LOST
        return None
