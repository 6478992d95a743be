"""When the next push comes: at once, after a pause, or after a wait nobody shares with a neighbor."""

from dataclasses import dataclass

import pytest

from kiosk.sync.pacing import (
    BACKLOG_PAUSE_S,
    BACKOFF_FIRST_S,
    BACKOFF_MAX_S,
    GATHER_S,
    HEARTBEAT_S,
    PacedPush,
    Pacing,
)
from kiosk.sync.push import Pushed, PushResult, RefusedByRegister, Unreachable, UpToDate

AWAY = Unreachable("refused")


@dataclass
class Clock:
    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


def pacing(clock: Clock, chance: float = 1.0) -> Pacing:
    return Pacing(now_s=clock, random=lambda: chance)


def test_a_quiet_kiosk_sends_a_heartbeat_now_and_then() -> None:
    assert pacing(Clock()).after(UpToDate()) == HEARTBEAT_S
    assert pacing(Clock()).after(Pushed(5, 5, more=False)) == HEARTBEAT_S


def test_a_backlog_goes_on_after_a_short_pause() -> None:
    assert pacing(Clock()).after(Pushed(200, 200, more=True)) == BACKLOG_PAUSE_S


def test_the_wait_doubles_up_to_five_minutes() -> None:
    paced = pacing(Clock())
    waits = [paced.after(AWAY) for _ in range(9)]
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300]


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.999])
def test_the_wait_is_anywhere_below_its_bound(chance: float) -> None:
    paced = pacing(Clock(), chance)
    assert paced.after(AWAY) == chance * BACKOFF_FIRST_S
    for _ in range(20):
        assert paced.after(AWAY) <= BACKOFF_MAX_S


def test_the_register_may_ask_for_a_longer_wait() -> None:
    assert pacing(Clock(), 0.5).after(Unreachable("busy", 60.0)) == 60.0 + 0.5 * BACKOFF_FIRST_S


def test_success_forgets_the_failures() -> None:
    paced = pacing(Clock())
    paced.after(AWAY)
    paced.after(AWAY)
    paced.after(UpToDate())
    assert paced.after(AWAY) == BACKOFF_FIRST_S


def test_a_new_entry_does_not_break_a_back_off() -> None:
    clock = Clock()
    results: list[PushResult] = [AWAY, UpToDate()]
    pushes: list[float] = []

    def push() -> PushResult:
        pushes.append(clock.now_s)
        return results.pop(0)

    seen: list[PushResult] = []
    paced = PacedPush(push, pacing(clock), on_result=seen.append)
    assert paced() == 5.0
    clock.now_s += 2.0
    assert paced() == 3.0  # woken by a new entry: still backing off
    clock.now_s += 3.0
    assert paced() == HEARTBEAT_S
    assert pushes == [1000.0, 1005.0]
    assert seen == [AWAY, UpToDate()]


def test_entries_that_come_together_travel_together() -> None:
    clock = Clock()
    pushes: list[float] = []

    def push() -> PushResult:
        pushes.append(clock.now_s)
        return Pushed(1, 1, more=False)

    paced = PacedPush(push, pacing(clock), on_result=lambda _: None)
    assert paced() == HEARTBEAT_S  # at the start nothing is waited for
    clock.now_s += 20.0
    assert paced() == GATHER_S  # woken by a first entry
    clock.now_s += 1.5
    assert paced() == GATHER_S - 1.5  # by the next: it does not put the push off
    clock.now_s += GATHER_S - 1.5
    assert paced() == HEARTBEAT_S
    assert pushes == [1000.0, 1020.0 + GATHER_S]


def test_a_heartbeat_is_not_put_off_by_an_entry() -> None:
    clock = Clock()
    paced = PacedPush(lambda: UpToDate(), pacing(clock), on_result=lambda _: None)
    paced()
    clock.now_s += HEARTBEAT_S - 0.5
    assert paced() == 0.5


def test_a_refusal_backs_off_too() -> None:
    paced = pacing(Clock())
    assert paced.after(RefusedByRegister("fork", "", frozen=True)) == BACKOFF_FIRST_S
    assert paced.hold_s() == BACKOFF_FIRST_S
