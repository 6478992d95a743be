"""Counters and a provider that is killed, from a seed; then its book against their journals. Owns the verdict."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from drivers.emulators.paypay.answers import Act
from drivers.emulators.paypay.ledger import EntryKind, LedgerEntry
from kiosk.domain.operation import Operation, OperationKind
from tests.provider.counter import Shift, Till
from tests.provider.fast import FastClock
from tests.provider.process import ProviderProcess

ANSWERS: dict[str, int] = {
    "approve": 40,
    Act.DECLINE: 3,
    Act.SILENT: 2,
    Act.LOST_REPLY: 4,
    "busy:2": 3,
    "busy:9": 1,
    Act.CUT: 4,
    "slow:20": 2,
    "late:45": 2,
    Act.ERROR: 2,
    Act.ERROR_DONE: 4,
    Act.MAINTENANCE: 1,
    Act.UNAUTHORIZED: 1,
    Act.SKEW: 1,
    Act.DUPLICATE: 1,
    Act.ABANDON: 1,
    Act.USER_CANCELS: 1,
    Act.DECIDES_LATER: 3,
    Act.PORTAL: 1,
    Act.GARBLED: 3,
    Act.TOO_LATE: 1,
    Act.THROTTLED: 1,
}
"""Word to weight. Another amount and another sale are left to the conformance kit: two people settle those."""
WORDS_MAX = 400
UP_S, DOWN_S = (1.0, 3.0), (0.0, 0.2)
"""Between two kills, and until somebody starts the provider again."""


class Money(defaultdict[str, list[tuple[int, str]]]):
    """Number of ours to yen and the provider's number of the payment, once for each time that it moved."""

    def __init__(self) -> None:
        super().__init__(list)

    def add(self, number: str, yen: int, payment_id: str) -> None:
        self[number].append((yen, payment_id))


@dataclass(slots=True)
class Outcome:
    """What a seed came to."""

    seed: int
    sales: int = 0
    back: int = 0
    yen: int = 0
    kills: int = 0
    struck: "Counter[str]" = field(default_factory=Counter)
    ends: "Counter[str]" = field(default_factory=Counter)
    """Events of the journals."""
    differences: list[str] = field(default_factory=list)


def run(seed: int, folder: Path, *, sales: int, counters: int, fast: float) -> Outcome:
    """``sales`` at each counter. Whatever goes wrong is among the differences."""
    random = Random(seed)
    clock = FastClock(time.time(), fast)
    provider = ProviderProcess(folder, _answers(random), pays_s=4.0, fast=fast, since=clock.since_s)
    tills = [Till(folder, f"k{number}", provider, clock, Random(random.random())) for number in range(counters)]
    shifts = [Shift(till, Random(random.random())) for till in tills]
    outcome = Outcome(seed)
    try:
        _work(shifts, provider, sales, random, outcome)
    finally:
        provider.stop()
    approved = [each for till in tills for each in till.approved()]
    for till in tills:
        outcome.struck += till.struck
        outcome.ends += till.tell_ends()
        outcome.differences += [f"{each.prepared.operation_id}: unsettled" for each in till.journal.books().unsettled()]
        till.journal.close()
    outcome.differences += differences(approved, provider.book())
    sold = [each for each in approved if each.prepared.operation_kind is OperationKind.SALE]
    outcome.sales, outcome.back = len(sold), len(approved) - len(sold)
    outcome.yen = sum(each.prepared.amount_yen for each in sold)
    return outcome


def _work(shifts: Sequence[Shift], provider: ProviderProcess, sales: int, random: Random, outcome: Outcome) -> None:
    """All counters at once, until the last citizen has been served."""

    def serve(shift: Shift) -> None:
        try:
            shift.work(sales)
        except Exception as error:  # noqa: BLE001 - told as what it is, with the seed
            outcome.differences.append(f"{type(error).__name__}: {error}")

    working = [threading.Thread(target=serve, args=(shift,)) for shift in shifts]
    for thread in working:
        thread.start()
    while any(thread.is_alive() for thread in working):
        time.sleep(random.uniform(*UP_S))
        provider.kill()
        outcome.kills += 1
        time.sleep(random.uniform(*DOWN_S))
        provider.start_again(_answers(random))
    for thread in working:
        thread.join()


def _answers(random: Random) -> str:
    return ",".join(random.choices(list(ANSWERS), list(ANSWERS.values()), k=WORDS_MAX))


def differences(approved: Iterable[Operation], book: Sequence[LedgerEntry]) -> list[str]:
    """Every number of ours under which journals and book do not have the same money, or one has it twice."""
    gone = {entry.number for entry in book if entry.kind is EntryKind.FAILED}
    kept, ours = Money(), Money()
    for entry in book:
        if entry.kind is EntryKind.PAID and entry.number not in gone:
            kept.add(entry.number, entry.amount_yen, entry.payment_id)
        elif entry.kind is EntryKind.REFUND:
            kept.add(entry.number, -entry.amount_yen, entry.payment_id)
    for operation in approved:
        prepared, result = operation.prepared, operation.result
        sign = 1 if prepared.operation_kind is OperationKind.SALE else -1
        payment_id = result.transaction_number if result else ""
        ours.add(str(prepared.operation_id), sign * prepared.amount_yen, payment_id)
    numbers = sorted(kept.keys() | ours.keys())
    return [f"{each}: journal {ours[each]}, provider {kept[each]}" for each in numbers if ours[each] != kept[each]]
