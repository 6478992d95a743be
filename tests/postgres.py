"""A real PostgreSQL server for tests and benchmarks, from the system's packages, on a socket in a folder of its own."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

START_WAIT_S = 60
ORPHANS_WAIT_S = 20
"""How long the processes of a killed server may take to notice, before the next start is refused for good."""
ACCOUNT = "postgres"
"""PostgreSQL refuses to run as root; the package brings this account."""

_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
_COMMON = ("listen_addresses=", "shared_buffers=64MB", "max_connections=60", "log_min_messages=fatal")


class PostgresMissingError(Exception):
    """No server binaries here; says what to install."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server. Connections come in over a unix socket without a password."""

    directory: Path

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{ACCOUNT}@/{database}?host={quote(str(self.directory))}"

    def new_database(self) -> str:
        """URL of an empty database."""
        name = f"d{next(_NUMBERS)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")
        return self.url(name)

    def start(self) -> None:
        """Start, after a stop or a kill; returns when it answers."""
        give_up_s = time.monotonic() + ORPHANS_WAIT_S
        while True:
            try:
                self._control("start", "-w", "-t", str(START_WAIT_S), "-l", str(self.directory / "log"))
                return
            except RuntimeError:
                if time.monotonic() > give_up_s:
                    raise
                time.sleep(0.1)

    def stop_immediately(self) -> None:
        """Every process ends at once and writes nothing more; the next start recovers from the log alone."""
        self._control("stop", "-m", "immediate")

    def kill_postmaster(self) -> None:
        """kill -9 of the server's first process."""
        os.kill(self._postmaster(), signal.SIGKILL)

    def kill_backend(self) -> bool:
        """kill -9 of a process that serves a connection: the server ends all others and recovers by itself."""
        found = subprocess.run(
            ["pgrep", "-P", str(self._postmaster()), "-f", f"postgres: {ACCOUNT} d"], capture_output=True, check=False
        )
        processes = [int(word) for word in found.stdout.split()]
        if processes:
            os.kill(processes[-1], signal.SIGKILL)
        return bool(processes)

    def _postmaster(self) -> int:
        return int((self.directory / "cluster" / "postmaster.pid").read_text().split()[0])

    def _control(self, *words: str) -> None:
        _run(binaries() / "pg_ctl", *words, "-D", self.directory / "cluster", "-s")


_NUMBERS = count(1)


def binaries() -> Path:
    """The folder of the newest installed server. Raises PostgresMissingError."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0)
    )
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    if not folders:
        raise PostgresMissingError("no PostgreSQL server: apt-get install postgresql")
    return folders[-1]


@contextmanager
def running(*, durable: bool) -> Iterator[PostgresServer]:
    """Start a server, and remove it with all it held. ``durable`` False trades a power cut for speed."""
    directory = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    server = PostgresServer(directory)
    try:
        if os.geteuid() == 0:
            shutil.chown(directory, ACCOUNT, ACCOUNT)
        cluster = directory / "cluster"
        initdb = binaries() / "initdb"
        _run(initdb, "-D", cluster, "-U", ACCOUNT, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        settings = [*_COMMON, *(() if durable else _FAST), f"unix_socket_directories={directory}"]
        with (cluster / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in (each.split("=", 1) for each in settings))
        server.start()
        try:
            yield server
        finally:
            server.stop_immediately()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _run(*command: str | Path) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups", *words]
    done = subprocess.run(words, cwd="/", capture_output=True, text=True, timeout=START_WAIT_S * 2, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr or done.stdout}")
