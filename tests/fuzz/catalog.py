"""Every target there is. Owns the list; ``tests/house/test_fuzz_targets.py`` keeps it complete."""

from pathlib import Path

from tests.fuzz import (
    codes,
    counter,
    emulators,
    journal,
    layouts,
    paper,
    paypay,
    profile,
    register,
    slips,
    stxlrc,
    sync,
    words,
    zvt,
)
from tests.fuzz.target import Target

CORPUS = Path(__file__).parent / "corpus"
"""A folder a target: inputs that once broke something."""

GROUPS: dict[str, tuple[Target, ...]] = {
    "terminals": (*zvt.TARGETS, *stxlrc.TARGETS, *paypay.TARGETS, *words.TARGETS),
    "counter": (*counter.TARGETS, *codes.TARGETS, *slips.TARGETS, *emulators.TARGETS),
    "files": (*profile.TARGETS, *journal.TARGETS, *sync.TARGETS, *paper.TARGETS, *layouts.TARGETS),
    "register": register.TARGETS,
}
"""What one process of the tests does: starting one costs as much as some ten thousand inputs."""
TARGETS: dict[str, Target] = {target.name: target for group in GROUPS.values() for target in group}


def corpus_of(target: Target) -> list[tuple[str, bytes]]:
    """Seeds, then what once broke something, each with its name."""
    seeds = [(f"seed {number}", seed) for number, seed in enumerate(target.seeds(), start=1)]
    kept = [(path.name, path.read_bytes()) for path in sorted((CORPUS / target.name).glob("*.bin"))]
    return seeds + kept
