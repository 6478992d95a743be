"""A counter in a folder: emulated terminal and printer as processes, and the ``kiosk`` command that is struck.

Owns processes and files; refuses to judge what it finds in them.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.local.site import Part
from tests.contract.conformance.port_adapters import ZVT, TerminalProcess
from tests.instant.calls import LASTING, SENDING, Instant, strikes, watching

RUN_S_MAX = 120.0
"""A sale takes half a second, and an inquiry gives up after 60: what takes longer hangs."""
TENDER = "credit"
STRUCK_SALE, NEXT_SALE = ("--item", "1001"), ("--item", "1001", "--qty", "2")
"""What is sold while the fault strikes, and at the next start: two amounts."""


@dataclass(frozen=True, slots=True)
class Installed:
    """An installed product: its two commands, and the counter's file that ``kiosk`` is run with."""

    kiosk: tuple[str, ...]
    register: tuple[str, ...]
    profile: Path


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of the command: ``code`` as a shell sees it (-9: killed), and how often the fault struck."""

    code: int
    out: str
    error: str
    struck: int
    hung: bool = False


class Counter:
    """Started on entry, ended on exit. Nothing of it outlives the folder."""

    def __init__(self, installed: Installed, folder: Path) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._installed = installed
        self.register_url = ""

    def __enter__(self) -> Self:
        paper = ["--link", str(self._printer_port), "--out", str(self.paper), "--speed", "0", "--baud", "0"]
        self._printer = Part("printer", ["drivers.emulators.printer", *paper], self.folder / "printer.log")
        self._terminal = TerminalProcess(ZVT, (), ("--unconfirmed", "reverse"), self.folder)
        self._printer.wait_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._terminal.stop()
        self._printer.stop()

    @property
    def state(self) -> Path:
        return self.folder / "kiosk"

    @property
    def paper(self) -> Path:
        return self.folder / "paper"

    @property
    def log(self) -> Path:
        """What strace has written."""
        return self.folder / "strace.log"

    @property
    def ledger(self) -> Path:
        return self._terminal.ledger

    @property
    def _printer_port(self) -> Path:
        return self.folder / "printer"

    def sell(self, sale: Sequence[str], *, calls: Sequence[str] = (), instant: Instant | None = None) -> Ran:
        """One sale by card; with ``calls`` under strace, which counts them, and strikes at ``instant``."""
        out, error, log = self.folder / "out.json", self.folder / "error.txt", self.log
        log.unlink(missing_ok=True)
        instants = [instant] if instant else []
        command = watching(log, calls, self._watched(calls, out, error), *instants) if calls else []
        with out.open("wb") as out_file, error.open("wb") as error_file:
            process = subprocess.Popen(
                [*command, *self._command("sell"), *sale, "--tender", TENDER, "--json"],
                stdin=subprocess.DEVNULL,
                stdout=out_file,
                stderr=error_file,
                env=plain_environment(),
            )
            hung = _wait(process)
        said, told = (path.read_text("utf-8", "replace") for path in (out, error))
        return Ran(process.returncode, said, told, strikes(log), hung)

    def enroll(self, code: str) -> None:
        """Make the counter known to its register."""
        subprocess.run(
            [*self._command("enroll"), "--code", code], check=True, stdout=subprocess.DEVNULL, env=plain_environment()
        )

    def rest(self) -> None:
        """Return when the terminal has nothing more to do."""
        self._terminal.rest()

    def _watched(self, calls: Sequence[str], out: Path, error: Path) -> list[Path]:
        """The journal's files, both lines, and for writes what the command says."""
        if set(calls) <= set(SENDING):
            return []
        names = ("journal.db", "journal.db-wal", "journal.db-shm", "journal.db-journal", "journal.lock")
        files = [self.state, *(self.state / name for name in (*names, "journal.head", "journal.new"))]
        lines = [port.resolve() for port in (self.folder / "port", self._printer_port)]
        return [*files, *lines, *([out, error] if set(calls) & set(LASTING) else [])]

    def _command(self, command: str) -> list[str]:
        settings = {
            "device.terminal.port": str(self.folder / "port"),
            "printer.port": str(self._printer_port),
            "register_url": self.register_url,
        }
        return [
            *(*self._installed.kiosk, command, "--profile", str(self._installed.profile)),
            *("--state", str(self.state), *(f"--set={key}={value}" for key, value in settings.items())),
        ]


def plain_environment() -> dict[str, str]:
    """Without a path that would put the sources in front of the installed product."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def copy_books(source: Path, target: Path) -> None:
    """Begin a counter with another one's journal, its terminal's book, and what the register has of it."""
    target.mkdir(parents=True)
    shutil.copytree(source / "kiosk", target / "kiosk")
    for book in (source / "ledger.jsonl", *source.glob("register.db*")):
        shutil.copyfile(book, target / book.name)


def children_of(pid: int) -> list[int]:
    """Processes that a process has started; none for one that has ended."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    except (OSError, ValueError):
        return []


def _wait(process: "subprocess.Popen[bytes]") -> bool:
    """Wait for the end; True when it did not come in time and was made."""
    try:
        process.wait(RUN_S_MAX)
    except subprocess.TimeoutExpired:
        for child in (*children_of(process.pid), process.pid):  # a process outlives its strace
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        process.wait()
        return True
    return False
