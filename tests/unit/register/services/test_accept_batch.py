"""Taking batches, on SQLite and PostgreSQL alike: what is acknowledged is held, what does not fit is kept apart."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from kiosk.domain.batch import LINE_END
from kiosk.domain.record import canonical_json
from register.domain.entries import FlagRule
from register.domain.refusal import Refused, Rule
from register.services.accept_batch import QUARANTINE_ROWS_MAX, Acknowledged, accept_batch
from register.services.enroll import revoke
from register.services.export import export_journal
from register.services.verify import verify
from register.store.engine import reading, writing
from register.store.schema import EXCEPTION_FLAG, JOURNAL, KIOSK, QUARANTINE, SALE_FACT
from tests.unit.register.kiosk_side import KioskSide, now_ms


def rule_of(result: Acknowledged | Refused) -> Rule:
    assert isinstance(result, Refused)
    return result.rule


def held(engine: Engine, side: KioskSide) -> list[bytes]:
    return list(export_journal(engine, side.kiosk_id))


def scalar(engine: Engine, query: Any) -> Any:
    with reading(engine) as connection:
        return connection.scalar(query)


def frozen_rule(engine: Engine) -> str:
    return str(scalar(engine, select(KIOSK.c.frozen_rule)))


def test_what_is_acknowledged_is_held_byte_for_byte(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.open_day()
    kiosk.sell()
    answer = accept_batch(engine, kiosk.batch(), now_ms)
    assert isinstance(answer, Acknowledged)
    assert (answer.ack_seq, answer.ack_hash) == (4, kiosk.head_hash)
    assert held(engine, kiosk) == [entry.canonical + LINE_END for entry in kiosk.entries]
    assert verify(engine).problems == ()


def test_a_batch_after_a_lost_acknowledgement_is_taken_once(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell()
    first = accept_batch(engine, kiosk.batch(), now_ms)
    assert accept_batch(engine, kiosk.batch(), now_ms) == first
    kiosk.sell()
    overlapping = accept_batch(engine, kiosk.batch(2), now_ms)
    assert isinstance(overlapping, Acknowledged)
    assert overlapping.ack_seq == 6
    assert accept_batch(engine, kiosk.batch(1, 2), now_ms) == Acknowledged(
        2, kiosk.entries[1].hash, overlapping.server_time
    )
    assert held(engine, kiosk) == [entry.canonical + LINE_END for entry in kiosk.entries]
    assert scalar(engine, select(func.sum(SALE_FACT.c.amount_yen))) == 1200
    assert verify(engine).problems == ()


def test_a_gap_names_the_expected_entry_and_takes_nothing(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell()
    accept_batch(engine, kiosk.batch(1, 1), now_ms)
    answer = accept_batch(engine, kiosk.batch(3), now_ms)
    assert isinstance(answer, Refused)
    assert (answer.rule, answer.facts) == (Rule.GAP, {"expected_seq": 2})
    assert len(held(engine, kiosk)) == 1
    assert isinstance(accept_batch(engine, kiosk.batch(2), now_ms), Acknowledged)


@pytest.mark.parametrize(("shared", "sent_from"), [(0, 1), (2, 1), (2, 3), (3, 4)])
def test_a_fork_is_quarantined_and_freezes_the_kiosk(
    engine: Engine, kiosk: KioskSide, caplog: pytest.LogCaptureFixture, shared: int, sent_from: int
) -> None:
    kiosk.sell()
    kiosk.sell()
    accept_batch(engine, kiosk.batch(1, 4), now_ms)
    other = kiosk.forked(shared)
    other.sell()
    other.sell()
    assert rule_of(accept_batch(engine, other.batch(sent_from), now_ms)) is Rule.FORK
    assert [record.name for record in caplog.records] == ["register.alarm"] * 2
    assert scalar(engine, select(QUARANTINE.c.body)) == other.batch(sent_from).body
    assert frozen_rule(engine) == "fork"
    # even its honest continuation waits for a person now
    assert rule_of(accept_batch(engine, kiosk.batch(5), now_ms)) is Rule.FROZEN
    assert held(engine, kiosk) == [entry.canonical + LINE_END for entry in kiosk.entries[:4]]
    assert any("frozen" in problem for problem in verify(engine).problems)


def test_a_forged_signature_changes_nothing(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell()
    good = kiosk.batch()
    forgeries = [
        replace(good, signature=bytes(64)),
        replace(good, body=good.body.replace(b'"quantity":2', b'"quantity":3')),
        replace(good, first_seq=2),
        replace(good, epoch=2),
        replace(good, prev_hash=b"\1" * 32),
        replace(good, sent_at="2026-11-23T00:00:00+00:00"),
        replace(KioskSide("k1", entries=kiosk.entries).batch(), key_id=kiosk.key_id),
    ]
    for forged in forgeries:
        assert rule_of(accept_batch(engine, forged, now_ms)) is Rule.BAD_SIGNATURE
    assert held(engine, kiosk) == []
    assert frozen_rule(engine) == ""
    assert scalar(engine, select(func.count()).select_from(QUARANTINE)) == 0


def test_a_kiosk_cannot_speak_for_another(engine: Engine, kiosk: KioskSide) -> None:
    other = KioskSide("k2")
    other.enroll_at(engine)
    kiosk.sell()
    batch = kiosk.batch()
    assert rule_of(accept_batch(engine, replace(batch, kiosk_id="k2"), now_ms)) is Rule.UNKNOWN_KEY
    posing = KioskSide("k2", private=other.private, entries=kiosk.entries)
    assert rule_of(accept_batch(engine, posing.batch(), now_ms)) is Rule.HEADER_MISMATCH
    assert held(engine, other) == []


def test_an_unknown_kiosk_is_refused(engine: Engine) -> None:
    stranger = KioskSide("k9")
    stranger.sell()
    assert rule_of(accept_batch(engine, stranger.batch(), now_ms)) is Rule.UNKNOWN_KEY


def test_a_revoked_key_is_refused_and_what_it_signed_still_verifies(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell()
    accept_batch(engine, kiosk.batch(), now_ms)
    assert revoke(engine, "k1", key_id=None, now_ms=now_ms) == 1
    kiosk.sell()
    assert rule_of(accept_batch(engine, kiosk.batch(4), now_ms)) is Rule.KEY_REVOKED
    verdict = verify(engine)
    assert (verdict.problems, verdict.entries) == ((), 3)


def test_an_older_epoch_is_told_the_current_one(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell()
    accept_batch(engine, kiosk.batch(), now_ms)
    renewed = KioskSide("k1")
    assert renewed.enroll_at(engine, new_epoch=True).epoch == 2
    late = KioskSide("k1", 1, renewed.private, kiosk.entries)
    answer = accept_batch(engine, late.batch(), now_ms)
    assert isinstance(answer, Refused)
    assert (answer.rule, answer.facts) == (Rule.WRONG_EPOCH, {"epoch": 2})
    renewed.sell("again")
    assert isinstance(accept_batch(engine, renewed.batch(), now_ms), Acknowledged)
    assert verify(engine).problems == ()


def test_a_body_that_is_not_lines_is_refused(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell()
    for body in (b"", b"x", kiosk.batch().body.removesuffix(LINE_END)):
        signed = kiosk.sign(kiosk.batch().purpose, body, first_seq=1, prev_hash=bytes(32))
        assert rule_of(accept_batch(engine, signed, now_ms)) is Rule.INVALID


def test_more_entries_than_a_batch_holds_are_refused(engine: Engine, kiosk: KioskSide) -> None:
    for _ in range(201):
        kiosk.open_day()
    assert rule_of(accept_batch(engine, kiosk.batch(), now_ms)) is Rule.TOO_LARGE
    assert isinstance(accept_batch(engine, kiosk.batch(1, 200), now_ms), Acknowledged)


def test_signed_bytes_that_are_not_canonical_are_kept_for_a_person(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.add_bytes(b'{"body": {}}')
    assert rule_of(accept_batch(engine, kiosk.batch(), now_ms)) is Rule.NOT_CANONICAL
    assert rule_of(accept_batch(engine, kiosk.batch(), now_ms)) is Rule.NOT_CANONICAL
    assert scalar(engine, select(func.count()).select_from(QUARANTINE)) == 1
    assert held(engine, kiosk) == []


def test_quarantine_keeps_only_the_first_of_a_flood(engine: Engine, kiosk: KioskSide) -> None:
    for number in range(QUARANTINE_ROWS_MAX + 3):
        kiosk.entries.clear()
        kiosk.add_bytes(b'{"n": %d}' % number)
        assert rule_of(accept_batch(engine, kiosk.batch(), now_ms)) is Rule.NOT_CANONICAL
    assert scalar(engine, select(func.count()).select_from(QUARANTINE)) == QUARANTINE_ROWS_MAX


def test_an_entry_nobody_understands_is_money_all_the_same(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell()
    canonical = canonical_json(
        {
            "body": {"amount_yen": True, "weight": "0.5 kg"},
            "header": {"epoch": 1, "kind": "sold_by_weight", "kiosk_id": "k1", "seq": 4},
        }
    )
    kiosk.add_bytes(canonical)
    kiosk.sell()
    answer = accept_batch(engine, kiosk.batch(), now_ms)
    assert isinstance(answer, Acknowledged)
    assert answer.ack_seq == 7
    assert held(engine, kiosk)[3] == canonical + LINE_END
    with reading(engine) as connection:
        (flag,) = connection.execute(select(EXCEPTION_FLAG))
    assert (flag.seq, flag.rule) == (4, FlagRule.NOT_UNDERSTOOD)
    assert verify(engine).problems == ()


@pytest.mark.parametrize(("sent_at", "flags"), [("2026-11-23T00:00:00Z", 1), (None, 0)])
def test_a_clock_that_is_off_is_flagged_and_never_rewritten(
    engine: Engine, kiosk: KioskSide, sent_at: str | None, flags: int
) -> None:
    kiosk.sell()
    accept_batch(engine, kiosk.submit(kiosk.entries, sent_at=sent_at), now_ms)
    query = select(func.count()).select_from(EXCEPTION_FLAG).where(EXCEPTION_FLAG.c.rule == FlagRule.CLOCK_SKEW)
    assert scalar(engine, query) == flags
    assert held(engine, kiosk) == [entry.canonical + LINE_END for entry in kiosk.entries]


def test_an_operation_may_end_in_a_later_batch(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell()
    for seq in (1, 2, 3):
        accept_batch(engine, kiosk.batch(seq, seq), now_ms)
    assert scalar(engine, select(func.sum(SALE_FACT.c.amount_yen))) == 600
    assert verify(engine).problems == ()


def test_the_journal_refuses_to_be_changed(engine: Engine, kiosk: KioskSide) -> None:
    kiosk.sell()
    accept_batch(engine, kiosk.batch(), now_ms)
    row = {column.name: 0 for column in JOURNAL.columns}
    same_key = row | {
        "kiosk_id": "k1",
        "epoch": 1,
        "seq": 1,
        "kind": "x",
        "canonical": b"",
        "hash": b"",
        "business_date": None,
    }
    for statement in (update(JOURNAL).values(kind="x"), delete(JOURNAL), insert(JOURNAL).values(same_key)):
        with pytest.raises(DBAPIError), writing(engine) as connection:
            connection.execute(statement)
    assert len(held(engine, kiosk)) == 3
