"""Runs the emulated card terminal as a process of its own. Owns its command line; refuses to start on a bad one."""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from drivers.emulators.pty_shell import PtyShell, StopSignal
from drivers.emulators.stamps import StampFile, no_stamp
from drivers.emulators.tcp_shell import TcpShell
from drivers.emulators.terminal.answers import Script, parse_answers
from drivers.emulators.terminal.book import SLIP_NUMBER_MAX, Book
from drivers.emulators.terminal.core import YEN, TerminalCore
from drivers.emulators.terminal.ledger import FileLedger
from drivers.emulators.terminal.pace import Pace

EXIT_BAD_INPUT = 2
BITS_PER_BYTE = 11
"""ZVT's line: start, 8 data, 2 stop."""
JAPAN_TIME = timezone(timedelta(hours=9), "JST")
TERMINAL_ID_DIGITS = 8
TCP_PORT_MAX = 65_535


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
    sys.stdout.write(f"ready {shell.name if isinstance(shell, TcpShell) else options.link}\n")
    sys.stdout.flush()
    shell.run(stop)
    return 0


def _shell(options: argparse.Namespace) -> PtyShell | TcpShell:
    if options.speed < 0 or options.baud < 0 or options.ack_wait_s <= 0:
        raise ValueError("--speed and --baud must not be negative, --ack-wait-s must be above 0")
    if len(options.terminal_id) != TERMINAL_ID_DIGITS or not options.terminal_id.isdecimal():
        raise ValueError(f"--terminal-id must be {TERMINAL_ID_DIGITS} digits")
    if not 0 <= options.last_slip <= SLIP_NUMBER_MAX or options.pieces < 0:
        raise ValueError(f"--last-slip must be 0 to {SLIP_NUMBER_MAX}, --pieces must not be negative")
    if options.tcp is not None and not 0 <= options.tcp <= TCP_PORT_MAX:
        raise ValueError(f"--tcp must be 0 to {TCP_PORT_MAX}")
    text = options.script.read_text(encoding="utf-8") if options.script else options.answers
    script = Script(parse_answers(text))
    book = Book(
        FileLedger(options.ledger), lambda: datetime.now(JAPAN_TIME), options.terminal_id, last_slip=options.last_slip
    )
    pace = Pace(speed=options.speed, ack_wait_s=options.ack_wait_s)
    core = TerminalCore(
        book,
        script,
        pace,
        reverses=options.unconfirmed == "reverse",
        mirrors=options.unconfirmed == "mirror",
        framed=options.tcp is None,
        slips_in_blocks=options.slips == "blocks",
        currency=options.currency,
    )
    if options.tcp is not None:
        return TcpShell(core, options.tcp, time.monotonic, piece_bytes=options.pieces)
    stamp = StampFile(options.stamps) if options.stamps else no_stamp
    return PtyShell(core, options.link, time.monotonic, baud=options.baud, bits_per_byte=BITS_PER_BYTE, stamp=stamp)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m drivers.emulators.terminal", description="A ZVT card terminal on a pseudo-terminal or on TCP."
    )
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--link", type=Path, help="where the serial port appears")
    place.add_argument("--tcp", type=int, metavar="PORT", help="listen on this machine instead; 0 for a free port")
    parser.add_argument("--pieces", type=int, default=0, help="bytes a TCP message is split into; 0 for whole")
    parser.add_argument("--last-slip", type=int, default=0, help="receipt number before the first (wraps at 9999)")
    parser.add_argument("--ledger", type=Path, required=True, help="the terminal's book (JSON lines)")
    parser.add_argument("--baud", type=int, default=9600, help="pace of the line; 0 for none (default 9600)")
    parser.add_argument("--speed", type=float, default=1.0, help="divides thinking time; 0 for none (default 1)")
    parser.add_argument("--ack-wait-s", type=float, default=5.0, help="how long it waits for a reply (default 5)")
    parser.add_argument("--terminal-id", default="13100001", help="eight digits")
    parser.add_argument(
        "--unconfirmed",
        choices=("reverse", "keep", "mirror"),
        default="reverse",
        help="what becomes of an unconfirmed sale",
    )
    parser.add_argument("--currency", default=YEN, help="the only currency it takes, ISO 4217 in four digits")
    parser.add_argument(
        "--slips", choices=("lines", "blocks"), default="lines", help="how receipts go to a register that prints them"
    )
    parser.add_argument("--stamps", type=Path, metavar="FILE", help="when bytes crossed the serial line, as JSON lines")
    scripted = parser.add_mutually_exclusive_group()
    scripted.add_argument("--answers", default="", help="approve,decline:6C,busy:2,silent,slow:5,lost-reply,cut,...")
    scripted.add_argument("--script", type=Path, help="a file with such answers; # starts a comment")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
