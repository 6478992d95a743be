"""A printer's line for the figures: the emulated printer behind a paced pseudo-terminal, in a process of its own.

It keeps no paper and takes no time to print; it stamps when bytes arrive. Owns the process; measures nothing.
"""

import json
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from drivers.emulators.printer.core import Job, PrinterCore
from drivers.emulators.printer.faults import Faults
from drivers.emulators.printer.head import Mechanics
from drivers.emulators.pty_shell import PtyShell, StopSignal
from drivers.emulators.stamps import HEARD, StampFile

BITS_PER_BYTE = 10
"""8N1."""
START_S = 30.0


@dataclass(frozen=True, slots=True)
class PrinterLine:
    """Where the port is, and what its far side has heard."""

    port: Path
    stamps: Path

    def heard(self) -> list[tuple[float, int]]:
        """When bytes arrived, on the machine's monotonic clock, and how many."""
        lines = map(json.loads, self.stamps.read_text("ascii").splitlines())
        return [(line["at_s"], line["bytes"]) for line in lines if line["way"] == HEARD]


@contextmanager
def printer_line(folder: Path, baud: int) -> Iterator[PrinterLine]:
    """``baud`` 0 for a line without a pace."""
    line = PrinterLine(folder / "printer", folder / "stamps")
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(line.port, line.stamps, baud))
    process.start()
    try:
        deadline_s = time.monotonic() + START_S
        while not line.port.is_symlink():
            if time.monotonic() > deadline_s:
                raise RuntimeError("the emulated printer does not start")
            time.sleep(0.01)
        yield line
    finally:
        process.terminate()
        process.join()


def _serve(port: Path, stamps: Path, baud: int) -> None:
    stop = StopSignal()
    stop.install()
    core = PrinterCore(_Forgetful(), Mechanics(speed=0), Faults(), strict=False)
    PtyShell(core, port, time.monotonic, baud=baud, bits_per_byte=BITS_PER_BYTE, stamp=StampFile(stamps)).run(stop)


class _Forgetful:
    """No file is written: only the line counts."""

    def keep(self, job: Job) -> None: ...

    def note(self, event: str, **facts: object) -> None: ...
