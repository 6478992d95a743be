"""The register that a struck counter sends to, or that is struck itself. Owns its process and its database."""

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.journal.entries import ACKED
from kiosk.journal.inspection import inspecting
from register.services.export import export_journal
from register.store.engine import using_store
from tests.instant.calls import SENDING, Instant, watching
from tests.instant.counter import Installed, children_of, plain_environment

KIOSK_ID = "shiminka-1"
NOBODY = "http://127.0.0.1:9"
"""Where no register answers (RFC 863's port, which nothing uses any more)."""
STOP_S_MAX = 30.0


class Register:
    """One database; ``start`` and ``stop`` as often as wanted, and stopped at the end."""

    def __init__(self, installed: Installed, folder: Path) -> None:
        self._command, self._folder = installed.register, folder
        self._process: subprocess.Popen[str] | None = None
        self.url = NOBODY

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.stop()

    @property
    def database(self) -> str:
        return f"sqlite:///{self._folder / 'register.db'}"

    def start(self, front: Sequence[str] = ()) -> None:
        """Serve, with ``front`` before the command; one that dies before it listens is nobody."""
        command = [*front, *self._command, "serve", "--db", self.database, "--port", "0"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=plain_environment()
        )
        assert self._process.stdout is not None
        word, _, url = self._process.stdout.readline().strip().partition(" ")
        self.url = url if word == "ready" else NOBODY

    def stop(self) -> int:
        """End it; its exit code (-9 when it had been killed). strace itself takes no such signal."""
        assert self._process is not None
        assert self._process.stdout is not None
        for each in (self._process.pid, *children_of(self._process.pid)):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGTERM)
        code = self._process.wait(STOP_S_MAX)
        self._process.stdout.close()
        self._process = None
        return code

    def invite(self) -> str:
        """A one-time code for the counter."""
        command = [*self._command, "enroll", "--db", self.database, "--kiosk", KIOSK_ID]
        printed = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=60, env=plain_environment()
        ).stdout
        return printed.split()[-1]

    def held(self) -> list[bytes]:
        """Every entry it has of the counter."""
        with using_store(self.database) as engine:
            return [line.rstrip(b"\n") for line in export_journal(engine, KIOSK_ID)]

    def watching(self, log: Path, calls: Sequence[str], *instants: Instant) -> list[str]:
        """strace in front of ``serve``, on the files of its database or on its connections."""
        names = ("register.db", "register.db-wal", "register.db-shm", "register.db-journal")
        files = [] if set(calls) <= set(SENDING) else [self._folder / name for name in names]
        return watching(log, calls, files, *instants)


def acknowledged_seq(state: Path) -> int:
    """Up to which entry the counter believes that the register has its journal."""
    with inspecting(state) as look:
        row = look.session.one(ACKED)
    assert row is not None
    return int(row[1])
