"""From the kiosk's journal to a settled day, through a register that is killed on the way."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.record import DayOpened
from kiosk.journal.store import SqliteJournal
from kiosk.sync.push import Pushed, RefusedByRegister, Unreachable, UpToDate, push_once
from tests.pushing_counter import PushingCounter, StillClock, assert_whole, code_for, settled
from tests.register_process import RegisterProcess, command, serving


@pytest.fixture
def register(store_url: str) -> Iterator[RegisterProcess]:
    with serving(store_url) as process:
        yield process


@pytest.fixture
def counter(tmp_path: Path, store_url: str, register: RegisterProcess) -> Iterator[PushingCounter]:
    made = PushingCounter(tmp_path / "k1", "k1", code_for(store_url, "k1"), register.url)
    yield made
    made.close()


def test_a_day_reaches_finance(counter: PushingCounter, store_url: str) -> None:
    counter.write(DayOpened())
    for number in range(1, 100):
        counter.sell(number, 100 + number)
    assert isinstance(counter.push_all()[-1], Pushed)
    assert settled(store_url)["complete"] is False
    counter.close_day()
    assert isinstance(counter.push_all()[-1], Pushed)
    assert counter.push_all() == [UpToDate()]
    assert settled(store_url)["complete"] is True
    assert_whole(store_url, counter)
    assert counter.journal.books().sync_status().oldest_unacked_at == ""


def test_a_register_killed_under_load_loses_and_doubles_nothing(tmp_path: Path, store_url: str) -> None:
    """kill -9 three times while two kiosks push; each goes on against the restarted register."""
    chance = random.Random(7)
    process = RegisterProcess(store_url)
    port = process.port
    counters = [PushingCounter(tmp_path / name, name, code_for(store_url, name), process.url) for name in ("k1", "k2")]
    try:
        for counter in counters:
            counter.write(DayOpened())
            for number in range(1, 400):
                counter.sell(number, chance.randrange(1, 5000))
            counter.close_day()
        for round_number in range(3):
            taken = threading.Event()
            threads = [threading.Thread(target=push_until_away, args=(each, taken)) for each in counters]
            for thread in threads:
                thread.start()
            assert taken.wait(60)  # something has been acknowledged: kill in the midst of the rest
            process.kill()
            for thread in threads:
                thread.join(120)
            process = RegisterProcess(store_url, port=port)
            assert process.url == counters[0].enrolment.url, round_number
        for counter in counters:
            assert not isinstance(counter.push_all()[-1], Unreachable | RefusedByRegister)
            assert counter.push_all() == [UpToDate()]
        assert_whole(store_url, *counters)
        assert settled(store_url)["complete"] is True
    finally:
        process.stop()
        for counter in counters:
            counter.close()


def push_until_away(counter: PushingCounter, taken: threading.Event) -> None:
    while True:
        result = push_once(counter.journal, counter.client)
        taken.set()
        if not (isinstance(result, Pushed) and result.more):
            return


def test_kiosks_pushing_at_once_do_not_disturb_one_another(
    tmp_path: Path, store_url: str, register: RegisterProcess
) -> None:
    counters = [
        PushingCounter(tmp_path / name, name, code_for(store_url, name), register.url) for name in ("k1", "k2", "k3")
    ]
    for place, counter in enumerate(counters):
        for number in range(1, 150):
            counter.sell(number, place * 1000 + number)
    threads = [threading.Thread(target=counter.push_all) for counter in counters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert_whole(store_url, *counters)
    for counter in counters:
        counter.close()


def test_a_journal_put_back_from_a_backup_is_frozen(
    counter: PushingCounter, tmp_path: Path, store_url: str, register: RegisterProcess
) -> None:
    """The kiosk's disk is set back to the morning: the register remembers the day."""
    counter.sell(1, 300)
    counter.push_all()
    old = SqliteJournal(tmp_path / "restored", kiosk_id="k1", clock=StillClock())
    client = counter.connect(register.url)
    result = push_once(old, client)
    assert isinstance(result, RefusedByRegister)
    assert (result.rule, result.frozen) == ("rolled_back", True)
    assert old.books().sync_status().frozen_reason.startswith("rolled_back: journal rolled back")
    refused = counter.push_all()[-1]
    assert isinstance(refused, RefusedByRegister)
    assert refused.rule == "frozen"
    verdict = command("verify", "--db", store_url)
    assert verdict.returncode == 1
    assert b"rolled back" in verdict.stdout
    client.close()
    old.close()
