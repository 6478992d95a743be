"""``python -m tests.instant``: a sale struck at every instant, and a table of what became of it.

Owns arguments, output and exit code: 0 when nothing is lost, doubled or falsely told, 1 when something is.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter as Tally
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kiosk.cli import OneLineParser
from tests.instant.books import Ended
from tests.instant.calls import Fault
from tests.instant.packaged import install_wheel, installed_here
from tests.instant.sweep import Case, Result, Scene, Stage, cases_of
from tests.revision import commit

DONE, LOST = 0, 1
TOLD_EVERY = 100
REPLAY = "python -m tests.instant --case"
COLUMNS = ("scene", "call", "fault", "cases", "struck", "charged", *Ended, "said paid", "wrong")


def main() -> int:
    """Run what the arguments ask for."""
    arguments = _parser().parse_args()
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="instant-") as name:
        folder = arguments.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        installed = installed_here() if arguments.sources else install_wheel(Path(name))
        stage = Stage(installed, folder)
        cases = arguments.case or _all_cases(stage, arguments)
        results: list[Result] = []
        with ThreadPoolExecutor(arguments.jobs) as pool:
            try:
                for result in pool.map(lambda case: stage.run(case, keep=bool(arguments.keep)), cases):
                    results.append(result)
                    _tell(result, len(results), len(cases))
            except KeyboardInterrupt:  # what is done is told
                pool.shutdown(cancel_futures=True)
    print(table(results))
    line = figure(results, time.monotonic() - began_s)
    print(line)
    return DONE if line.startswith("INSTANT OK") else LOST


def _tell(result: Result, number: int, count: int) -> None:
    for violation in result.finding.violations:
        sys.stderr.write(f"{result.case}: {violation}\n    replay: {REPLAY} {result.case}\n")
    if number % TOLD_EVERY == 0:
        sys.stderr.write(f"{number} of {count} cases\n")


def _all_cases(stage: Stage, arguments: argparse.Namespace) -> list[Case]:
    found: list[Case] = []
    for scene in arguments.scene or Scene:
        found += cases_of(scene, stage.count(scene))
    if arguments.only:
        found = [case for case in found if (case.instant.fault is Fault.KILL) is (arguments.only == "kills")]
    number, count = arguments.part
    return found[number - 1 :: count]


def table(results: Sequence[Result]) -> str:
    """A line for each call and kind of fault."""
    groups: dict[tuple[str, ...], list[Result]] = {}
    for result in results:
        instant = result.case.instant
        often = "" if instant.fault is Fault.KILL else " always" if instant.always else " once"
        groups.setdefault((result.case.scene, instant.call, f"{instant.fault}{often}"), []).append(result)
    rows = [COLUMNS, *((*key, *_figures(group)) for key, group in groups.items())]
    rows.append(("all", "", "", *_figures(results)))
    widths = [max(len(str(row[place])) for row in rows) for place in range(len(COLUMNS))]
    return "\n".join("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _figures(results: Sequence[Result]) -> tuple[object, ...]:
    findings = [result.finding for result in results]
    ended = Tally(finding.ended for finding in findings)
    return (
        len(results),
        sum(result.struck > 0 for result in results),
        sum(finding.charged for finding in findings),
        *(ended[each] for each in Ended),
        sum(finding.acknowledged for finding in findings),
        sum(bool(finding.violations) for finding in findings),
    )


def figure(results: Sequence[Result], seconds: float) -> str:
    """The one line. A sweep that mostly strikes nothing has shown nothing, and says so."""
    kinds = Tally(
        violation.split(":")[0].replace(" ", "_") for each in results for violation in each.finding.violations
    )
    killed = sum(result.struck > 0 for result in results if result.case.instant.fault is Fault.KILL)
    failed = sum(result.struck > 0 for result in results) - killed
    if 2 * (killed + failed) < len(results):
        kinds["not_struck"] = len(results) - killed - failed
    counts = {"cases": len(results), "kills": killed, "errors": failed, "lost": 0, "doubled": 0, "false_yes": 0} | kinds
    told = " ".join(f"{name}={count}" for name, count in counts.items())
    return f"INSTANT {'WRONG' if kinds else 'OK'} {told} seconds={seconds:.0f} commit={commit()}"


def _case(text: str) -> Case:
    try:
        return Case.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no case: write scene/call/number/fault") from error


def _part(text: str) -> tuple[int, int]:
    number, slash, count = text.partition("/")
    if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text!r} is no part: write 1/4 for the first of four")
    return int(number), int(count)


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m tests.instant", description="A sale struck at every system call.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--all", action="store_true", help="every kill and every error (the default)")
    what.add_argument("--only", choices=("kills", "errors"))
    what.add_argument(
        "--case", action="append", type=_case, default=[], help="one instant, such as daily/fdatasync/5/KILL"
    )
    parser.add_argument("--scene", action="append", type=Scene, choices=tuple(Scene), help="only this scene")
    parser.add_argument("--part", type=_part, default=(1, 1), metavar="K/N", help="the K-th of N equal parts")
    parser.add_argument("--jobs", type=int, default=2, help="cases at the same time (default 2)")
    parser.add_argument("--sources", action="store_true", help="this environment's kiosk instead of an installed wheel")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the evidence of every case here")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
