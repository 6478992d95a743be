"""Where a terminal's own day and ours disagree. Owns the comparison of two sides; refuses to say which is right."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from kiosk.domain.books import OperationRow
from kiosk.domain.ids import OperationId
from kiosk.domain.money import Yen
from kiosk.domain.operation import DeviceResult, Operation, OperationKind
from kiosk.domain.record import BrandCount, DailyLogCompared, LogEntry, LogPair


@dataclass(frozen=True, slots=True)
class BrandDifference:
    """One brand on which the two disagree; the terminal's less ours."""

    brand: str
    count: int
    amount_yen: int


@dataclass(frozen=True, slots=True)
class LogReview:
    """A comparison for a person's eyes."""

    compared: DailyLogCompared
    to_tick: tuple[LogEntry, ...] = ()
    """Our transactions of the brands whose difference no listed transaction explains: for the terminal's paper."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Transactions on which the two sides disagree."""

    only_ours: tuple[LogEntry, ...] = ()
    only_theirs: tuple[LogEntry, ...] = ()
    differing: tuple[LogPair, ...] = ()


_COUNT = {OperationKind.SALE: 1, OperationKind.VOID: -1, OperationKind.REFUND: 0}
"""A void undoes a sale of the same terminal day; a refund is of an earlier one and takes yen alone."""


def our_totals(rows: Iterable[OperationRow]) -> tuple[BrandCount, ...]:
    """What we counted per brand."""
    sums: dict[str, tuple[int, int]] = {}
    for operation, entry in _with_entries(rows):
        count, amount_yen = sums.get(entry.brand, (0, 0))
        kind = operation.prepared.operation_kind
        sums[entry.brand] = (count + _COUNT[kind], amount_yen + entry.amount_yen)
    return tuple(BrandCount(brand, count, Yen(amount)) for brand, (count, amount) in sorted(sums.items()))


def our_entries(rows: Iterable[OperationRow]) -> tuple[LogEntry, ...]:
    """Every transaction of ours as it was made: a void beside its sale."""
    return tuple(entry for _, entry in _with_entries(rows))


def standing_entries(rows: Iterable[OperationRow]) -> tuple[LogEntry, ...]:
    """Our transactions that stand: a voided sale is gone with its void."""
    pairs = _with_entries(rows)
    voided = {each.prepared.original_operation_id for each, _ in pairs if _is_void(each)}
    mine = {each.prepared.operation_id for each, _ in pairs}
    return tuple(
        entry
        for each, entry in pairs
        if each.prepared.operation_id not in voided
        and not (_is_void(each) and each.prepared.original_operation_id in mine)
    )


def mismatch(ours: Iterable[LogEntry], theirs: Iterable[LogEntry]) -> Mismatch:
    """Pair the two lists by slip number, first where brand and amount agree too; what is left over differs."""
    _, mine, other = _paired(ours, theirs, _key)
    differing, only_ours, only_theirs = _paired(mine, other, _slip)
    return Mismatch(only_ours, only_theirs, differing)


def unexplained(compared: DailyLogCompared) -> frozenset[str]:
    """Brands, case folded, that differ while no transaction of theirs is listed as differing; "" stands for all."""
    listed = (
        *compared.only_ours,
        *compared.only_theirs,
        *(side for pair in compared.differing for side in (pair.ours, pair.theirs)),
    )
    explained = {entry.brand.casefold() for entry in listed}
    return frozenset(each.brand.casefold() for each in differences(compared)) - explained


def differences(compared: DailyLogCompared) -> tuple[BrandDifference, ...]:
    """Brands on which the sides disagree, by name; one line without a brand where the terminal names none."""
    if compared.unavailable:
        return ()
    ours, theirs = _by_brand(compared.ours), _by_brand(compared.theirs)
    if "" in theirs:
        ours, theirs = _by_brand(_as_one(compared.ours)), _by_brand(_as_one(compared.theirs))
    nothing = BrandCount("", 0, Yen(0))
    found = []
    for key in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(key, nothing), theirs.get(key, nothing)
        difference = BrandDifference(
            mine.brand or other.brand, other.count - mine.count, other.amount_yen - mine.amount_yen
        )
        if difference.count or difference.amount_yen:
            found.append(difference)
    return tuple(found)


def needs_confirmation(compared: DailyLogCompared) -> bool:
    """A difference or silence never blocks the close; a person says that it was seen."""
    return bool(
        compared.unavailable
        or differences(compared)
        or compared.only_ours
        or compared.only_theirs
        or compared.differing
    )


def _by_brand(counts: Iterable[BrandCount]) -> dict[str, BrandCount]:
    """Names compared without case: a terminal shouts its brands."""
    return {each.brand.casefold(): each for each in counts}


def _as_one(counts: tuple[BrandCount, ...]) -> tuple[BrandCount, ...]:
    return (BrandCount("", sum(each.count for each in counts), Yen(sum(each.amount_yen for each in counts))),)


def _with_entries(rows: Iterable[OperationRow]) -> list[tuple[Operation, LogEntry]]:
    """Each operation as a line of a list; a void stands under its sale's brand, whatever the terminal named."""
    listed = list(rows)
    brands: dict[OperationId | None, str] = {
        row.operation.prepared.operation_id: (row.operation.result or DeviceResult()).brand for row in listed
    }
    found = []
    for row in listed:
        prepared, result = row.operation.prepared, row.operation.result or DeviceResult()
        sign = 1 if prepared.operation_kind is OperationKind.SALE else -1
        brand = brands.get(prepared.original_operation_id, result.brand) if _is_void(row.operation) else result.brand
        entry = LogEntry(brand, result.slip_number, Yen(sign * prepared.amount_yen), row.begun.at[11:16])
        found.append((row.operation, entry))
    return found


def _is_void(operation: Operation) -> bool:
    return operation.prepared.operation_kind is OperationKind.VOID


def _slip(entry: LogEntry) -> str:
    return entry.slip_number.lstrip("0")


def _key(entry: LogEntry) -> tuple[str, str, int]:
    return _slip(entry), entry.brand.casefold(), entry.amount_yen


def _paired(
    ours: Iterable[LogEntry], theirs: Iterable[LogEntry], key: Callable[[LogEntry], Hashable]
) -> tuple[tuple[LogPair, ...], tuple[LogEntry, ...], tuple[LogEntry, ...]]:
    """Pairs of one key, what is left of ours, what is left of theirs; nothing is paired by an empty key."""
    waiting: dict[Hashable, deque[LogEntry]] = {}
    for entry in theirs:
        waiting.setdefault(key(entry), deque()).append(entry)
    pairs, left = [], []
    for mine in ours:
        found = waiting.get(key(mine)) if key(mine) else None
        if found:
            pairs.append(LogPair(mine, found.popleft()))
        else:
            left.append(mine)
    return tuple(pairs), tuple(left), tuple(entry for queue in waiting.values() for entry in queue)
