"""What a day did, sales of any day, wrong PINs. Owns their queries; refuses to change anything."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, text

from kiosk.domain.books import ClosedDay, DocumentRow, OperationRow, RefundRow, SaleRow
from kiosk.domain.business_day import DayState
from kiosk.domain.operation import Operation, State
from kiosk.domain.payment_code import PaymentCode
from kiosk.domain.record import DailyLogCompared, DayCheckpoint, parse_record
from kiosk.domain.sale_search import SaleSearch, number_key
from kiosk.journal.database import Session, Statement, prepare
from kiosk.journal.intents import IntentCache
from kiosk.journal.read_models import COUNTER, OPERATION_COLUMNS, OPERATION_JOIN, pin_counter, read_operation
from kiosk.journal.sale_rows import (
    DOCUMENT_COLUMNS,
    REFUND_JOIN,
    SALE_COLUMNS,
    SALE_JOIN,
    read_operations,
    read_refunds,
    read_sales,
)
from kiosk.journal.schema import (
    daily_log,
    day,
    document,
    journal,
    operation,
    payment_code,
    refund_request,
    sale,
    sale_number,
)

NUMBERS_PER_SALE_MAX = 4
"""One number may have come with a sale, with what took it back and with their documents."""

OpenSession = Callable[[], AbstractContextManager[Session]]

_FOLLOW_UPS = prepare(
    select(*OPERATION_COLUMNS)
    .select_from(OPERATION_JOIN)
    .where(text("operation.provisional = 1 AND operation.followed_up = 0"))
    .order_by(operation.c.epoch, operation.c.seq)
)
_APPROVED = select(*OPERATION_COLUMNS).select_from(OPERATION_JOIN).where(operation.c.state == State.APPROVED.value)
_IN_ORDER = (operation.c.epoch, operation.c.seq)
_OF_DAY = prepare(_APPROVED.where(operation.c.business_date == bindparam("business_date")).order_by(*_IN_ORDER))
_ON_DEVICE = prepare(
    _APPROVED.where(
        operation.c.device == bindparam("device"),
        operation.c.epoch == bindparam("epoch"),
        operation.c.seq > bindparam("after_seq"),
    ).order_by(*_IN_ORDER)
)
_LOGS_NEWEST_FIRST = prepare(
    select(journal.c.hash, journal.c.canonical)
    .select_from(daily_log.join(journal, (journal.c.epoch == daily_log.c.epoch) & (journal.c.seq == daily_log.c.seq)))
    .where(daily_log.c.epoch == bindparam("epoch"), daily_log.c.seq <= bindparam("before_seq"))
    .order_by(daily_log.c.seq.desc())
)
_DOCUMENTS = prepare(
    select(*DOCUMENT_COLUMNS)
    .where(document.c.business_date == bindparam("business_date"), document.c.copy_number == 0)
    .order_by(document.c.seq)
)
_UNFINISHED = prepare(
    select(*DOCUMENT_COLUMNS).where(text("document.state IN ('queued', 'sent')")).order_by(document.c.seq)
)
_REFUNDS = prepare(
    select(journal.c.hash, journal.c.canonical)
    .select_from(REFUND_JOIN)
    .where(refund_request.c.business_date == bindparam("business_date"))
    .order_by(refund_request.c.epoch, refund_request.c.seq)
)
_CLOSE = prepare(
    select(journal.c.canonical, journal.c.prev_hash)
    .select_from(day.join(journal, journal.c.seq == day.c.last_seq))
    .where(
        day.c.business_date == bindparam("business_date"),
        day.c.state == DayState.CLOSED.value,
        journal.c.epoch == bindparam("epoch"),
    )
)
_CHECKPOINTS = prepare(
    select(journal.c.canonical, journal.c.prev_hash)
    .where(
        journal.c.epoch == bindparam("epoch"),
        journal.c.seq > bindparam("after_seq"),
        journal.c.kind == "day_checkpoint",
    )
    .order_by(journal.c.seq)
)
_CODE = prepare(
    select(payment_code.c.brand, payment_code.c.text, payment_code.c.passed)
    .where(payment_code.c.device == bindparam("device"))
    .order_by(payment_code.c.brand)
)
_DAY_BEFORE = prepare(select(func.max(day.c.business_date)).where(day.c.business_date < bindparam("business_date")))
_DAY_AFTER = prepare(select(func.min(day.c.business_date)).where(day.c.business_date > bindparam("business_date")))
_SALE_ID = prepare(select(*SALE_COLUMNS).select_from(SALE_JOIN).where(sale.c.sale_id == bindparam("number")))


def _search(*, on_date: bool, with_amount: bool, with_number: bool) -> Statement:
    """The query for what is given; each begins at an index in the order wanted and stops at the limit."""
    query: Select[Any] = select(*SALE_COLUMNS)
    newest: tuple[ColumnElement[Any], ...] = (sale.c.epoch.desc(), sale.c.seq.desc())
    if with_number:
        numbered = sale_number.join(SALE_JOIN, sale.c.sale_id == sale_number.c.sale_id)
        query = query.select_from(numbered).where(sale_number.c.number == bindparam("number"))
        newest = (sale_number.c.epoch.desc(), sale_number.c.seq.desc())
    else:
        query = query.select_from(SALE_JOIN)
    if on_date:
        query = query.where(sale.c.business_date == bindparam("business_date"))
    if with_amount:
        query = query.where(sale.c.amount_yen == bindparam("amount_yen"))
    return prepare(query.order_by(*newest).limit(bindparam("count_max")))


_SEARCHES = {
    (on_date, with_amount, with_number): _search(on_date=on_date, with_amount=with_amount, with_number=with_number)
    for on_date in (False, True)
    for with_amount in (False, True)
    for with_number in (False, True)
    if on_date or with_amount or with_number
}


class SqliteHistory:
    """Implements kiosk.domain.books.History."""

    def __init__(self, open_session: OpenSession, intents: IntentCache, epoch: int) -> None:
        self._open, self._intents, self._epoch = open_session, intents, epoch

    def operations(self, business_date: date) -> tuple[OperationRow, ...]:
        with self._open() as session:
            return read_operations(self._intents, session.all(_OF_DAY, business_date=business_date.isoformat()))

    def follow_ups(self) -> tuple[Operation, ...]:
        with self._open() as session:
            return tuple(read_operation(self._intents, row) for row in session.all(_FOLLOW_UPS))

    def operations_on(self, device: str, *, after_seq: int) -> tuple[OperationRow, ...]:
        with self._open() as session:
            rows = session.all(_ON_DEVICE, device=device, epoch=self._epoch, after_seq=after_seq)
            return read_operations(self._intents, rows)

    def last_settled_seq(self, device: str, *, before_seq: int) -> int:
        with self._open() as session:
            for row in session.each(_LOGS_NEWEST_FIRST, epoch=self._epoch, before_seq=before_seq):
                log = self._intents.read(*row).body
                if isinstance(log, DailyLogCompared) and log.settled and log.device == device:
                    return log.up_to_seq
        return 0

    def documents(self, business_date: date) -> tuple[DocumentRow, ...]:
        with self._open() as session:
            rows = session.all(_DOCUMENTS, business_date=business_date.isoformat())
        return tuple(DocumentRow(*row) for row in rows)

    def unfinished_documents(self) -> tuple[DocumentRow, ...]:
        with self._open() as session:
            return tuple(DocumentRow(*row) for row in session.all(_UNFINISHED))

    def refund_requests(self, business_date: date) -> tuple[RefundRow, ...]:
        with self._open() as session:
            return read_refunds(self._intents, session.all(_REFUNDS, business_date=business_date.isoformat()))

    def find(self, search: SaleSearch, *, limit: int) -> tuple[SaleRow, ...]:
        number = number_key(search.number)
        given = (search.business_date is not None, search.amount_yen is not None, bool(number))
        statement = _SEARCHES.get(given)
        if statement is None:
            return ()
        values = {
            "business_date": search.business_date.isoformat() if search.business_date else None,
            "amount_yen": search.amount_yen,
            "number": number,
            "count_max": limit * (NUMBERS_PER_SALE_MAX if number else 1),
        }
        with self._open() as session:
            rows = session.all(statement, **values)
            if not rows and given == (False, False, True):
                rows = session.all(_SALE_ID, number=search.number.strip().lower())
            newest = list(dict.fromkeys(rows))[:limit]
            return read_sales(session, self._intents, newest)

    def payment_code(self, device: str) -> PaymentCode:
        with self._open() as session:
            rows = session.all(_CODE, device=device)
        text = next((text for brand, text, _ in rows if not brand), "")
        brands = {passed: tuple(brand for brand, _, each in rows if brand and each == passed) for passed in (0, 1)}
        return PaymentCode(device, text, tested=brands[1], failed=brands[0])

    def pin_refusals(self, operator_id: str) -> int:
        with self._open() as session:
            return session.number(COUNTER, name=pin_counter(operator_id))

    def closed_day(self, business_date: date) -> ClosedDay | None:
        with self._open() as session:
            row = session.one(_CLOSE, business_date=business_date.isoformat(), epoch=self._epoch)
            if row is None:
                return None
            close = parse_record(*row)
            for after in session.each(_CHECKPOINTS, epoch=self._epoch, after_seq=close.header.seq):
                found = parse_record(*after)
                if isinstance(found.body, DayCheckpoint) and found.header.business_date == business_date:
                    return ClosedDay(close, found.body)
        return ClosedDay(close, None)

    def day_beside(self, business_date: date, *, later: bool) -> date | None:
        with self._open() as session:
            row = session.one(_DAY_AFTER if later else _DAY_BEFORE, business_date=business_date.isoformat())
        return date.fromisoformat(row[0]) if row and row[0] else None
