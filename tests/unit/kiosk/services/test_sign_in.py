"""Guessing a PIN is slow, survives a restart, and locks nobody out for long."""

from dataclasses import dataclass, field

import pytest

from kiosk.domain.operator import Act
from kiosk.domain.pin import TRIES_FREE, WAIT_FIRST_S, WAIT_S_MAX
from kiosk.domain.record import Actor, NotDurable, PinRefused
from kiosk.services.counter import RefusalError
from kiosk.services.sign_in import NOBODYS_HASH, PinGate, sign_in
from tests.unit.kiosk.conftest import CHIEF, CLERK, FINANCE, Bench

PIN = "135790"


@dataclass
class Door:
    """A gate with a clock of its own, and what it compared."""

    bench: Bench
    now_s: float = 1_000.0
    compared: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """As after kill -9: only the journal remembers."""
        people = {person.operator_id: person for person in (CLERK, CHIEF)}
        self.gate = PinGate(self.bench.counter, people, self._verify, lambda: self.now_s)

    def _verify(self, pin_hash: str, pin: str) -> bool:
        self.compared.append(pin_hash)
        return pin == PIN

    def refused(self, pin: str, *, operator_id: str = CLERK.operator_id, act: Act = Act.SIGN_IN) -> RefusalError:
        with pytest.raises(RefusalError) as caught:
            self.gate.identify(operator_id, pin, act=act)
        return caught.value

    def guess(self, times: int) -> list[str]:
        return [self.refused("000000").rule for _ in range(times)]


@pytest.fixture
def door(bench: Bench) -> Door:
    return Door(bench)


def test_the_last_free_try_warns_and_the_next_rests_the_name(door: Door) -> None:
    rules = door.guess(TRIES_FREE + 1)
    assert rules == ["pin_wrong"] * (TRIES_FREE - 1) + ["pin_wrong_last", "pin_resting"]


def test_while_a_name_rests_nothing_is_compared_not_even_the_right_pin(door: Door, bench: Bench) -> None:
    door.guess(TRIES_FREE + 1)
    door.compared.clear()
    kinds = bench.kinds()
    refusal = door.refused(PIN)
    assert (refusal.rule, refusal.minutes) == ("pin_resting", WAIT_FIRST_S // 60)
    assert door.compared == []
    assert bench.kinds() == kinds
    door.now_s += WAIT_FIRST_S
    assert door.gate.identify(CLERK.operator_id, PIN, act=Act.SIGN_IN) == CLERK


def test_others_go_on_working_meanwhile(door: Door) -> None:
    door.guess(TRIES_FREE + 1)
    assert door.gate.identify(CHIEF.operator_id, PIN, act=Act.SIGN_IN) == CHIEF


def test_each_further_wrong_pin_doubles_the_rest_up_to_an_hour(door: Door) -> None:
    door.guess(TRIES_FREE)
    minutes = []
    for _ in range(9):
        minutes.append(door.refused("000000").minutes)
        door.now_s += WAIT_S_MAX
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_restart_forgives_nothing_and_begins_the_rest_anew(door: Door) -> None:
    door.guess(TRIES_FREE + 1)
    door.now_s += WAIT_FIRST_S - 1
    door.restart()
    assert door.refused(PIN).rule == "pin_resting"
    door.now_s += WAIT_FIRST_S - 1
    assert door.refused(PIN).minutes == 1
    door.now_s += 1
    assert door.gate.identify(CLERK.operator_id, PIN, act=Act.SIGN_IN) == CLERK


def test_signing_in_ends_the_row(door: Door, bench: Bench) -> None:
    door.guess(TRIES_FREE)
    sign_in(bench.counter, door.gate.identify(CLERK.operator_id, PIN, act=Act.SIGN_IN))
    assert door.guess(1) == ["pin_wrong"]


def test_a_wrong_pin_is_in_the_journal_before_anybody_is_told_and_the_pin_is_not(door: Door, bench: Bench) -> None:
    signed_in = Actor("suzuki", "鈴木", "会計管理者")
    with pytest.raises(RefusalError):
        door.gate.identify(CLERK.operator_id, "864209", act=Act.VOID, actor=signed_in)
    (entry,) = bench.journal.entries_after(0, count_max=10, bytes_max=10**6)
    assert b'"kind":"pin_refused"' in entry.canonical
    assert b'{"act":"void","operator_id":"yamada"}' in entry.canonical
    assert b"864209" not in entry.canonical
    assert bench.journal.books().history.pin_refusals("yamada") == 1


def test_a_disk_that_takes_nothing_gives_no_free_guesses(
    door: Door, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise NotDurable("full")

    monkeypatch.setattr(bench.journal, "transact", full)
    assert door.guess(1) == ["journal_not_durable"]


def test_a_name_that_does_not_exist_costs_as_much_and_is_not_counted(door: Door, bench: Bench) -> None:
    assert door.refused(PIN, operator_id="nobody").rule == "pin_wrong"
    assert door.compared == [NOBODYS_HASH]
    assert bench.kinds() == []


def test_whoever_does_not_work_at_counters_is_not_signed_in(bench: Bench) -> None:
    with pytest.raises(RefusalError) as caught:
        sign_in(bench.counter, FINANCE)
    assert caught.value.rule == "role_not_at_counter"
    assert bench.kinds() == []


def test_the_record_says_for_what_and_for_whom() -> None:
    assert PinRefused("yamada", Act.REFUND) == PinRefused("yamada", "refund")
