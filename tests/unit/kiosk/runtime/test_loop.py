"""The sync worker wakes for new entries, waits otherwise, and survives our own bugs."""

import threading

from kiosk.domain.record import KioskStarted
from kiosk.runtime.loop import Loop
from kiosk.runtime.waking_journal import WakingJournal
from kiosk.services.open_day import open_day
from tests.unit.kiosk.conftest import CLERK, Bench


def test_a_new_entry_is_pushed_at_once(bench: Bench) -> None:
    pushed = threading.Semaphore(0)

    def push() -> float:
        pushed.release()
        return 3600.0

    loop = Loop("sync", push, on_error=lambda _: None, retry_s=3600.0)
    loop.start()
    assert pushed.acquire(timeout=10)
    journal = WakingJournal(bench.journal, loop.wake)
    journal.append(bench.counter.draft(_started(), CLERK.actor, None))
    assert pushed.acquire(timeout=10)
    assert journal.books().head().seq == 1
    loop.stop()


def test_a_bug_in_one_push_does_not_end_syncing(bench: Bench) -> None:
    errors: list[Exception] = []
    tries = threading.Semaphore(0)

    def push() -> float:
        tries.release()
        raise ValueError("planted")

    loop = Loop("sync", push, on_error=errors.append, retry_s=0.01)
    loop.start()
    assert tries.acquire(timeout=10)
    assert tries.acquire(timeout=10)
    loop.stop()
    assert {type(error) for error in errors} == {ValueError}
    assert open_day(bench.counter, CLERK.actor).business_date is not None


def _started() -> KioskStarted:
    return KioskStarted("0", "3")
