"""The clock a journal stamps its entries with. Owns the system's; refuses to decide any order (that is ``seq``)."""

import time
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import uuid4

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """Wall time for people, monotonic time with the boot it belongs to for whoever doubts the wall."""

    @property
    def boot_id(self) -> str:
        """Names the boot; ``monotonic_ms`` values compare only within one."""

    def wall(self) -> datetime:
        """Now, with an offset."""

    def monotonic_ms(self) -> int: ...


class SystemClock:
    """The computer's own clock."""

    def __init__(self) -> None:
        # Systems without a boot id get one per process: values then compare within the process, which is still true.
        self._boot_id = _BOOT_ID.read_text("ascii").strip() if _BOOT_ID.exists() else str(uuid4())

    @property
    def boot_id(self) -> str:
        return self._boot_id

    def wall(self) -> datetime:
        return datetime.now().astimezone()

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000
