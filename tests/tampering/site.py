"""A counter of real entries beside its register, and what somebody with full access to its files can do to them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import Engine

from drivers.payment import api
from kiosk.domain.checkpoint import parse_checkpoint
from kiosk.domain.checkpoint_check import Rule
from kiosk.domain.record import SYSTEM, Draft, KioskStarted
from kiosk.journal.commands import verify, verify_paper
from kiosk.journal.opening import DATABASE_NAME
from kiosk.journal.store import SqliteJournal
from kiosk.services.checkpoint_day import checkpoint_day
from kiosk.services.close_day import close_day
from kiosk.services.counter import Counter, CounterIdentity
from kiosk.services.issue_receipt import issue_document
from kiosk.services.open_day import open_day
from kiosk.services.take_payment import take_payment
from kiosk.sync.client import RegisterClient
from kiosk.sync.enroll import ENROLMENT_NAME, KEY_NAME, enroll
from kiosk.sync.keys import SigningKey, is_signed, load_enrolment, load_key
from kiosk.sync.push import Pushed, PushResult, push_once
from register.domain.clock import wall_ms
from register.services.enroll import issue_code
from tests.tampering.attacker import Attacker
from tests.unit.kiosk.conftest import (
    CASH,
    CLERK,
    CREDIT,
    RESIDENT,
    Bench,
    QuietContext,
    ScriptedDevice,
    TestClock,
    approved,
)

SALES_A_DAY = 3
WAL_NAME, SHM_NAME = f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm"
_codes = count(1)


@dataclass
class Site:
    """One kiosk's folder. ``papers`` are the QR texts of its close reports, which nobody at the machine can change."""

    folder: Path
    kiosk_id: str
    clock: TestClock
    url: str
    papers: list[str] = field(default_factory=list)

    # --- the honest life of a counter ---

    def open(self) -> SqliteJournal:
        return SqliteJournal(self.folder, kiosk_id=self.kiosk_id, clock=self.clock)

    @contextmanager
    def running(self) -> Iterator[Bench]:
        """The counter with its services, as after a start."""
        with self.open() as journal:
            numbers = count(journal.head().seq * 100)
            identity = CounterIdentity("豊田市", "0101", "市民課 1番窓口", "0565-31-1212", "A1")
            counter = Counter(
                journal,
                self.clock,
                lambda: f"{self.kiosk_id}-{next(numbers)}",
                identity,
                "master-1",
                lambda _: None,
                signer=self.key,
            )
            yield Bench(counter, self.clock, [], journal)

    def key(self) -> SigningKey | None:
        path = self.folder / KEY_NAME
        return load_key(path) if path.exists() else None

    def sell(self, bench: Bench, sales: int = SALES_A_DAY) -> None:
        for number in range(sales):
            tender = (CREDIT, CASH)[number % 2]
            cash = api.Approved(300, api.Media.CASH, "", "", "", tendered_yen=300)
            device = ScriptedDevice(sales=[approved(300, slip_number=f"{number:04}") if tender is CREDIT else cash])
            paid = take_payment(bench.counter, bench.offer(RESIDENT), tender, device, QuietContext, CLERK.actor)
            issue_document(bench.counter, paid.prepared.sale_id, lambda _: b"slip", CLERK.actor)

    def day(self) -> None:
        """A start, a day of sales and its close with the paper."""
        with self.running() as bench:
            bench.journal.append(bench.counter.draft(KioskStarted("0.1.0", "3"), SYSTEM, None))
            self.sell_after_opening(bench)
            self.close(bench)
        self.clock.now += timedelta(days=1)

    def sell_after_opening(self, bench: Bench) -> None:
        """The morning of a day that nobody closes."""
        open_day(bench.counter, CLERK.actor)
        self.sell(bench)

    def close(self, bench: Bench) -> None:
        day = close_day(bench.counter, CLERK.actor)
        assert day.business_date is not None
        checkpoint_day(bench.counter, day.business_date)
        closed = bench.journal.books().history.closed_day(day.business_date)
        assert closed is not None
        assert closed.checkpoint is not None
        self.papers.append(closed.checkpoint.text)

    def start_and_sync(self) -> PushResult:
        """What the product does at every start: its first entry, then the register."""
        with self.open() as journal:
            journal.append(Draft(KioskStarted("0.1.0", "3"), None, SYSTEM, ""))
            return self.sync(journal)

    def sync(self, journal: SqliteJournal) -> PushResult:
        enrolment = load_enrolment(self.folder / ENROLMENT_NAME)
        client = RegisterClient(
            enrolment, load_key(self.folder / KEY_NAME), now_iso=lambda: datetime.now(UTC).isoformat()
        )
        try:
            result = push_once(journal, client)
            while isinstance(result, Pushed) and result.more:
                result = push_once(journal, client)
            return result
        finally:
            client.close()

    def enroll(self, engine: Engine) -> None:
        code = issue_code(
            engine,
            self.kiosk_id,
            counter_code="0101",
            counter_name="市民課",
            new_epoch=False,
            now_ms=wall_ms,
            random_bytes=lambda size: next(_codes).to_bytes(size, "big"),
        )
        enroll(url=self.url, code=code, kiosk_id=self.kiosk_id, directory=self.folder)

    # --- who may notice ---

    def bad(self) -> dict[str, str]:
        """What ``kiosk journal verify`` finds wrong."""
        return {verdict.check: verdict.detail for verdict in verify(self.folder, is_signed) if not verdict.ok}

    def against(self, paper: str) -> set[Rule]:
        """What the kiosk's journal says to a paper, conclusion included."""
        _, findings = verify_paper(self.folder, parse_checkpoint(paper), is_signed, key_file=None)
        return {finding.rule for finding in findings}

    @property
    def attacker(self) -> Attacker:
        """Somebody at this machine who may do anything with its files."""
        return Attacker(self.folder)

    def copy_to(self, folder: Path) -> "Site":
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder, clock=TestClock(self.clock.now), papers=list(self.papers))
