"""The city's clock: the machine's, read as Japan Standard Time (docs/decisions/0006-japan-standard-time.md)."""

from datetime import date, datetime, timedelta, timezone

from kiosk.journal.clock import SystemClock

JAPAN = timezone(timedelta(hours=9), "JST")


class CityClock(SystemClock):
    """For the journal's stamps, the documents' times and the question which day it is."""

    def wall(self) -> datetime:
        return datetime.now(JAPAN)

    def today(self) -> date:
        return self.wall().date()

    def now_iso(self) -> str:
        return self.wall().isoformat(timespec="seconds")
