"""A journal that lost or changed something is noticed at the start, each time in one clear sentence."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain.record import SignedIn, chain_hash
from kiosk.journal.database import Connection, load_driver
from kiosk.journal.errors import JournalError
from kiosk.journal.head_file import HEAD_NAME, create_head
from kiosk.journal.opening import DATABASE_NAME
from kiosk.journal.schema import TRIGGERS
from tests.unit.kiosk.journal.history import draft, open_journal, prepared

ENTRIES = 6
DROPPED = ("journal_refuses_update", "journal_refuses_delete", "journal_refuses_replace")


def fill(directory: Path) -> None:
    with open_journal(directory) as journal:
        for n in range(1, ENTRIES + 1):
            journal.append(draft(prepared(n)))


def forge(directory: Path, *statements: str) -> None:
    """What somebody with the file and SQLite can do: triggers aside, then back in place."""
    connection = load_driver().connect(directory / DATABASE_NAME)
    for name in DROPPED:
        connection.execute(f"DROP TRIGGER {name}")
    for sql in statements:
        connection.execute(sql)
    for sql in TRIGGERS:
        connection.execute(sql)
    connection.close()


def refuse(directory: Path, words: str) -> str:
    with pytest.raises(JournalError, match=words) as caught:
        open_journal(directory)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            "UPDATE journal SET canonical = CAST(replace(canonical, 'sale-3', 'sale-9') AS BLOB) WHERE seq = 3",
            "entry 3 has been altered",
        ),
        ("UPDATE journal SET hash = prev_hash WHERE seq = 6", "entry 6 is not the one journal.head has seen"),
        ("DELETE FROM journal WHERE seq = 3", "entry 3 is missing"),
        ("DELETE FROM journal WHERE seq > 4", "ends at entry 4, but journal.head has seen entry 6"),
        ("DELETE FROM journal", "ends at entry 0, but journal.head has seen entry 6"),
        ("UPDATE journal SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE seq IN (2, 3)", "seen entry 6|missing"),
    ],
)
def test_forged_entries(tmp_path: Path, sql: str, words: str) -> None:
    fill(tmp_path)
    forge(tmp_path, sql)
    refuse(tmp_path, words)


def test_two_entries_swapped(tmp_path: Path) -> None:
    fill(tmp_path)
    swap = ("SET seq = -1 WHERE seq = 2", "SET seq = 2 WHERE seq = 3", "SET seq = 3 WHERE seq = -1")
    forge(tmp_path, "PRAGMA ignore_check_constraints=ON", *(f"UPDATE journal {step}" for step in swap))
    refuse(tmp_path, "entry 2 has been altered")


def test_a_history_rewritten_with_a_chain_of_its_own(tmp_path: Path) -> None:
    fill(tmp_path)
    connection = load_driver().connect(tmp_path / DATABASE_NAME)
    rows = connection.execute("SELECT seq, canonical, prev_hash FROM journal ORDER BY seq").fetchall()
    connection.close()
    previous, statements = rows[0][2], []
    for seq, canonical, _ in rows:
        changed = canonical.replace(b"600", b"100")
        digest = chain_hash(previous, changed)
        statements.append(
            f"UPDATE journal SET canonical = x'{changed.hex()}', prev_hash = x'{previous.hex()}',"
            f" hash = x'{digest.hex()}' WHERE seq = {seq}"
        )
        previous = digest
    forge(tmp_path, *statements)
    refuse(tmp_path, "replaced or altered")


@pytest.mark.parametrize("name", DROPPED)
def test_a_missing_trigger(tmp_path: Path, name: str) -> None:
    fill(tmp_path)
    connection = load_driver().connect(tmp_path / DATABASE_NAME)
    connection.execute(f"DROP TRIGGER {name}")
    connection.close()
    refuse(tmp_path, "append-only triggers have been altered")


def test_an_old_backup_put_back(tmp_path: Path) -> None:
    fill(tmp_path)
    backup = tmp_path.with_name(f"{tmp_path.name}-backup")
    shutil.copytree(tmp_path, backup)
    with open_journal(tmp_path) as journal:
        journal.append(draft(SignedIn("clerk")))
    shutil.copy(backup / DATABASE_NAME, tmp_path / DATABASE_NAME)
    assert "an old backup was put back" in refuse(tmp_path, "ends at entry 6, but journal.head has seen entry 7")


def image_of_a_running_journal(directory: Path, image: Path) -> None:
    """What a power cut leaves: the files as they are while the journal is open."""
    with open_journal(directory) as journal:
        for n in range(1, ENTRIES + 1):
            journal.append(draft(prepared(n)))
        shutil.copytree(directory, image)


def test_a_power_cut_keeps_everything(tmp_path: Path) -> None:
    image = tmp_path / "image"
    image_of_a_running_journal(tmp_path / "live", image)
    with open_journal(image) as journal:
        assert journal.head().seq == ENTRIES


@pytest.mark.parametrize(
    "damage",
    [
        lambda log: log.unlink(),
        lambda log: log.write_bytes(log.read_bytes()[: log.stat().st_size // 2]),
        lambda log: log.write_bytes(_flipped(log.read_bytes())),
        lambda log: log.write_bytes(b""),
    ],
    ids=["deleted", "cut in half", "one bit flipped", "emptied"],
)
def test_a_damaged_log(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    image = tmp_path / "image"
    image_of_a_running_journal(tmp_path / "live", image)
    (image / f"{DATABASE_NAME}-shm").unlink()
    damage(image / f"{DATABASE_NAME}-wal")
    refuse(image, "journal.head has seen entry 6|truncated|cannot be opened")


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0x10]) + content[middle + 1 :]


def test_a_truncated_database_file(tmp_path: Path) -> None:
    fill(tmp_path)
    path = tmp_path / DATABASE_NAME
    path.write_bytes(path.read_bytes()[:8192])
    refuse(tmp_path, "cannot be opened|altered|missing|truncated")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / DATABASE_NAME).write_bytes(b"not a database, and long enough to be read as one" * 100)
    refuse(tmp_path, "cannot be opened")


def test_a_deleted_database(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / DATABASE_NAME).unlink()
    refuse(tmp_path, "ends at entry 0, but journal.head has seen entry 6")


def test_a_deleted_head_file(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / HEAD_NAME).unlink()
    refuse(tmp_path, "missing; compare the journal with the central register")


def test_a_ruined_head_file(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / HEAD_NAME).write_bytes(b"x" * 8192)
    refuse(tmp_path, "damaged; compare the journal with the central register")


def test_a_head_file_of_another_epoch(tmp_path: Path) -> None:
    fill(tmp_path)
    create_head(tmp_path / HEAD_NAME, 2)
    refuse(tmp_path, "ends at entry 6, but journal.head has seen entry 0")


def test_a_head_file_behind_is_brought_up_to_date_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    fill(tmp_path)
    old = (tmp_path / HEAD_NAME).read_bytes()
    with open_journal(tmp_path) as journal:
        journal.append(draft(SignedIn("clerk")))
    (tmp_path / HEAD_NAME).write_bytes(old)
    with caplog.at_level(logging.WARNING), open_journal(tmp_path) as journal:
        assert journal.head().seq == ENTRIES + 1
    assert "1 entries behind" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        open_journal(tmp_path).close()
    assert caplog.text == ""


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal SET canonical = x'7b7d' WHERE seq = 2",
        "UPDATE journal SET canonical = (SELECT canonical FROM journal WHERE seq = 1) WHERE seq = 2",
    ],
)
def test_a_journal_that_cannot_be_replayed_is_refused_and_left_as_it_is(tmp_path: Path, sql: str) -> None:
    fill(tmp_path)
    forge(tmp_path, sql, "UPDATE read_model SET version = 0")
    refuse(tmp_path, "cannot be replayed .* call support")
    connection = load_driver().connect(tmp_path / DATABASE_NAME)
    assert connection.execute("SELECT count(*) FROM sale").fetchone() == (ENTRIES,)
    connection.close()


def test_an_interrupted_creation_is_finished(tmp_path: Path) -> None:
    create_head(tmp_path / HEAD_NAME, 1)
    fill(tmp_path)
    other = tmp_path / "other"
    open_journal(other).close()
    (other / HEAD_NAME).unlink()
    fill(other)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal SET kind = 'x' WHERE seq = 1",
        "UPDATE journal SET seq = 99 WHERE seq = 1",
        "DELETE FROM journal WHERE seq = 6",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 6",
        "REPLACE INTO journal SELECT * FROM journal WHERE seq = 1",
        "INSERT INTO journal SELECT * FROM journal WHERE seq = 6 ON CONFLICT (epoch, seq) DO UPDATE SET kind = 'x'",
        "INSERT OR IGNORE INTO journal SELECT * FROM journal WHERE seq = 3",
        "UPDATE OR REPLACE journal SET seq = 5 WHERE seq = 6",
    ],
)
@pytest.mark.parametrize("recursive", [True, False])
def test_nothing_changes_an_entry(tmp_path: Path, sql: str, recursive: bool) -> None:
    fill(tmp_path)
    connection = load_driver().connect(tmp_path / DATABASE_NAME)
    connection.execute(f"PRAGMA recursive_triggers={int(recursive)}")
    before = _all(connection)
    with pytest.raises(load_driver().error, match="append-only"):
        connection.execute(sql)
    assert _all(connection) == before
    connection.close()


def _all(connection: Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT * FROM journal ORDER BY seq").fetchall()


def test_a_schema_whose_very_words_are_spoiled(tmp_path: Path) -> None:
    """SQLite then repeats bytes that are no text in its message, and the driver fails on those."""
    fill(tmp_path)
    path = tmp_path / DATABASE_NAME
    name, statement = b"operation_unsettled", b"CREATE INDEX operation_unsettled"
    content = path.read_bytes().replace(statement, b"CREATE INDEX operation unsettled")
    path.write_bytes(content.replace(name, b"\xa0peration_unsettled"))
    refuse(tmp_path, "cannot be opened")
