"""One thread that does one thing again and again. Owns the thread and the pauses; refuses to know what is done."""

import threading
from collections.abc import Callable

STOP_WAIT_S = 5.0
"""What is being done at stop may finish; what it does not finish, the next start repeats harmlessly."""


class Loop:
    """Calls ``step`` again after the seconds it returned, or as soon as ``wake`` is called."""

    def __init__(
        self, name: str, step: Callable[[], float], *, on_error: Callable[[Exception], None], retry_s: float
    ) -> None:
        self._step, self._on_error, self._retry_s = step, on_error, retry_s
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There is something to do; from any thread."""
        self._wake.set()

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(STOP_WAIT_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                wait_s = self._step()
            except Exception as error:  # noqa: BLE001 - our own bug must not end the loop: told once a try, tried again
                self._on_error(error)
                wait_s = self._retry_s
            if not self._stopping.is_set():
                self._wake.wait(wait_s)
