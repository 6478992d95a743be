"""One counter of the product as a recorded process runs it: real journal, services, drivers; a clerk who answers.

Owns the wiring, and the marks that say what has become durable; refuses to know how any of it reaches the disk.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from drivers.payment import api
from kiosk.clock import JAPAN
from kiosk.devices import open_payment_device, open_printer
from kiosk.domain.books import Books, Decide, Entry
from kiosk.domain.cart import Cart, Offer, make_offer
from kiosk.domain.ids import SaleId
from kiosk.domain.operation import Operation
from kiosk.domain.operator import Operator
from kiosk.domain.record import SYSTEM, Draft, Head, KioskStarted, Record
from kiosk.domain.tender import Tender, TenderKind
from kiosk.journal.store import SqliteJournal
from kiosk.main import make_counter
from kiosk.paths import CONFIG
from kiosk.profile import CounterProfile, load_profile
from kiosk.renders import make_renders
from kiosk.runtime.live_context import LiveDeviceContext, LivePaymentContext, no_slip
from kiosk.services.issue_receipt import issue_document, print_document
from kiosk.services.notices import Answer, Notice, Question
from kiosk.services.resolve_in_doubt import recover
from kiosk.services.take_payment import OtherTender, take_payment

STATE = "state"
"""The journal's folder below the story's own; the product makes it."""
KIOSK = "shiminka-1"
MONDAY = date(2026, 11, 23)
STARTED = KioskStarted("crash", "crash")
ITEM = "1001"

Say = Callable[[str], None]
"""Makes a mark: ``opened``, ``durable N``, ``sync SEQ REASON``, ``asked OPERATION``, ``watch``."""


@dataclass(frozen=True, slots=True)
class StillClock:
    """The same moment of a day for every entry, so that every run of a story writes the same."""

    day: int = 0
    boot_id: str = "boot"

    def wall(self) -> datetime:
        return datetime(MONDAY.year, MONDAY.month, MONDAY.day, 10, 15, 2, tzinfo=JAPAN) + timedelta(days=self.day)

    def monotonic_ms(self) -> int:
        return 1

    def today(self) -> date:
        return self.wall().date()

    def now_iso(self) -> str:
        return self.wall().isoformat(timespec="seconds")


class MarkedJournal:
    """The product's journal; whenever it says that something is durable, that is said on."""

    def __init__(self, real: SqliteJournal, say: Say) -> None:
        self._real, self._say = real, say

    def append(self, *drafts: Draft) -> tuple[Record, ...]:
        return self.transact(lambda _: drafts)

    def transact(self, decide: Decide) -> tuple[Record, ...]:
        records = self._real.transact(decide)
        if records:
            self._say(f"durable {records[-1].header.seq}")
        return records

    def books(self) -> Books:
        return self._real.books()

    def head(self) -> Head:
        return self._real.head()

    def entries_after(self, seq: int, *, count_max: int, bytes_max: int) -> tuple[Entry, ...]:
        return self._real.entries_after(seq, count_max=count_max, bytes_max=bytes_max)

    def acknowledge(self, seq: int, digest: bytes) -> None:
        self._real.acknowledge(seq, digest)
        self._tell_sync()

    def set_frozen(self, reason: str) -> None:
        self._real.set_frozen(reason)
        self._tell_sync()

    def close(self) -> None:
        self._real.close()

    def _tell_sync(self) -> None:
        status = self._real.books().sync_status()
        self._say(f"sync {status.acked_seq} {status.frozen_reason}")


class AskedDevice:
    """A payment device; before it is asked to move money, that is said."""

    def __init__(self, real: api.PaymentDevice, say: Say) -> None:
        self._real, self._say = real, say

    def __getattr__(self, name: str) -> Any:
        wanted = getattr(self._real, name)
        if not name.startswith("authorize_"):
            return wanted

        def ask(request: api.AuthorizationRequest, context: api.PaymentContext) -> api.AuthorizationOutcome:
            self._say(f"asked {request.operation_id}")
            return cast(api.AuthorizationOutcome, wanted(request, context))

        return ask


@dataclass(frozen=True, slots=True)
class Lines:
    """Ports of the emulated terminal and printer; empty where a story needs none."""

    terminal: str = ""
    printer: str = ""


