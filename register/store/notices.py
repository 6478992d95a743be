"""Lines that paid a 納付書, with the entries behind them. Owns the queries; refuses to lay anything out."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, select

from kiosk.domain.operation import OperationKind, Prepared
from kiosk.domain.record import Body, DocumentIssued, RefundRequested, read_body
from receipts.content import DocumentKind
from register.domain.entries import read_entry
from register.store.schema import DAY, JOURNAL, OPERATION, SALE_FACT

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


class AskedBack(NamedTuple):
    """A sale with a slip that is to be paid back by transfer; no money has moved yet."""

    kiosk_id: str
    intent: Prepared
    """That of the sale, of whichever day."""
    at: str
    actor: dict[str, Any]
    reason: str


def asked_back(connection: Connection, day: date) -> Iterator[AskedBack]:
    """What was asked for on a day, open or not; read between the closes around it."""
    closed = DAY.c.closed_seq
    bounds = select(
        DAY.c.kiosk_id,
        DAY.c.epoch,
        func.max(case((DAY.c.business_date < day, closed), else_=0)),
        func.min(case(((DAY.c.business_date > day) & (closed > 0), closed))),
    ).group_by(DAY.c.kiosk_id, DAY.c.epoch)
    journal = JOURNAL.c
    for kiosk_id, epoch, after, until in connection.execute(bounds).all():
        query = select(journal.seq, journal.canonical).where(
            journal.kiosk_id == kiosk_id,
            journal.epoch == epoch,
            journal.seq > after,
            journal.business_date == day,
            journal.kind == "refund_requested",
        )
        if until is not None:
            query = query.where(journal.seq < until)
        for seq, canonical in connection.execute(query.order_by(journal.seq)).all():
            body = _understood(canonical, kiosk_id, epoch, seq)
            if not isinstance(body, RefundRequested):
                continue
            intent = _sale_of(connection, kiosk_id, body.operation_id)
            if intent is not None:
                header = json.loads(canonical)["header"]
                yield AskedBack(kiosk_id, intent, header["at"], header["actor"], body.reason)


def _understood(canonical: bytes, kiosk_id: str, epoch: int, seq: int) -> Body | None:
    """What an entry says; None for one that was taken and flagged as not understood."""
    return read_entry(canonical, kiosk_id=kiosk_id, epoch=epoch, seq=seq, prev_hash=b"").body


def _sale_of(connection: Connection, kiosk_id: str, operation_id: str) -> Prepared | None:
    """The intent of a sale that paid a slip; None for another."""
    query = select(JOURNAL.c.canonical).select_from(
        OPERATION.join(
            JOURNAL,
            (JOURNAL.c.kiosk_id == OPERATION.c.kiosk_id)
            & (JOURNAL.c.epoch == OPERATION.c.epoch)
            & (JOURNAL.c.seq == OPERATION.c.prepared_seq),
        )
    )
    found = connection.scalar(query.where(OPERATION.c.kiosk_id == kiosk_id, OPERATION.c.operation_id == operation_id))
    if found is None or _SLIP not in found:
        return None
    entry = json.loads(found)
    body = read_body(entry["header"]["kind"], entry["body"])
    assert isinstance(body, Prepared)
    return body


class Papers:
    """What was handed out on a business day at the counters that took slips; read once, as far as the day's close."""

    def __init__(self, connection: Connection, facts: Iterable[Any]) -> None:
        """``facts`` are rows of sale_fact, all of one business day."""
        self._issued: dict[tuple[str, int, str], list[tuple[int, DocumentIssued]]] = {}
        since: dict[tuple[str, int, date], int] = {}
        for fact in facts:
            of_day = (fact.kiosk_id, fact.epoch, fact.business_date)
            since[of_day] = min(fact.seq, since.get(of_day, fact.seq))
        for (kiosk_id, epoch, day), first_seq in since.items():
            for seq, issued in _originals(connection, kiosk_id, epoch, day, first_seq):
                self._issued.setdefault((kiosk_id, epoch, issued.sale_id or ""), []).append((seq, issued))

    def first(self, fact: Any, sale_id: str) -> str:
        """The number on the citizen's paper of a line that counts: the sale's first document of the kind that belongs
        to it, printed on that business day; empty for none.

        A terminal's own slip and the paper of what took the sale back are others.
        """
        kinds = PAPERS[OperationKind(fact.kind)]
        for seq, issued in self._issued.get((fact.kiosk_id, fact.epoch, sale_id), ()):
            if seq > fact.seq and issued.kind in kinds:
                return issued.serial_number
        return ""


def _originals(
    connection: Connection, kiosk_id: str, epoch: int, day: date, after_seq: int
) -> Iterator[tuple[int, DocumentIssued]]:
    """Documents of a day after one entry and before its close; no copies."""
    of_day = (DAY.c.kiosk_id == kiosk_id) & (DAY.c.epoch == epoch) & (DAY.c.business_date == day)
    closed_seq = connection.scalar(select(DAY.c.closed_seq).where(of_day))
    journal = JOURNAL.c
    query = select(journal.seq, journal.canonical).where(
        journal.kiosk_id == kiosk_id,
        journal.epoch == epoch,
        journal.seq > after_seq,
        journal.business_date == day,
        journal.kind == "document_issued",
    )
    if closed_seq:
        query = query.where(journal.seq < closed_seq)
    for seq, canonical in connection.execute(query.order_by(journal.seq)):
        body = _understood(canonical, kiosk_id, epoch, seq)
        if isinstance(body, DocumentIssued) and not body.copy_number:
            yield seq, body
