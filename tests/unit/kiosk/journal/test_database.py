"""Drivers that can lose entries are refused; statements are compiled once, with every name in place."""

import logging
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import bindparam, select

from kiosk.journal.database import SQLITE_FIXED, host_driver, load_driver, prepare, set_pragmas
from kiosk.journal.errors import JournalError
from kiosk.journal.schema import journal


def stand_in(*version: int) -> ModuleType:
    module = ModuleType("sqlite3")
    vars(module).update(sqlite_version_info=version, sqlite_version=".".join(map(str, version)))
    return module


def test_the_driver_in_use_has_the_fix() -> None:
    found = tuple(int(part) for part in load_driver().sqlite_version.split("."))
    assert found >= SQLITE_FIXED


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_an_old_sqlite_is_refused_with_the_remedy(version: tuple[int, ...]) -> None:
    with pytest.raises(JournalError, match=r"can lose journal entries .* install the package pysqlite3"):
        host_driver(stand_in(*version))


def test_a_new_enough_sqlite_of_the_interpreter_is_used_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert host_driver(stand_in(3, 51, 3)).sqlite_version == "3.51.3"
    assert "pysqlite3 is not installed" in caplog.text


def test_values_inside_a_statement_become_its_constants() -> None:
    statement = prepare(select(journal.c.hash).where(journal.c.seq == bindparam("seq"), journal.c.epoch == 1))
    assert statement.sql.count("?") == len(statement.names) == 2
    assert [value for _, value in statement.constants] == [1]


def test_a_place_without_a_write_ahead_log_is_refused() -> None:
    connection = load_driver().connect(Path(":memory:"))
    with pytest.raises(JournalError, match="put it on a local disk"):
        set_pragmas(connection, writer=True)
    connection.close()
