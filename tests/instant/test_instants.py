"""A sale struck by a kill or an error at instants around all that matters. All of them: python -m tests.instant --all.

The numbers are those of a sale as it is today; a number that strikes another call is an instant as good as any. A kill
comes before its call, and what a killed process had written is the system's: before a sync, the entry is there already.
"""

import sys

import pytest

from tests.instant import planted
from tests.instant.books import Ended
from tests.instant.calls import Instant
from tests.instant.packaged import installed_here
from tests.instant.sweep import Case, Stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(installed_here(), tmp_path_factory.mktemp("stage"))


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        pytest.param("first/rename/1/KILL", Ended.NOT_BEGUN, id="the first head file put in place"),
        pytest.param("daily/fsync/4/KILL", None, id="the intent"),
        pytest.param("daily/fsync/5/KILL", None, id="the request"),
        pytest.param("daily/write/20/KILL", None, id="the charge leaves"),
        pytest.param("daily/write/25/KILL", None, id="the terminal is at work"),
        pytest.param("daily/fsync/6/KILL", None, id="the commit before the acknowledgement"),
        pytest.param("daily/write/31/KILL", None, id="the acknowledgement"),
        pytest.param("daily/pwrite64/66/KILL", Ended.PAID, id="the acknowledgement has left"),
        pytest.param("daily/fsync/7/KILL", Ended.PAID, id="the outcome"),
        pytest.param("daily/fsync/8/KILL", Ended.PAID, id="the receipt's number"),
        pytest.param("daily/write/44/KILL", Ended.PAID, id="the receipt is printing"),
        pytest.param("daily/fsync/11/KILL", Ended.PAID, id="the log goes into the database"),
    ],
)
def test_a_sale_killed_at_any_instant_is_found_again(stage: Stage, text: str, ended: Ended | None) -> None:
    result = stage.run(Case.parse(text))
    assert result.struck
    assert result.finding.violations == ()
    assert ended in (None, result.finding.ended)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("daily/openat/3/EIO", id="a journal that cannot be opened"),
        pytest.param("daily/fsync/6+/EIO", id="a disk that fails under the report"),
        pytest.param("daily/fsync/7/EIO", id="a commit that reports an error"),
        pytest.param("daily/pwrite64/83/ENOSPC", id="no room for the receipt's number"),
        pytest.param("daily/write/24+/EIO", id="lines and head file fail in mid-charge"),
        pytest.param("daily/pread64/45+/EIO", id="a journal that cannot be read any more"),
    ],
)
def test_an_error_never_lets_a_sale_be_told_wrong(stage: Stage, text: str) -> None:
    result = stage.run(Case.parse(text))
    assert result.struck
    assert result.finding.violations == ()


@pytest.mark.parametrize("text", ["sending/sendto/2/KILL", "register/sendto/2/KILL"])
def test_nothing_acknowledged_is_forgotten_by_a_register(stage: Stage, text: str) -> None:
    result = stage.run(Case.parse(text))
    assert result.struck
    assert result.finding.violations == ()


@pytest.mark.parametrize(
    ("bug", "text", "found"),
    [
        (planted.record_the_request_with_the_report, "daily/pwrite64/46/KILL", "unasked"),
        (planted.forget_at_a_start_what_was_requested, "daily/pwrite64/66/KILL", "lost"),
        (planted.charge_again_instead_of_asking, "daily/pwrite64/66/KILL", "unasked"),
        (planted.say_paid_when_the_terminal_does, "daily/fsync/6/KILL", "false yes"),
        (planted.take_a_failed_commit_for_done, "daily/pwrite64/65/ENOSPC", "restart"),
        (planted.let_a_receipt_that_fails_undo_the_sale, "daily/pwrite64/83/ENOSPC", "false no"),
    ],
)
def test_a_planted_bug_is_found(stage: Stage, bug: planted.Bug, text: str, found: str) -> None:
    command = (sys.executable, "-m", "tests.instant.planted", bug.__name__)
    result = stage.played_by(command).run(Case.parse(text))
    assert result.struck
    assert found in [violation.split(":")[0] for violation in result.finding.violations]


@pytest.mark.parametrize("text", ["write/3/KILL", "pread64/12+/EIO"])
def test_an_instant_reads_as_it_is_written(text: str) -> None:
    assert str(Instant.parse(text)) == text


@pytest.mark.parametrize("text", ["write/3", "write/x/KILL", "reboot/1/KILL", "write/1/ENOENT", ""])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which sentence is argparse's affair
        Instant.parse(text)
