"""What the journal answers when the disk, the database or the power fails in the middle."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.operation import Requested
from kiosk.domain.record import Head, NotDurable, SignedIn, SignedOut
from kiosk.journal.commands import verify
from kiosk.journal.database import Connection, Cursor, load_driver
from kiosk.journal.head_file import HEAD_NAME, read_head
from kiosk.journal.opening import DATABASE_NAME
from tests.unit.kiosk.journal.history import draft, moved, open_journal, prepared

ENTRIES_TO_FILL = 400


class Trouble:
    """Wraps real connections; ``before`` and ``after`` make the next commit fail without or with its effect."""

    def __init__(self) -> None:
        self.before = 0
        self.after = 0
        self.checkpoint = 0
        self.opened = 0
        self.refuse_open = 0
        self.instead: Path | None = None
        self.impatient = False

    def connect(self, path: Path) -> Connection:
        if self.opened and self.refuse_open:
            self.refuse_open -= 1
            raise load_driver().error("unable to open database file")
        self.opened += 1
        return TroubledConnection(load_driver().connect(self.instead or path), self)


class TroubledConnection:
    """A connection whose commit reports an error on demand."""

    def __init__(self, real: Any, trouble: Trouble) -> None:
        self._real = real
        self._trouble = trouble

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @property
    def in_transaction(self) -> bool:
        return bool(self._real.in_transaction)

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Cursor:
        if self._trouble.checkpoint and "wal_checkpoint" in sql:
            self._trouble.checkpoint -= 1
            raise load_driver().error("disk I/O error")
        if self._trouble.impatient and "busy_timeout" in sql:
            sql = "PRAGMA busy_timeout=1"
        cursor: Cursor = self._real.execute(sql, parameters)
        return cursor

    def commit(self) -> None:
        if self._trouble.before:
            self._trouble.before -= 1
            raise load_driver().error("disk I/O error")
        self._real.commit()
        if self._trouble.after:
            self._trouble.after -= 1
            raise load_driver().error("disk I/O error")

    def rollback(self) -> None:
        self._real.rollback()

    def close(self) -> None:
        self._real.close()


def test_a_commit_that_failed_without_effect_is_not_durable_and_the_next_one_works(tmp_path: Path) -> None:
    trouble = Trouble()
    with open_journal(tmp_path, connect=trouble.connect) as journal:
        journal.append(draft(prepared(1)))
        trouble.before = 1
        with pytest.raises(NotDurable, match="disk I/O error"):
            journal.append(draft(moved(1, Requested(1))))
        assert journal.head().seq == 1
        assert journal.books().unsettled()[0].sequence_number == 0
        journal.append(draft(moved(1, Requested(2))))
        assert journal.books().unsettled()[0].sequence_number == 2
    assert all(verdict.ok for verdict in verify(tmp_path))


def test_a_commit_that_failed_after_its_effect_is_durable(tmp_path: Path) -> None:
    trouble = Trouble()
    with open_journal(tmp_path, connect=trouble.connect) as journal:
        journal.append(draft(prepared(1)))
        trouble.after = 1
        (record,) = journal.append(draft(moved(1, Requested(1))))
        assert journal.head() == Head(1, 2, record.hash) == read_head(tmp_path / HEAD_NAME)
        (after,) = journal.append(draft(SignedOut()))
        assert after.prev_hash == record.hash
    assert all(verdict.ok for verdict in verify(tmp_path))


def test_a_commit_that_cannot_be_made_sure_of_is_not_durable_but_stays_in_the_chain(tmp_path: Path) -> None:
    trouble = Trouble()
    with open_journal(tmp_path, connect=trouble.connect) as journal:
        trouble.after = trouble.checkpoint = 1
        with pytest.raises(NotDurable):
            journal.append(draft(SignedIn("clerk")))
        journal.append(draft(SignedOut()))
        kinds = [verdict.detail for verdict in verify(tmp_path) if verdict.check == "chain"]
        assert kinds[0].startswith("2 entries")
    assert all(verdict.ok for verdict in verify(tmp_path))


def test_a_commit_is_not_made_sure_of_while_a_reader_holds_the_checkpoint_back(tmp_path: Path) -> None:
    trouble = Trouble()
    with open_journal(tmp_path, connect=trouble.connect) as journal:
        journal.append(draft(SignedIn("clerk")))
        trouble.impatient = True
        with journal._reading() as session:
            session.connection.execute("SELECT count(*) FROM journal").fetchone()
            trouble.after = 1
            with pytest.raises(NotDurable):
                journal.append(draft(SignedOut()))
        assert journal.append(draft(SignedIn("clerk")))[0].header.seq == 3
    assert all(verdict.ok for verdict in verify(tmp_path))


def test_a_database_that_cannot_be_opened_again_is_tried_at_the_next_transaction(tmp_path: Path) -> None:
    trouble = Trouble()
    with open_journal(tmp_path, connect=trouble.connect) as journal:
        trouble.before = 1
        trouble.refuse_open = 2
        with pytest.raises(NotDurable):
            journal.append(draft(SignedIn("clerk")))
        with pytest.raises(NotDurable, match="cannot be opened again"):
            journal.append(draft(SignedIn("clerk")))
        assert journal.append(draft(SignedIn("clerk")))[0].header.seq == 1


def test_a_database_that_came_back_older_is_noticed_while_running(tmp_path: Path) -> None:
    trouble = Trouble()
    with open_journal(tmp_path / "live", connect=trouble.connect) as journal:
        journal.append(draft(SignedIn("clerk")))
        old = tmp_path / "old"
        shutil.copytree(tmp_path / "live", old)
        journal.append(draft(SignedOut()))
        trouble.before, trouble.instead = 1, old / DATABASE_NAME
        with pytest.raises(NotDurable):
            journal.append(draft(SignedIn("clerk")))
        with pytest.raises(NotDurable, match="has lost entries while it was in use"):
            journal.append(draft(SignedIn("clerk")))
        trouble.instead = None
        assert journal.append(draft(SignedIn("clerk")))[0].header.seq == 3


def test_a_sync_state_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    trouble = Trouble()
    with open_journal(tmp_path, connect=trouble.connect) as journal:
        trouble.before = 1
        with pytest.raises(NotDurable, match="disk I/O error"):
            journal.set_frozen("fork")
        assert journal.books().sync_status().frozen_reason == ""
        journal.set_frozen("fork")
        assert journal.books().sync_status().frozen_reason == "fork"


def test_a_full_disk_refuses_and_recovers_when_there_is_space(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        connection = journal._writer._ready().session.connection
        pages = connection.execute("PRAGMA page_count").fetchone()
        assert pages is not None
        connection.execute(f"PRAGMA max_page_count={pages[0] + 2}")

        def fill() -> None:
            for n in range(1, ENTRIES_TO_FILL):
                journal.append(draft(prepared(n)))

        with pytest.raises(NotDurable, match="full"):
            fill()
        kept = journal.head().seq
        assert kept == len(journal.books().unsettled())
        connection.execute("PRAGMA max_page_count=1000000")
        journal.append(draft(SignedOut()))
        assert journal.head().seq == kept + 1
    assert all(verdict.ok for verdict in verify(tmp_path))


def test_another_programs_write_lock_is_waited_for_and_then_reported(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal._writer._ready().session.connection.execute("PRAGMA busy_timeout=1")
        other = load_driver().connect(tmp_path / DATABASE_NAME)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotDurable, match="locked"):
            journal.append(draft(SignedIn("clerk")))
        other.rollback()
        other.close()
        assert journal.append(draft(SignedIn("clerk")))[0].header.seq == 1


def test_a_head_file_that_cannot_be_written_stops_the_next_transaction_not_this_one(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(SignedIn("clerk")))
        writer = journal._writer
        writable, writer._head_file._file = writer._head_file._file, open("/dev/full", "wb", buffering=0)  # noqa: SIM115
        (record,) = journal.append(draft(SignedOut()))
        assert journal.head().hash == record.hash
        with pytest.raises(NotDurable, match="head file"):
            journal.append(draft(SignedIn("clerk")))
        writer._head_file._file.close()
        writer._head_file._file = writable
        journal.append(draft(SignedIn("clerk")))
        assert read_head(tmp_path / HEAD_NAME) == journal.head()


KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.domain.operation import Requested
from kiosk.journal.head_file import HeadFile
from tests.unit.kiosk.journal.history import draft, moved, open_journal, prepared

journal = open_journal(Path(sys.argv[1]))
journal.append(draft(prepared(1)))

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "between":
    HeadFile.write = die
    journal.append(draft(moved(1, Requested(1))))
journal.transact(lambda books: die())
"""


@pytest.mark.parametrize(("moment", "kept"), [("between", 2), ("before", 1)])
def test_killed_around_the_commit(tmp_path: Path, moment: str, kept: int) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), moment], env=os.environ, check=False)
    assert done.returncode == -signal.SIGKILL
    witness = read_head(tmp_path / HEAD_NAME)
    assert witness is not None
    assert witness.seq == 1, "the head file may lag one transaction, never lead"
    assert all(verdict.ok for verdict in verify(tmp_path)), "also before anything recovered the log"
    with open_journal(tmp_path) as journal:
        assert journal.head().seq == kept
        assert journal.books().unsettled()[0].sequence_number == kept - 1
        assert read_head(tmp_path / HEAD_NAME) == journal.head()
        journal.append(draft(SignedOut()))
    assert all(verdict.ok for verdict in verify(tmp_path))
