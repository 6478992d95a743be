"""A copy of a running register: whole, checked like the register itself, and never over another."""

from pathlib import Path

import pytest

from register.domain.refusal import Unusable
from register.services.accept_batch import Acknowledged, accept_batch
from register.services.backup import back_up
from register.services.verify import verify
from register.store.engine import using_store, writing
from tests.postgres import PostgresServer
from tests.unit.register.kiosk_side import KioskSide, now_ms


def test_a_copy_holds_what_was_acknowledged_and_verifies(tmp_path: Path) -> None:
    side, out = KioskSide(), tmp_path / "copy.sqlite3"
    with using_store(f"sqlite:///{tmp_path / 'r.sqlite3'}") as engine:
        side.enroll_at(engine)
        side.sell()
        accept_batch(engine, side.batch(), now_ms)
        with writing(engine):  # somebody is in the midst of a batch
            assert back_up(engine, out) == out.stat().st_size
        side.sell()
        accept_batch(engine, side.batch(4), now_ms)
        with pytest.raises(Unusable, match="never replaces another"):
            back_up(engine, out)
        with pytest.raises(Unusable, match="cannot be written"):
            back_up(engine, tmp_path / "no" / "folder")
    with using_store(f"sqlite:///{out}") as copy:
        verdict = verify(copy)
        assert (verdict.problems, verdict.entries) == ((), 3)
        assert isinstance(accept_batch(copy, side.batch(4), now_ms), Acknowledged)


def test_postgresql_is_left_to_its_own_tools(postgres: PostgresServer, tmp_path: Path) -> None:
    with using_store(postgres.new_database()) as engine, pytest.raises(Unusable, match="pg_dump"):
        back_up(engine, tmp_path / "copy")
