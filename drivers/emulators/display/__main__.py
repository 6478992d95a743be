"""Runs the emulated customer display as a process of its own. Owns its command line; refuses to start on a bad one."""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from drivers.emulators.display.core import DisplayCore, Picture
from drivers.emulators.process import serve
from drivers.emulators.pty_shell import PtyShell

BITS_PER_BYTE = 10


class PictureFile:
    """Appends a line to a file for every picture that differs from the one before."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._last: Picture | None = None

    def show(self, picture: Picture) -> None:
        if picture != self._last:
            self._last = picture
            self._write({"upper": picture[0], "lower": picture[1]})

    def refuse(self, what: str) -> None:
        self._write({"refused": what})

    def _write(self, line: dict[str, str]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; 2 with one line on stderr for bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m drivers.emulators.display", description="A customer display on a pseudo-terminal."
    )
    parser.add_argument("--link", type=Path, required=True, help="where the port appears")
    parser.add_argument("--out", type=Path, required=True, help="a JSON line is appended for every picture")
    parser.add_argument("--baud", type=int, default=9600, help="pace of the line; 0 for none (default 9600)")
    return serve(parser, _shell, arguments, "display emulator")


def _shell(options: argparse.Namespace, clock: Callable[[], float]) -> PtyShell:
    pictures = PictureFile(options.out)
    core = DisplayCore(pictures.show, pictures.refuse)
    return PtyShell(core, options.link, clock, baud=options.baud, bits_per_byte=BITS_PER_BYTE)


if __name__ == "__main__":
    raise SystemExit(main())
