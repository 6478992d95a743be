"""The counter's status row: the last known state of each part. Owns the lights; asks no device itself."""

import threading
from collections.abc import Callable
from dataclasses import replace

from drivers.printer.api import Paper, PrinterHealth, PrintFault
from kiosk.domain.books import SyncStatus
from kiosk.services.notices import CounterStatus, DeviceStatus, Light, Notice

UNKNOWN = DeviceStatus(Light.UNKNOWN)
GOOD = DeviceStatus(Light.GOOD)

_GRAVITY = (Light.GOOD, Light.UNKNOWN, Light.ATTENTION, Light.BAD)
_PAPER = {
    Paper.OK: GOOD,
    Paper.NEAR_END: DeviceStatus(Light.ATTENTION, "paper_near_end"),
    Paper.END: DeviceStatus(Light.BAD, "paper_end"),
    Paper.UNKNOWN: UNKNOWN,
}


class StatusBoard:
    """Collects what the workers learn, from any thread, and tells the window."""

    def __init__(
        self,
        tell: Callable[[Notice], None],
        sync: Callable[[], SyncStatus],
        *,
        has_printer: bool,
        has_terminal: bool = True,
    ) -> None:
        self._tell, self._sync = tell, sync
        self._lock = threading.Lock()
        printer = UNKNOWN if has_printer else DeviceStatus(Light.ATTENTION, "no_printer")
        self._terminals: dict[str, DeviceStatus] = {}
        terminal = UNKNOWN if has_terminal else DeviceStatus(Light.GOOD, "no_terminal")
        self._status = CounterStatus(terminal, printer, UNKNOWN, UNKNOWN, SyncStatus(0, 0, ""))

    def set_terminal(self, device: str, status: DeviceStatus) -> None:
        """What one of the devices on a line or a network has said; of several, the worst is shown."""
        with self._lock:
            self._terminals[device] = status
            worst = max(self._terminals.values(), key=lambda each: _GRAVITY.index(each.light))
        self._set(terminal=worst)

    def set_register(self, status: DeviceStatus) -> None:
        """After a push; what is unsent is then counted anew."""
        self._set(count=True, register=status)

    def set_printer(self, health: PrinterHealth) -> None:
        printer = DeviceStatus(Light.BAD, health.fault) if health.fault else GOOD
        self._set(printer=printer, paper=_PAPER[health.paper])

    def set_printer_fault(self, fault: PrintFault | None) -> None:
        """What a job waits for; the paper's own light is set with the next status."""
        if fault is PrintFault.PAPER_END:
            self._set(printer=DeviceStatus(Light.BAD, fault), paper=_PAPER[Paper.END])
        else:
            self._set(printer=DeviceStatus(Light.BAD, fault) if fault else GOOD)

    def set_scanner(self, status: DeviceStatus) -> None:
        self._set(scanner=status)

    def set_display(self, status: DeviceStatus) -> None:
        self._set(display=status)

    def show(self) -> None:
        """Tell the window once more, with what is unsent now."""
        self._set(count=True)

    def _set(self, *, count: bool = False, **changes: DeviceStatus) -> None:
        with self._lock:
            sync = self._sync() if count else self._status.sync
            self._status = replace(self._status, **changes, sync=sync)
            self._tell(self._status)
