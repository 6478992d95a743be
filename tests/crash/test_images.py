"""Crash images of every story: nothing acknowledged is lost, nothing healthy accused; and controls do fail."""

import logging
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash import judge
from tests.crash.__main__ import main
from tests.crash.campaign import examine, examine_stories, shares
from tests.crash.played import CONTROLS
from tests.crash.recording import Recording, record_stories
from tests.crash.stories import STORIES
from tests.crash.strace_log import Create, Mark, Rename, Step, Sync, Truncate, Unlink, Write

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
    for outcome in examine_stories(record_stories([STORIES[name] for name in names]), budget, SEED):
        again = f"again: python -m tests.crash --scripts {outcome.name} --replay IMAGE"
        assert [*outcome.direct.failures, *outcome.recovery.failures] == [], again
        assert outcome.direct.images + outcome.recovery.images >= budget[outcome.name]
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


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """``python -m tests.crash`` in this process: exit code, output, errors."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["crash", *arguments])
        try:
            code = main()
        except SystemExit as leaving:
            code = int(str(leaving.code))
        return (code, *capsys.readouterr())

    return run


def test_a_controls_image_is_looked_at_again_and_explained(command: Callable[..., tuple[int, str, str]]) -> None:
    (recorded,) = record_stories([STORIES["approved"]], control="normal")
    tally, _ = examine(recorded, CONTROL_IMAGES, str(SEED))
    text, problem = tally.failures[0]
    code, told, _ = command("--scripts", "approved", "--replay", text, "--control", "normal")
    assert code == 1
    *changes, again, files = told.splitlines()
    assert again.partition(":")[0] == problem.partition(":")[0]
    assert any(line.startswith(("arrived", "lost", "torn")) for line in changes)
    folder = Path(files.removeprefix("its files: "))
    assert (folder / "state" / "journal.head").is_file()
    shutil.rmtree(folder)


def test_a_run_tells_each_story_each_control_and_all(
    command: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.crash.__main__.CONTROLS", {"lie": CONTROLS["lie"]})
    code, told, _ = command("--scripts", "close", "--images", "150", "--seed", "7")
    story, control, total = told.splitlines()
    assert code == 0
    assert story.startswith("close ")
    assert control.startswith("control lie: a disk whose syncs do nothing: ")
    words = dict(word.split("=", 1) for word in total.split() if "=" in word)
    assert total.startswith("CRASH OK scripts=1 ")
    assert (words["failures"], words["seed"]) == ("0", "7")
    assert int(words["images"]) >= 150
    assert total.endswith("replay: python -m tests.crash --scripts close --images 150 --seed 7")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--scripts", "approve"),
        ("--images", "0"),
        ("--replay", "1:1"),
        ("--scripts", "close", "--replay", "9999:1"),
        ("--scripts", "close", "--replay", "a:b"),
    ],
)
def test_a_wrong_argument_is_one_line(command: Callable[..., tuple[int, str, str]], arguments: tuple[str, ...]) -> None:
    code, told, error = command(*arguments)
    assert (code, told, len(error.splitlines())) == (2, "", 1)
