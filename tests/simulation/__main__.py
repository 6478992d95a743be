"""``scripts/simulate``: days at the counters from seeds, and one line of figures. Owns arguments, output, exit code."""

import argparse
import gc
import hashlib
import logging
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from kiosk.cli import OneLineParser
from kiosk.journal.database import load_driver
from tests.simulation.clockwork import World
from tests.simulation.day import SALES, Outcome, run_seed
from tests.simulation.faults import Dice, Fault

DONE, LOST = 0, 1
SEED_MAX = 10**9
DAYS_MAX = 400
GARBAGE_OBJECTS = 50_000
"""Looking for garbage every 700 objects, as Python does, takes a tenth of the time."""


def main() -> int:
    """0 when no yen is lost, 1 when something is off, 2 for bad arguments."""
    arguments = _parser().parse_args()
    logging.disable(logging.CRITICAL)  # a disk that fails on purpose is no news
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS)
    first, last = arguments.seeds
    began = time.monotonic()
    outcomes: list[Outcome] = []
    for seed in range(first, last + 1):
        outcome = run_seed(seed, arguments.days, sales=arguments.sales)
        outcomes.append(outcome)
        if not outcome.is_ok:
            break
    print(figures(outcomes, arguments, time.monotonic() - began))
    if outcomes[-1].is_ok:
        return DONE
    sys.stderr.write("".join(f"seed {outcomes[-1].seed}: {problem}\n" for problem in outcomes[-1].problems))
    _show_shortest(outcomes[-1], arguments.days, arguments.sales)
    return LOST


def figures(outcomes: list[Outcome], arguments: argparse.Namespace, seconds: float) -> str:
    """The one line."""
    first, last = arguments.seeds
    hits: Counter[Fault] = sum((outcome.hits for outcome in outcomes), Counter())
    dice = Dice(World(0))
    dice.hits = hits
    least, count = dice.least_hit()
    payments = sum(outcome.payments for outcome in outcomes)
    digest = outcomes[0].trace if len(outcomes) == 1 else _digest(outcomes)
    replay = f"scripts/simulate --seeds {first}..{last} --days {arguments.days} --sales {arguments.sales}"
    words = {
        "seeds": f"{first}..{outcomes[-1].seed}",
        "payments": payments,
        "yen": sum(outcome.yen for outcome in outcomes),
        "faults": sum(hits.values()),
        "kills": sum(outcome.kills for outcome in outcomes),
        "lost": sum(outcome.lost for outcome in outcomes),
        "doubled": sum(outcome.doubled for outcome in outcomes),
        "stuck": sum(outcome.stuck for outcome in outcomes),
        "least_hit": f"{least}:{count}",
        "rate": f"{payments / seconds:.0f}/s",
        "trace": digest[:16],
        "commit": _commit(),
        "sqlite": load_driver().sqlite_version,
    }
    verdict = "OK" if all(outcome.is_ok for outcome in outcomes) else "LOST"
    return f"YEN {verdict} " + " ".join(f"{name}={value}" for name, value in words.items()) + f" replay: {replay}"


def _digest(outcomes: list[Outcome]) -> str:
    return hashlib.sha256("".join(outcome.trace for outcome in outcomes).encode()).hexdigest()


def _show_shortest(failed: Outcome, days: int, sales: int) -> None:
    """The same seed with as few sales as still show it, and what happened then."""
    shortest = failed
    for fewer in range(1, sales + 1):
        tried = run_seed(failed.seed, days, sales=fewer, keep_transcript=True)
        if not tried.is_ok:
            shortest = tried
            sys.stderr.write(f"replay: scripts/simulate --seeds {failed.seed} --days {days} --sales {fewer}\n")
            break
    sys.stderr.write("".join(f"{line}\n" for line in shortest.transcript))
    sys.stderr.write("".join(f"seed {failed.seed}: {problem}\n" for problem in shortest.problems))


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent, check=False
    )
    return found.stdout.strip() or "unknown"


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="scripts/simulate", description="days at the counters in virtual time, with faults")
    parser.add_argument("--seeds", type=_seeds, required=True, metavar="A..B", help="from A to B, or one seed")
    parser.add_argument("--days", type=_number(DAYS_MAX), default=1, metavar="D")
    parser.add_argument("--sales", type=_number(1000), default=SALES, metavar="N", help="of one counter on one day")
    return parser


def _seeds(text: str) -> tuple[int, int]:
    first, dots, last = text.partition("..")
    if not first.isdecimal() or (dots and not last.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a range of seeds: write A..B, such as 1..100")
    pair = int(first), int(last or first)
    if not 0 <= pair[0] <= pair[1] <= SEED_MAX:
        raise argparse.ArgumentTypeError(
            f"{text!r}: the first seed must not be above the last, nor the last above 10^9"
        )
    return pair


def _number(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {most}")
        return int(text)

    return read


if __name__ == "__main__":
    raise SystemExit(main())
