"""A whole site on one machine: central register and emulated devices, each a process of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

READY_WAIT_S = 30.0
"""A cold start on a slow disk takes a few seconds; more means that it will not come."""
STOP_WAIT_S = 5.0
"""A process that has not ended by then is killed; its books are durable."""


class SiteError(Exception):
    """Part of the site did not start; one line."""


@dataclass(frozen=True, slots=True)
class SitePaths:
    """Where the site keeps its books."""

    root: Path

    @property
    def register_url(self) -> str:
        return f"sqlite:///{self.root / 'register.db'}"

    @property
    def kiosk(self) -> Path:
        return self.root / "kiosk"

    @property
    def terminal_line(self) -> Path:
        return self.root / "terminal"

    @property
    def terminal_ledger(self) -> Path:
        return self.root / "terminal-ledger.jsonl"

    @property
    def printer_line(self) -> Path:
        return self.root / "printer"

    @property
    def printer_control(self) -> Path:
        """Lines appended here happen to the printer: ``cover open``, ``paper ok`` …"""
        return self.root / "printer-control"

    @property
    def scanner_line(self) -> Path:
        return self.root / "scanner"

    @property
    def scanner_codes(self) -> Path:
        """A line appended here is a code that the scanner reads."""
        return self.root / "scanner-codes"

    @property
    def display_line(self) -> Path:
        return self.root / "display"

    @property
    def display_pictures(self) -> Path:
        """Every picture the citizen's display has shown, as JSON lines."""
        return self.root / "display.jsonl"

    @property
    def provider_ledger(self) -> Path:
        return self.root / "provider-ledger.jsonl"

    @property
    def provider_certificate(self) -> Path:
        return self.root / "provider.pem"

    @property
    def provider_keys(self) -> Path:
        return self.root / "provider-keys.toml"

    @property
    def paper(self) -> Path:
        return self.root / "paper"


