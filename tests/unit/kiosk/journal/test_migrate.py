"""A journal of an older program is brought up to date, and no step ever touches the journal table."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.domain.record import GENESIS_HASH, SignedIn, chain_hash
from kiosk.journal.commands import verify
from kiosk.journal.database import Connection, WriteConnection, load_driver
from kiosk.journal.entries import INSERT
from kiosk.journal.errors import JournalError
from kiosk.journal.head_file import HEAD_NAME, create_head
from kiosk.journal.migrate import SCRIPTS, migrate
from kiosk.journal.opening import DATABASE_NAME
from kiosk.journal.schema import LASTING, USER_VERSION, create_lasting, journal_sql
from tests.unit.kiosk.journal.history import draft, open_journal


def schema_of(connection: Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def link_at(directory: Path, version: int) -> WriteConnection:
    link = WriteConnection(directory / DATABASE_NAME)
    migrate(link, to_version=version)
    return link


def test_created_and_migrated_databases_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "created").mkdir()
    created = WriteConnection(tmp_path / "created" / DATABASE_NAME)
    created.begin()
    create_lasting(created.session.connection)
    created.commit()
    migrated = link_at(tmp_path, USER_VERSION)
    for sql in ("PRAGMA user_version", "SELECT * FROM alembic_version", "SELECT * FROM sync_state"):
        here, there = (link.session.connection.execute(sql).fetchall() for link in (created, migrated))
        assert here == there
    assert schema_of(created.session.connection) == schema_of(migrated.session.connection)
    created.close()
    migrated.close()


def test_the_tables_the_statements_are_built_from_are_those_of_the_database(tmp_path: Path) -> None:
    link = link_at(tmp_path, USER_VERSION)
    for table in LASTING.sorted_tables:
        rows = link.session.connection.execute(f"PRAGMA table_info({table.name})").fetchall()
        assert [row[1] for row in rows] == [column.name for column in table.columns]
        types = {"TEXT": "TEXT", "INTEGER": "INTEGER", "BLOB": "BLOB"}
        assert [types[row[2]] for row in rows] == [str(column.type) for column in table.columns]
        assert all(row[3] for row in rows), "every column is NOT NULL"
    link.close()


@pytest.mark.parametrize("version", range(1, USER_VERSION + 1))
def test_no_migration_touches_the_journal_table(tmp_path: Path, version: int) -> None:
    link = link_at(tmp_path, 1)
    first = journal_sql(link.session.connection)
    migrate(link, to_version=version)
    assert journal_sql(link.session.connection) == first
    assert len(first) == 4, "the table and its three triggers"
    link.close()


def test_only_the_first_script_names_the_journal_table() -> None:
    scripts = sorted((SCRIPTS / "versions").glob("v*.py"))
    assert len(scripts) == USER_VERSION
    later = {script.name: "journal" in script.read_text("utf-8") for script in scripts[1:]}
    assert later == dict.fromkeys(later, False)


def test_an_older_journal_keeps_its_entries(tmp_path: Path) -> None:
    with open_journal(tmp_path / "newer") as journal:
        (record,) = journal.append(draft(SignedIn("clerk")))
    link = link_at(tmp_path, 1)
    row = ("k0001", 1, 1, 1, "signed_in", record.canonical, GENESIS_HASH, chain_hash(GENESIS_HASH, record.canonical))
    link.session.run(INSERT, *row)
    link.close()
    create_head(tmp_path / HEAD_NAME, 1)
    with open_journal(tmp_path) as journal:
        assert journal.head().hash == record.hash
        assert journal.books().sync_status().head_seq == 1
        journal.append(draft(SignedIn("clerk")))
    assert all(verdict.ok for verdict in verify(tmp_path))


def test_a_newer_programs_journal_is_refused(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    connection = load_driver().connect(tmp_path / DATABASE_NAME)
    connection.execute(f"PRAGMA user_version={USER_VERSION + 1}")
    connection.close()
    with pytest.raises(JournalError, match="written by a newer program"):
        open_journal(tmp_path)


OPENING = """
import sys
from pathlib import Path
from tests.unit.kiosk.journal.history import open_journal
open_journal(Path(sys.argv[1])).close()
open_journal(Path(sys.argv[1])).close()
print("alembic" in sys.modules)
"""


def test_a_journal_of_this_version_opens_without_alembic(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", OPENING, str(tmp_path)], capture_output=True, check=True)
    assert done.stdout == b"False\n"


def test_a_migration_that_fails_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    link = link_at(tmp_path, 1)
    link.session.connection.execute("CREATE TABLE sync_state (in_the_way)")
    link.close()
    with pytest.raises(JournalError, match=r"from schema 1 to 2 \(.*sync_state already exists\); it is unchanged$"):
        open_journal(tmp_path)
    connection = load_driver().connect(tmp_path / DATABASE_NAME)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    connection.close()
