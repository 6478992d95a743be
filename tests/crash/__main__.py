"""``python -m tests.crash``: crash images of every story. Owns arguments, output, exit code.

One line per story, one per control, one for all; exit 1 when an image lost or accused something, or a control did not.
"""

import argparse
import logging
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from kiosk.cli import OneLineParser
from kiosk.journal.database import load_driver
from tests.arguments import number
from tests.crash.campaign import Outcome, Tally, examine, examine_stories, replay, shares
from tests.crash.played import CONTROLS
from tests.crash.recording import record_stories
from tests.crash.stories import STORIES
from tests.revision import commit

DONE, LOST, BAD_INPUT = 0, 1, 2
SHOWN_MAX = 5
"""Failing images a story tells of; one is enough to begin with."""
CONTROL_STORY = "approved"
CONTROL_IMAGES_MAX = 4000
IMAGES_MAX = 100_000_000
JOBS_MAX = 64


def main() -> int:
    """0 when nothing is lost, 1 when something is or a control sees nothing, 2 for bad arguments."""
    parser = _parser()
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)  # a head file that is behind is what half of the images are about
    if arguments.replay:
        if len(arguments.scripts) != 1:
            parser.error("--replay needs the one story of the image: --scripts NAME")
        return _replay(arguments)
    began = time.monotonic()
    outcomes: list[Outcome] = []
    for outcome in _outcomes(arguments):
        outcomes.append(outcome)
        _tell(_line(outcome))
        for text, problem in (*outcome.direct.failures, *outcome.recovery.failures)[:SHOWN_MAX]:
            _tell(f"  {problem}\n  replay: python -m tests.crash --scripts {outcome.name} --replay {text}")
    controls = {name: _control(name, arguments) for name in CONTROLS}
    for name, tally in controls.items():
        _tell(f"control {name}: {CONTROLS[name]}: {len(tally.failures)} of {tally.images} images fail: {_kinds(tally)}")
    failures = sum(len(outcome.direct.failures) + len(outcome.recovery.failures) for outcome in outcomes)
    blind = [name for name, tally in controls.items() if not tally.failures]
    _tell(_total(outcomes, controls, arguments, time.monotonic() - began, is_good=not failures and not blind))
    return LOST if failures or blind else DONE


def _outcomes(arguments: argparse.Namespace) -> Iterator[Outcome]:
    jobs = [(name, images, arguments.seed) for name, images in shares(arguments.scripts, arguments.images).items()]
    if arguments.jobs == 1:
        yield from map(_examined, jobs)
        return
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_examined, jobs)


def _examined(job: tuple[str, int, int]) -> Outcome:
    logging.disable(logging.CRITICAL)
    name, images, seed = job
    return examine_stories(record_stories([STORIES[name]]), {name: images}, seed)[0]


def _control(name: str, arguments: argparse.Namespace) -> Tally:
    (recorded,) = record_stories([STORIES[CONTROL_STORY]], control=name)
    return examine(recorded, min(arguments.images, CONTROL_IMAGES_MAX), f"{arguments.seed} {name}")[0]


def _line(outcome: Outcome) -> str:
    both = _sum([outcome])
    return (
        f"{outcome.name:20} points={both.points} images={both.images} distinct={both.distinct} torn={both.torn}"
        f" recovery={outcome.recovery.images} failures={len(both.failures)} rate={both.images / outcome.seconds:.0f}/s"
    )


def _total(
    outcomes: list[Outcome],
    controls: dict[str, Tally],
    arguments: argparse.Namespace,
    seconds: float,
    *,
    is_good: bool,
) -> str:
    total = _sum(outcomes)
    every = set(arguments.scripts) == set(STORIES)
    words = {
        "scripts": len(outcomes),
        "points": total.points,
        "images": total.images,
        "distinct": total.distinct,
        "torn": total.torn,
        "recovery": sum(outcome.recovery.images for outcome in outcomes),
        "failures": len(total.failures),
        "controls": ",".join(f"{name}:{len(tally.failures)}/{tally.images}" for name, tally in controls.items()),
        "seed": arguments.seed,
        "rate": f"{total.images / seconds:.0f}/s",
        "commit": commit(),
        "sqlite": load_driver().sqlite_version,
    }
    again = f"--scripts {'all' if every else ','.join(arguments.scripts)} --images {arguments.images}"
    return (
        f"CRASH {'OK' if is_good else 'LOST'} "
        + " ".join(f"{name}={value}" for name, value in words.items())
        + f" replay: python -m tests.crash {again} --seed {arguments.seed}"
    )


def _sum(outcomes: Iterable[Outcome]) -> Tally:
    total = Tally()
    for outcome in outcomes:
        total.add(outcome.direct)
        total.add(outcome.recovery)
    return total


def _kinds(tally: Tally) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in tally.kinds.most_common())


def _replay(arguments: argparse.Namespace) -> int:
    folder = Path(tempfile.mkdtemp(prefix="crash-image-"))
    try:
        problem, lines = replay(STORIES[arguments.scripts[0]], arguments.replay, arguments.control, folder)
    except ValueError as error:
        _parser().error(f"--replay: {error}")
    for line in lines:
        _tell(line)
    _tell(f"{problem or 'nothing is wrong with it'}\nits files: {folder}")
    return LOST if problem else DONE


def _tell(line: str) -> None:
    print(line, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m tests.crash", description="pictures of the disk after a power cut, judged")
    parser.add_argument(
        "--scripts", type=_names, default=list(STORIES), metavar="NAME,...", help="all, or some stories"
    )
    parser.add_argument("--images", type=number(IMAGES_MAX), default=20_000, metavar="N", help="of all stories")
    parser.add_argument("--seed", type=number(IMAGES_MAX), default=1, metavar="S")
    parser.add_argument("--jobs", type=number(JOBS_MAX), default=1, metavar="J", help="processes")
    parser.add_argument("--replay", default="", metavar="IMAGE", help="one image again, as a failure names it")
    parser.add_argument("--control", choices=("", *CONTROLS), default="", help="for --replay of a control's image")
    return parser


def _names(text: str) -> list[str]:
    names = list(STORIES) if text == "all" else text.split(",")
    if unknown := [name for name in names if name not in STORIES]:
        raise argparse.ArgumentTypeError(f"no story is called {unknown[0]!r}; there are {', '.join(STORIES)}")
    return names


if __name__ == "__main__":
    raise SystemExit(main())
