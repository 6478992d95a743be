"""A counter on a real journal, with a scripted device in place of a terminal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from itertools import count
from pathlib import Path

import pytest

from drivers.context import Wake
from drivers.payment import api
from drivers.transport import ByteStream
from kiosk.domain.books import Books, Decide
from kiosk.domain.cart import Cart, Offer, make_offer
from kiosk.domain.item import Account, Item
from kiosk.domain.money import Yen
from kiosk.domain.operation import Operation
from kiosk.domain.operator import Operator, Role
from kiosk.domain.record import Draft, NotReadable, Record
from kiosk.domain.tax import TaxClass
from kiosk.domain.tender import Tender, TenderKind
from kiosk.journal.store import SqliteJournal
from kiosk.services.counter import Counter, CounterIdentity
from kiosk.services.notices import Notice
from kiosk.services.open_day import open_day
from tests.unit.drivers.payment.no_server import NoServer

JAPAN = timezone(timedelta(hours=9))
MONDAY = date(2026, 11, 23)
CLERK = Operator("yamada", "山田", "出納員", Role.CLERK, "")
CHIEF = Operator("suzuki", "鈴木", "会計管理者", Role.SUPERVISOR, "")
FINANCE = Operator("mori", "森", "会計課", Role.FINANCE, "")
ADMINISTRATOR = Operator("kimura", "木村", "情報システム課", Role.ADMINISTRATOR, "")
EXEMPT = TaxClass("exempt", "非課税", None)
STANDARD = TaxClass("standard", "10%", 10)
FEES = Account("0101", ("一般会計", "使用料及び手数料", "戸籍住民基本台帳手数料"), "市民課")
MUSEUM = Account(
    "0202", ("一般会計", "使用料及び手数料", "美術館観覧料"), "美術館", registration_number="T5000020232114"
)
ALL = frozenset(TenderKind)


def item(code: str, name: str, price_yen: int, *, tax: TaxClass = EXEMPT, account: Account = FEES) -> Item:
    return Item(code, name, "", "cert", Yen(price_yen), tax, account, ALL, date(2026, 4, 1))


RESIDENT = item("J01", "住民票の写し", 300)
TICKET = item("M01", "観覧料 一般", 300, tax=STANDARD, account=MUSEUM)
CREDIT = Tender(TenderKind.CREDIT, "クレジットカード", "terminal", ("Visa",), "株式会社指定納付")
CASH = Tender(TenderKind.CASH, "現金", "drawer")


CAPABLE = api.Capabilities(frozenset(api.Media), can_inquire=True)


@dataclass
class TestClock:
    """A clock the test sets."""

    __test__ = False
    now: datetime = datetime(2026, 11, 23, 10, 15, 2, tzinfo=JAPAN)
    boot_id: str = "boot"

    def wall(self) -> datetime:
        return self.now

    def monotonic_ms(self) -> int:
        return 1

    def today(self) -> date:
        return self.now.date()

    def now_iso(self) -> str:
        return self.now.isoformat(timespec="seconds")


@dataclass
class ScriptedDevice:
    """A payment device that answers what the test wrote down, and counts what it was asked."""

    sales: list[api.AuthorizationOutcome] = field(default_factory=list)
    inquiries: list[api.InquiryOutcome] = field(default_factory=list)
    reports: list[api.Approved | api.Declined] = field(default_factory=list)
    baseline: api.Baseline | None = None
    charged: list[api.AuthorizationRequest] = field(default_factory=list)
    asked: list[api.AuthorizationRequest] = field(default_factory=list)
    capabilities: api.Capabilities = CAPABLE

    def authorize_sales(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.AuthorizationOutcome:
        self.charged.append(request)
        for report in self.reports:
            context.commit(report)
        assert self.sales, "nobody expected this charge"
        return self.sales.pop(0)

    def authorize_void(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.AuthorizationOutcome:
        return self.authorize_sales(request, context)

    def authorize_refund(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.AuthorizationOutcome:
        return self.authorize_sales(request, context)

    def access_daily_log(self, kind: api.DailyLogKind, context: api.PaymentContext) -> api.DailyLogOutcome:
        return api.LogUnavailable(api.NotSentReason.NOT_SUPPORTED)

    def query_last_transaction(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.InquiryOutcome:
        context.show(api.Phase.INQUIRING)
        self.asked.append(request)
        assert self.inquiries, "nobody expected this question"
        return self.inquiries.pop(0)

    def read_baseline(self, context: api.PaymentContext) -> api.Baseline | None:
        assert context is not None
        return self.baseline

    def check_health(self, context: api.PaymentContext) -> api.Health:
        assert context is not None
        return api.Health(ready=True, detail="scripted")


@dataclass
class QuietContext(NoServer):
    """A context for devices that neither wait nor ask."""

    operation: Operation | None
    record: Callable[[api.Approved | api.Declined], None] | None

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        raise AssertionError((line, deadline_s))

    def ask(self, form: api.Form, deadline_s: float) -> api.Entry | Wake:
        raise AssertionError((form, deadline_s))

    def commit(self, result: api.Approved | api.Declined) -> None:
        assert self.record is not None
        self.record(result)

    def show(self, phase: api.Phase) -> None:
        assert phase

    def show_code(self, code: api.ShownCode | None) -> None:
        raise AssertionError(code)

    def print_slip(self, slip: api.TerminalSlip) -> None:
        raise AssertionError(slip.copy)

    def now_s(self) -> float:
        return 0.0


@dataclass
class Bench:
    """A counter under test: the journal is real."""

    counter: Counter
    clock: TestClock
    told: list[Notice]
    journal: SqliteJournal

    def offer(self, *items: Item) -> Offer:
        cart = Cart()
        for each in items or (RESIDENT,):
            cart = cart.add(each)
        return make_offer(cart, (CREDIT, CASH))

    def kinds(self) -> list[str]:
        """Kinds of every record, in order."""
        entries = self.journal.entries_after(0, count_max=1000, bytes_max=10**9)
        return [entry.canonical.decode().split('"kind":"')[1].split('"')[0] for entry in entries]


def approved(amount_yen: int = 300, *, slip_number: str = "0231") -> api.Approved:
    return api.Approved(
        amount_yen,
        api.Media.CREDIT,
        "Visa",
        approval_code="123456",
        slip_number=slip_number,
        card_last4="1234",
        terminal_id="29525235",
        transaction_number="000975",
    )


class UnreadableJournal:
    """A journal whose disk takes entries and gives none back, as a failing one may."""

    def __init__(self, real: SqliteJournal) -> None:
        self._real = real

    def append(self, *drafts: Draft) -> tuple[Record, ...]:
        return self._real.append(*drafts)

    def transact(self, decide: Decide) -> tuple[Record, ...]:
        return self._real.transact(decide)

    def books(self) -> Books:
        raise NotReadable("the journal cannot be read (disk I/O error)")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    clock = TestClock()
    journal = SqliteJournal(tmp_path / "journal", kiosk_id="shiminka-1", clock=clock)
    told: list[Notice] = []
    numbers = count(1)
    identity = CounterIdentity("豊田市", "0101", "市民課 1番窓口", "0565-31-1212", "A1")
    counter = Counter(journal, clock, lambda: f"id-{next(numbers)}", identity, "master-1", told.append)
    yield Bench(counter, clock, told, journal)
    journal.close()


@pytest.fixture
def open_bench(bench: Bench) -> Bench:
    open_day(bench.counter, CLERK.actor)
    bench.told.clear()
    return bench
