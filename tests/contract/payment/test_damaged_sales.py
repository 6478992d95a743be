"""Sales over a line that damages messages both ways, into a real journal: what is booked agrees with the terminal."""

import json
from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random

import pytest

from drivers.emulators.pty_shell import Core
from drivers.payment.api import Approved, Declined
from kiosk.domain.cart import Cart, make_offer
from kiosk.domain.operation import State
from kiosk.journal.store import SqliteJournal
from kiosk.runtime.live_context import Record, commit_durably
from kiosk.services.counter import Counter, CounterIdentity
from kiosk.services.open_day import open_day
from kiosk.services.resolve_in_doubt import inquire
from kiosk.services.take_payment import take_payment
from tests.unit.drivers.damage import MUTATIONS, told
from tests.unit.drivers.payment.stxlrc.virtual_counter import VirtualCounter as StxLrcCounter
from tests.unit.drivers.payment.zvt.virtual_counter import VirtualCounter as ZvtCounter
from tests.unit.kiosk.conftest import CLERK, CREDIT, RESIDENT, TestClock

SEED = 20_261_125
FRAMES_A_SALE = 100
"""A sale with its doubts costs as much as a hundred frames: this share of the damage goes all the way."""
DAMAGED_IN = (4, 10, 30)
"""One message in so many is damaged."""
SETTLED_S = 600.0


class BadLine:
    """Stands between driver and terminal; damages messages in both directions until it is mended."""

    def __init__(self, core: Core, chance: Random, one_in: int) -> None:
        self._core, self._chance, self._one_in = core, chance, one_in
        self._seen = [b"\x06"]
        self.damaged = 0
        self.is_mended = False

    @property
    def wake_at_s(self) -> float | None:
        return self._core.wake_at_s

    def step(self, now_s: float, received: bytes) -> Sequence[tuple[float, bytes]]:
        heard = self._pass(received) if received else received
        out = self._core.step(now_s, heard) if heard or not received else []
        return [
            (delay_s, passed) for delay_s, said in out if (passed := self._pass(said) if said else said) or not said
        ]

    def _pass(self, message: bytes) -> bytes:
        if self.is_mended or self._chance.randrange(self._one_in):
            self._seen = [*self._seen[-20:], message]
            return message
        self.damaged += 1
        return self._chance.choice(MUTATIONS)(self._chance, message, self._seen)


class JournalingZvt(ZvtCounter):
    """Commits into the journal."""

    record: Record

    def commit(self, result: Approved | Declined) -> None:
        commit_durably(self.record, result)


class JournalingStxLrc(StxLrcCounter):
    """Commits into the journal."""

    record: Record

    def commit(self, result: Approved | Declined) -> None:
        commit_durably(self.record, result)


Journaling = JournalingZvt | JournalingStxLrc
ANSWERS = ("", "decline", "slow:5")


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with SqliteJournal(tmp_path / "journal", kiosk_id="damaged", clock=TestClock()) as journal:
        numbers = count(1)
        identity = CounterIdentity("豊田市", "0101", "市民課 1番窓口", "", "A1")
        counter = Counter(journal, TestClock(), lambda: f"id-{next(numbers)}", identity, "m", lambda _: None)
        open_day(counter, CLERK.actor)
        yield counter


def _sell(counter: Counter, terminal: Journaling, chance: Random, number: int) -> tuple[State, int, int, int]:
    """(state, amount asked for, amount the terminal took, damaged messages) of one sale, all doubts asked about."""
    line = BadLine(terminal.core, chance, chance.choice(DAMAGED_IN))
    terminal.core = line
    tender = replace(CREDIT, device=f"terminal-{number}")
    offer = make_offer(Cart().add(RESIDENT, chance.randrange(1, 10)), (tender,))

    def make_context(_: object, record: Record) -> Journaling:
        terminal.record = record
        return terminal

    operation = take_payment(counter, offer, tender, terminal.driver, make_context, CLERK.actor)
    line.is_mended = True
    terminal.let_pass(SETTLED_S)
    if operation.state is State.IN_DOUBT:
        operation = inquire(counter, operation, terminal.driver, terminal, CLERK.actor)
    return operation.state, operation.prepared.amount_yen, terminal.taken_yen, line.damaged


@pytest.mark.parametrize("dialect", [JournalingZvt, JournalingStxLrc])
def test_sales_over_a_bad_line_are_booked_as_the_terminal_has_them(
    dialect: type[Journaling], counter: Counter, damaged_frames: int
) -> None:
    chance, tally = Random(SEED), Tally[str]()
    for number in range(damaged_frames // FRAMES_A_SALE):
        terminal = dialect(chance.choice(ANSWERS))
        state, amount_yen, taken_yen, damage = _sell(counter, terminal, chance, number)
        tally[f"sales {state.value}"] += 1
        tally["messages damaged"] += damage
        if state is State.APPROVED:
            assert taken_yen == amount_yen, number
        elif state is not State.IN_DOUBT:
            assert taken_yen == 0, (number, state)
        elif taken_yen not in (0, amount_yen):
            tally["of these with an amount damaged on the way to the terminal"] += 1
    told(f"{dialect.__name__}, sales into the journal", tally)
    assert tally["sales approved"] > 0
    assert _amounts_never_asked_for(counter) == []


def _amounts_never_asked_for(counter: Counter) -> list[tuple[str, int]]:
    """Operation and amount of every record of money in the journal that is over another amount than its intent."""
    asked_yen: dict[str, int] = {}
    wrong = []
    seq = 0
    assert isinstance(counter.journal, SqliteJournal)
    while entries := counter.journal.entries_after(seq, count_max=10_000, bytes_max=1 << 26):
        for entry in entries:
            seq = entry.seq
            body = json.loads(entry.canonical)["body"]
            number, told_yen = body.get("operation_id", ""), body.get("event", {}).get("amount_yen", 0)
            asked_yen.setdefault(number, body.get("amount_yen", 0))
            if told_yen not in (0, asked_yen[number]):
                wrong.append((number, told_yen))
    assert any(asked_yen.values())
    return wrong