class Part:
    """One process of the site, which says ``ready …`` on its standard output when it can be used."""

    def __init__(self, name: str, arguments: list[str], log: Path) -> None:
        self.name = name
        self._log = log.open("ab")
        self._process = subprocess.Popen(  # noqa: S603 - our own modules with our own arguments
            [*_ending_with_us(), sys.executable, "-m", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self._line = ""
        self._said = threading.Event()
        self._reader = threading.Thread(target=self._read, name=f"{name}-output", daemon=True)
        self._reader.start()

    def wait_ready(self) -> str:
        """What it said after ``ready``. Raises SiteError."""
        self._said.wait(READY_WAIT_S)
        if not self._line.startswith("ready "):
            raise SiteError(f"{self.name} did not start: see {self._log.name}")
        return self._line.removeprefix("ready ").strip()

    def stop(self) -> None:
        """End it and wait."""
        self._process.terminate()
        try:
            self._process.wait(STOP_WAIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(STOP_WAIT_S)
        self._log.close()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None, "opened with a pipe"
        with stream:
            for line in stream:
                if not self._said.is_set():
                    self._line = line.decode(errors="replace")
                    self._said.set()
        self._said.set()


class Site:
    """Starts the parts side by side; a context manager that stops them."""

    def __init__(
        self,
        paths: SitePaths,
        *,
        think_speed: float = 1.0,
        terminal_answers: str = "approve",
        terminal_options: Sequence[str] = (),
        printer_options: Sequence[str] = (),
    ) -> None:
        for folder in (paths.root, paths.kiosk, paths.paper):
            folder.mkdir(parents=True, exist_ok=True)
        self.paths = paths
        self.register_address = f"http://127.0.0.1:{(port := _free_port())}"
        self._parts: list[Part] = []
        self.provider: Part | None = None
        """A payment service, where the counter has one."""
        self._provider_port = 0
        self.register = self._start("register", self._register_arguments(port))
        self.terminal = self._start(
            "terminal", [*self._terminal_arguments(think_speed, terminal_answers), *terminal_options]
        )
        self.printer = self._start("printer", [*self._printer_arguments(think_speed), *printer_options])
        self.scanner = self._start("scanner", self._scanner_arguments())
        self.display = self._start("display", self._display_arguments())

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_: object) -> None:
        for part in self._parts:
            part.stop()

    def overrides(self, device: str, *beside: str) -> Mapping[str, str]:
        """Profile values of this site, for the terminal called ``device``; known before any part is ready.

        ``device`` is empty where the counter has none; ``beside`` names what else it has: scanner, display.
        """
        lines = {"scanner": self.paths.scanner_line, "display": self.paths.display_line}
        return {
            **({f"device.{device}.port": str(self.paths.terminal_line)} if device else {}),
            "printer.port": str(self.paths.printer_line),
            **{f"{name}.port": str(lines[name]) for name in beside},
            "register_url": self.register_address,
        }

    def start_provider(self, *options: str) -> str:
        """A payment service for a counter that has one, or that one again; returns its address before it is ready."""
        from kiosk.local.provider import HOST, write_certificate, write_merchant

        paths, self._provider_port = self.paths, self._provider_port or _free_port()
        if not paths.provider_certificate.exists():
            write_certificate(paths.provider_certificate)
            write_merchant(paths.provider_keys)
        self.provider = self._start(
            "provider",
            [
                "drivers.emulators.paypay",
                *("--ledger", str(paths.provider_ledger)),
                *("--certificate", str(paths.provider_certificate)),
                *("--merchant", str(paths.provider_keys)),
                *("--port", str(self._provider_port)),
                *options,
            ],
        )
        return f"https://{HOST}:{self._provider_port}"

    def wait_ready(self) -> None:
        """Return when every part can be used. Raises SiteError."""
        for part in self._parts:
            part.wait_ready()

    def _start(self, name: str, arguments: list[str]) -> Part:
        part = Part(name, arguments, self.paths.root / f"{name}.log")
        self._parts.append(part)
        return part

    def _register_arguments(self, port: int) -> list[str]:
        return ["register", "serve", "--db", self.paths.register_url, "--host", "127.0.0.1", "--port", str(port)]

    def _terminal_arguments(self, think_speed: float, answers: str) -> list[str]:
        return [
            "drivers.emulators.terminal",
            *("--link", str(self.paths.terminal_line)),
            *("--ledger", str(self.paths.terminal_ledger)),
            *("--speed", str(think_speed)),
            *("--answers", answers),
        ]

    def _printer_arguments(self, think_speed: float) -> list[str]:
        return [
            "drivers.emulators.printer",
            *("--link", str(self.paths.printer_line)),
            *("--out", str(self.paths.paper)),
            *("--baud", "115200"),
            *("--control", str(self.paths.printer_control)),
            *("--speed", str(think_speed)),
        ]

    def _scanner_arguments(self) -> list[str]:
        paths = self.paths
        return ["drivers.emulators.scanner", "--link", str(paths.scanner_line), "--codes", str(paths.scanner_codes)]

    def _display_arguments(self) -> list[str]:
        paths = self.paths
        return ["drivers.emulators.display", "--link", str(paths.display_line), "--out", str(paths.display_pictures)]


def _ending_with_us() -> list[str]:
    """Where Linux can, a part gets SIGTERM when we die, however that happens; it would keep its port and line."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _free_port() -> int:
    """A port nobody listens on just now; known before the register is, so that the window need not wait for it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_register(paths: SitePaths, *arguments: str) -> str:
    """Run a ``register`` command on the site's database and return what it printed. Raises SiteError."""
    done = subprocess.run(  # noqa: S603 - our own module with our own arguments
        [sys.executable, "-m", "register", *arguments, "--db", paths.register_url],
        capture_output=True,
        text=True,
        check=False,
        timeout=READY_WAIT_S,
    )
    if done.returncode not in (0, 1):
        with contextlib.suppress(IndexError):
            raise SiteError(done.stderr.strip().splitlines()[-1])
        raise SiteError(f"register {arguments[0]} failed")
    return done.stdout
