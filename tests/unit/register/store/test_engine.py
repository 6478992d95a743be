"""Opening the store: an older one grows, a foreign one is refused, and every failure has one shape."""

import pytest
from sqlalchemy import Engine, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from register.domain.refusal import Unusable
from register.services.accept_batch import Acknowledged, accept_batch
from register.services.enroll import revoke
from register.services.tell_kiosks import history, key_standings
from register.store.bulk import insert_rows
from register.store.durability import check_durable, settings_off
from register.store.engine import open_store, reading, using_store, writing
from register.store.schema import KIOSK_KEY, META, SCHEMA_VERSION
from tests.postgres import PostgresServer
from tests.unit.register.kiosk_side import KioskSide, now_ms


def test_a_store_of_the_first_version_gets_the_tables_it_lacks(store_url: str) -> None:
    side = KioskSide()
    with using_store(store_url) as engine:
        side.enroll_at(engine)
        side.sell()
        assert isinstance(accept_batch(engine, side.batch(), now_ms), Acknowledged)
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("DROP FUNCTION kiosk_event_refuses CASCADE"))
            connection.execute(text("DROP TABLE kiosk_event"))
            connection.execute(update(META).values(schema_version=1))
    with using_store(store_url) as engine:
        assert inspect(engine).has_table("kiosk_event")
        with reading(engine) as connection:
            assert connection.scalar(select(META.c.schema_version)) == SCHEMA_VERSION
        assert history(engine) == []
        assert [row["state"] for row in key_standings(engine, "k1")] == ["valid"]
        side.sell()
        assert isinstance(accept_batch(engine, side.batch(4), now_ms), Acknowledged)
        revoke(engine, "k1", key_id=None, now_ms=now_ms)
        with pytest.raises(DBAPIError, match="append-only"), writing(engine) as connection:
            connection.execute(text("DELETE FROM kiosk_event"))


def test_rows_that_do_not_fit_fail_alike_on_both_databases(engine: Engine) -> None:
    """COPY goes past SQLAlchemy: its errors must not."""
    row = ("k1", "0" * 16, b"", 0, None)
    with pytest.raises(DBAPIError), writing(engine) as connection:
        insert_rows(connection, KIOSK_KEY, [row, row])
    with reading(engine) as connection:
        assert connection.execute(select(KIOSK_KEY)).all() == []


def test_a_server_that_a_power_cut_empties_is_refused(postgres: PostgresServer) -> None:
    with using_store(postgres.new_database()) as engine:
        assert settings_off(engine) == ("fsync", "full_page_writes")
        with pytest.raises(Unusable, match=r"fsync = off and full_page_writes = off.*postgresql\.conf"):
            check_durable(engine)


@pytest.mark.parametrize(("asked", "kept"), [("off", "on"), ("local", "local"), ("remote_apply", "remote_apply")])
def test_a_commit_waits_for_the_disk_whatever_the_servers_default(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, asked: str, kept: str
) -> None:
    monkeypatch.setenv("PGOPTIONS", f"-c synchronous_commit={asked}")
    engine = open_store(postgres.new_database())
    for _ in range(2):
        with writing(engine) as connection:
            assert connection.scalar(text("SHOW synchronous_commit")) == kept
    engine.dispose()


def test_sqlite_syncs_every_commit(tmp_path: object) -> None:
    with using_store(f"sqlite:///{tmp_path}/r.sqlite3") as engine:
        check_durable(engine)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
