"""Heads never go back: a restored backup is noticed and frozen."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from kiosk.domain.batch import Purpose
from kiosk.domain.record import GENESIS_HASH
from register.domain.clock import iso_of
from register.domain.refusal import Refused, Rule
from register.services.accept_batch import Acknowledged, accept_batch
from register.services.heartbeat import Heartbeat, RegisterHead, hear_heartbeat, read_head
from tests.unit.register.kiosk_side import NOW_MS, KioskSide, now_ms


def beat(engine: Engine, side: KioskSide, *, sent_at: str | None = None, at_ms: int = NOW_MS) -> RegisterHead | Refused:
    said = Heartbeat(side.epoch, len(side.entries), side.head_hash, "")
    moment = sent_at or iso_of(NOW_MS + 1)  # after the batch
    return hear_heartbeat(engine, side.sign(Purpose.HEARTBEAT, b"{}", sent_at=moment), said, lambda: at_ms)


@pytest.fixture
def pushed(engine: Engine, kiosk: KioskSide) -> KioskSide:
    kiosk.sell()
    kiosk.sell()
    assert isinstance(accept_batch(engine, kiosk.batch(), now_ms), Acknowledged)
    return kiosk


def test_a_kiosk_hears_how_far_the_register_is(engine: Engine, pushed: KioskSide) -> None:
    acknowledged_hash = pushed.head_hash
    pushed.sell()
    head = beat(engine, pushed)
    assert isinstance(head, RegisterHead)
    assert (head.epoch, head.seq, head.hash) == (1, 6, acknowledged_hash)
    assert read_head(engine, pushed.sign(Purpose.HEAD, b""), now_ms) == head


def test_a_head_that_went_back_freezes_the_kiosk(engine: Engine, pushed: KioskSide) -> None:
    restored = pushed.forked(3)
    refused = beat(engine, restored)
    assert isinstance(refused, Refused)
    assert refused.rule is Rule.ROLLED_BACK
    assert "rolled back" in refused.detail
    again = accept_batch(engine, pushed.batch(4), now_ms)
    assert isinstance(again, Refused)
    assert again.rule is Rule.FROZEN
    head = read_head(engine, pushed.sign(Purpose.HEAD, b""), now_ms)
    assert isinstance(head, RegisterHead)
    assert head.frozen_rule == "rolled_back"


def test_a_head_of_another_history_freezes_the_kiosk(engine: Engine, pushed: KioskSide) -> None:
    other = pushed.forked(3)
    other.sell()
    refused = beat(engine, other)
    assert isinstance(refused, Refused)
    assert refused.rule is Rule.FORK


def test_an_empty_journal_after_entries_is_a_rollback(engine: Engine, pushed: KioskSide) -> None:
    empty = pushed.forked(0)
    assert empty.head_hash == GENESIS_HASH
    refused = beat(engine, empty)
    assert isinstance(refused, Refused)
    assert refused.rule is Rule.ROLLED_BACK


@pytest.mark.parametrize("older", ["2026-11-22T00:00:00+09:00", iso_of(NOW_MS)])
def test_a_heartbeat_overtaken_by_a_newer_batch_does_not_freeze(engine: Engine, pushed: KioskSide, older: str) -> None:
    """Sent before the batch, or in its very millisecond: which of the two was first, nobody can tell."""
    stale = beat(engine, pushed.forked(3), sent_at=older)
    assert isinstance(stale, Refused)
    assert stale.rule is Rule.STALE_HEARTBEAT
    assert isinstance(beat(engine, pushed), RegisterHead)
    # a clock set back does not hide a rollback for longer than a request can live
    later = beat(engine, pushed.forked(3), sent_at=older, at_ms=NOW_MS + 300_000)
    assert isinstance(later, Refused)
    assert later.rule is Rule.ROLLED_BACK


def test_a_signature_for_one_purpose_does_not_serve_another(engine: Engine, pushed: KioskSide) -> None:
    borrowed = replace(pushed.sign(Purpose.HEAD, b""), purpose=Purpose.HEARTBEAT)
    refused = hear_heartbeat(engine, borrowed, Heartbeat(1, 0, GENESIS_HASH, ""), now_ms)
    assert isinstance(refused, Refused)
    assert refused.rule is Rule.BAD_SIGNATURE
