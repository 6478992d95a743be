"""Runs the emulated POS Integrado terminal as its own process. Owns its options; refuses to start on a bad one."""

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
from drivers.emulators.stxlrc.answers import Act, read_script
from drivers.emulators.stxlrc.book import OPERATION_MAX, Book
from drivers.emulators.stxlrc.core import StxLrcCore
from drivers.emulators.stxlrc.ledger import open_ledger
from drivers.emulators.stxlrc.talk import Pace

BITS_PER_BYTE = 10
"""Start, 8 data, 1 stop."""
TERMINAL_ID_LETTERS_MAX = 8
DEFAULTS = Defaults(
    baud=115_200,
    ack_wait_s=10.0,
    terminal_id="TCM00001",
    terminal_id_form="up to eight letters and digits",
    answers=f"a word for each operation, such as approve,decline:07,slow:5; known are {', '.join(Act)}",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; 2 with one line on stderr for bad input."""
    return serve(_parser(), _shell, arguments)


def _shell(options: argparse.Namespace, clock: Callable[[], float]) -> Shell:
    check_options(options)
    terminal_id: str = options.terminal_id
    if not (0 < len(terminal_id) <= TERMINAL_ID_LETTERS_MAX and terminal_id.isascii() and terminal_id.isalnum()):
        raise ValueError(f"--terminal-id must be 1 to {TERMINAL_ID_LETTERS_MAX} letters and digits")
    if not 0 <= options.operation_before <= OPERATION_MAX:
        raise ValueError(f"--operation-before must be 0 to {OPERATION_MAX}")
    script = read_script(script_text(options))
    book = Book(open_ledger(options.ledger), wall_clock, terminal_id, operation_before=options.operation_before)
    core = StxLrcCore(book, script, Pace(speed=options.speed, ack_wait_s=options.ack_wait_s))
    return PtyShell(core, options.link, clock, baud=options.baud, bits_per_byte=BITS_PER_BYTE, stamp=stamp_of(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m drivers.emulators.stxlrc", description="A POS Integrado card terminal on a pseudo-terminal."
    )
    parser.add_argument("--link", type=Path, required=True, help="where the port appears")
    parser.add_argument("--operation-before", type=int, default=0, help="the number an empty book goes on from")
    add_options(parser, DEFAULTS)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
