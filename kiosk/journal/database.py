"""Connections to the journal's SQLite file. Owns driver, pragmas and statements; refuses unsafe SQLite builds."""

import importlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast

from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import QueuePool, StaticPool
from sqlalchemy.sql.expression import ClauseElement

from kiosk.domain.record import NotReadable
from kiosk.journal.errors import JournalError

SQLITE_FIXED = (3, 51, 3)
"""Versions 3.7.0 to 3.51.2 can lose committed transactions when two connections reset the write-ahead log."""
BUSY_TIMEOUT_MS = 5_000
"""Another program looking into the file holds a lock for moments; longer means it hangs."""
READERS_MAX = 4
"""Desk, sync, window requests and one spare read at the same time; each connection costs a page cache."""
READER_WAIT_S = 10
WAL_BYTES_MAX = 16 * 1024 * 1024
"""The log file is cut back to this after a checkpoint; one busy day of a counter fits."""

_log = logging.getLogger(__name__)


class Cursor(Protocol):
    """What is used of a DB-API cursor."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> tuple[Any, ...] | None: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...
    def __iter__(self) -> Iterator[tuple[Any, ...]]: ...


class Connection(Protocol):
    """What is used of a DB-API connection."""

    @property
    def in_transaction(self) -> bool: ...
    def execute(self, sql: str, parameters: Sequence[object] = ..., /) -> Cursor: ...
    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def close(self) -> None: ...


Connect = Callable[[Path], Connection]
"""Opens the file in autocommit mode, usable from any thread."""


@dataclass(frozen=True, slots=True)
class Driver:
    """A DB-API module whose SQLite is safe for two connections and a write-ahead log."""

    module: ModuleType

    @property
    def error(self) -> type[Exception]:
        return cast(type[Exception], self.module.Error)

    @property
    def sqlite_version(self) -> str:
        return cast(str, self.module.sqlite_version)

    def connect(self, path: Path) -> Connection:
        connection = self.module.connect(
            path, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_MS / 1000
        )
        return cast(Connection, connection)

    def connect_beside(self, path: Path, name: str) -> Connection:
        """An empty database in memory with the file attached under ``name``, read-only."""
        connection = self.module.connect(":memory:", isolation_level=None, uri=True, timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            connection.execute(f"ATTACH ? AS {name}", (f"{path.absolute().as_uri()}?mode=ro",))
        except BaseException:
            connection.close()
            raise
        return cast(Connection, connection)


@cache
def load_driver() -> Driver:
    """pysqlite3, which brings its own SQLite; else the interpreter's, if that is new enough. Raises JournalError."""
    try:
        return Driver(importlib.import_module("pysqlite3.dbapi2"))
    except ImportError:
        return host_driver(importlib.import_module("sqlite3"))


def host_driver(module: ModuleType) -> Driver:
    """The interpreter's own sqlite3, with a warning. Raises JournalError when its SQLite can lose entries."""
    version: tuple[int, ...] = module.sqlite_version_info
    if version < SQLITE_FIXED:
        raise JournalError(
            f"SQLite {module.sqlite_version} of this Python can lose journal entries (fixed in"
            f" {'.'.join(map(str, SQLITE_FIXED))}); install the package pysqlite3"
        )
    _log.warning("pysqlite3 is not installed; using the SQLite %s of this Python", module.sqlite_version)
    return Driver(module)


@dataclass(frozen=True, slots=True)
class Statement:
    """A Core statement compiled once: SQL with question marks, and the parameter names in their order."""

    sql: str
    names: tuple[str, ...]
    constants: tuple[tuple[str, object], ...]


def prepare(clause: ClauseElement) -> Statement:
    """Compile for SQLite. Values the clause itself contains become constants of the statement."""
    compiled = cast(Any, clause.compile(dialect=sqlite.dialect(paramstyle="qmark")))
    constants = tuple((name, value) for name, value in compiled.params.items() if value is not None)
    return Statement(str(compiled), tuple(compiled.positiontup or ()), constants)


class Session:
    """One connection executing prepared statements; values go by name, or in the statement's order with ``run``."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._execute = connection.execute

    def run(self, statement: Statement, *values: object) -> Cursor:
        return self._execute(statement.sql, values)

    def one(self, statement: Statement, **values: object) -> tuple[Any, ...] | None:
        return self._named(statement, values).fetchone()

    def all(self, statement: Statement, **values: object) -> list[tuple[Any, ...]]:
        return self._named(statement, values).fetchall()

    def each(self, statement: Statement, **values: object) -> Iterator[tuple[Any, ...]]:
        """Rows as they are read: stop iterating to stop reading."""
        return iter(self._named(statement, values))

    def number(self, statement: Statement, **values: object) -> int:
        """The single integer of the answer; 0 for none."""
        row = self._named(statement, values).fetchone()
        return int(row[0] or 0) if row else 0

    def _named(self, statement: Statement, values: dict[str, object]) -> Cursor:
        known = {**dict(statement.constants), **values} if statement.constants else values
        return self._execute(statement.sql, tuple(known[name] for name in statement.names))


def set_pragmas(connection: Connection, *, writer: bool) -> None:
    """Every durability and integrity switch, on every connection."""
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    if writer:
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()
        if mode is None or mode[0] != "wal":
            raise JournalError("the journal's directory does not allow a write-ahead log; put it on a local disk")
        connection.execute(f"PRAGMA journal_size_limit={WAL_BYTES_MAX}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA recursive_triggers=ON")  # else REPLACE deletes without asking the delete trigger
    connection.execute("PRAGMA trusted_schema=OFF")
    if not writer:
        connection.execute("PRAGMA query_only=ON")


def open_connection(path: Path, *, writer: bool, connect: Connect | None = None) -> Connection:
    """A connection to the file with every switch set. Raises the driver's errors."""
    connection = (connect or load_driver().connect)(path)
    try:
        set_pragmas(connection, writer=writer)
    except BaseException:
        connection.close()
        raise
    return connection


def open_readers(path: Path, connect: Connect | None = None) -> QueuePool:
    """A small pool of connections that only read, each opened when it is first needed."""
    return QueuePool(
        cast(Callable[[], Any], lambda: open_connection(path, writer=False, connect=connect)),
        pool_size=READERS_MAX,
        max_overflow=0,
        timeout=READER_WAIT_S,
        reset_on_return=None,  # whoever reads ends its own transaction
    )


class WriteConnection:
    """The one connection that writes, without SQLAlchemy's layers on the way to it."""

    def __init__(self, path: Path, connect: Connect | None = None) -> None:
        """Raises the driver's errors."""
        self.session = Session(open_connection(path, writer=True, connect=connect))

    def engine(self) -> Engine:
        """The same connection as SQLAlchemy's, for Alembic; it is not the engine's to close."""
        connection = cast(Callable[[], Any], lambda: self.session.connection)
        return create_engine(
            "sqlite+pysqlite://", module=load_driver().module, creator=connection, poolclass=StaticPool
        )

    def begin(self) -> None:
        self.session.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.session.connection.commit()

    def rollback(self) -> None:
        self.session.connection.rollback()

    def close(self) -> None:
        self.session.connection.close()


@contextmanager
def reading(readers: QueuePool) -> Iterator[Session]:
    """One consistent look at the database on a pooled connection. Raises NotReadable."""
    try:
        fairy = readers.connect()
        try:
            connection = cast(Connection, fairy.driver_connection)
            connection.execute("BEGIN")
            try:
                yield Session(connection)
            finally:
                connection.rollback()
        finally:
            fairy.close()
    except load_driver().error as error:
        raise NotReadable(f"the journal cannot be read ({error})") from error
