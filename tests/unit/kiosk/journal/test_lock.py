"""Only one kiosk at a time."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.journal.errors import JournalError, JournalLockedError
from kiosk.journal.lock import DirectoryLock
from tests.unit.kiosk.journal.history import draft, open_journal, prepared

HOLDER = """
import sys
from pathlib import Path
from tests.unit.kiosk.journal.history import open_journal
journal = open_journal(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_a_second_journal_in_the_same_process_is_refused(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        with pytest.raises(JournalLockedError, match="in use by another kiosk process; close that one first"):
            open_journal(tmp_path)
        journal.append(draft(prepared(1)))
    open_journal(tmp_path).close()


def test_a_second_process_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(JournalLockedError):
            open_journal(tmp_path)
        holder.kill()
        holder.wait()
    open_journal(tmp_path).close()


def test_a_refused_start_gives_the_lock_back(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(prepared(1)))
    with pytest.raises(JournalError, match="belongs to kiosk"):
        open_journal(tmp_path, kiosk_id="other")
    lock = DirectoryLock(tmp_path)
    lock.release()


def test_a_disk_that_cannot_lock_is_not_taken_for_another_kiosk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("kiosk.journal.lock._take", fail)
    with pytest.raises(JournalError, match=r"cannot be used for the journal .Input/output error") as refused:
        open_journal(tmp_path)
    assert not isinstance(refused.value, JournalLockedError)
