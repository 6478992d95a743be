"""``python -m tests.provider``: the provider's book against the journals, seed by seed. Owns arguments and exit code.

    python -m tests.provider --seeds 1..20 --sales 40

Exit 1 when a yen differs.
"""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from kiosk.cli import OneLineParser
from tests.arguments import number
from tests.provider.campaign import Outcome, run
from tests.revision import commit

DONE, LOST = 0, 1
SEEDS = re.compile(r"(\d{1,6})\.\.(\d{1,6})")


def main() -> int:
    """0 when both agree to the yen, 1 when they do not, 2 for bad arguments."""
    arguments = _parser().parse_args()
    began_s = time.monotonic()
    outcomes = []
    for seed in arguments.seeds:
        with tempfile.TemporaryDirectory(prefix="provider-") as folder:
            outcome = run(seed, Path(folder), sales=arguments.sales, counters=arguments.counters, fast=arguments.fast)
        outcomes.append(outcome)
        for text in outcome.differences:
            sys.stdout.write(f"seed {seed}: {text}\n")
    sys.stdout.write(_figure(outcomes, arguments.seeds, time.monotonic() - began_s) + "\n")
    return LOST if any(outcome.differences for outcome in outcomes) else DONE


def _figure(outcomes: list[Outcome], seeds: range, took_s: float) -> str:
    struck: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for outcome in outcomes:
        struck += outcome.struck
        ends += outcome.ends
    different = sum(len(outcome.differences) for outcome in outcomes)
    sums = {
        "sales": sum(outcome.sales for outcome in outcomes),
        "back": sum(outcome.back for outcome in outcomes),
        "yen": sum(outcome.yen for outcome in outcomes),
        "in_doubt": ends["OutcomeUnknown"],
        "not_charged": ends["NotCharged"],
        "not_sent": ends["NotSent"],
        "declined": ends["Declined"],
        "kills": sum(outcome.kills for outcome in outcomes),
        "counter_faults": sum(struck.values()),
    }
    told = " ".join(f"{name}={value}" for name, value in sums.items())
    verdict = "PROVIDER LOST" if different else "PROVIDER OK"
    return (
        f"{verdict} seeds={seeds.start}..{seeds.stop - 1} {told} different={different} s={took_s:.0f} commit={commit()}"
    )


def _seeds(text: str) -> range:
    found = SEEDS.fullmatch(text)
    if found is None or int(found[1]) > int(found[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is not A..B")
    return range(int(found[1]), int(found[2]) + 1)


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m tests.provider", description="Provider's book against journals.")
    parser.add_argument("--seeds", type=_seeds, default=range(1, 2), help="A..B (default 1..1)")
    parser.add_argument("--sales", type=number(10_000), default=40, help="at each counter (default 40)")
    parser.add_argument("--counters", type=number(32), default=4, help="at the same time (default 4)")
    parser.add_argument("--fast", type=number(1000), default=100, help="so many seconds pass in one (default 100)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
