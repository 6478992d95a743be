"""The terminal's day beside ours, at the close: per brand and, where it lists them, transaction. Corrects neither."""

from collections import Counter as Multiset
from collections.abc import Iterable
from datetime import date

from drivers.payment import api
from kiosk.domain.books import Books
from kiosk.domain.money import Yen
from kiosk.domain.operation import DeviceResult, Operation, OperationKind, State
from kiosk.domain.record import Actor, BrandCount, DailyLogCompared, Draft, LogEntry
from kiosk.services.counter import Counter

SALES_MAX = 100_000
"""More sales than a counter can make in a day; a comparison must not be cut short silently."""


def compare_daily_log(counter: Counter, device: str, outcome: api.DailyLogOutcome, actor: Actor) -> DailyLogCompared:
    """Record both sides as they were when the terminal answered. Raises RefusalError when the disk refuses."""
    made: list[DailyLogCompared] = []

    def decide(books: Books) -> list[Draft]:
        business_date = counter.open_date(books)
        mine = _uncounted(books, device, business_date)
        made.append(_compared(device, books.head().seq, mine, outcome))
        return [counter.draft(made[-1], actor, business_date)]

    counter.transact(decide)
    return made[-1]


def is_compared(books: Books, device: str, business_date: date) -> bool:
    """Whether the device was compared today and has approved nothing since."""
    logs = [log for log in books.daily_logs(business_date) if log.device == device]
    return bool(logs) and not any(seq > logs[-1].up_to_seq for seq, _ in _approved(books, device, business_date))


def _compared(device: str, seq: int, mine: tuple[Operation, ...], outcome: api.DailyLogOutcome) -> DailyLogCompared:
    ours = _totals(mine)
    match outcome:
        case api.LogUnavailable(reason, settled_unknown):
            return DailyLogCompared(device, seq, ours, (), settled_unknown, unavailable=reason)
        case api.DailyLog(totals, settled, entries):
            theirs = tuple(BrandCount(each.brand, each.count, Yen(each.amount_yen)) for each in totals)
            only_ours, only_theirs = _unmatched(mine, entries) if entries else ((), ())
            return DailyLogCompared(device, seq, ours, theirs, settled, only_ours, only_theirs)


def _approved(books: Books, device: str, business_date: date) -> list[tuple[int, Operation]]:
    return [
        (begun.seq, operation)
        for sale in books.sales(business_date, limit=SALES_MAX)
        for operation, begun in zip(sale.operations, sale.begun, strict=True)
        if operation.prepared.device == device and operation.state is State.APPROVED
    ]


def _uncounted(books: Books, device: str, business_date: date) -> tuple[Operation, ...]:
    """Approved since the terminal last began a new day of its own."""
    settled = [log.up_to_seq for log in books.daily_logs(business_date) if log.device == device and log.settled]
    since = max(settled, default=0)
    return tuple(operation for seq, operation in _approved(books, device, business_date) if seq > since)


def _totals(operations: Iterable[Operation]) -> tuple[BrandCount, ...]:
    sums: dict[str, tuple[int, int]] = {}
    for operation in operations:
        result = operation.result or DeviceResult()
        sign = 1 if operation.prepared.operation_kind is OperationKind.SALE else -1
        count, amount_yen = sums.get(result.brand, (0, 0))
        sums[result.brand] = (count + sign, amount_yen + sign * operation.prepared.amount_yen)
    return tuple(BrandCount(brand, count, Yen(amount)) for brand, (count, amount) in sorted(sums.items()))


def _unmatched(
    mine: tuple[Operation, ...], entries: tuple[api.Approved, ...]
) -> tuple[tuple[LogEntry, ...], tuple[LogEntry, ...]]:
    ours = Multiset(
        LogEntry(result.brand, result.slip_number, operation.prepared.amount_yen)
        for operation in mine
        for result in (operation.result or DeviceResult(),)
    )
    theirs = Multiset(LogEntry(each.brand, each.slip_number, Yen(each.amount_yen)) for each in entries)
    return tuple((ours - theirs).elements()), tuple((theirs - ours).elements())
