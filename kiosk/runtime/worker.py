"""One thread that runs jobs in the order they came. Owns the thread; refuses to know what a job does."""

import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Protocol

Job = Callable[[], None]

QUEUE_JOBS_MAX = 64
"""A counter cannot ask for more at once; a full queue is a loop somewhere, and is refused."""
STOP_WAIT_S = 5.0
"""A device job waits only in its context, which wakes at once on stop; more than this is a hung driver."""


class WorkerBusyError(Exception):
    """The queue is full; nothing was queued."""


class Jobs(Protocol):
    """Whoever runs jobs one after the other: a thread here, virtual time in a simulation."""

    def submit(self, job: Job) -> None:
        """Queue a job. Raises WorkerBusyError."""


class Worker:
    """A FIFO worker. ``idle`` runs on the same thread when nothing came for ``idle_every_s``."""

    def __init__(
        self,
        name: str,
        *,
        on_error: Callable[[Exception], None],
        idle: Job | None = None,
        idle_every_s: float = 30.0,
    ) -> None:
        self._jobs: queue.Queue[Job | None] = queue.Queue(QUEUE_JOBS_MAX)
        self._on_error, self._idle, self._idle_every_s = on_error, idle, idle_every_s
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job. Raises WorkerBusyError."""
        try:
            self._jobs.put_nowait(job)
        except queue.Full as error:
            raise WorkerBusyError(self._thread.name) from error

    def stop(self) -> None:
        """Finish the jobs queued so far and end the thread."""
        with contextlib.suppress(queue.Full):
            self._jobs.put(None, timeout=STOP_WAIT_S)
        if self._thread.is_alive():
            self._thread.join(STOP_WAIT_S)

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._idle_every_s if self._idle else None)
            except queue.Empty:
                job = self._idle
            if job is None:
                return
            try:
                job()
            except Exception as error:  # noqa: BLE001 - the one place where our own bugs end: told once, on a safe screen
                self._on_error(error)
