"""People at the register: known by a passphrase, slow to guess, never without an administrator, every deed kept."""

import pytest
from sqlalchemy import Engine

from kiosk.domain.operator import Act, Role
from kiosk.domain.pin import TRIES_FREE, WAIT_FIRST_S
from register.domain.person import NotPermitted
from register.domain.refusal import Unusable
from register.services.people import act_as, add_person, change_person, tell_deeds, tell_people

ADMINISTRATOR, FINANCE = "kimura", "mori"
PASSPHRASE, OTHER = "correct horse battery", "夜明けの青い自転車と傘十二本"
NOW_MS = 1_800_000_000_000


class Door:
    """The register's store and a clock."""

    def __init__(self, engine: Engine) -> None:
        self.store, self.now_ms = engine, NOW_MS

    def act(self, act: Act, person: str = FINANCE, passphrase: str = OTHER, detail: str = "") -> str:
        """What was refused, or an empty text."""
        try:
            act_as(self.store, person, passphrase, act, detail=detail, now_ms=lambda: self.now_ms)
        except NotPermitted as refused:
            return str(refused)
        return ""


@pytest.fixture
def door(engine: Engine) -> Door:
    add_person(engine, ADMINISTRATOR, "木村", Role.ADMINISTRATOR, PASSPHRASE)
    add_person(engine, FINANCE, "森", Role.FINANCE, OTHER)
    return Door(engine)


def test_before_the_first_person_everything_may_be_done_and_is_written_down(engine: Engine) -> None:
    assert Door(engine).act(Act.SETTLE, "", "", "settle date=2026-11-23") == ""
    (deed,) = tell_deeds(engine)
    assert (deed.by, deed.act, deed.detail, deed.is_refused) == ("", "settle", "settle date=2026-11-23", False)


def test_with_the_first_person_every_act_needs_one(door: Door) -> None:
    assert "say who you are" in door.act(Act.SETTLE, "")
    assert door.act(Act.SETTLE) == ""


def test_a_wrong_passphrase_and_an_unknown_name_are_told_alike(door: Door) -> None:
    assert door.act(Act.SETTLE, passphrase=PASSPHRASE).removeprefix("--as mori") == door.act(
        Act.SETTLE, "nobody"
    ).removeprefix("--as nobody")


def test_guessing_is_slow_and_a_right_passphrase_does_not_help_meanwhile(door: Door) -> None:
    for _ in range(TRIES_FREE + 1):
        assert "wrong name or passphrase" in door.act(Act.SETTLE, passphrase="a wrong passphrase")
    assert "try again in 1 min" in door.act(Act.SETTLE)
    door.now_ms += WAIT_FIRST_S * 1000
    assert door.act(Act.SETTLE) == ""
    assert "wrong name" in door.act(Act.SETTLE, passphrase="a wrong passphrase")
    assert door.act(Act.SETTLE) == "", "the row has begun anew"


def test_a_clock_set_back_locks_nobody_out(door: Door) -> None:
    for _ in range(TRIES_FREE + 1):
        door.act(Act.SETTLE, passphrase="a wrong passphrase")
    door.now_ms -= 365 * 24 * 3600 * 1000
    assert door.act(Act.SETTLE) == ""


def test_a_locked_name_does_nothing_until_it_is_unlocked(door: Door) -> None:
    change_person(door.store, FINANCE, is_locked=True)
    assert "locked" in door.act(Act.SETTLE)
    change_person(door.store, FINANCE, is_locked=False)
    assert door.act(Act.SETTLE) == ""


def test_a_new_passphrase_replaces_the_old_one(door: Door) -> None:
    change_person(door.store, FINANCE, passphrase=PASSPHRASE)
    assert "wrong" in door.act(Act.SETTLE)
    assert door.act(Act.SETTLE, passphrase=PASSPHRASE) == ""


def test_there_is_always_an_administrator(door: Door, engine: Engine) -> None:
    with pytest.raises(Unusable, match="last administrator"):
        change_person(engine, ADMINISTRATOR, is_locked=True)
    with pytest.raises(Unusable, match="last administrator"):
        change_person(engine, ADMINISTRATOR, role=Role.FINANCE)
    change_person(engine, FINANCE, role=Role.ADMINISTRATOR)
    change_person(engine, ADMINISTRATOR, is_locked=True)
    assert [each.is_locked for each in tell_people(door.store)] == [True, False]


def test_the_first_person_is_an_administrator(engine: Engine) -> None:
    with pytest.raises(Unusable, match="the first person is an administrator"):
        add_person(engine, FINANCE, "森", Role.FINANCE, OTHER)


@pytest.mark.parametrize(
    ("person_id", "passphrase", "said"),
    [("mori", PASSPHRASE, "already"), ("森", PASSPHRASE, "ASCII"), ("sato", "too short", "12 to 200")],
)
def test_who_cannot_be_added_is_told_why(door: Door, person_id: str, passphrase: str, said: str) -> None:
    with pytest.raises(Unusable, match=said):
        add_person(door.store, person_id, "佐藤", Role.CLERK, passphrase)


def test_no_secret_is_kept_or_shown(door: Door) -> None:
    door.act(Act.SETTLE, passphrase="a wrong passphrase")
    kept = repr(tell_people(door.store)) + repr(tell_deeds(door.store))
    assert not any(secret in kept for secret in (PASSPHRASE, OTHER, "a wrong passphrase", "argon2"))
    assert all(each.secret_hash.startswith("$argon2id$v=19$m=65536,t=3,") for each in tell_people(door.store))
