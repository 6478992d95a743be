"""One-time codes: once, in time, for one kiosk; and keys in rotation."""

import pytest
from sqlalchemy import Engine, select

from register.domain.refusal import Refused, Rule, Unusable
from register.services.accept_batch import Acknowledged, accept_batch
from register.services.enroll import CODE_LIFE_MS, Enrolled, enroll, issue_code, revoke
from register.store.engine import reading
from register.store.schema import ENROLMENT_CODE
from tests.unit.register.kiosk_side import NOW_MS, KioskSide, now_ms


def code_for(engine: Engine, kiosk_id: str = "k1", *, new_epoch: bool = False, seed: int = 7) -> str:
    return issue_code(
        engine,
        kiosk_id,
        counter_code="101",
        counter_name="市民課",
        new_epoch=new_epoch,
        now_ms=now_ms,
        random_bytes=lambda count: bytes(range(seed, seed + count)),
    )


def redeem(engine: Engine, code: str, side: KioskSide, *, at_ms: int = NOW_MS) -> Enrolled | Refused:
    return enroll(engine, code=code, kiosk_id=side.kiosk_id, public_key=side.public_key, now_ms=lambda: at_ms)


def test_a_code_lets_one_kiosk_in(engine: Engine) -> None:
    side = KioskSide()
    assert redeem(engine, code_for(engine), side) == Enrolled("k1", 1, side.key_id)
    side.sell()
    assert isinstance(accept_batch(engine, side.batch(), now_ms), Acknowledged)


def test_a_code_may_be_typed_as_people_type(engine: Engine) -> None:
    code = code_for(engine)
    assert isinstance(redeem(engine, f" {code.lower().replace('-', ' ')} ", KioskSide()), Enrolled)


def test_only_a_hash_of_the_code_is_stored(engine: Engine) -> None:
    code = code_for(engine)
    with reading(engine) as connection:
        stored = repr(connection.execute(select(ENROLMENT_CODE)).one())
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_a_used_code_is_refused_to_another_key_but_repeats_its_answer(engine: Engine) -> None:
    side, code = KioskSide(), code_for(engine)
    first = redeem(engine, code, side)
    assert redeem(engine, code, side) == first
    refused = redeem(engine, code, KioskSide())
    assert isinstance(refused, Refused)
    assert refused.rule is Rule.CODE_REFUSED


@pytest.mark.parametrize(("late_ms", "accepted"), [(0, True), (CODE_LIFE_MS, True), (CODE_LIFE_MS + 1, False)])
def test_a_code_lives_fifteen_minutes(engine: Engine, late_ms: int, accepted: bool) -> None:
    answer = redeem(engine, code_for(engine), KioskSide(), at_ms=NOW_MS + late_ms)
    assert isinstance(answer, Enrolled) is accepted


def test_a_new_code_and_a_revocation_end_the_code_before(engine: Engine) -> None:
    """A note left on a desk, or a machine stolen with the code on it."""
    first, second = code_for(engine), code_for(engine, seed=30)
    assert isinstance(redeem(engine, first, KioskSide()), Refused)
    assert isinstance(redeem(engine, second, KioskSide()), Enrolled)
    third = code_for(engine, seed=90)
    revoke(engine, "k1", key_id=None, now_ms=now_ms)
    assert isinstance(redeem(engine, third, KioskSide()), Refused)


def test_a_code_is_for_its_kiosk(engine: Engine) -> None:
    code = code_for(engine)
    code_for(engine, "k2", seed=60)
    for wrong in (redeem(engine, code, KioskSide("k2")), redeem(engine, "AAAA-AAAA-AAAA", KioskSide())):
        assert isinstance(wrong, Refused)
        assert wrong.rule is Rule.CODE_REFUSED


def test_two_keys_are_valid_in_rotation_and_a_third_retires_the_oldest(engine: Engine) -> None:
    kiosk = KioskSide()
    keys = [KioskSide(entries=kiosk.entries) for _ in range(3)]
    kiosk.sell()
    for number, side in enumerate(keys):
        answer = redeem(engine, code_for(engine, seed=number * 20), side, at_ms=NOW_MS + number)
        assert isinstance(answer, Enrolled)
    answers = [accept_batch(engine, side.batch(), now_ms) for side in keys]
    assert [isinstance(answer, Acknowledged) for answer in answers] == [False, True, True]


def test_a_re_imaged_kiosk_starts_a_new_epoch_and_is_thawed(engine: Engine) -> None:
    old = KioskSide()
    redeem(engine, code_for(engine), old)
    old.sell()
    accept_batch(engine, old.batch(), now_ms)
    fork = old.forked(1)
    fork.sell()
    accept_batch(engine, fork.batch(), now_ms)
    new = KioskSide()
    answer = redeem(engine, code_for(engine, new_epoch=True, seed=100), new)
    assert answer == Enrolled("k1", 2, new.key_id)
    new.epoch = 2
    new.sell("fresh")
    assert isinstance(accept_batch(engine, new.batch(), now_ms), Acknowledged)
    refused = accept_batch(engine, old.batch(), now_ms)
    assert isinstance(refused, Refused)
    assert refused.rule is Rule.KEY_REVOKED


@pytest.mark.parametrize("kiosk_id", ["", "市民課", "a b", "../x", "x" * 65, "-k", "k\n"])
def test_a_kiosk_id_that_is_no_name_is_refused(engine: Engine, kiosk_id: str) -> None:
    with pytest.raises(Unusable, match="--kiosk"):
        code_for(engine, kiosk_id)


def test_a_key_of_the_wrong_length_is_refused(engine: Engine) -> None:
    answer = enroll(engine, code=code_for(engine), kiosk_id="k1", public_key=b"short", now_ms=now_ms)
    assert isinstance(answer, Refused)
    assert answer.rule is Rule.INVALID
