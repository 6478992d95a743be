"""From the clerk's key to the first byte on the wire, the durable intent included. Beside a bare commit and write."""

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from drivers.payment.zvt.driver import ZvtTerminal
from drivers.transport import SerialSettings
from scripts.benchmarks.paying import emulator, pay
from scripts.benchmarks.stamped_line import StampedLine

CHARGES = 200
GOAL_MS = 20.0
AUTHORIZATION = b"\x10\x02\x06\x01"


def run() -> list[dict[str, Any]]:
    """One row: p99 of CHARGES charges against the emulated terminal."""
    with tempfile.TemporaryDirectory() as folder:
        times_ms = _charges(Path(folder))
        yardstick_ms = _bare(Path(folder))
    p99 = statistics.quantiles(times_ms, n=100)[98]
    return [
        {
            "name": "charge: key to first byte, p99",
            "value": round(p99, 3),
            "unit": "ms",
            "yardstick": "four synced 4 KiB writes and one write to the line, p99",
            "yardstick_value": round(yardstick_ms, 3),
            "ratio": round(p99 / yardstick_ms, 2),
            "goal": GOAL_MS,
            "goal_on": "value",
            "better": "less",
            "met": p99 <= GOAL_MS,
        }
    ]


def _charges(folder: Path) -> list[float]:
    stamps: list[float] = []
    times_ms = []
    with emulator("drivers.emulators.terminal", folder, "--baud", "115200", "--speed", "0") as port:
        settings = SerialSettings(port, baud=115_200, stop_bits=2)
        device = ZvtTerminal(lambda: StampedLine(settings, AUTHORIZATION, stamps))
        for pressed_s, _ in pay(folder, device, CHARGES + 1):
            times_ms.append((stamps[-1] - pressed_s) * 1000)
    return times_ms[1:]  # the first one opens and registers the line


def _bare(folder: Path) -> float:
    """What the disk alone takes: intent and request are two commits, each a synced database and a synced head file."""
    times_ms = []
    target = os.open(folder / "bare", os.O_CREAT | os.O_WRONLY)
    _, line = os.openpty()
    for number in range(CHARGES):
        began = time.perf_counter()
        for step in range(4):
            os.pwrite(target, bytes(4096), (number * 4 + step) * 4096)
            os.fdatasync(target)
        os.write(line, b"\x10")
        times_ms.append((time.perf_counter() - began) * 1000)
    os.close(target)
    return statistics.quantiles(times_ms, n=100)[98]
