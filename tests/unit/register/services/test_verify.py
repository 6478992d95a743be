"""Verification finds what somebody with the database's password did, and a rebuild repairs projections only."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, text

from register.services.accept_batch import accept_batch
from register.services.rebuild import rebuild
from register.services.verify import verify
from register.store.engine import writing
from tests.unit.register.kiosk_side import KioskSide, now_ms


def without_guards(connection: Connection) -> None:
    for table in ("journal", "batch"):
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"DROP TRIGGER {table}_append_only ON {table}"))
        else:
            connection.execute(text(f"DROP TRIGGER {table}_refuses_UPDATE"))
            connection.execute(text(f"DROP TRIGGER {table}_refuses_DELETE"))


def do(statement: str) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        without_guards(connection)
        connection.execute(text(statement))

    return run


def alter_amount(connection: Connection) -> None:
    without_guards(connection)
    (canonical,) = connection.execute(text("SELECT canonical FROM journal WHERE seq = 1")).one()
    altered = bytes(canonical).replace(b'"amount_yen":600', b'"amount_yen":700')
    connection.execute(text("UPDATE journal SET canonical = :altered WHERE seq = 1"), {"altered": altered})


@pytest.fixture
def pushed(engine: Engine, kiosk: KioskSide) -> KioskSide:
    for _ in range(3):
        kiosk.sell()
        accept_batch(engine, kiosk.batch(max(1, len(kiosk.entries) - 4)), now_ms)
    assert verify(engine).problems == ()
    return kiosk


def test_a_batch_may_begin_before_those_that_came_earlier(engine: Engine, kiosk: KioskSide) -> None:
    """As after a failover: the register has more again than it had when it asked for all of it."""
    for first in (1, 4):
        kiosk.sell()
        accept_batch(engine, kiosk.batch(first), now_ms)
    kiosk.sell()
    accept_batch(engine, kiosk.batch(1), now_ms)
    verdict = verify(engine)
    assert (verdict.problems, verdict.signatures) == ((), 3)


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (alter_amount, "altered"),
        (do("DELETE FROM journal WHERE seq = 4"), "missing"),
        (do("DELETE FROM journal WHERE seq = 9"), "ends at 8"),
        (do("DELETE FROM journal"), "journal is empty"),
        (do("UPDATE batch SET sent_at = '2026-01-01T00:00:00Z' WHERE last_seq = 3"), "signature"),
        (do("DELETE FROM batch WHERE last_seq = 9"), "no signed batch"),
        (do("UPDATE kiosk SET head_seq = 8"), "head"),
        (do("UPDATE sale_fact SET amount_yen = amount_yen + 1 WHERE seq = 3"), "projection sale_fact"),
        (do("DELETE FROM operation"), "projection operation"),
    ],
)
def test_tampering_is_found(
    engine: Engine, pushed: KioskSide, tamper: Callable[[Connection], None], found: str
) -> None:
    with writing(engine) as connection:
        tamper(connection)
    problems = verify(engine).problems
    assert any(found in problem for problem in problems), problems
    assert all(problem.startswith(pushed.kiosk_id) for problem in problems)


def test_a_rebuild_repairs_projections(engine: Engine, pushed: KioskSide) -> None:
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM sale_fact"))
        connection.execute(text("UPDATE operation SET state = 'declined'"))
    rebuilt = rebuild(engine)
    assert (rebuilt.kiosks, rebuilt.entries) == (1, len(pushed.entries))
    verdict = verify(engine)
    assert (verdict.problems, verdict.entries, verdict.signatures) == ((), 9, 3)
