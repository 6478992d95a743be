"""Crash images of every story: nothing acknowledged is lost, nothing healthy accused; and controls do fail."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash import judge
from tests.crash.campaign import examine, examine_story, shares
from tests.crash.played import CONTROLS
from tests.crash.recording import Recording, record_stories
from tests.crash.stories import STORIES
from tests.crash.strace_log import Create, Mark, Rename, Step, Sync, Truncate, Unlink, Write

ROOT = Path(__file__).resolve().parents[2]
IMAGES = 20_000
"""Of all stories in one run; ``python -m tests.crash --images 1000000`` is what the product promises."""
FAMILIES = 6
SEED = 1
CONTROL_IMAGES = 250


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A head file that is behind is what half of the images are about."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("family", range(FAMILIES))
def test_no_cut_loses_an_entry_or_accuses_a_journal(family: int) -> None:
    budget = shares(list(STORIES), IMAGES)
    names = list(STORIES)[family::FAMILIES]
    for recorded in record_stories([STORIES[name] for name in names]):
        outcome = examine_story(recorded, budget[recorded.name], SEED)
        assert [*outcome.direct.failures, *outcome.recovery.failures] == [], recorded.name
        assert outcome.direct.images + outcome.recovery.images >= budget[recorded.name] - len(names)
        assert outcome.direct.torn > 0
        assert outcome.recovery.distinct > 0


def test_a_run_looks_at_as_many_images_as_it_says() -> None:
    assert sum(shares(list(STORIES), IMAGES).values()) >= IMAGES
    assert len(STORIES) >= 12


@pytest.mark.parametrize("control", CONTROLS)
def test_a_promise_that_is_taken_away_is_missed(control: str) -> None:
    (recorded,) = record_stories([STORIES["approved"]], control=control)
    tally, _ = examine(recorded, CONTROL_IMAGES, str(SEED))
    assert tally.failures
    assert set(tally.kinds) <= {"lost", "refused", "witness"}


@pytest.fixture(scope="module")
def doubtful() -> Recording:
    return record_stories([STORIES["found_not_charged"]])[0]


def test_a_start_that_settles_nothing_is_noticed(doubtful: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "recover", lambda _: ())
    assert examine(doubtful, CONTROL_IMAGES, str(SEED))[0].kinds["recovery"] > 0


def test_an_entry_that_nobody_appended_is_noticed(doubtful: Recording) -> None:
    left = doubtful.truth[-1]
    forged = Recording(doubtful.name, doubtful.day, doubtful.epoch, doubtful.points, (*doubtful.truth[:-2], left, left))
    assert examine(forged, CONTROL_IMAGES, str(SEED))[0].kinds["entries"] > 0


def test_a_story_is_recorded_alike_every_time(doubtful: Recording) -> None:
    """Else an image could not be told by numbers, and not be looked at again."""
    again = record_stories([STORIES["found_not_charged"]])[0]
    assert [shape(point.step) for point in again.points] == [shape(point.step) for point in doubtful.points]
    assert [entry.canonical for entry in again.truth] == [entry.canonical for entry in doubtful.truth]


def test_the_first_start_is_recorded_with_every_kind_of_change() -> None:
    (recorded,) = record_stories([STORIES["first_start"]])
    kinds = {type(point.step) for point in recorded.points}
    assert kinds == {Create, Mark, Rename, Sync, Truncate, Unlink, Write}
    assert "state" in {point.step.path for point in recorded.points if isinstance(point.step, Create)}


def shape(step: Step) -> tuple[object, ...]:
    """What a step does, without the bytes: SQLite salts its log."""
    if isinstance(step, Write):
        return (step.path, step.offset, len(step.data))
    return (step,)


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.crash", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_controls_image_is_looked_at_again_and_explained() -> None:
    (recorded,) = record_stories([STORIES["approved"]], control="normal")
    tally, _ = examine(recorded, CONTROL_IMAGES, str(SEED))
    text, problem = tally.failures[0]
    ran = run("--scripts", "approved", "--replay", text, "--control", "normal")
    assert ran.returncode == 1, ran.stderr
    *changes, told, files = ran.stdout.splitlines()
    assert told.partition(":")[0] == problem.partition(":")[0]
    assert any(line.startswith(("arrived", "lost", "torn")) for line in changes)
    assert (Path(files.removeprefix("its files: ")) / "state" / "journal.head").is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--scripts", "approve"),
        ("--images", "0"),
        ("--replay", "1:1"),
        ("--scripts", "approved", "--replay", "9999:1"),
        ("--scripts", "approved", "--replay", "a:b"),
    ],
)
def test_a_wrong_argument_is_one_line(arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert (ran.returncode, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1)
