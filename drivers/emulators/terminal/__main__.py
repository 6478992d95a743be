"""Runs the emulated card terminal as a process of its own. Owns its command line; refuses to start on a bad one."""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from drivers.emulators.pty_shell import PtyShell, StopSignal
from drivers.emulators.terminal.answers import Script, parse_answers
from drivers.emulators.terminal.book import Book
from drivers.emulators.terminal.core import TerminalCore
from drivers.emulators.terminal.ledger import FileLedger
from drivers.emulators.terminal.pace import Pace

EXIT_BAD_INPUT = 2
BITS_PER_BYTE = 11
"""ZVT's line: start, 8 data, 2 stop."""
JAPAN_TIME = timezone(timedelta(hours=9), "JST")
TERMINAL_ID_DIGITS = 8


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; 2 with one line on stderr for bad input."""
    options = _parser().parse_args(arguments)
    try:
        shell = _shell(options)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"terminal emulator: {error}\n")
        return EXIT_BAD_INPUT
    stop = StopSignal()
    stop.install()
    sys.stdout.write(f"ready {options.link}\n")
    sys.stdout.flush()
    shell.run(stop)
    return 0


def _shell(options: argparse.Namespace) -> PtyShell:
    if options.speed < 0 or options.baud < 0 or options.ack_wait_s <= 0:
        raise ValueError("--speed and --baud must not be negative, --ack-wait-s must be above 0")
    if len(options.terminal_id) != TERMINAL_ID_DIGITS or not options.terminal_id.isdecimal():
        raise ValueError(f"--terminal-id must be {TERMINAL_ID_DIGITS} digits")
    text = options.script.read_text(encoding="utf-8") if options.script else options.answers
    script = Script(parse_answers(text))
    book = Book(FileLedger(options.ledger), lambda: datetime.now(JAPAN_TIME), options.terminal_id)
    pace = Pace(speed=options.speed, ack_wait_s=options.ack_wait_s)
    core = TerminalCore(book, script, pace, reverses=options.unconfirmed == "reverse")
    return PtyShell(core, options.link, time.monotonic, baud=options.baud, bits_per_byte=BITS_PER_BYTE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m drivers.emulators.terminal", description="A ZVT card terminal on a pseudo-terminal."
    )
    parser.add_argument("--link", type=Path, required=True, help="where the port appears")
    parser.add_argument("--ledger", type=Path, required=True, help="the terminal's book (JSON lines)")
    parser.add_argument("--baud", type=int, default=9600, help="pace of the line; 0 for none (default 9600)")
    parser.add_argument("--speed", type=float, default=1.0, help="divides thinking time; 0 for none (default 1)")
    parser.add_argument("--ack-wait-s", type=float, default=5.0, help="how long it waits for a reply (default 5)")
    parser.add_argument("--terminal-id", default="13100001", help="eight digits")
    parser.add_argument(
        "--unconfirmed", choices=("reverse", "keep"), default="reverse", help="what becomes of an unconfirmed sale"
    )
    scripted = parser.add_mutually_exclusive_group()
    scripted.add_argument("--answers", default="", help="approve,decline:6C,busy:2,silent,slow:5,lost-reply,cut,...")
    scripted.add_argument("--script", type=Path, help="a file with such answers; # starts a comment")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
