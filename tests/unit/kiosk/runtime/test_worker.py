"""One thread per device: order, limits, and our own bugs told once."""

import threading
from functools import partial

import pytest

from kiosk.runtime.worker import QUEUE_JOBS_MAX, Worker, WorkerBusyError


def ignore(_: Exception) -> None:
    raise AssertionError("no error was expected")


def test_jobs_run_in_order_on_one_thread() -> None:
    seen: list[tuple[int, int]] = []

    def job(number: int) -> None:
        seen.append((number, threading.get_ident()))

    worker = Worker("device", on_error=ignore)
    for number in range(20):
        worker.submit(partial(job, number))
    worker.start()
    worker.stop()
    assert [number for number, _ in seen] == list(range(20))
    assert len({thread for _, thread in seen}) == 1


def test_a_full_queue_refuses_and_loses_nothing() -> None:
    seen: list[int] = []
    worker = Worker("device", on_error=ignore)
    for number in range(QUEUE_JOBS_MAX):
        worker.submit(partial(seen.append, number))
    with pytest.raises(WorkerBusyError):
        worker.submit(partial(seen.append, -1))
    worker.start()
    worker.stop()
    assert seen == list(range(QUEUE_JOBS_MAX))


def test_a_bug_is_told_and_the_next_job_still_runs() -> None:
    errors: list[Exception] = []
    done = threading.Event()
    worker = Worker("device", on_error=errors.append)
    worker.submit(lambda: [][0])
    worker.submit(done.set)
    worker.start()
    assert done.wait(10)
    worker.stop()
    assert [type(error) for error in errors] == [IndexError]


def test_an_idle_worker_keeps_its_line_alive() -> None:
    beats = threading.Semaphore(0)
    worker = Worker("device", on_error=ignore, idle=beats.release, idle_every_s=0.01)
    worker.start()
    assert beats.acquire(timeout=10)
    assert beats.acquire(timeout=10)
    worker.stop()
