"""A counter with a real journal and the product's own client to the register, and the sales a test makes at it."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import Engine

from kiosk.domain.operation import Approved, DeviceResult, Requested
from kiosk.domain.record import Actor, Body, DayClosed, Draft, OperationEvent
from kiosk.journal.store import SqliteJournal
from kiosk.sync.client import RegisterClient
from kiosk.sync.enroll import enroll
from kiosk.sync.keys import SigningKey
from kiosk.sync.push import Pushed, PushResult, push_once
from register.domain.clock import wall_ms
from register.services.enroll import issue_code
from tests.register_process import command
from tests.unit.register.kiosk_side import DAY, prepared, sale_line

CLERK = Actor("yamada", "山田 花子", "出納員")
EVERYTHING = {"count_max": 10_000, "bytes_max": 2**30}


class StillClock:
    boot_id = "boot"

    def wall(self) -> datetime:
        return datetime(2026, 11, 23, 10, 15, 2, tzinfo=timezone(timedelta(hours=9)))

    def monotonic_ms(self) -> int:
        return 1


def now_iso() -> str:
    return datetime.now(UTC).isoformat()


class PushingCounter:
    """Enrolled at a register over HTTP; the journal is on disk."""

    def __init__(self, folder: Path, kiosk_id: str, code: str, url: str) -> None:
        self.kiosk_id, self.folder = kiosk_id, folder
        self.enrolment, self.key = enroll(url=url, code=code, kiosk_id=kiosk_id, directory=folder)
        self.journal = SqliteJournal(folder / "journal", kiosk_id=kiosk_id, clock=StillClock())
        self.client = self.connect(url)
        self.sold_yen = 0

    def connect(self, url: str, *, key: SigningKey | None = None) -> RegisterClient:
        """A client of its own to the register at ``url``; ``key`` where it is not the one of the enrolment."""
        return RegisterClient(replace(self.enrolment, url=url), key or self.key, now_iso=now_iso)

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
        """The journal, one record a line, as ``register export`` prints it."""
        found, seq = [], 0
        while entries := self.journal.entries_after(seq, **EVERYTHING):
            found += [entry.canonical + b"\n" for entry in entries]
            seq = entries[-1].seq
        return b"".join(found)

    def close(self) -> None:
        self.client.close()
        self.journal.close()


def code_for(database: str, kiosk_id: str) -> str:
    """A one-time code from ``register enroll``."""
    done = command("enroll", "--db", database, "--kiosk", kiosk_id, "--counter-name", "市民課")
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().strip()


def code_from(engine: Engine, kiosk_id: str, *, new_epoch: bool = False) -> str:
    """The same without a process."""
    return issue_code(
        engine,
        kiosk_id,
        counter_code="101",
        counter_name="市民課",
        new_epoch=new_epoch,
        now_ms=wall_ms,
        random_bytes=os.urandom,
    )


def settled(database: str) -> dict[str, object]:
    """What ``register settle`` says of the day."""
    done = command("settle", "--db", database, "--date", DAY.isoformat(), "--format", "json")
    assert done.returncode == 0, done.stderr
    value: dict[str, object] = json.loads(done.stdout)
    return value


def assert_whole(database: str, *counters: PushingCounter) -> None:
    """The register holds every byte of every journal, and settles to what was sold."""
    for counter in counters:
        assert command("export", "--db", database, "--kiosk", counter.kiosk_id).stdout == counter.exported()
    assert settled(database)["total_yen"] == sum(counter.sold_yen for counter in counters)
    verdict = command("verify", "--db", database)
    assert verdict.returncode == 0, verdict.stdout.decode()
