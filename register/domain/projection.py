"""Folds journal entries into what finance asks for. Owns when money counts; refuses I/O, and to lose a yen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from kiosk.domain.business_day import fiscal_year_of
from kiosk.domain.item import Ownership
from kiosk.domain.money import NOTHING
from kiosk.domain.operation import (
    Operation,
    OperationKind,
    Prepared,
    SaleLine,
    State,
    TransitionError,
    apply,
)
from kiosk.domain.record import DayClosed, DayOpened, FreeSale, OperationEvent
from kiosk.domain.tax import TaxClass, TaxTotal
from register.domain.entries import Entry, Flag, FlagRule

FREE = "free"
"""``SaleFact.kind`` of a line of a zero-yen sale; the other kinds are those of OperationKind."""
UNASSIGNED = SaleLine(
    "", "不一致", 0, NOTHING, NOTHING, TaxClass("", "", None), "", ("不一致",), "", Ownership.REVENUE.value, "", 0
)
"""Where lines do not add up to the amount charged, the rest stands here, in sight, until a person settles it."""
PATH_SEPARATOR = "/"


@dataclass(frozen=True, slots=True)
class SaleFact:
    """A line that counts. Fields in the order of the store's columns after ``kiosk_id`` and ``epoch``."""

    seq: int
    line: int
    reference: str
    kind: str
    business_date: date
    fiscal_year: int
    ownership: str
    account_code: str
    account_path: str
    department: str
    item_code: str
    item_name: str
    category: str
    tender: str
    tender_name: str
    trustee_name: str
    brand: str
    quantity: int
    amount_yen: int
    exempted_yen: int
    tax_code: str
    tax_percent: int | None
    tax_yen: int


@dataclass(slots=True)
class Standing:
    """An operation and the entry that prepared it."""

    epoch: int
    prepared_seq: int
    operation: Operation


NetYen = dict[str, int]
"""Sales less voids and refunds per tender."""


def nothing_before(_: date) -> NetYen:
    """For a fold that starts at the first entry."""
    return {}


@dataclass(slots=True)
class Projection:
    """A fold over one kiosk's entries in order. ``operations`` begins with those known that the entries may touch."""

    epoch: int
    operations: dict[str, Standing] = field(default_factory=dict)
    net_before: Callable[[date], NetYen] = nothing_before
    """Net yen of a business day in this epoch before the first entry folded here."""
    touched: set[str] = field(default_factory=set)
    facts: list[SaleFact] = field(default_factory=list)
    days: dict[date, int] = field(default_factory=dict)
    """Business date -> seq of its close, 0 while open."""
    flags: list[Flag] = field(default_factory=list)
    net: dict[date, NetYen] = field(default_factory=dict)
    """Net yen of what was folded here."""

    def take(self, entry: Entry) -> None:
        """Fold one entry; nothing it says can stop the fold."""
        if entry.flag is not None:
            self.flags.append(entry.flag)
        match entry.body:
            case Prepared() as prepared:
                self._prepare(entry, prepared)
            case OperationEvent():
                self._step(entry, entry.body)
            case FreeSale() as free:
                self._free(entry, free)
            case DayOpened() if entry.business_date is not None:
                self.days[entry.business_date] = 0
            case DayClosed() as closed if entry.business_date is not None:
                self._close(entry, entry.business_date, closed)
            case _:
                pass

    def _flag(self, entry: Entry, rule: str, detail: str) -> None:
        self.flags.append(Flag(entry.seq, rule, detail, entry.business_date))

    def _prepare(self, entry: Entry, prepared: Prepared) -> None:
        if prepared.operation_id in self.operations:
            self._flag(entry, FlagRule.ILLEGAL_STEP, "an operation of this identity exists already")
            return
        self.operations[prepared.operation_id] = Standing(self.epoch, entry.seq, Operation(prepared))
        self.touched.add(prepared.operation_id)

    def _step(self, entry: Entry, body: OperationEvent) -> None:
        standing = self.operations.get(body.operation_id)
        if standing is None:
            self._flag(entry, FlagRule.ILLEGAL_STEP, "no such operation has been prepared")
            return
        try:
            standing.operation = apply(standing.operation, body.event)
        except TransitionError as error:
            self._flag(entry, FlagRule.ILLEGAL_STEP, str(error)[:200])
            return
        self.touched.add(body.operation_id)
        if standing.operation.state is State.APPROVED:
            self._count(entry, standing.operation)

    def _count(self, entry: Entry, operation: Operation) -> None:
        prepared = operation.prepared
        net = self.net.setdefault(prepared.business_date, {})
        sign = 1 if prepared.operation_kind is OperationKind.SALE else -1
        net[prepared.tender] = net.get(prepared.tender, 0) + sign * prepared.amount_yen
        lines = prepared.lines
        missing_yen = prepared.amount_yen - sum(line.amount_yen for line in lines)
        taxes, unplaced_yen = share_taxes(lines, prepared.taxes)
        if missing_yen or unplaced_yen:
            self._flag(entry, FlagRule.SUM_MISMATCH, f"lines lack {missing_yen} yen of the amount charged")
        for number, (line, tax_yen) in enumerate(zip(lines, taxes, strict=True), start=1):
            self.facts.append(_fact(entry.seq, number, operation, line, line.amount_yen, tax_yen))
        if missing_yen or unplaced_yen:
            self.facts.append(_fact(entry.seq, 0, operation, UNASSIGNED, missing_yen, unplaced_yen))

    def _free(self, entry: Entry, free: FreeSale) -> None:
        if entry.business_date is None:
            self._flag(entry, FlagRule.NOT_UNDERSTOOD, "a zero-yen sale without a business date")
            return
        for number, line in enumerate(free.lines, start=1):
            self.facts.append(_free_fact(entry.seq, number, free.sale_id, entry.business_date, line))

    def _close(self, entry: Entry, day: date, closed: DayClosed) -> None:
        self.days[day] = entry.seq
        stated: NetYen = {}
        for total in closed.totals:
            stated[total.tender] = stated.get(total.tender, 0) + total.amount_yen
        found = dict(self.net_before(day))
        for tender, net_yen in self.net.get(day, {}).items():
            found[tender] = found.get(tender, 0) + net_yen
        tenders = sorted(stated.keys() | found.keys())
        wrong = [
            f"{each}: {stated.get(each, 0)} stated, {found.get(each, 0)} held"
            for each in tenders
            if stated.get(each, 0) != found.get(each, 0)
        ]
        if wrong:
            self._flag(entry, FlagRule.DAY_TOTALS, "; ".join(wrong)[:200])


