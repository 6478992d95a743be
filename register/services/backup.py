"""Copies a running register on SQLite to a file. Owns a copy that is whole; leaves PostgreSQL to its own tools."""

import os
from pathlib import Path

from sqlalchemy import Engine

from register.domain.refusal import Unusable


def back_up(engine: Engine, path: Path) -> int:
    """Write one consistent file, whatever is being taken meanwhile; its size in bytes. Raises Unusable.

    What was acknowledged before the call is in it (SQLite, "VACUUM INTO").
    """
    if engine.dialect.name != "sqlite":
        raise Unusable("backup: PostgreSQL has tools of its own: pg_dump, or pg_basebackup with its log archived")
    if path.exists():
        raise Unusable(f"--out {path}: exists already; a backup never replaces another")
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(path),))
        descriptor = os.open(path, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except (OSError, engine.dialect.loaded_dbapi.Error) as error:
        raise Unusable(f"--out {path}: cannot be written: {error}") from error
    finally:
        connection.close()
    return path.stat().st_size