def counter_profile(clock: StillClock, lines: Lines) -> CounterProfile:
    """The citizens' counter, its devices on these ports."""
    profile = load_profile(CONFIG / "counters" / "shiminka.toml", on=clock.today())
    assert profile.printer is not None
    devices = tuple(replace(each, port=lines.terminal) if each.port else each for each in profile.devices)
    return replace(profile, devices=devices, printer=replace(profile.printer, port=lines.printer, baud=115_200))


class Stage:
    """A running counter; leaving it closes the journal as the end of the program does."""

    def __init__(
        self, folder: Path, say: Say, *, run: str, day: int = 0, epoch: int | None = None, lines: Lines | None = None
    ) -> None:
        """``run`` begins every identity, so that no two runs on one journal share one."""
        self.say, self.clock, self.folder = say, StillClock(day), folder / STATE
        self.profile = counter_profile(self.clock, lines or Lines())
        self.journal = MarkedJournal(SqliteJournal(self.folder, kiosk_id=KIOSK, clock=self.clock, epoch=epoch), say)
        say("opened")
        numbers = count(1)
        made = make_counter(self.profile, self.journal, self.clock, lambda _: None)
        self.counter = replace(
            made, new_id=lambda: f"{run}-{next(numbers)}", refunds_on_terminal=frozenset({TenderKind.CREDIT})
        )
        self.clerk_says: list[str] = []
        """What the clerk answers to the next questions about a terminal worked by hand."""

    def __enter__(self) -> Self:
        """What the program does first (kiosk.main.build_kiosk, kiosk.runtime.doubts)."""
        self.counter.journal.append(self.counter.draft(STARTED, SYSTEM, None))
        recover(self.counter)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.journal.close()

    @property
    def clerk(self) -> Operator:
        return self._person("suzuki")

    @property
    def chief(self) -> Operator:
        return self._person("yamada")

    def last_sale(self, *, days_ago: int = 0) -> SaleId:
        sales = self.journal.books().sales(self.clock.today() - timedelta(days=days_ago))
        return sales[0].sale_id

    def tender(self, kind: TenderKind) -> Tender:
        return next(tender for tender in self.profile.tenders if tender.kind is kind)

    def device(self, name: str) -> api.PaymentDevice:
        """The driver of a device, made anew as after a start."""
        profile = next(each for each in self.profile.devices if each.name == name)
        return cast(api.PaymentDevice, AskedDevice(open_payment_device(profile), self.say))

    def offer(self, exemption: str = "") -> Offer:
        item = next(each for each in self.profile.items if each.code == ITEM)
        cart = Cart().add(item)
        reason = next((each for each in self.profile.exemptions if each.code == exemption), None)
        return (
            make_offer(cart.exempt(reason), self.profile.tenders) if reason else make_offer(cart, self.profile.tenders)
        )

    def pay(self, kind: TenderKind, instead: OtherTender | None = None) -> Operation:
        """Take one payment to its end, whatever that is."""
        tender = self.tender(kind)
        device = self.device(tender.device)
        return take_payment(self.counter, self.offer(), tender, device, self.context, self.clerk.actor, instead)

    def print(self, sale_id: SaleId) -> None:
        """Number, record and print the next copy of a sale's document."""
        assert self.profile.printer is not None
        render = make_renders(self.profile.printer, self.profile.layouts)[0]
        document = issue_document(self.counter, sale_id, render, self.clerk.actor)
        print_document(self.counter, document, open_printer(self.profile.printer, self.folder), LiveDeviceContext())

    def context(self, _: Operation | None, record: Callable[[api.Approved | api.Declined], None]) -> LivePaymentContext:
        """The drivers' own live context; questions go to the clerk, who answers at once."""

        def tell(notice: Notice) -> None:
            if isinstance(notice, Question):
                context.answer(self._answer(notice))

        context = LivePaymentContext(tell, record, no_slip)
        return context

    def _answer(self, question: Question) -> Answer:
        said = self.clerk_says.pop(0)
        keyed = {field.name: field.choices[0] if field.choices else "12345" for field in question.fields}
        keyed["amount_yen"] = str(question.amount_yen)
        return Answer(said, keyed if said in ("approved", "charged", "done") else {})

    def _person(self, operator_id: str) -> Operator:
        return next(each for each in self.profile.operators if each.operator_id == operator_id)
