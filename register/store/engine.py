"""Opening the store, SQLite or PostgreSQL. Owns connections and transactions; refuses a foreign schema version."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from register.domain.refusal import Unusable
from register.store.schema import GROWN_FROM, META, METADATA, SCHEMA_VERSION

SQLITE_WAIT_MS = 30_000
"""How long a SQLite writer waits for another; longer than any ingest."""
CONNECT_WAIT_S = 10
"""A database that does not answer within this is down for a caller."""
POOL_SIZE = 10
"""Connections kept; two more than the ingests allowed at once."""
_CREATION_LOCK = 0x6B696F736B
"""PostgreSQL advisory lock: two registers starting on an empty database create it once."""


def open_store(url: str) -> Engine:
    """Connect, create an empty store, check the version. Raises Unusable with one line."""
    engine = _engine(url)
    shown = engine.url.render_as_string(hide_password=True)
    try:
        _prepare(engine, shown)
    except DBAPIError as error:
        engine.dispose()
        reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
        raise Unusable(f"--db {shown}: cannot open the database: {reason}") from error
    except Unusable:
        engine.dispose()
        raise
    return engine


@contextmanager
def using_store(url: str) -> Iterator[Engine]:
    """An open store whose connections are closed when the block ends. Raises Unusable."""
    engine = open_store(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Unusable("--db: not a database URL: write sqlite:///FILE or postgresql://USER@HOST/NAME") from error
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite(parsed.database or "", parsed)
        case "postgresql":
            chosen = parsed.set(drivername="postgresql+psycopg")
            try:
                engine = create_engine(
                    chosen,
                    pool_size=POOL_SIZE,
                    pool_pre_ping=True,
                    connect_args={"connect_timeout": CONNECT_WAIT_S},
                )
            except (SQLAlchemyError, ImportError, NoSuchModuleError) as error:
                raise Unusable(f"--db: cannot use PostgreSQL here: {error}") from error
            event.listen(engine, "connect", _commit_to_disk)
            return engine
        case other:
            raise Unusable(f"--db: {other!r} is not supported: write sqlite:///FILE or postgresql://USER@HOST/NAME")


def _commit_to_disk(connection: Any, _: object) -> None:
    """A commit returns after its log is on disk, whatever the server's default; the stricter settings stay."""
    (setting,) = connection.execute("SHOW synchronous_commit").fetchone()
    if setting == "off":
        connection.execute("SET SESSION synchronous_commit = on")
    connection.commit()


def _sqlite(path: str, url: URL) -> Engine:
    if path in ("", ":memory:"):
        raise Unusable("--db: the register needs a file: write sqlite:///FILE")
    if not Path(path).absolute().parent.is_dir():
        raise Unusable(f"--db: the folder of {path} does not exist")
    engine = create_engine(url.set(drivername="sqlite"), module=_sqlite_module(), connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={SQLITE_WAIT_MS}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _sqlite_module() -> ModuleType:
    """The bundled SQLite where there is one: the host's 3.40 can corrupt a WAL reset by two connections."""
    try:
        return import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3


def _prepare(engine: Engine, shown: str) -> None:
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CREATION_LOCK})
        if not inspect(connection).has_table(META.name):
            METADATA.create_all(connection)
            connection.execute(insert(META).values(schema_version=SCHEMA_VERSION))
        found = connection.scalar(select(META.c.schema_version))
        if found is not None and GROWN_FROM <= found < SCHEMA_VERSION:
            METADATA.create_all(connection)
            connection.execute(update(META).values(schema_version=SCHEMA_VERSION))
            found = SCHEMA_VERSION
    if found != SCHEMA_VERSION:
        raise Unusable(
            f"--db {shown}: the database has schema version {found}, this program needs {SCHEMA_VERSION}: "
            "use the program that fits, or migrate"
        )


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction, committed when the block ends and rolled back when it raises."""
    with engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent reading: a repeatable-read snapshot on PostgreSQL, a read transaction on SQLite."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection
