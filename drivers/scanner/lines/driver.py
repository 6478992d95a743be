"""A scanner on a serial line. Waits in its context and nowhere else; refuses to keep what was scanned too early."""

from dataclasses import dataclass

from drivers.context import DeviceContext, Wake
from drivers.errors import DeviceError, PortBusyError, PortMissingError
from drivers.scanner.api import ScannerFault, ScanOutcome
from drivers.scanner.lines.protocol import LineReader
from drivers.transport import ByteStream, OpenLine

STALE_READS_MAX = 64
"""Reads that empty the line before a wait; more is a scanner that never stops, and its codes are taken as they come."""


@dataclass(frozen=True, slots=True)
class LineScannerSettings:
    """How one model behaves."""

    enable: bytes = b""
    """What switches it on for one wait; empty for scanners that are always on. Some take ``E``."""
    disable: bytes = b""
    """What switches it off again. Some take ``D``."""
    quiet_s: float = 0.5
    """No scanner pauses so long inside a code, even at 1,200 baud."""


class LineScanner:
    """A scanner behind a line that is opened when first needed and kept open."""

    def __init__(self, open_line: OpenLine, settings: LineScannerSettings | None = None) -> None:
        self._open_line = open_line
        self._settings = settings or LineScannerSettings()
        self._line: ByteStream | None = None
        self._reader = LineReader()

    def wait_scan(self, context: DeviceContext, deadline_s: float, *, fresh: bool = True) -> ScanOutcome:
        """See drivers.scanner.api.ScannerDevice.wait_scan."""
        try:
            line = self._opened()
            if fresh and self._forget(line, context) is Wake.CANCEL:
                return Wake.CANCEL
            if self._settings.enable:
                line.write(self._settings.enable)
            outcome = self._next(line, context, deadline_s, fresh=fresh)
            if self._settings.disable:
                line.write(self._settings.disable)
        except PortMissingError:
            return ScannerFault.PORT_MISSING
        except PortBusyError:
            return ScannerFault.PORT_BUSY
        except DeviceError:
            self.close()
            return ScannerFault.LINE_LOST
        return outcome

    def close(self) -> None:
        """See drivers.scanner.api.ScannerDevice.close."""
        if self._line is not None:
            self._line.close()
            self._line = None
        self._reader = LineReader()

    def _opened(self) -> ByteStream:
        if self._line is None:
            self._line = self._open_line()
        return self._line

    def _forget(self, line: ByteStream, context: DeviceContext) -> Wake:
        """A code read before anybody asked belongs to no question."""
        self._reader = LineReader()
        for _ in range(STALE_READS_MAX):
            heard = context.receive(line, context.now_s())
            if isinstance(heard, Wake):
                return heard
        return Wake.TIMED_OUT

    def _next(self, line: ByteStream, context: DeviceContext, deadline_s: float, *, fresh: bool) -> ScanOutcome:
        reader = self._reader
        while (event := reader.next_event()) is None:
            quiet_at_s = context.now_s() + self._settings.quiet_s
            heard = context.receive(line, deadline_s if reader.is_idle else min(deadline_s, quiet_at_s))
            if isinstance(heard, bytes):
                reader.receive(heard)
            elif heard is Wake.CANCEL or reader.is_idle:
                return heard
            elif fresh or deadline_s > quiet_at_s:
                reader.line_quiet()
            else:
                return heard  # in the middle of a code: the next wait reads its end
        return event
