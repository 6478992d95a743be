"""Reading sales with all that belongs to them. Owns their columns and joins; refuses to choose which."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from kiosk.domain.books import Begun, DocumentRow, OperationRow, RefundRow, SaleRow
from kiosk.domain.ids import SaleId
from kiosk.domain.money import Yen
from kiosk.domain.payment import standing
from kiosk.domain.record import RefundRequested
from kiosk.journal.database import Session, prepare
from kiosk.journal.intents import Intent, IntentCache
from kiosk.journal.read_models import OPERATION_COLUMNS, OPERATION_JOIN, read_operation
from kiosk.journal.schema import document, journal, operation, refund_request, sale

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
_OPERATIONS_OF = prepare(
    select(*OPERATION_COLUMNS)
    .select_from(OPERATION_JOIN)
    .where(operation.c.sale_id == bindparam("sale_id"))
    .order_by(operation.c.epoch, operation.c.seq)
)
_DOCUMENTS_OF = prepare(
    select(*DOCUMENT_COLUMNS).where(document.c.sale_id == bindparam("sale_id")).order_by(document.c.seq)
)
_REFUNDS_OF = prepare(
    select(journal.c.hash, journal.c.canonical)
    .select_from(REFUND_JOIN)
    .where(refund_request.c.sale_id == bindparam("sale_id"))
    .order_by(refund_request.c.epoch, refund_request.c.seq)
)


def read_sale(session: Session, intents: IntentCache, row: tuple[Any, ...]) -> SaleRow:
    """A sale from a row of SALE_COLUMNS."""
    sale_id, business_date, amount_yen, digest, canonical = row
    intent = intents.read(digest, canonical)
    rows = read_operations(intents, session.all(_OPERATIONS_OF, sale_id=sale_id))
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
        documents=tuple(DocumentRow(*found) for found in session.all(_DOCUMENTS_OF, sale_id=sale_id)),
        begun=tuple(each.begun for each in rows),
        refunds=read_refunds(intents, session.all(_REFUNDS_OF, sale_id=sale_id)),
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
