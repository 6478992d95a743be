"""The terminal's day beside ours, at the close: per brand and, where it lists them, transaction. Corrects neither."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from drivers.codes.card_number import mask_card_numbers
from drivers.payment import api
from kiosk.domain.books import Books, OperationRow
from kiosk.domain.daily_log import (
    LogReview,
    Mismatch,
    mismatch,
    our_entries,
    our_totals,
    standing_entries,
    unexplained,
)
from kiosk.domain.money import Yen
from kiosk.domain.record import Actor, BrandCount, DailyLogCompared, Draft, LogEntry
from kiosk.services.counter import Counter

LISTED_MAX = 500
"""Transactions one record lists of each sort; four such lists keep it within a record's bytes. More are counted."""
Listed = TypeVar("Listed")


def compare_daily_log(
    counter: Counter, device: str, outcome: api.DailyLogOutcome, actor: Actor, *, up_to_seq: int
) -> DailyLogCompared:
    """Record both sides. ``up_to_seq``: our head when the terminal answered. Raises RefusalError: the disk refuses."""
    made: list[DailyLogCompared] = []

    def decide(books: Books) -> list[Draft]:
        business_date = counter.open_date(books)
        mine = _counted(books, device, up_to_seq)
        made.append(_compared(device, up_to_seq, mine, outcome))
        return [counter.draft(made[-1], actor, business_date)]

    counter.transact(decide)
    return made[-1]


def is_compared(books: Books, device: str, business_date: date) -> bool:
    """Whether the device was compared today and has approved nothing since."""
    logs = [log for log in books.daily_logs(business_date) if log.device == device]
    return bool(logs) and not books.history.operations_on(device, after_seq=logs[-1].up_to_seq)


def review(books: Books, compared: DailyLogCompared) -> LogReview:
    """A comparison with those of our transactions that a person has to look for on the terminal's paper."""
    brands = unexplained(compared)
    if not brands:
        return LogReview(compared)
    entries = our_entries(_counted(books, compared.device, compared.up_to_seq))
    return LogReview(compared, tuple(each for each in entries if "" in brands or each.brand.casefold() in brands))


def _counted(books: Books, device: str, up_to_seq: int) -> tuple[OperationRow, ...]:
    """Ours since the terminal last began a day of its own: where it was silent yesterday, yesterday's as well.

    A terminal that never told of its close is compared with the open day alone.
    """
    after_seq = books.history.last_settled_seq(device, before_seq=up_to_seq) or books.day().first_seq - 1
    rows = books.history.operations_on(device, after_seq=after_seq)
    return tuple(row for row in rows if row.begun.seq <= up_to_seq)


def _compared(
    device: str, up_to_seq: int, mine: tuple[OperationRow, ...], outcome: api.DailyLogOutcome
) -> DailyLogCompared:
    ours = our_totals(mine)
    match outcome:
        case api.LogUnavailable(reason, settled_unknown):
            return DailyLogCompared(device, up_to_seq, ours, (), settled_unknown, unavailable=reason)
        case api.DailyLog(totals, settled, entries):
            theirs = tuple(
                BrandCount(mask_card_numbers(each.brand), each.count, Yen(each.amount_yen)) for each in totals
            )
            compared = DailyLogCompared(device, up_to_seq, ours, theirs, settled)
            if not entries:
                return compared
            return _with_transactions(compared, mismatch(standing_entries(mine), map(_entry, entries)))


def _with_transactions(compared: DailyLogCompared, found: Mismatch) -> DailyLogCompared:
    only_ours, left_ours = _cut(found.only_ours)
    only_theirs, left_theirs = _cut(found.only_theirs)
    differing, left_pairs = _cut(found.differing)
    return replace(
        compared,
        only_ours=only_ours,
        only_theirs=only_theirs,
        differing=differing,
        left_out=left_ours + left_theirs + left_pairs,
    )


def _cut(listed: Iterable[Listed]) -> tuple[tuple[Listed, ...], int]:
    """What a record may list, and how many it leaves out."""
    entries = tuple(listed)
    return entries[:LISTED_MAX], max(0, len(entries) - LISTED_MAX)


def _entry(listed: api.Approved) -> LogEntry:
    at = listed.transacted_at
    time = f"{at[4:6]}:{at[6:8]}" if at else ""
    return LogEntry(
        mask_card_numbers(listed.brand), mask_card_numbers(listed.slip_number), Yen(listed.amount_yen), time
    )
