"""Citizens with a 納付書, and what 会計課 and the sections must have been told of them. Owns these; plays no fault."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from drivers.codes.slip import SlipCode, encode
from kiosk.domain.business_day import fiscal_year_of
from kiosk.domain.cart import Cart
from kiosk.domain.item import Item
from kiosk.domain.operation import Operation, State
from kiosk.domain.record import DocumentIssued, RefundRequested
from kiosk.domain.slip import (
    ScannedSlip,
    Slip,
    SlipSource,
    el_qr_rule,
    item_for,
    number_in,
    number_keyed,
    payer_keyed,
    priced,
    slip_key,
)
from kiosk.paths import CONFIG
from kiosk.profile import CounterProfile, load_profile
from kiosk.services.read_slip import read_slip
from receipts.notice import NoticeContent, NoticeKind
from register.services.notices import notices
from tests.simulation.invariants import Ledger
from tests.simulation.register_side import RegisterSide

PAYERS = ("豊田 太郎", "髙橋 塚﨑", "株式会社とよた給食", "𠮷田 SILVA", "ﾄﾖﾀ ハナコ")
SHARE = 0.12
"""Of a day's sales; a fifth of these slips was at the counter before."""
CHECKED_DAYS = 2
"""A closed day stays as it was; the newest two are looked at after each day."""


def with_slips(profile: CounterProfile, on: date) -> CounterProfile:
    """The counter, taking the slips of the branch that takes some."""
    branch = load_profile(CONFIG / "counters" / "sanage.toml", on=on)
    slips = tuple(item for item in branch.items if item.slip is not None)
    return replace(profile, items=profile.items + slips, el_qr=branch.el_qr)


class Bearers:
    """Who comes with a slip, again with the same one now and then."""

    def __init__(self, profile: CounterProfile, random: Random) -> None:
        self._profile, self._random = profile, random
        self._items = [item for item in profile.items if item.slip is not None]
        self.others = [item for item in profile.items if item.slip is None]
        """What is sold without a slip."""
        self._kept: list[tuple[Item, Slip, int]] = []

    def put(self, cart: Cart, today: date) -> Cart:
        """A slip in the cart, keyed or scanned. Raises CartError."""
        if self._kept and self._random.random() < 0.2:
            item, slip, year = self._random.choice(self._kept)
        else:
            item, slip, year = self._scanned(today) if self._random.random() < 0.5 else self._keyed(today)
            self._kept.append((item, slip, year))
        return cart.add_slip(item, slip, fiscal_year=year)

    def _keyed(self, today: date) -> tuple[Item, Slip, int]:
        item, number = self._random.choice(self._items), number_keyed(f"k-{self._random.randrange(10**6)}")
        year = fiscal_year_of(today) - self._random.randrange(2)
        return self._at(item, self._random.randrange(100, 30_000), today), Slip(self._payer(), number), year

    def _scanned(self, today: date) -> tuple[Item, Slip, int]:
        random = self._random
        prefix = random.choice([prefix for item in self._items if item.slip for prefix in item.slip.prefixes])
        issuer = f"{prefix:0<17}{random.randrange(1, 10**6):010}"
        due = today + timedelta(days=random.randrange(60))
        printed = SlipCode(issuer[:6], issuer[6:], 0, due, has_stamp_duty=False, amount_yen=random.randrange(1, 30_000))
        scanned = read_slip(f"]C1{encode(printed)}\r")
        assert isinstance(scanned, ScannedSlip)
        item = item_for(self._items, scanned)
        assert item is not None
        number = number_in(item, scanned) or number_keyed(str(random.randrange(10**6)))
        slip = Slip(self._payer(), number, SlipSource.GS1_128, scanned.barcode, scanned.due)
        return self._at(item, scanned.amount_yen, today), slip, fiscal_year_of(today)

    def _at(self, item: Item, amount_yen: int, today: date) -> Item:
        rule = el_qr_rule(self._profile.el_qr, today)
        bars = rule is not None and item.slip is not None and item.slip.has_el_qr
        return priced(item, amount_yen, rule.barred if rule and bars else frozenset())

    def _payer(self) -> str:
        return payer_keyed(self._random.choice(PAYERS))


Told = tuple[NoticeKind, str, str, str, str, int, int]
"""What became of it; section, number and payer, the sale, its year and its yen."""


def check_notices(register: RegisterSide, ledgers: Iterable[Ledger]) -> None:
    """Every paid slip is told once to 会計課 and once to its section, and so is what took it back; nothing else is."""
    told_of: dict[date, Counter[Told]] = {}
    papers: set[tuple[str, str]] = {("", "")}
    for ledger in ledgers:
        for problem in _paid_twice(ledger):
            register.world.problem(problem)
        for record in ledger.records:
            body, day = record.body, record.header.business_date
            if isinstance(body, DocumentIssued):
                papers.add((body.sale_id or "", body.serial_number))
            elif isinstance(body, RefundRequested) and day is not None:
                told_of.setdefault(day, Counter()).update(
                    _due_of(ledger.operations[body.operation_id], NoticeKind.ASKED)
                )
        for operation in ledger.operations.values():
            if operation.state is State.APPROVED:
                told_of.setdefault(operation.prepared.business_date, Counter()).update(
                    _due_of(operation, NoticeKind(operation.prepared.operation_kind.value))
                )
    for day in sorted(told_of)[-CHECKED_DAYS:]:
        batches = notices(register.engine, day, "会計課")
        treasury = Counter(_told(each) for each in batches[0].notices) if batches else Counter()
        sections = Counter(_told(each) for batch in batches[1:] for each in batch.notices)
        if not treasury == sections == told_of[day]:
            register.world.problem(
                f"notices of {day}: {treasury - told_of[day]} too many, {told_of[day] - treasury} lost"
            )
        if any(batch.office != each.department for batch in batches[1:] for each in batch.notices):
            register.world.problem(f"notices of {day}: a section was told of another's slip")
        for each in batches[0].notices if batches else ():
            if each.document_number and (each.sale_id, each.document_number) not in papers:
                register.world.problem(f"notices of {day}: {each.document_number} is no paper of {each.sale_id}")


def _due_of(operation: Operation, kind: NoticeKind) -> Iterator[Told]:
    prepared = operation.prepared
    for line in prepared.lines:
        if line.slip is not None:
            yield (
                kind,
                line.department,
                line.slip.number,
                line.slip.payer,
                prepared.sale_id,
                line.fiscal_year,
                line.amount_yen,
            )


def _told(notice: NoticeContent) -> Told:
    return (
        notice.kind,
        notice.department,
        notice.number,
        notice.payer,
        notice.sale_id,
        notice.fiscal_year,
        notice.amount_yen,
    )


def _paid_twice(ledger: Ledger) -> Iterator[str]:
    """A slip paid twice at a counter on one day, and neither taken back."""
    paid = Counter(
        (operation.prepared.business_date, slip_key(line.item_code, line.fiscal_year, line.slip))
        for device in ("terminal", "emoney", "drawer")
        for operation in ledger.paid(device)
        for line in operation.prepared.lines
        if line.slip is not None
    )
    yield from (f"the slip {key} was paid {count} times on {day}" for (day, key), count in paid.items() if count > 1)
