"""A counter with a real journal, the product's services and the real driver. Owns one citizen after the other."""

from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

from drivers.payment.api import Approved, Declined
from drivers.payment.paypay import protocol
from drivers.payment.paypay.driver import PayPay, PayPaySettings
from kiosk.domain.cart import Cart, Offer, make_offer
from kiosk.domain.ids import SaleId
from kiosk.domain.operation import Operation, OperationKind, State
from kiosk.domain.record import SYSTEM, OperationEvent, parse_record
from kiosk.domain.tender import Tender, TenderKind
from kiosk.journal.store import SqliteJournal
from kiosk.services.close_day import close_day
from kiosk.services.counter import Counter, CounterIdentity
from kiosk.services.open_day import open_day
from kiosk.services.refund_payment import refund_payment
from kiosk.services.resolve_in_doubt import inquire, recover
from kiosk.services.take_payment import take_payment
from kiosk.services.void_payment import void_payment
from tests.provider.fast import FastClock, FastContext, PowerCutError, phone
from tests.provider.process import KEYS, ProviderProcess
from tests.unit.kiosk.conftest import CHIEF, CLERK, JAPAN, item

WALLET = Tender(TenderKind.CODE, "PayPay", "paypay", ("PayPay",), "株式会社指定納付", through_service=True)
DAYS = 2
ENTRIES_MAX = 100_000
QUESTIONS_MAX = 60
"""Asked so often what nobody can tell is stuck: the provider is never away for long."""
ASK_AGAIN_S = 5.0
NOT_OURS, HOUR_S = "another-secret", 3600.0
SPOILED, TAKEN_BACK = 0.03, 0.25


@dataclass
class DayClock:
    """The counter's calendar: a day lasts until somebody opens the next."""

    day: date = date(2026, 11, 23)
    boot_id: str = "boot"

    def wall(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 10, 15, tzinfo=JAPAN)

    def monotonic_ms(self) -> int:
        return 1

    def today(self) -> date:
        return self.day

    def now_iso(self) -> str:
        return self.wall().isoformat(timespec="seconds")


def _nobody_records(result: Approved | Declined) -> None:
    raise AssertionError(f"an inquiry records nothing by itself, not {result}")


class Till:
    """A journal, a driver that is made anew at every start, and the product's verbs on them."""

    def __init__(self, folder: Path, name: str, provider: ProviderProcess, clock: FastClock, random: Random) -> None:
        """``name`` begins the numbers of its operations."""
        self.struck: Tally[str] = Tally()
        self.days = DayClock()
        self._provider, self._clock, self._random = provider, clock, random
        numbers = count(1)
        self.journal = SqliteJournal(folder / name, kiosk_id=name, clock=self.days)
        self.counter = Counter(
            self.journal,
            self.days,
            lambda: f"{name}-{next(numbers):06d}",
            CounterIdentity("豊田市", "0801", "中央図書館", "0565-32-0717", "L1"),
            "master-1",
            lambda _: None,
            refunds_on_terminal=frozenset({TenderKind.CODE}),
        )
        self.device = self.new_driver()

    def new_driver(self, *, secret: str = KEYS.secret, ahead_s: float = 0.0) -> PayPay:
        """One that knows of nothing that was before it."""
        return PayPay(
            self._provider.client(),
            replace(KEYS, secret=secret),
            PayPaySettings(protocol.Counter("toshokan", "toshokan-1")),
            wall_s=lambda: self._clock.wall_s() + ahead_s,
            new_nonce=lambda: f"{self._random.randrange(16**8):08x}",
        )

    def start_again(self) -> None:
        """As the program does after it has died."""
        self.device = self.new_driver()
        recover(self.counter)

    def sell(self, offer: Offer) -> Operation:
        return take_payment(self.counter, offer, WALLET, self.device, self._context, CLERK.actor)

    def void(self, sale_id: SaleId) -> Operation:
        return void_payment(self.counter, sale_id, self.device, self._context, actor=CLERK.actor, approver=CHIEF.actor)

    def refund(self, sale_id: SaleId) -> Operation:
        return refund_payment(
            self.counter, sale_id, "複写の不良", self.device, self._context, actor=CLERK.actor, approver=CHIEF.actor
        )

    def ask(self, doubtful: Operation) -> None:
        """What became of it; a while later again where nobody can tell."""
        if doubtful.state is not State.IN_DOUBT:
            recover(self.counter)  # its outcome did not reach the disk
        elif inquire(self.counter, doubtful, self.device, self._context(), SYSTEM).state is State.IN_DOUBT:
            self._clock.sleep(ASK_AGAIN_S)

    def approved(self) -> list[Operation]:
        """Every sale and every sale taken back of the days so far."""
        days = [self.days.day - timedelta(days=back) for back in range(DAYS + 1)]
        return [row.operation for day in days for row in self.journal.books().history.operations(day)]

    def tell_ends(self) -> Tally[str]:
        """How often each event of an operation is in the journal."""
        entries = self.journal.entries_after(0, count_max=ENTRIES_MAX, bytes_max=ENTRIES_MAX * 1000)
        bodies = (parse_record(entry.canonical, entry.prev_hash).body for entry in entries)
        return Tally(type(body.event).__name__ for body in bodies if isinstance(body, OperationEvent))

    def _context(
        self, _: Operation | None = None, record: Callable[[Approved | Declined], None] = _nobody_records
    ) -> FastContext:
        read_code = phone(self._provider.client(), self._provider.base_url)
        return FastContext(self._clock, self._random, record, read_code, self.struck)


