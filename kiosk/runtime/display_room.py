"""The citizen's line display on a thread of its own. Owns the newest text alone; a hung display slows nobody else."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from drivers.display.api import LineDisplay, TwoLines
from kiosk.runtime.live_context import LiveDeviceContext
from kiosk.runtime.loop import Loop
from kiosk.runtime.pause import PAUSE_FIRST_S, PAUSE_MAX_S, Pause
from kiosk.runtime.status_board import GOOD
from kiosk.services.notices import DeviceStatus, Light

BLANK = TwoLines()
LINGER_S = 30.0
"""How long a thank-you with its amount stays: the next citizen need not read it."""
REPEAT_S = 30.0
"""The same text is written again after this: a display that lost its power, or its plug, is noticed and shows it."""


@dataclass(frozen=True, slots=True)
class _Wish:
    lines: TwoLines
    passing: bool = False


class DisplayRoom:
    """Shows the newest text; what was asked for in between is never sent. A fault is a light and is tried again."""

    def __init__(
        self,
        display: LineDisplay,
        set_light: Callable[[DeviceStatus], None],
        *,
        on_error: Callable[[Exception], None],
        linger_s: float = LINGER_S,
        first_pause_s: float = PAUSE_FIRST_S,
    ) -> None:
        self._display, self._set_light, self._linger_s = display, set_light, linger_s
        self._context = LiveDeviceContext()
        self._pause = Pause(first_pause_s)
        self._lock = threading.Lock()
        self._wish = _Wish(BLANK)
        self._shown: _Wish | None = None
        self._light: DeviceStatus | None = None
        self._loop = Loop("display", self._step, on_error=on_error, retry_s=PAUSE_MAX_S)

    def start(self) -> None:
        self._loop.start()

    def show(self, lines: TwoLines, *, passing: bool = False) -> None:
        """Replace what stands there; from any thread, returns at once. ``passing`` texts end by themselves."""
        with self._lock:
            self._wish = _Wish(lines, passing)
        self._loop.wake()

    def stop(self) -> None:
        """Leave nothing on the display and let its line go."""
        self._loop.stop()
        if self._light == GOOD:
            self._display.clear(self._context)
        self._display.close()

    def _step(self) -> float:
        """Send the newest text; returns the seconds until something is due without a wish."""
        with self._lock:
            if self._wish.passing and self._wish is self._shown:
                self._wish = _Wish(BLANK)
            wish = self._wish
        is_blank = wish.lines == BLANK
        fault = self._display.clear(self._context) if is_blank else self._display.show(wish.lines, self._context)
        if fault is not None:
            self._show_light(DeviceStatus(Light.BAD, fault))
            return self._pause.failed()
        self._pause.succeeded()
        self._show_light(GOOD)
        self._shown = wish
        return self._linger_s if wish.passing else REPEAT_S

    def _show_light(self, light: DeviceStatus) -> None:
        if light != self._light:
            self._light = light
            self._set_light(light)
