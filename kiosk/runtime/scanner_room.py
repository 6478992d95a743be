"""Listening to the scanner on a thread of its own. Owns reopening its line; refuses to know what a code means."""

from collections.abc import Callable

from drivers.scanner.api import Scan, ScannerDevice, ScannerFault, Unreadable
from kiosk.runtime.live_context import LiveDeviceContext
from kiosk.runtime.loop import Loop
from kiosk.runtime.pause import PAUSE_FIRST_S, PAUSE_MAX_S, Pause
from kiosk.runtime.status_board import GOOD
from kiosk.services.notices import DeviceStatus, Light, Notice, Scanned, ScanUnreadable

LISTEN_S = 0.25
"""One wait for a scan; after it the line is known to be there. What comes between two waits is kept."""
REST_S = 0.05
"""After each scan: twenty a second is more than any hand makes, and a scanner gone wild cannot flood the window."""


class ScannerRoom:
    """Tells what a scanner reads, and its light when it changes. A fault is tried again, ever less often."""

    def __init__(
        self,
        scanner: ScannerDevice,
        tell: Callable[[Notice], None],
        set_light: Callable[[DeviceStatus], None],
        *,
        on_error: Callable[[Exception], None],
        first_pause_s: float = PAUSE_FIRST_S,
    ) -> None:
        self._scanner, self._tell, self._set_light = scanner, tell, set_light
        self._context = LiveDeviceContext()
        self._pause = Pause(first_pause_s)
        self._light: DeviceStatus | None = None
        self._loop = Loop("scanner", self._listen, on_error=on_error, retry_s=PAUSE_MAX_S)

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        """End the wait for a scan and let the line go."""
        self._context.cancel()
        self._loop.stop()
        self._scanner.close()

    def _listen(self) -> float:
        """One wait; returns the seconds to pause before the next."""
        outcome = self._scanner.wait_scan(self._context, self._context.now_s() + LISTEN_S, fresh=False)
        if isinstance(outcome, ScannerFault):
            self._show(DeviceStatus(Light.BAD, outcome))
            return self._pause.failed()
        self._pause.succeeded()
        self._show(GOOD)
        match outcome:
            case Scan(text):
                self._tell(Scanned(text))
                return REST_S
            case Unreadable():
                self._tell(ScanUnreadable())
                return REST_S
            case _:
                return 0.0

    def _show(self, light: DeviceStatus) -> None:
        if light != self._light:
            self._light = light
            self._set_light(light)
