"""Read models: refuse what the domain refuses, and are always equal to a replay of the journal."""

import random
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.business_day import DayState
from kiosk.domain.money import Yen
from kiosk.domain.operation import (
    FINAL,
    TRANSITIONS,
    Abandoned,
    Approved,
    Declined,
    Event,
    NotCharged,
    NotSent,
    Operation,
    OperationKind,
    OutcomeUnknown,
    Reported,
    Requested,
    ResolvedCharged,
    ResolvedNotCharged,
    TransitionError,
    apply,
)
from kiosk.domain.record import Body, DayClosed, DayOpened, FreeSale, SignedIn, SignedOut
from kiosk.domain.tender import TenderKind
from kiosk.journal.commands import verify
from kiosk.journal.database import load_driver
from kiosk.journal.opening import DATABASE_NAME
from kiosk.journal.schema import READ_MODELS
from kiosk.journal.store import SqliteJournal
from tests.unit.kiosk.journal.history import (
    MONDAY,
    draft,
    issued,
    line,
    moved,
    open_journal,
    prepared,
    printed,
    result,
)

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("before", "body", "words"),
    [
        ([], moved(1, Requested(1)), "operation-1 was never prepared"),
        ([prepared(1)], prepared(1), "operation-1 was prepared already"),
        ([prepared(1)], moved(1, Declined("no")), "Declined is not possible in state prepared"),
        ([], issued(1, sale=1, serial=2), "serial 2 does not follow 0 in series U2026"),
        ([], issued(1, sale=1, serial=1, copy=1), "serial 1 does not follow 0"),
        ([issued(1, sale=1, serial=1)], issued(2, sale=1, serial=1), "serial 1 does not follow 1"),
        ([issued(1, sale=1, serial=1)], issued(2, sale=1, serial=3), "serial 3 does not follow 1"),
        ([], printed(1), "document-1 was never issued"),
        ([], DayClosed(1, 1, ()), "2026-11-23 was never opened"),
        ([FreeSale(prepared(1).sale_id, ())], FreeSale(prepared(1).sale_id, ()), "sale-1 exists already"),
    ],
)
def test_impossible_steps(tmp_path: Path, before: list[Body], body: Body, words: str) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(*(draft(one) for one in before))
        with pytest.raises(TransitionError, match=words):
            journal.append(draft(body))
        assert journal.head().seq == len(before)


@pytest.mark.parametrize("body", [DayOpened(), prepared(1), FreeSale(prepared(1).sale_id, ())])
def test_money_and_days_need_a_business_date(tmp_path: Path, body: Body) -> None:
    with open_journal(tmp_path) as journal, pytest.raises(TransitionError, match="needs a business date"):
        journal.append(draft(body, business_date=None))


EXAMPLES: dict[type[Event], Event] = {
    Requested: Requested(1),
    Abandoned: Abandoned("cancelled"),
    Reported: Reported(approved=True, amount_yen=Yen(600), result=result()),
    Approved: Approved(Yen(600), result()),
    Declined: Declined("balance", "51"),
    NotSent: NotSent("offline"),
    OutcomeUnknown: OutcomeUnknown("silent"),
    NotCharged: NotCharged("inquiry"),
    ResolvedCharged: ResolvedCharged("slip seen", result("9")),
    ResolvedNotCharged: ResolvedNotCharged("phoned"),
}


class LegalHistory:
    """Draws bodies that the domain allows, step by step."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._live: dict[int, Operation] = {}
        self._count = self._documents = self._serial = self._free = 0
        self._day = MONDAY
        self._opened: list[date] = []

    def step(self) -> tuple[Body, date]:
        pick = self._random.random()
        if not self._opened or pick < 0.03:
            self._day = self._random.choice([MONDAY, TUESDAY])
            self._opened.append(self._day)
            return DayOpened(), self._day
        if pick < 0.06:
            return DayClosed(1, 2, ()), self._random.choice(self._opened)
        if pick < 0.09:
            return SignedIn("clerk") if pick < 0.075 else SignedOut(), self._day
        if pick < 0.14:
            self._free += 1
            return FreeSale(prepared(10_000 + self._free).sale_id, (line(price_yen=0),)), self._day
        if pick < 0.25 and self._count:
            return self._document(), self._day
        if pick < 0.45 or not self._live:
            return self._intent(), self._day
        return self._event(), self._day

    def _document(self) -> Body:
        if self._documents and self._random.random() < 0.5:
            state = self._random.choice(["printed", "unknown", "failed"])
            return printed(self._random.randint(1, self._documents), state)
        self._documents += 1
        copy = self._random.randint(0, 2) if self._serial else 0
        self._serial += copy == 0
        sale = self._random.randint(1, self._count)
        return issued(self._documents, sale=sale, serial=self._serial, copy=copy)

    def _intent(self) -> Body:
        self._count += 1
        sale = self._random.randint(1, self._count)
        intent = prepared(
            self._count,
            sale=sale,
            kind=self._random.choice(list(OperationKind)),
            tender=self._random.choice(list(TenderKind)),
            business_date=self._day,
            device=self._random.choice(["terminal", "other"]),
        )
        self._live[self._count] = Operation(intent)
        return intent

    def _event(self) -> Body:
        n = self._random.choice(list(self._live))
        operation = self._live[n]
        event = EXAMPLES[self._random.choice([e for s, e in TRANSITIONS if s is operation.state])]
        if isinstance(event, Requested):
            event = Requested(n)
        self._live[n] = apply(operation, event)
        if self._live[n].state in FINAL:
            del self._live[n]
        return moved(n, event)


def all_answers(journal: SqliteJournal) -> list[object]:
    books = journal.books()
    days = [(books.sales(day), books.totals(day), books.free_count(day)) for day in (MONDAY, TUESDAY)]
    numbers = (books.last_sequence_number(), books.last_serial("U2026"))
    devices = (books.baseline("terminal"), books.baseline("other"))
    return [*days, books.day(), books.unsettled(), numbers, devices, books.sync_status()]


def forget_read_models(directory: Path, sql: str) -> None:
    connection = load_driver().connect(directory / DATABASE_NAME)
    connection.execute(sql)
    connection.close()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(1, 60))
def test_a_replay_gives_equal_books(seed: int, length: int) -> None:
    history = LegalHistory(seed)
    with TemporaryDirectory() as name:
        directory = Path(name)
        with open_journal(directory) as journal:
            for _ in range(length):
                body, day = history.step()
                journal.append(draft(body, business_date=day))
            lived = all_answers(journal)
        assert [str(verdict) for verdict in verify(directory) if not verdict.ok] == []
        forget_read_models(directory, "UPDATE read_model SET version = 0")
        with open_journal(directory) as journal:
            assert all_answers(journal) == lived


@pytest.mark.parametrize("table", [table.name for table in READ_MODELS.sorted_tables if table.name != "sale"])
def test_a_lost_table_is_made_again(tmp_path: Path, table: str) -> None:
    history = LegalHistory(7)
    with open_journal(tmp_path) as journal:
        for _ in range(80):
            body, day = history.step()
            journal.append(draft(body, business_date=day))
        lived = all_answers(journal)
        assert journal.books().day().state in DayState
    forget_read_models(tmp_path, f"DROP TABLE {table}")
    with open_journal(tmp_path) as journal:
        assert all_answers(journal) == lived
