"""Runs the emulated POS Integrado terminal as its own process. Owns its command line; refuses to start on a bad one."""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from drivers.emulators.pty_shell import PtyShell, StopSignal
from drivers.emulators.stamps import StampFile, no_stamp
from drivers.emulators.stxlrc.answers import Script, parse_answers
from drivers.emulators.stxlrc.book import OPERATION_MAX, Book
from drivers.emulators.stxlrc.core import StxLrcCore
from drivers.emulators.stxlrc.ledger import FileLedger
from drivers.emulators.stxlrc.talk import Pace

EXIT_BAD_INPUT = 2
BITS_PER_BYTE = 10
"""Start, 8 data, 1 stop."""
BAUD_DEFAULT = 115_200
JAPAN_TIME = timezone(timedelta(hours=9), "JST")
TERMINAL_ID_LETTERS_MAX = 8


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
    terminal_id: str = options.terminal_id
    if not (0 < len(terminal_id) <= TERMINAL_ID_LETTERS_MAX and terminal_id.isascii() and terminal_id.isalnum()):
        raise ValueError(f"--terminal-id must be 1 to {TERMINAL_ID_LETTERS_MAX} letters and digits")
    if not 0 <= options.operation_before <= OPERATION_MAX:
        raise ValueError(f"--operation-before must be 0 to {OPERATION_MAX}")
    text = options.script.read_text(encoding="utf-8") if options.script else options.answers
    script = Script(parse_answers(text))
    book = Book(
        FileLedger(options.ledger),
        lambda: datetime.now(JAPAN_TIME),
        terminal_id,
        operation_before=options.operation_before,
    )
    core = StxLrcCore(book, script, Pace(speed=options.speed, ack_wait_s=options.ack_wait_s))
    stamp = StampFile(options.stamps) if options.stamps else no_stamp
    return PtyShell(core, options.link, time.monotonic, baud=options.baud, bits_per_byte=BITS_PER_BYTE, stamp=stamp)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m drivers.emulators.stxlrc", description="A POS Integrado card terminal on a pseudo-terminal."
    )
    parser.add_argument("--link", type=Path, required=True, help="where the port appears")
    parser.add_argument("--ledger", type=Path, required=True, help="the terminal's book (JSON lines)")
    parser.add_argument("--baud", type=int, default=BAUD_DEFAULT, help="pace of the line; 0 for none")
    parser.add_argument("--speed", type=float, default=1.0, help="divides thinking time; 0 for none (default 1)")
    parser.add_argument("--ack-wait-s", type=float, default=10.0, help="how long it waits for an ACK (default 10)")
    parser.add_argument("--terminal-id", default="TCM00001", help="up to eight letters and digits")
    parser.add_argument("--operation-before", type=int, default=0, help="the number an empty book goes on from")
    parser.add_argument("--stamps", type=Path, metavar="FILE", help="when bytes crossed the serial line, as JSON lines")
    scripted = parser.add_mutually_exclusive_group()
    scripted.add_argument("--answers", default="", help="approve,decline:07,silent,slow:5,lost-reply,cut,corrupt,...")
    scripted.add_argument("--script", type=Path, help="a file with such answers; # starts a comment")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
