"""The only place where a driver may wait. The runtime, a simulation or a conformance kit supplies it."""

from enum import Enum
from typing import Protocol

from drivers.transport import ByteStream

OVERDUE_S_MAX = 5.0
"""What has arrived is still handed over after a deadline, as the machine may have been held up; so long after it a wait
ends whatever comes: a line that never stops talking must not keep a driver waiting for ever."""


class Wake(Enum):
    """Why a wait ended without what it waited for."""

    CANCEL = "cancel"
    """Somebody asked to stop: a request, never an outcome. Delivered once; later waits work as usual."""
    TIMED_OUT = "timed_out"


class DeviceContext(Protocol):
    """What every driver gets: time, and waiting for bytes."""

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        """Wait until bytes arrive on ``line``, the caller cancels, or ``now_s()`` reaches ``deadline_s`` (absolute).

        Bytes that have already arrived win over a cancel, and over a deadline that passed less than OVERDUE_S_MAX ago.
        Raises LineLostError.
        """

    def now_s(self) -> float:
        """Monotonic seconds; never waits."""
