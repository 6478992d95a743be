"""Books: answers from the read models. Owns their queries; refuses to change anything."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import bindparam, case, func, literal_column, select, text

from kiosk.domain.books import DayRow, SaleRow, SyncStatus
from kiosk.domain.business_day import DayState
from kiosk.domain.ids import OperationId, SaleId
from kiosk.domain.money import Yen
from kiosk.domain.operation import DeviceBaseline, Operation, OperationKind, State
from kiosk.domain.record import DailyLogCompared, Head, TenderTotal
from kiosk.domain.tender import TenderKind
from kiosk.journal.database import Session, prepare
from kiosk.journal.entries import CANONICAL_AT, SYNC_STATUS, read_database_head
from kiosk.journal.history import OpenSession, SqliteHistory
from kiosk.journal.intents import IntentCache, read_at
from kiosk.journal.read_models import (
    COUNTER,
    OPERATION,
    OPERATION_COLUMNS,
    OPERATION_JOIN,
    SEQUENCE_NUMBER,
    read_operation,
    serial_counter,
)
from kiosk.journal.sale_rows import recall_sales
from kiosk.journal.schema import baseline, daily_log, day, journal, operation, sale

_DAY = prepare(
    select(day.c.business_date, day.c.state, day.c.first_seq, day.c.last_seq).order_by(day.c.opened_seq.desc()).limit(1)
)
_UNSETTLED = prepare(
    select(*OPERATION_COLUMNS)
    .select_from(OPERATION_JOIN)
    .where(text("operation.unsettled = 1"))
    .order_by(operation.c.epoch, operation.c.seq)
)
_HEAD_SEQ = select(journal.c.seq).order_by(journal.c.epoch.desc(), journal.c.seq.desc()).limit(1).scalar_subquery()
_SALE = prepare(select(sale.c.sale_id, _HEAD_SEQ).where(sale.c.sale_id == bindparam("sale_id")))
_REFUNDED = select(operation.c.sale_id).where(
    operation.c.business_date == bindparam("business_date"), operation.c.kind == OperationKind.REFUND.value
)
_SALES = prepare(
    select(sale.c.sale_id, _HEAD_SEQ)
    .where((sale.c.business_date == bindparam("business_date")) | sale.c.sale_id.in_(_REFUNDED))
    .order_by(sale.c.epoch.desc(), sale.c.seq.desc())
    .limit(bindparam("count_max"))
)
_DAILY_LOGS = prepare(
    select(journal.c.hash, journal.c.canonical)
    .select_from(daily_log.join(journal, (journal.c.epoch == daily_log.c.epoch) & (journal.c.seq == daily_log.c.seq)))
    .where(daily_log.c.business_date == bindparam("business_date"))
    .order_by(daily_log.c.epoch, daily_log.c.seq)
)
_SIGN = case((operation.c.kind == OperationKind.SALE.value, literal_column("1")), else_=literal_column("-1"))
_TOTALS = prepare(
    select(operation.c.tender, func.sum(_SIGN), func.sum(_SIGN * operation.c.amount_yen))
    .where(operation.c.business_date == bindparam("business_date"), operation.c.state == State.APPROVED.value)
    .group_by(operation.c.tender)
)
_FREE_COUNT = prepare(
    select(func.count()).select_from(sale).where(sale.c.business_date == bindparam("business_date"), sale.c.free == 1)
)
_BASELINE = prepare(
    select(baseline.c.terminal_id, baseline.c.slip_number, baseline.c.transaction_number).where(
        baseline.c.device == bindparam("device")
    )
)


class SqliteBooks:
    """Implements kiosk.domain.books.Books. Every call sees one state of the journal; two calls may see two."""

    def __init__(self, open_session: OpenSession, intents: IntentCache, epoch: int) -> None:
        self._open = open_session
        self._intents = intents
        self._epoch = epoch

    @property
    def history(self) -> SqliteHistory:
        return SqliteHistory(self._open, self._intents, self._epoch)

    def head(self) -> Head:
        with self._open() as session:
            return read_database_head(session, self._epoch)[0]

    def day(self) -> DayRow:
        with self._open() as session:
            row = session.one(_DAY)
        if row is None:
            return DayRow(None, DayState.NOT_OPENED, 0, 0)
        return DayRow(date.fromisoformat(row[0]), DayState(row[1]), row[2], row[3])

    def operation(self, operation_id: OperationId) -> Operation | None:
        with self._open() as session:
            row = session.one(OPERATION, operation_id=operation_id)
        return read_operation(self._intents, row) if row else None

    def unsettled(self) -> tuple[Operation, ...]:
        with self._open() as session:
            return _operations(self._intents, session.all(_UNSETTLED))

    def sale(self, sale_id: SaleId) -> SaleRow | None:
        with self._open() as session:
            found = _sales(session, self._intents, session.all(_SALE, sale_id=sale_id))
        return found[0] if found else None

    def sales(self, business_date: date, *, limit: int = 1000) -> tuple[SaleRow, ...]:
        with self._open() as session:
            rows = session.all(_SALES, business_date=business_date.isoformat(), count_max=limit)
            return _sales(session, self._intents, rows)

    def totals(self, business_date: date) -> tuple[TenderTotal, ...]:
        with self._open() as session:
            rows = session.all(_TOTALS, business_date=business_date.isoformat())
        found = {tender: (count, amount_yen) for tender, count, amount_yen in rows}
        kinds = (kind for kind in TenderKind if kind.value in found)
        return tuple(TenderTotal(kind, found[kind.value][0], Yen(found[kind.value][1])) for kind in kinds)

    def free_count(self, business_date: date) -> int:
        with self._open() as session:
            return session.number(_FREE_COUNT, business_date=business_date.isoformat())

    def last_sequence_number(self) -> int:
        with self._open() as session:
            return session.number(COUNTER, name=SEQUENCE_NUMBER)

    def last_serial(self, series: str) -> int:
        with self._open() as session:
            return session.number(COUNTER, name=serial_counter(series))

    def baseline(self, device: str) -> DeviceBaseline | None:
        with self._open() as session:
            row = session.one(_BASELINE, device=device)
        return DeviceBaseline(*row) if row else None

    def daily_logs(self, business_date: date) -> tuple[DailyLogCompared, ...]:
        with self._open() as session:
            rows = session.all(_DAILY_LOGS, business_date=business_date.isoformat())
        bodies = (self._intents.read(*row).body for row in rows)
        return tuple(body for body in bodies if isinstance(body, DailyLogCompared))

    def sync_status(self) -> SyncStatus:
        with self._open() as session:
            row = session.one(SYNC_STATUS)
            assert row is not None, "sync_state has its one row from the start"
            epoch, head_seq, acked_epoch, acked_seq, frozen_reason = row
            held_seq = acked_seq if acked_epoch == (epoch or self._epoch) else 0
            waits = head_seq is not None and held_seq < head_seq
            oldest = session.one(CANONICAL_AT, epoch=epoch, seq=held_seq + 1) if waits else None
        return SyncStatus(head_seq or 0, held_seq, read_at(oldest[0]) if oldest else "", frozen_reason)


def _sales(session: Session, intents: IntentCache, rows: list[tuple[Any, ...]]) -> tuple[SaleRow, ...]:
    """From rows of a sale's id and the newest entry's number."""
    return recall_sales(session, intents, [row[0] for row in rows], head_seq=rows[0][1]) if rows else ()


def _operations(intents: IntentCache, rows: Iterable[tuple[Any, ...]]) -> tuple[Operation, ...]:
    return tuple(read_operation(intents, row) for row in rows)
