"""Twenty thousand payments of every run of the tests: no yen lost, every fault struck at every moment it can."""

import fcntl
import gc
import os
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.day import Outcome, run_seed
from tests.simulation.figures import Figures
from tests.simulation.playing import GARBAGE_OBJECTS

SEEDS_OF_A_PART = 10
PARTS = [range(first, first + SEEDS_OF_A_PART) for first in range(1001, 1301, SEEDS_OF_A_PART)]
PAYMENTS_LEAST = 20_000
FAULTS_LEAST = 3.0


@pytest.fixture(autouse=True)
def few_garbage_hunts() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.set_threshold(GARBAGE_OBJECTS)
    yield
    gc.set_threshold(*thresholds)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of the tests, the same for all its workers."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "slice"
    folder.mkdir(exist_ok=True)
    return folder


def played(part: range, shared: Path) -> list[Outcome]:
    """A part's outcomes, played by whichever test asks first, on whichever worker."""
    with (shared / f"{part.start}").open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        if known := file.read():
            return list(pickle.loads(known))
        outcomes = [run_seed(seed) for seed in part]
        file.write(pickle.dumps(outcomes))
        return outcomes


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.start}..{part.stop - 1}")
def test_no_yen_is_lost_doubled_or_stuck(part: range, shared: Path) -> None:
    assert [(outcome.seed, outcome.problems) for outcome in played(part, shared) if outcome.problems] == []


def test_every_fault_strikes_at_every_moment_it_can(shared: Path) -> None:
    figures = Figures()
    for part in PARTS:
        for outcome in played(part, shared):
            figures.add(outcome)
    assert figures.payments >= PAYMENTS_LEAST
    assert figures.faults >= FAULTS_LEAST * figures.payments
    assert figures.never_hit() == []
