"""Inserting many rows at once: COPY on PostgreSQL, executemany on SQLite. Refuses to decide what is inserted."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Date, Insert, Integer, LargeBinary, Table, insert
from sqlalchemy.exc import DBAPIError

_COPY_TYPES: tuple[tuple[type, str], ...] = (
    (BigInteger, "int8"),
    (Integer, "int4"),
    (Date, "date"),
    (LargeBinary, "bytea"),
)


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows given in the table's column order. Raises DBAPIError."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
        return
    statement, names = _insert_of(table)
    connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])


@cache
def _insert_of(table: Table) -> tuple[Insert, tuple[str, ...]]:
    return insert(table), tuple(column.name for column in table.columns)


def _copy(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    from psycopg import Connection as PsycopgConnection  # a register on SQLite starts without it
    from psycopg import Error

    driver = connection.connection.dbapi_connection
    assert isinstance(driver, PsycopgConnection)
    columns = list(table.columns)
    names = ", ".join(column.name for column in columns)
    statement = f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)"
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types([_copy_type(column) for column in columns])
            for row in rows:
                copy.write_row(row)
    except Error as error:  # past SQLAlchemy, whose callers know its own kind alone
        raise DBAPIError.instance(statement, None, error, Error) from error


def _copy_type(column: Column[Any]) -> str:
    for shape, name in _COPY_TYPES:
        if isinstance(column.type, shape):
            return name
    return "text"