class Shift:
    """Citizens at one till, and whatever strikes each of them."""

    def __init__(self, till: Till, random: Random) -> None:
        self.till, self._random = till, random

    def work(self, sales: int) -> None:
        """Two days: sales, some taken back at once, some of the first day's given back on the second."""
        till = self.till
        for day in range(DAYS):
            open_day(till.counter, CLERK.actor)
            earlier = self._standing() if day else []
            for _ in range(sales // DAYS):
                self._serve(partial(till.sell, self._offer()))
                if self._random.random() < TAKEN_BACK and (paid := self._standing_today()):
                    self._serve(partial(till.void, paid[-1].prepared.sale_id))
                if self._random.random() < TAKEN_BACK and earlier:
                    self._serve(partial(till.refund, earlier.pop().prepared.sale_id))
            close_day(till.counter, CLERK.actor)
            till.days.day += timedelta(days=1)

    def _serve(self, do: Callable[[], Operation]) -> None:
        """One operation until its outcome is known."""
        good = self.till.device
        self.till.device = self._spoiled(good)
        try:
            do()
            self.till.device = good
        except PowerCutError:
            self.till.start_again()
        for _ in range(QUESTIONS_MAX):
            doubtful = self.till.journal.books().unsettled()
            if not doubtful:
                return
            try:
                self.till.ask(doubtful[0])
            except PowerCutError:
                self.till.start_again()
        raise AssertionError(f"{doubtful[0].prepared.operation_id} is stuck: {doubtful[0].reason}")

    def _spoiled(self, good: PayPay) -> PayPay:
        """Now and then the counter's keys or clock are wrong for one operation."""
        lot = self._random.random()
        if lot < SPOILED:
            self.till.struck["keys that are not ours"] += 1
            return self.till.new_driver(secret=NOT_OURS)
        if lot < 2 * SPOILED:
            self.till.struck["clock an hour wrong"] += 1
            return self.till.new_driver(ahead_s=HOUR_S)
        return good

    def _offer(self) -> Offer:
        copies = item("0001", "複写", 10 * self._random.randint(1, 300))
        return make_offer(Cart().add(copies), (WALLET,))

    def _standing(self) -> list[Operation]:
        approved = self.till.approved()
        back = {each.prepared.sale_id for each in approved if each.prepared.operation_kind is not OperationKind.SALE}
        return [each for each in approved if each.prepared.sale_id not in back]

    def _standing_today(self) -> list[Operation]:
        return [each for each in self._standing() if each.prepared.business_date == self.till.days.day]
