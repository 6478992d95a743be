"""Whether a commit survives a power cut. Owns the settings it hangs on; refuses to change a server's own."""

from typing import Any

from sqlalchemy import Engine, text

from register.domain.refusal import Unusable
from register.store.engine import reading

SERVER_SETTINGS = ("fsync", "full_page_writes")
"""PostgreSQL, "Write Ahead Log" settings: off in either, a power cut can lose commits or tear pages. Only the server's
own configuration sets them; ``synchronous_commit`` is ours to set for each connection (register.store.engine)."""


def settings_off(engine: Engine) -> tuple[str, ...]:
    """Settings that make an acknowledgement a guess; none on SQLite, where every connection sets its own."""
    if engine.dialect.name != "postgresql":
        return ()
    with reading(engine) as connection:
        shown: dict[str, Any] = {name: connection.scalar(text(f"SHOW {name}")) for name in SERVER_SETTINGS}
    return tuple(name for name, value in shown.items() if value != "on")


def check_durable(engine: Engine) -> None:
    """Raises Unusable for a server that acknowledges what a power cut can take back."""
    off = settings_off(engine)
    if off:
        raise Unusable(
            f"--db: the database server runs with {' and '.join(f'{name} = off' for name in off)}, and a power cut "
            "would lose what was acknowledged: switch it on in postgresql.conf (--not-durable is for tests alone)"
        )
