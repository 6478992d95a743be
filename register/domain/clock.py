"""Times on the wire. Owns their text form and the one wall clock; everything else is handed its time."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

NowMs = Callable[[], int]
"""Wall time in milliseconds since 1970 UTC; handed in by the composition root."""

JAPAN = timezone(timedelta(hours=9), "JST")

_SENT_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
"""At most 32 characters. Python would read much else, with any character between day and time."""


def iso_of(unix_ms: int) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return datetime.fromtimestamp(unix_ms / 1000, UTC).isoformat(timespec="milliseconds")


def city_time_of(unix_ms: int) -> str:
    """For people: Japan Standard Time to the second."""
    return datetime.fromtimestamp(unix_ms // 1000, JAPAN).isoformat(timespec="seconds")


def unix_ms_of(text: str) -> int:
    """Milliseconds of a time in the profile of RFC 3339 section 5.6. Raises ValueError for anything else."""
    if not _SENT_AT.fullmatch(text):
        raise ValueError("not a time with an offset")
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def wall_ms() -> int:
    """The wall clock, for the composition root."""
    return time.time_ns() // 1_000_000
