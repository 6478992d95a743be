"""The command line that emulated terminals share, and every run until a signal. Owns both, and the refusal."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from drivers.emulators.pty_shell import PtyShell, StopSignal
from drivers.emulators.stamps import Stamp, StampFile, no_stamp
from drivers.emulators.tcp_shell import TcpShell

EXIT_BAD_INPUT = 2
JAPAN_TIME = timezone(timedelta(hours=9), "JST")

Shell = PtyShell | TcpShell


@dataclass(frozen=True, slots=True)
class Defaults:
    """What differs from one terminal's command line to the next."""

    baud: int
    ack_wait_s: float
    terminal_id: str
    terminal_id_form: str
    answers: str
    """What a script may say."""


def add_options(parser: argparse.ArgumentParser, defaults: Defaults) -> None:
    """The options that every emulated terminal has besides its place."""
    parser.add_argument("--ledger", type=Path, required=True, help="the terminal's book (JSON lines)")
    parser.add_argument(
        "--baud", type=int, default=defaults.baud, help=f"pace of the line; 0 for none (default {defaults.baud})"
    )
    parser.add_argument("--speed", type=float, default=1.0, help="divides thinking time; 0 for none (default 1)")
    parser.add_argument(
        "--ack-wait-s",
        type=float,
        default=defaults.ack_wait_s,
        help=f"how long it waits for a reply (default {defaults.ack_wait_s:g})",
    )
    parser.add_argument("--terminal-id", default=defaults.terminal_id, help=defaults.terminal_id_form)
    parser.add_argument("--stamps", type=Path, metavar="FILE", help="when bytes crossed the serial line, as JSON lines")
    scripted = parser.add_mutually_exclusive_group()
    scripted.add_argument("--answers", default="", help=defaults.answers)
    scripted.add_argument("--script", type=Path, help="a file with such answers; # starts a comment")


def check_options(options: argparse.Namespace) -> None:
    """Raises ValueError with one line."""
    if options.speed < 0 or options.baud < 0 or options.ack_wait_s <= 0:
        raise ValueError("--speed and --baud must not be negative, --ack-wait-s must be above 0")


def script_text(options: argparse.Namespace) -> str:
    """What the terminal is told to do. Raises OSError."""
    return str(options.script.read_text(encoding="utf-8")) if options.script else str(options.answers)


def stamp_of(options: argparse.Namespace) -> Stamp:
    """Where the serial line's moments are noted. Raises OSError."""
    return StampFile(options.stamps) if options.stamps else no_stamp


def wall_clock() -> datetime:
    """The terminal's own clock."""
    return datetime.now(JAPAN_TIME)


def serve(
    parser: argparse.ArgumentParser,
    create_shell: Callable[[argparse.Namespace, Callable[[], float]], Shell],
    arguments: Sequence[str] | None,
    name: str = "terminal emulator",
) -> int:
    """Serve until SIGTERM, and say "at rest" once for each SIGUSR1; 2 with one line on stderr for bad input."""
    options = parser.parse_args(arguments)
    try:
        shell = create_shell(options, time.monotonic)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{name}: {error}\n")
        return EXIT_BAD_INPUT
    stop = StopSignal(lambda: _say("at rest"))
    stop.install()
    _say(f"ready {shell.name if isinstance(shell, TcpShell) else options.link}")
    shell.run(stop)
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
