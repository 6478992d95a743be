"""What goes wrong with an emulated device's frames on their way out. Owns the disturbance, knows no protocol."""

from enum import StrEnum

Output = tuple[float, bytes]
"""(delay in seconds, bytes); see pty_shell."""

NOISE = b"\xff\x00\x55\xaa"
"""What a bad contact sounds like between frames: no byte that either protocol gives a meaning to."""
FLIPPED = 0x40


class WireFault(StrEnum):
    """How the frames of one operation are disturbed."""

    CORRUPT = "corrupt"
    """The first copy of the frame with the result has a wrong check."""
    CORRUPT_ALL = "corrupt-all"
    """Every copy of the frame with the result has a wrong check."""
    NOISE = "noise"
    """Bytes that mean nothing stand before every frame."""
    SLOW_BYTES = "slow-bytes"
    """The first copy of the frame with the result stops in the middle for longer than a frame may."""
    DUPLICATE = "duplicate"
    """Every frame comes twice."""


class Disturber:
    """Passes frames on as the fault of the running operation has them. ``pause_s``: longer than a frame may stop."""

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._fault: WireFault | None = None
        self._last = b""

    def begin(self, act: str) -> None:
        """An operation starts; an act that is no fault of the wire leaves the wire in order."""
        self._fault = WireFault(act) if act in set(WireFault) else None
        self._last = b""

    def spread(self, delay_s: float, frame: bytes, *, is_result: bool) -> list[Output]:
        """How ``frame`` leaves, after ``delay_s``."""
        is_first, self._last = frame != self._last, frame
        corrupt = frame[:-1] + bytes([frame[-1] ^ FLIPPED])
        match self._fault:
            case WireFault.CORRUPT if is_result and is_first:
                return [(delay_s, corrupt)]
            case WireFault.CORRUPT_ALL if is_result:
                return [(delay_s, corrupt)]
            case WireFault.NOISE:
                return [(delay_s, NOISE), (delay_s, frame)]
            case WireFault.SLOW_BYTES if is_result and is_first:
                half = len(frame) // 2
                return [(delay_s, frame[:half]), (delay_s + self._pause_s, frame[half:])]
            case WireFault.DUPLICATE:
                return [(delay_s, frame), (delay_s, frame)]
            case _:
                return [(delay_s, frame)]
