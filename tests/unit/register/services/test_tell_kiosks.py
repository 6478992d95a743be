"""What a person is told of kiosks, keys and their history."""

from functools import partial

import pytest
from sqlalchemy import Engine

from register.domain.event import REPEAT_MS
from register.domain.refusal import Unusable
from register.services.accept_batch import accept_batch
from register.services.enroll import revoke
from register.services.tell_kiosks import as_table, history, key_standings, kiosk_standings
from register.services.thaw import thaw
from tests.unit.register.kiosk_side import NOW_MS, KioskSide, now_ms


def test_a_kiosk_stands_as_far_as_it_was_heard(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell()
    accept_batch(engine, kiosk.batch(), now_ms)
    (row,) = kiosk_standings(engine)
    assert row == {
        "kiosk": "k1",
        "counter": "101 市民課",
        "epoch": 1,
        "entries": 3,
        "heard": "2026-11-23T11:13:20+09:00",
        "keys": 1,
        "state": "ok",
        "detail": "",
    }
    revoke(engine, "k1", key_id=None, now_ms=now_ms)
    assert kiosk_standings(engine, "k1")[0]["state"] == "no valid key"
    assert key_standings(engine, "k1")[0]["state"] == "revoked"


def test_a_freeze_and_its_end_are_kept_with_the_reason(
    engine: Engine, kiosk: KioskSide, caplog: pytest.LogCaptureFixture
) -> None:
    kiosk.sell()
    accept_batch(engine, kiosk.batch(), now_ms)
    other = kiosk.forked(0)
    other.sell()
    accept_batch(engine, other.batch(), now_ms)
    assert kiosk_standings(engine)[0]["state"] == "fork"
    assert "frozen" in caplog.text
    assert thaw(engine, "k1", reason="a clone, destroyed; 出納 山田", now_ms=now_ms)
    assert not thaw(engine, "k1", reason="twice", now_ms=now_ms)
    rows = history(engine, "k1")[-2:]
    assert [(row["event"], row["alarm"]) for row in rows] == [("frozen", "ALARM"), ("thawed", "")]
    assert rows[1]["detail"] == "a clone, destroyed; 出納 山田"
    kiosk.sell()
    accept_batch(engine, kiosk.batch(4), now_ms)
    assert kiosk_standings(engine)[0]["entries"] == 6


def test_a_flood_of_refusals_is_kept_once_an_hour(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell()
    revoke(engine, "k1", key_id=None, now_ms=now_ms)
    for late_ms in (0, 1, REPEAT_MS - 1, REPEAT_MS, REPEAT_MS + 1):
        accept_batch(engine, kiosk.batch(), partial(int, NOW_MS + late_ms))
    assert [row["event"] for row in history(engine, "k1")].count("key_refused") == 2


def test_a_table_is_aligned_and_empty_without_rows() -> None:
    assert list(as_table([])) == []
    assert list(as_table([{"kiosk": "k1", "detail": ""}, {"kiosk": "市民課", "detail": "x"}])) == [
        "KIOSK   DETAIL",
        "k1      -",
        "市民課  x",
    ]


def test_an_unknown_kiosk_is_said_so(engine: Engine) -> None:
    for ask in (kiosk_standings, key_standings, history):
        with pytest.raises(Unusable, match="no such kiosk"):
            ask(engine, "k77")
    with pytest.raises(Unusable, match="no such kiosk"):
        thaw(engine, "k77", reason="x", now_ms=now_ms)
