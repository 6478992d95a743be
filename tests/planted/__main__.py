"""The table of planted bugs: what would go wrong, where, which tests notice. Exit 1 when one of them goes unnoticed."""

import argparse
import sys
from pathlib import PurePath

from tests.planted.bugs import BUGS
from tests.planted.proving import prove


def main() -> int:
    """Prove every bug whose name or file holds the word given."""
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description="Plant bugs and see them caught.")
    parser.add_argument("word", nargs="?", default="", help="only bugs whose name or file holds this")
    word = parser.parse_args().word
    missed, seconds = 0, 0.0
    chosen = [bug for bug in BUGS if word in bug.name or word in bug.file]
    width = max((len(bug.file) for bug in chosen), default=0)
    for bug in chosen:
        proof = prove(bug)
        seconds += proof.cpu_s
        caught = ", ".join(
            f"{PurePath(path).stem}::{test}" for path, _, test in (t.partition("::") for t in bug.caught_by)
        )
        missed += bool(proof.problem)
        told = f"MISSED: {proof.problem}" if proof.problem else caught
        print(f"{proof.cpu_s:5.1f} s  {bug.file:{width}}  {bug.name}\n{'':{width + 9}}  {told}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} caught, in {seconds:.0f} s of one core")
    return 1 if missed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
