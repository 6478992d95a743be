"""Runs an emulated scanner as a process of its own: every line appended to a file is scanned. Refuses a bad start."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from drivers.emulators.appended_lines import LOOK_S, AppendedLines
from drivers.emulators.process import serve
from drivers.emulators.pty_shell import PtyShell

BITS_PER_BYTE = 10
CR = "\r"


class ScannerCore:
    """Sends each code with a CR behind it; hears nothing."""

    def __init__(self, codes: AppendedLines) -> None:
        self._codes = codes
        self.wake_at_s: float | None = 0.0

    def step(self, now_s: float, received: bytes) -> Sequence[tuple[float, bytes]]:
        """Look for codes that were appended since the last step."""
        self.wake_at_s = now_s + LOOK_S
        return [(0.0, f"{code}{CR}".encode()) for code in self._codes.fresh()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; 2 with one line on stderr for bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m drivers.emulators.scanner", description="A barcode scanner on a pseudo-terminal."
    )
    parser.add_argument("--link", type=Path, required=True, help="where the port appears")
    parser.add_argument("--codes", type=Path, required=True, help="a file to append to while it runs: a code a line")
    parser.add_argument("--baud", type=int, default=9600, help="pace of the line; 0 for none (default 9600)")
    return serve(parser, _shell, arguments, "scanner emulator")


def _shell(options: argparse.Namespace, clock: Callable[[], float]) -> PtyShell:
    options.codes.unlink(missing_ok=True)  # what was scanned for an earlier run is over
    core = ScannerCore(AppendedLines(options.codes))
    return PtyShell(core, options.link, clock, baud=options.baud, bits_per_byte=BITS_PER_BYTE)


if __name__ == "__main__":
    raise SystemExit(main())
