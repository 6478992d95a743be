"""Lines that paid a 納付書, with the entries behind them. Owns the queries; refuses to lay anything out."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from kiosk.domain.operation import OperationKind, Prepared
from kiosk.domain.record import DocumentIssued, read_body
from receipts.content import DocumentKind
from register.store.schema import JOURNAL, OPERATION, SALE_FACT

_SLIP = b'"slip":{'
"""Canonical JSON spells it so and in no other way."""
PAPERS = {
    OperationKind.SALE: frozenset({DocumentKind.USAGE_SLIP, DocumentKind.CASH_RECEIPT}),
    OperationKind.VOID: frozenset({DocumentKind.VOID_SLIP}),
    OperationKind.REFUND: frozenset({DocumentKind.REFUND_SLIP}),
}
"""What the citizen is handed for each."""


class SlipFact(NamedTuple):
    """A line that counts, what was meant, and when and by whom it was done."""

    fact: Any
    """A row of sale_fact."""
    intent: Prepared
    at: str
    actor: dict[str, Any]


def slip_facts(connection: Connection, day: date) -> Iterator[SlipFact]:
    """Those of a business day, in the order in which they counted at each counter."""
    meant, done = JOURNAL.alias("meant"), JOURNAL.alias("done")
    facts, operation = SALE_FACT, OPERATION
    joined = (
        facts.join(
            operation,
            (operation.c.kiosk_id == facts.c.kiosk_id) & (operation.c.operation_id == facts.c.reference),
        )
        .join(
            meant,
            (meant.c.kiosk_id == facts.c.kiosk_id)
            & (meant.c.epoch == operation.c.epoch)
            & (meant.c.seq == operation.c.prepared_seq),
        )
        .join(
            done,
            (done.c.kiosk_id == facts.c.kiosk_id) & (done.c.epoch == facts.c.epoch) & (done.c.seq == facts.c.seq),
        )
    )
    query = (
        select(*facts.c, meant.c.canonical.label("meant"), done.c.canonical.label("done"))
        .select_from(joined)
        .where(facts.c.business_date == day, facts.c.line > 0)
        .order_by(facts.c.kiosk_id, facts.c.epoch, facts.c.seq, facts.c.line)
    )
    for row in connection.execute(query):
        if _SLIP not in row.meant:
            continue
        intent = json.loads(row.meant)
        body = read_body(intent["header"]["kind"], intent["body"])  # checked when it was taken
        assert isinstance(body, Prepared)
        header = json.loads(row.done)["header"]
        if body.lines[row.line - 1].slip is not None:
            yield SlipFact(row, body, header["at"], header["actor"])


def first_document(connection: Connection, fact: Any, sale_id: str) -> str:
    """The number on the citizen's paper of a line that counts: the sale's first document of the kind that belongs to
    it, printed on that business day; empty for none.

    A terminal's own slip and the paper of what took the sale back are others.
    """
    journal, kinds = JOURNAL.c, PAPERS[OperationKind(fact.kind)]
    query = (
        select(journal.kind, journal.canonical)
        .where(
            journal.kiosk_id == fact.kiosk_id,
            journal.epoch == fact.epoch,
            journal.seq > fact.seq,
            journal.business_date == fact.business_date,
            journal.kind.in_(("document_issued", "day_closed")),
        )
        .order_by(journal.seq)
    )
    for kind, canonical in connection.execute(query):
        if kind == "day_closed":
            return ""
        if sale_id.encode() not in canonical:
            continue
        body = read_body(kind, json.loads(canonical)["body"])
        if isinstance(body, DocumentIssued) and body.sale_id == sale_id and body.kind in kinds and not body.copy_number:
            return body.serial_number
    return ""
