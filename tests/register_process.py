"""The register as a process of its own, as a city runs it; killable."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from register.store.engine import open_store

PROGRAM = "import sys; from register.cli import main; sys.exit(main())"
COMMAND = (sys.executable, "-c", PROGRAM)
STOP_WAIT_S = 30


class RegisterProcess:
    """A running ``register serve``. Starting returns once it listens."""

    def __init__(self, database: str, *, port: int = 0, durable: bool = False, flaw: str = "") -> None:
        """``durable`` insists on a database that survives a power cut. ``flaw`` is Python run in it first."""
        words = ["serve", "--db", database, "--port", str(port), *(() if durable else ("--not-durable",))]
        self._process = subprocess.Popen(
            [sys.executable, "-c", flaw + PROGRAM, *words], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline().split()
        assert line[:1] == ["ready"], f"the register ended with {self._process.wait()}"
        self.url = line[1]

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def kill(self) -> None:
        """No warning, no clean-up: kill -9."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        self._process.wait(STOP_WAIT_S)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def serving(database: str) -> Iterator[RegisterProcess]:
    """A register until the block ends."""
    process = RegisterProcess(database)
    try:
        yield process
    finally:
        process.stop()


def command(*words: str) -> subprocess.CompletedProcess[bytes]:
    """Run one register command to its end."""
    return subprocess.run([*COMMAND, *words], capture_output=True, timeout=600, check=False)


@contextmanager
def serving_beside(database: str) -> Iterator[tuple[RegisterProcess, Engine]]:
    """A register over a database, and the same database opened here."""
    with serving(database) as process:
        opened = open_store(database)
        yield process, opened
        opened.dispose()
