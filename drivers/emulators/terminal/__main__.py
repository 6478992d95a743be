"""Runs the emulated ZVT terminal as a process of its own. Owns its options; refuses to start on a bad one."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from drivers.emulators.process import (
    Defaults,
    Shell,
    add_options,
    check_options,
    script_text,
    serve,
    stamp_of,
    wall_clock,
)
from drivers.emulators.pty_shell import PtyShell
from drivers.emulators.tcp_shell import TcpShell
from drivers.emulators.terminal.answers import Act, read_script
from drivers.emulators.terminal.book import SLIP_NUMBER_MAX, Book
from drivers.emulators.terminal.core import YEN, TerminalCore
from drivers.emulators.terminal.ledger import open_ledger
from drivers.emulators.terminal.pace import Pace

BITS_PER_BYTE = 11
"""ZVT's line: start, 8 data, 2 stop."""
TERMINAL_ID_DIGITS = 8
TCP_PORT_MAX = 65_535
DEFAULTS = Defaults(
    baud=9600,
    ack_wait_s=5.0,
    terminal_id="13100001",
    terminal_id_form="eight digits",
    answers=f"a word for each operation, such as approve,decline:6C,busy:2; known are {', '.join(Act)}",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; 2 with one line on stderr for bad input."""
    return serve(_parser(), _shell, arguments)


def _shell(options: argparse.Namespace, clock: Callable[[], float]) -> Shell:
    check_options(options)
    if len(options.terminal_id) != TERMINAL_ID_DIGITS or not options.terminal_id.isdecimal():
        raise ValueError(f"--terminal-id must be {TERMINAL_ID_DIGITS} digits")
    if not 0 <= options.last_slip <= SLIP_NUMBER_MAX or options.pieces < 0:
        raise ValueError(f"--last-slip must be 0 to {SLIP_NUMBER_MAX}, --pieces must not be negative")
    if options.tcp is not None and not 0 <= options.tcp <= TCP_PORT_MAX:
        raise ValueError(f"--tcp must be 0 to {TCP_PORT_MAX}")
    script = read_script(script_text(options))
    book = Book(open_ledger(options.ledger), wall_clock, options.terminal_id, last_slip=options.last_slip)
    core = TerminalCore(
        book,
        script,
        Pace(speed=options.speed, ack_wait_s=options.ack_wait_s),
        reverses=options.unconfirmed == "reverse",
        mirrors=options.unconfirmed == "mirror",
        framed=options.tcp is None,
        slips_in_blocks=options.slips == "blocks",
        currency=options.currency,
    )
    if options.tcp is not None:
        return TcpShell(core, options.tcp, clock, piece_bytes=options.pieces)
    return PtyShell(core, options.link, clock, baud=options.baud, bits_per_byte=BITS_PER_BYTE, stamp=stamp_of(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m drivers.emulators.terminal", description="A ZVT card terminal on a pseudo-terminal or on TCP."
    )
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--link", type=Path, help="where the serial port appears")
    place.add_argument("--tcp", type=int, metavar="PORT", help="listen on this machine instead; 0 for a free port")
    parser.add_argument("--pieces", type=int, default=0, help="bytes a TCP message is split into; 0 for whole")
    parser.add_argument("--last-slip", type=int, default=0, help="receipt number before the first (wraps at 9999)")
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
    add_options(parser, DEFAULTS)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
