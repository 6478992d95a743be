"""``scripts/simulate``: days at the counters from seeds, and one line of figures. Owns arguments, output, exit code."""

import argparse
import os
import sys
import time
from itertools import chain
from pathlib import Path

from kiosk.cli import OneLineParser
from kiosk.journal.database import load_driver
from tests.arguments import number
from tests.revision import commit
from tests.simulation.day import SALES, Outcome, run_seed
from tests.simulation.figures import Figures
from tests.simulation.playing import play
from tests.simulation.record import OtherRunError, RunRecord

DONE, LOST, WRONG = 0, 1, 2
SEED_MAX = 10**9
DAYS_MAX = 400
PROGRESS_S = 30.0


def main() -> int:
    """0 when no yen is lost, 1 when something is off, 2 for bad arguments."""
    arguments = _parser().parse_args()
    first, last = arguments.seeds
    figures = Figures()
    try:
        record = _record(arguments)
    except (OtherRunError, OSError) as error:
        sys.stderr.write(f"--record: {error}: name another file\n")
        return WRONG
    known, before_s = (record.outcomes, record.seconds) if record else ((), 0.0)
    told = time.monotonic()
    began = told - before_s
    outcome: Outcome | None = None
    seeds = range(first + len(known), last + 1)
    outcomes = play(seeds, days=arguments.days, sales=arguments.sales, jobs=arguments.jobs)
    for outcome in chain(known, record.keep(outcomes) if record else outcomes):
        figures.add(outcome)
        if not outcome.is_ok:
            break
        if time.monotonic() - told > PROGRESS_S:
            told = time.monotonic()
            rate = figures.payments / (told - began)
            sys.stderr.write(f"seed {outcome.seed} of {last}: {figures.payments} payments, {rate:.0f}/s\n")
    assert outcome is not None
    replay = f"scripts/simulate --seeds {first}..{last} --days {arguments.days} --sales {arguments.sales}"
    sqlite, seconds = load_driver().sqlite_version, time.monotonic() - began
    print(figures.line(first, seconds=seconds, commit=commit(), sqlite=sqlite, replay=replay))
    if arguments.table:
        print("\n".join(figures.rows()))
    if outcome.is_ok:
        return DONE
    sys.stderr.write("".join(f"seed {outcome.seed}: {problem}\n" for problem in outcome.problems))
    _show_shortest(outcome, arguments.days, arguments.sales)
    return LOST


def _record(arguments: argparse.Namespace) -> RunRecord | None:
    if arguments.record is None:
        return None
    first, last = arguments.seeds
    run = {"seeds": f"{first}..{last}", "days": arguments.days, "sales": arguments.sales, "commit": commit()}
    return RunRecord.open(arguments.record, **run)


def _show_shortest(failed: Outcome, days: int, sales: int) -> None:
    """The same seed with as few sales as still show it, and what happened then."""
    shortest = failed
    for fewer in range(1, sales + 1):
        tried = run_seed(failed.seed, days, sales=fewer, keep_transcript=True)
        if not tried.is_ok:
            shortest = tried
            sys.stderr.write(f"replay: scripts/simulate --seeds {failed.seed} --days {days} --sales {fewer}\n")
            break
    told = [line for line in shortest.transcript if not line.endswith(" bytes")]
    sys.stderr.write("".join(f"{line}\n" for line in told))
    sys.stderr.write("".join(f"seed {failed.seed}: {problem}\n" for problem in shortest.problems))


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="scripts/simulate", description="days at the counters in virtual time, with faults")
    parser.add_argument("--seeds", type=_seeds, required=True, metavar="A..B", help="from A to B, or one seed")
    parser.add_argument("--days", type=number(DAYS_MAX), default=1, metavar="D")
    parser.add_argument("--sales", type=number(1000), default=SALES, metavar="N", help="of one counter on one day")
    parser.add_argument(
        "--jobs", type=number(64), default=os.cpu_count() or 1, metavar="N", help="seeds played at a time"
    )
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="keep each seed's outcome; the same command goes on where it ended"
    )
    parser.add_argument("--table", action="store_true", help="print how often each fault struck, and at what moment")
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


if __name__ == "__main__":
    raise SystemExit(main())
