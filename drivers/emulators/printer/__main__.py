"""Runs the emulated receipt printer as a process of its own. Owns its command line; refuses to start on a bad one."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from drivers.emulators.appended_lines import LOOK_S, AppendedLines
from drivers.emulators.printer.book import FileBook
from drivers.emulators.printer.buffer import BUFFER_BYTES, SMALL_BUFFER_BYTES, Output
from drivers.emulators.printer.core import PrinterCore
from drivers.emulators.printer.faults import WORDS, Faults, PaperLevel, parse_fault
from drivers.emulators.printer.head import Mechanics
from drivers.emulators.printer.paper import check_font
from drivers.emulators.pty_shell import PtyShell, StopSignal

EXIT_BAD_INPUT = 2
EXIT_VIOLATION = 3
BITS_PER_BYTE = 10


class ControlledCore:
    """A core with a hand on it: new lines of a file are read as they are appended."""

    def __init__(self, core: PrinterCore, control: Path | None) -> None:
        self._core = core
        self._control = control
        self._lines = AppendedLines(control) if control else None
        self._look_at_s = 0.0

    @property
    def wake_at_s(self) -> float | None:
        due_s = self._core.wake_at_s
        if self._lines is None:
            return due_s
        return self._look_at_s if due_s is None else min(due_s, self._look_at_s)

    def step(self, now_s: float, received: bytes) -> Sequence[Output]:
        if self._lines is not None and now_s >= self._look_at_s:
            self._look_at_s = now_s + LOOK_S
            self._obey(self._lines)
        return self._core.step(now_s, received)

    def _obey(self, lines: AppendedLines) -> None:
        for line in lines.fresh():
            try:
                self._core.control(line)
            except ValueError as error:
                sys.stderr.write(f"printer emulator: {self._control}: {error}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; 2 for bad input, 3 with --strict after any violation."""
    options = _parser().parse_args(arguments)
    try:
        check_font()
        if options.speed < 0 or options.baud < 0:
            raise ValueError("--speed and --baud must not be negative")
        faults = Faults(PaperLevel(options.paper), tuple(parse_fault(text) for text in options.fault))
        mechanics = Mechanics(
            width_dots=options.width_dots, vertical_units_per_dot=options.vertical_units, speed=options.speed
        )
        book = FileBook(options.out)
        if not SMALL_BUFFER_BYTES <= options.buffer_bytes <= BUFFER_BYTES:
            raise ValueError(f"--buffer-bytes must be from {SMALL_BUFFER_BYTES} to {BUFFER_BYTES}")
        core = PrinterCore(
            book, mechanics, faults, first_number=book.next_number(), buffer_bytes=options.buffer_bytes, strict=False
        )
        shell = PtyShell(
            ControlledCore(core, options.control),
            options.link,
            time.monotonic,
            baud=options.baud,
            bits_per_byte=BITS_PER_BYTE,
            holds_back=True,
        )
    except (ValueError, OSError) as error:
        sys.stderr.write(f"printer emulator: {error}\n")
        return EXIT_BAD_INPUT
    stop = StopSignal()
    stop.install()
    sys.stdout.write(f"ready {options.link}\n")
    sys.stdout.flush()
    shell.run(stop)
    return EXIT_VIOLATION if options.strict and book.violation_count else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m drivers.emulators.printer", description="An ESC/POS receipt printer on a pseudo-terminal."
    )
    parser.add_argument("--link", type=Path, required=True, help="where the port appears")
    parser.add_argument("--out", type=Path, required=True, help="folder for receipt-N.bin, .png, .txt and events")
    parser.add_argument("--baud", type=int, default=19_200, help="pace of the line; 0 for none (default 19200)")
    parser.add_argument("--speed", type=float, default=1.0, help="divides printing time; 0 for none (default 1)")
    parser.add_argument("--paper", choices=[level.value for level in PaperLevel], default="ok")
    parser.add_argument(
        "--fault", action="append", default=[], help="cover_open, paper_end_at_line:12, ... (repeatable)"
    )
    parser.add_argument("--control", type=Path, help=f"a file to append to while it runs: {WORDS}")
    parser.add_argument("--buffer-bytes", type=int, default=BUFFER_BYTES, help="the receive buffer: 45 to 4096")
    parser.add_argument("--width-dots", type=int, default=576, help="576 for 80 mm, 512 for TM-T88, 384 for 58 mm")
    parser.add_argument("--vertical-units", type=int, choices=(1, 2), default=1, help="motion units per dot")
    parser.add_argument("--strict", action="store_true", help="exit 3 when any byte broke a rule")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
