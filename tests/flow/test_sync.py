"""From the kiosk's journal to a settled day, through a register that is killed on the way."""

import json
import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from kiosk.domain.operation import Approved, DeviceResult, Requested
from kiosk.domain.record import Actor, Body, DayClosed, DayOpened, Draft, OperationEvent
from kiosk.journal.store import SqliteJournal
from kiosk.sync.client import RegisterClient
from kiosk.sync.enroll import enroll
from kiosk.sync.push import Pushed, PushResult, RefusedByRegister, Unreachable, UpToDate, push_once
from tests.register_process import RegisterProcess, command, serving
from tests.unit.register.kiosk_side import DAY, prepared, sale_line

CLERK = Actor("yamada", "山田 花子", "出納員")


class StillClock:
    boot_id = "boot"

    def wall(self) -> datetime:
        return datetime(2026, 11, 23, 10, 15, 2, tzinfo=timezone(timedelta(hours=9)))

    def monotonic_ms(self) -> int:
        return 1


class Counter:
    """A kiosk: journal, key, and the sales a test makes at it."""

    def __init__(self, folder: Path, kiosk_id: str, database: str, url: str) -> None:
        self.kiosk_id = kiosk_id
        code = command("enroll", "--db", database, "--kiosk", kiosk_id, "--counter-name", "市民課").stdout.decode()
        self.enrolment, self.key = enroll(url=url, code=code.strip(), kiosk_id=kiosk_id, directory=folder)
        self.journal = SqliteJournal(folder / "journal", kiosk_id=kiosk_id, clock=StillClock())
        self.client = self._connect(url)
        self.sold_yen = 0

    def _connect(self, url: str) -> RegisterClient:
        def now_iso() -> str:
            return datetime.now(UTC).isoformat()

        return RegisterClient(replace(self.enrolment, url=url), self.key, now_iso=now_iso)

    def write(self, *bodies: Body) -> None:
        self.journal.append(*(Draft(body, DAY, CLERK, "1") for body in bodies))

    def sell(self, number: int, amount_yen: int) -> None:
        body = prepared(f"{self.kiosk_id}-{number}", lines=(sale_line(amount_yen=amount_yen, quantity=1),))
        self.write(
            body,
            OperationEvent(body.operation_id, Requested(number)),
            OperationEvent(body.operation_id, Approved(body.amount_yen, DeviceResult(brand="VISA"))),
        )
        self.sold_yen += amount_yen

    def close_day(self) -> None:
        totals = self.journal.books().totals(DAY)
        self.write(DayClosed(1, self.journal.head().seq + 1, totals))

    def push_all(self) -> list[PushResult]:
        """Until there is nothing left or the register is out of reach."""
        results = [push_once(self.journal, self.client)]
        while isinstance(results[-1], Pushed) and results[-1].more:
            results.append(push_once(self.journal, self.client))
        return results

    def exported(self) -> bytes:
        entries = self.journal.entries_after(0, count_max=10_000, bytes_max=2**30)
        return b"".join(entry.canonical + b"\n" for entry in entries)

    def close(self) -> None:
        self.client.close()
        self.journal.close()


@pytest.fixture
def register(store_url: str) -> Iterator[RegisterProcess]:
    with serving(store_url) as process:
        yield process


@pytest.fixture
def counter(tmp_path: Path, store_url: str, register: RegisterProcess) -> Iterator[Counter]:
    made = Counter(tmp_path / "k1", "k1", store_url, register.url)
    yield made
    made.close()


def settled(database: str) -> dict[str, object]:
    done = command("settle", "--db", database, "--date", DAY.isoformat(), "--format", "json")
    assert done.returncode == 0, done.stderr
    value: dict[str, object] = json.loads(done.stdout)
    return value


def assert_whole(database: str, *counters: Counter) -> None:
    """The register holds every byte of every journal, and settles to what was sold."""
    for counter in counters:
        assert command("export", "--db", database, "--kiosk", counter.kiosk_id).stdout == counter.exported()
    assert settled(database)["total_yen"] == sum(counter.sold_yen for counter in counters)
    verdict = command("verify", "--db", database)
    assert verdict.returncode == 0, verdict.stdout.decode()


def test_a_day_reaches_finance(counter: Counter, store_url: str) -> None:
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
    counters = [Counter(tmp_path / name, name, store_url, process.url) for name in ("k1", "k2")]
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


def push_until_away(counter: Counter, taken: threading.Event) -> None:
    while True:
        result = push_once(counter.journal, counter.client)
        taken.set()
        if not (isinstance(result, Pushed) and result.more):
            return


def test_kiosks_pushing_at_once_do_not_disturb_one_another(
    tmp_path: Path, store_url: str, register: RegisterProcess
) -> None:
    counters = [Counter(tmp_path / name, name, store_url, register.url) for name in ("k1", "k2", "k3")]
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
    counter: Counter, tmp_path: Path, store_url: str, register: RegisterProcess
) -> None:
    """The kiosk's disk is set back to the morning: the register remembers the day."""
    counter.sell(1, 300)
    counter.push_all()
    old = SqliteJournal(tmp_path / "restored", kiosk_id="k1", clock=StillClock())
    client = RegisterClient(counter.enrolment, counter.key, now_iso=lambda: datetime.now(UTC).isoformat())
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
    assert register.url == counter.enrolment.url
    client.close()
    old.close()
