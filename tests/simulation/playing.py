"""Plays seeds, here or in workers beside, and tells the outcomes in order. Owns processes; adds nothing up."""

import gc
import logging
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.simulation.day import Outcome, run_seed

GARBAGE_OBJECTS = 50_000
"""Looking for garbage every 700 objects, as Python does, takes a tenth of the time."""
SEEDS_OF_A_WORKER = 50
"""Then fresh ones take their places, all at once: a run of days keeps the memory of one of hours. (An executor that
replaces one worker at a time, ``max_tasks_per_child``, can wait for ever: CPython issue 115634.)"""


def play(seeds: range, *, days: int, sales: int, jobs: int) -> Iterator[Outcome]:
    """One outcome after the other; who plays them, and how many at a time, changes none."""
    run = partial(run_seed, days=days, sales=sales)
    if jobs == 1 or len(seeds) == 1:
        make_lean()
        yield from map(run, seeds)
        return
    step = jobs * SEEDS_OF_A_WORKER
    for first in range(0, len(seeds), step):
        block = seeds[first : first + step]
        workers = ProcessPoolExecutor(
            min(jobs, len(block)), mp_context=multiprocessing.get_context("spawn"), initializer=make_lean
        )
        try:
            yield from workers.map(run, block)
        finally:
            workers.shutdown(cancel_futures=True)


def make_lean() -> None:
    """For a process that plays days and nothing else: no news of failing disks, few hunts for garbage."""
    logging.disable(logging.CRITICAL)
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS)
