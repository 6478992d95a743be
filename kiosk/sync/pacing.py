"""When to push next. Owns back-off, jitter and Retry-After; refuses to sleep, to read a clock or to make randomness."""

from collections.abc import Callable
from typing import assert_never

from kiosk.sync.push import Pushed, PushResult, RefusedByRegister, Unreachable, UpToDate

BACKOFF_FIRST_S = 5.0
BACKOFF_MAX_S = 300.0
"""Five minutes: a city of kiosks returning after an outage is spread over this (I7 of the reliability rules)."""
HEARTBEAT_S = 60.0
"""How often a quiet kiosk reports its head."""
GATHER_S = 5.0
"""A new entry waits this long for the next ones: a payment, its answer and its slip travel in one or two requests."""
BACKLOG_PAUSE_S = 0.1
"""Between batches of a backlog, so that a long outage's entries do not crowd out other kiosks."""
_DOUBLINGS_MAX = 6
"""5 s doubled six times passes 300 s."""


class Pacing:
    """Says how long to wait after each result. ``random`` gives [0, 1), ``now_s`` a monotonic time."""

    def __init__(self, *, now_s: Callable[[], float], random: Callable[[], float]) -> None:
        self._now_s, self._random = now_s, random
        self._failures = 0
        self._blocked_until_s = float("-inf")
        self._due_s = float("-inf")

    def hold_s(self) -> float:
        """Called before a push: how long it has to wait; 0 when it may go.

        Whoever calls before a heartbeat is due brings a new entry: that shortens the wait to GATHER_S.
        """
        now_s = self._now_s()
        self._due_s = max(self._blocked_until_s, min(self._due_s, now_s + GATHER_S))
        return max(0.0, self._due_s - now_s)

    def after(self, result: PushResult) -> float:
        """Note a result; seconds until the next push if nothing new is written meanwhile."""
        wait_s = self._after(result)
        self._due_s = self._now_s() + wait_s if wait_s == HEARTBEAT_S else self._blocked_until_s
        return wait_s

    def _after(self, result: PushResult) -> float:
        match result:
            case Pushed(more=more):
                self._failures = 0
                return BACKLOG_PAUSE_S if more else HEARTBEAT_S
            case UpToDate():
                self._failures = 0
                return HEARTBEAT_S
            case Unreachable(retry_after_s=asked_s):
                return self._back_off(asked_s or 0.0)
            case RefusedByRegister():
                return self._back_off(0.0)
            case _:
                assert_never(result)

    def _back_off(self, at_least_s: float) -> float:
        """Full jitter: anywhere below the doubled bound, so that kiosks that failed together do not return together."""
        bound_s = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * float(1 << min(self._failures, _DOUBLINGS_MAX)))
        self._failures += 1
        wait_s = at_least_s + self._random() * bound_s
        self._blocked_until_s = self._now_s() + wait_s
        return wait_s


class PacedPush:
    """What a sync worker calls: pushes if it may, and returns the seconds to wait for the next call."""

    def __init__(
        self, push: Callable[[], PushResult], pacing: Pacing, *, on_result: Callable[[PushResult], None]
    ) -> None:
        self._push, self._pacing, self._on_result = push, pacing, on_result

    def __call__(self) -> float:
        hold_s = self._pacing.hold_s()
        if hold_s > 0.0:
            return hold_s
        result = self._push()
        wait_s = self._pacing.after(result)
        self._on_result(result)
        return wait_s
