"""Times on the wire. Owns their text form and the one wall clock; everything else is handed its time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

NowMs = Callable[[], int]
"""Wall time in milliseconds since 1970 UTC; handed in by the composition root."""

JAPAN = timezone(timedelta(hours=9), "JST")

SENT_AT_CHARS_MAX = 40
"""``2026-04-01T09:00:00.000000+09:00`` takes 32."""


def iso_of(unix_ms: int) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return datetime.fromtimestamp(unix_ms / 1000, UTC).isoformat(timespec="milliseconds")


def city_time_of(unix_ms: int) -> str:
    """For people: Japan Standard Time to the second."""
    return datetime.fromtimestamp(unix_ms // 1000, JAPAN).isoformat(timespec="seconds")


def unix_ms_of(text: str) -> int:
    """Milliseconds of an ISO 8601 time with offset. Raises ValueError for anything else."""
    if len(text) > SENT_AT_CHARS_MAX:
        raise ValueError("too long for a time")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs its offset")
    return int(moment.timestamp() * 1000)


def wall_ms() -> int:
    """The wall clock, for the composition root."""
    return time.time_ns() // 1_000_000
