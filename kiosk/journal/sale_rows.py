"""Reading sales with all that belongs to them. Owns their columns and joins; refuses to choose which."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from kiosk.domain.books import Begun, DocumentRow, OperationRow, RefundRow, SaleRow
from kiosk.domain.ids import SaleId
from kiosk.domain.money import Yen
from kiosk.domain.payment import standing
from kiosk.domain.record import RefundRequested
from kiosk.journal.database import Session, prepare
from kiosk.journal.intents import Intent, IntentCache
from kiosk.journal.read_models import OPERATION_COLUMNS, OPERATION_JOIN, read_operation
from kiosk.journal.schema import document, journal, operation, refund_request, sale

Row = tuple[Any, ...]

SALE_JOIN = sale.join(journal, (journal.c.epoch == sale.c.epoch) & (journal.c.seq == sale.c.seq))
SALE_COLUMNS = (sale.c.sale_id, sale.c.business_date, sale.c.amount_yen, journal.c.hash, journal.c.canonical)
DOCUMENT_COLUMNS = (
    document.c.document_id,
    document.c.sale_id,
    document.c.kind,
    document.c.serial_number,
    document.c.copy_number,
    document.c.state,
    document.c.fault,
)
REFUND_JOIN = refund_request.join(
    journal, (journal.c.epoch == refund_request.c.epoch) & (journal.c.seq == refund_request.c.seq)
)
_WANTED = select(func.json_each(bindparam("sale_ids")).table_valued("value").c.value)
_NAMED = prepare(select(*SALE_COLUMNS).select_from(SALE_JOIN).where(sale.c.sale_id.in_(_WANTED)))
_OPERATIONS_OF = prepare(
    select(operation.c.sale_id, *OPERATION_COLUMNS)
    .select_from(OPERATION_JOIN)
    .where(operation.c.sale_id.in_(_WANTED))
    .order_by(operation.c.epoch, operation.c.seq)
)
_DOCUMENTS_OF = prepare(
    select(document.c.sale_id, *DOCUMENT_COLUMNS).where(document.c.sale_id.in_(_WANTED)).order_by(document.c.seq)
)
_REFUNDS_OF = prepare(
    select(refund_request.c.sale_id, journal.c.hash, journal.c.canonical)
    .select_from(REFUND_JOIN)
    .where(refund_request.c.sale_id.in_(_WANTED))
    .order_by(refund_request.c.epoch, refund_request.c.seq)
)


def recall_sales(
    session: Session, intents: IntentCache, sale_ids: Sequence[str], *, head_seq: int
) -> tuple[SaleRow, ...]:
    """Sales in the order of their ids; those that no entry has touched since they were read last are not read again."""
    known = intents.sales.find(sale_ids, head_seq=head_seq)
    wanted = [sale_id for sale_id in sale_ids if sale_id not in known]
    if wanted:
        fresh = read_sales(session, intents, session.all(_NAMED, sale_ids=json.dumps(wanted)))
        intents.sales.keep(fresh, head_seq=head_seq)
        known.update((row.sale_id, row) for row in fresh)
    return tuple(known[sale_id] for sale_id in sale_ids)


def read_sales(session: Session, intents: IntentCache, rows: Sequence[Row]) -> tuple[SaleRow, ...]:
    """Sales from rows of SALE_COLUMNS; three questions in all, however many sales a day has."""
    sale_ids = json.dumps([row[0] for row in rows])
    operations = _by_sale(session.all(_OPERATIONS_OF, sale_ids=sale_ids))
    documents = _by_sale(session.all(_DOCUMENTS_OF, sale_ids=sale_ids))
    refunds = _by_sale(session.all(_REFUNDS_OF, sale_ids=sale_ids))
    return tuple(
        _sale(intents, row, operations.get(row[0], ()), documents.get(row[0], ()), refunds.get(row[0], ()))
        for row in rows
    )


def _by_sale(rows: Iterable[Row]) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row[1:])
    return {sale_id: tuple(each) for sale_id, each in found.items()}


def _sale(
    intents: IntentCache,
    row: Row,
    operation_rows: tuple[Row, ...],
    document_rows: tuple[Row, ...],
    refund_rows: tuple[Row, ...],
) -> SaleRow:
    sale_id, business_date, amount_yen, digest, canonical = row
    intent = intents.read(digest, canonical)
    rows = read_operations(intents, operation_rows)
    operations = tuple(each.operation for each in rows)
    return SaleRow(
        sale_id=SaleId(sale_id),
        business_date=date.fromisoformat(business_date),
        at=intent.at,
        actor=intent.actor,
        amount_yen=Yen(amount_yen),
        lines=intent.free.lines if intent.free else intent.prepared.lines,
        operations=operations,
        free=intent.free,
        standing=standing(operations),
        documents=tuple(DocumentRow(*found) for found in document_rows),
        begun=tuple(each.begun for each in rows),
        refunds=read_refunds(intents, refund_rows),
    )


def read_operations(intents: IntentCache, rows: Iterable[tuple[Any, ...]]) -> tuple[OperationRow, ...]:
    """Operations from rows of OPERATION_COLUMNS."""
    return tuple(OperationRow(read_operation(intents, row), _begun(intents.read(row[0], row[1]))) for row in rows)


def read_refunds(intents: IntentCache, rows: Iterable[tuple[Any, ...]]) -> tuple[RefundRow, ...]:
    """Refund requests from rows of hash and bytes."""
    found = (intents.read(*row) for row in rows)
    return tuple(RefundRow(_begun(each), each.body) for each in found if isinstance(each.body, RefundRequested))


def _begun(intent: Intent) -> Begun:
    return Begun(intent.seq, intent.at, intent.actor, intent.approver)
