"""Simulated payments in a second of one core, over the whole path and through a storm. Beside bare journal entries."""

import tempfile
import time
from pathlib import Path
from typing import Any

from kiosk.clock import CityClock
from kiosk.domain.record import SYSTEM, Draft, SignedOut
from kiosk.journal.store import SqliteJournal
from tests.simulation.day import run_seed
from tests.simulation.figures import Figures
from tests.simulation.playing import make_lean

SEEDS = range(7001, 7011)
GOAL = 250
FAULTS_LEAST = 3.0
"""Faults per payment below which the figure would not count."""
ENTRIES = 2000
ENTRIES_OF_A_PAYMENT = 6
"""Prepared, requested, reported, approved, document issued, document printed: each durable by itself."""


def run() -> list[dict[str, Any]]:
    """One row. Time is the process's own, so that neighbors on the machine do not count."""
    make_lean()
    run_seed(SEEDS.start - 1, sales=3)  # imports, compiled statements
    figures = Figures()
    began = time.process_time()
    for seed in SEEDS:
        figures.add(run_seed(seed))
    rate = figures.payments / (time.process_time() - began)
    bare = _bare()
    faults = figures.faults / figures.payments
    return [
        {
            "name": f"simulated payments, {faults:.1f} faults each",
            "value": round(rate),
            "unit": "payments/s of a core",
            "yardstick": f"{ENTRIES_OF_A_PAYMENT} bare journal entries a payment and nothing else",
            "yardstick_value": round(bare),
            "ratio": round(rate / bare, 2),
            "goal": GOAL,
            "goal_on": "value",
            "better": "more",
            "met": rate >= GOAL and faults >= FAULTS_LEAST and figures.is_ok,
        }
    ]


def _bare() -> float:
    """The same journal in the same place, without devices, paper, register and faults."""
    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        SqliteJournal(Path(folder), kiosk_id="bench", clock=CityClock()) as journal,
    ):
        draft = Draft(SignedOut(), None, SYSTEM, "m")
        began = time.process_time()
        for _ in range(ENTRIES):
            journal.append(draft)
        return ENTRIES / ENTRIES_OF_A_PAYMENT / (time.process_time() - began)