def share_taxes(lines: tuple[SaleLine, ...], taxes: tuple[TaxTotal, ...]) -> tuple[list[int], int]:
    """Divide the document's tax, rounded once per class, over its lines so that every yen of it lands on one.

    Returns the tax of each line and what could not be placed (a class no line has).
    """
    wanted: dict[TaxClass, int] = {}
    for tax in taxes:
        wanted[tax.tax] = wanted.get(tax.tax, 0) + tax.tax_yen
    gross: dict[TaxClass, int] = {}
    for line in lines:
        gross[line.tax] = gross.get(line.tax, 0) + line.amount_yen
    shares: list[int] = []
    seen: dict[TaxClass, int] = {}
    for line in lines:
        total_yen, tax_yen = gross[line.tax], wanted.get(line.tax, 0)
        before_yen = seen.get(line.tax, 0)
        seen[line.tax] = before_yen + line.amount_yen
        shares.append(tax_yen * seen[line.tax] // total_yen - tax_yen * before_yen // total_yen if total_yen else 0)
    return shares, sum(wanted.values()) - sum(shares)


def _fact(seq: int, number: int, operation: Operation, line: SaleLine, amount_yen: int, tax_yen: int) -> SaleFact:
    prepared = operation.prepared
    return SaleFact(
        seq=seq,
        line=number,
        reference=prepared.operation_id,
        kind=prepared.operation_kind.value,
        business_date=prepared.business_date,
        fiscal_year=line.fiscal_year or fiscal_year_of(prepared.business_date),
        ownership=line.ownership,
        account_code=line.account_code,
        account_path=PATH_SEPARATOR.join(line.account_path),
        department=line.department,
        item_code=line.item_code,
        item_name=line.name,
        category=line.category,
        tender=prepared.tender.value,
        tender_name=prepared.tender_name,
        trustee_name=prepared.trustee_name,
        brand=operation.result.brand if operation.result else "",
        quantity=line.quantity,
        amount_yen=amount_yen,
        exempted_yen=0,
        tax_code=line.tax.code,
        tax_percent=line.tax.percent,
        tax_yen=tax_yen,
    )


def _free_fact(seq: int, number: int, sale_id: str, day: date, line: SaleLine) -> SaleFact:
    return SaleFact(
        seq=seq,
        line=number,
        reference=sale_id,
        kind=FREE,
        business_date=day,
        fiscal_year=line.fiscal_year,
        ownership=line.ownership,
        account_code=line.account_code,
        account_path=PATH_SEPARATOR.join(line.account_path),
        department=line.department,
        item_code=line.item_code,
        item_name=line.name,
        category=line.category,
        tender=FREE,
        tender_name="",
        trustee_name="",
        brand="",
        quantity=line.quantity,
        amount_yen=0,
        exempted_yen=line.unit_price_yen * line.quantity,
        tax_code=line.tax.code,
        tax_percent=line.tax.percent,
        tax_yen=0,
    )
