"""The only place where a driver may wait. The runtime, a simulation or a conformance kit supplies it."""

from enum import Enum
from typing import Protocol

from drivers.transport import ByteStream


class Wake(Enum):
    """Why a wait ended without what it waited for."""

    CANCEL = "cancel"
    """Somebody asked to stop: a request, never an outcome. Delivered once; later waits work as usual."""
    TIMED_OUT = "timed_out"


class DeviceContext(Protocol):
    """What every driver gets: time, and waiting for bytes."""

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        """Wait until bytes arrive on ``line``, the caller cancels, or ``now_s()`` reaches ``deadline_s`` (absolute).

        Bytes that have already arrived win over a cancel. Raises LineLostError.
        """

    def now_s(self) -> float:
        """Monotonic seconds; never waits."""
