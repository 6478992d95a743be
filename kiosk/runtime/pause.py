"""How long to leave a line alone that could not be opened. Owns the growing pause; waits nowhere."""

PAUSE_FIRST_S = 1.0
PAUSE_MAX_S = 30.0
"""A plug that is back is noticed within this."""


class Pause:
    """Seconds until the next try: doubled by every failure, forgotten after a success."""

    def __init__(self, first_s: float = PAUSE_FIRST_S) -> None:
        self._first_s = self._next_s = first_s

    def failed(self) -> float:
        """Seconds to wait now."""
        pause_s, self._next_s = self._next_s, min(2 * self._next_s, PAUSE_MAX_S)
        return pause_s

    def succeeded(self) -> None:
        self._next_s = self._first_s
