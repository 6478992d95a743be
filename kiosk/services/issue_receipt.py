"""Issuing the document of a sale: numbered in the journal first, then printed; any further copy is 再発行."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, assert_never

from drivers.context import DeviceContext
from drivers.printer import api
from kiosk.domain.books import Books, DocumentRow, SaleRow
from kiosk.domain.business_day import fiscal_year_of
from kiosk.domain.ids import DocumentId, SaleId
from kiosk.domain.record import SYSTEM, Actor, DocumentIssued, DocumentPrinted, Draft, NotDurable
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.notices import DocumentChanged, Printing
from kiosk.services.sale_document import document_date, document_kind, sale_content
from receipts.content import DocumentKind, SaleContent

Render = Callable[[SaleContent], bytes]
"""Composes and renders for the counter's printer. Raises ValueError for text the printer cannot print."""

SERIES = {
    DocumentKind.USAGE_SLIP: "U",
    DocumentKind.CASH_RECEIPT: "R",
    DocumentKind.VOID_SLIP: "V",
    DocumentKind.REFUND_SLIP: "K",
    DocumentKind.ADMISSION: "A",
}
"""Each kind of document counts for itself; only R numbers are 領収書 numbers."""
JOB_NUMBERS = 10_000
"""A completion reply carries four digits."""


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """A document with its number, recorded, not yet on paper."""

    issued: DocumentIssued
    content: SaleContent
    job: api.PrintJob


def issue_document(counter: Counter, sale_id: SaleId, render: Render, actor: Actor) -> IssuedDocument:
    """Number and record the next copy of a sale's document. Raises RefusalError; then no number is used up."""
    made: list[tuple[DocumentIssued, SaleContent, bytes]] = []

    def decide(books: Books) -> list[Draft]:
        sale = books.sale(sale_id)
        if sale is None:
            raise RefusalError("sale_unknown")
        kind = document_kind(sale)
        series, serial, serial_number = _number(counter, books, sale, kind)
        copy_number = len(_of_kind(sale, kind))
        content = sale_content(counter.identity, sale, kind, serial_number, copy_number)
        try:
            data = render(content)
        except ValueError as error:
            raise RefusalError("unprintable_text") from error
        digest = hashlib.sha256(data).hexdigest()
        issued = DocumentIssued(
            DocumentId(counter.new_id()), sale_id, kind, series, serial, serial_number, copy_number, digest
        )
        made.append((issued, content, data))
        return [counter.draft(issued, actor, document_date(sale, kind))]

    (record,) = counter.transact(decide)
    issued, content, data = made[-1]
    counter.tell(changed(issued, Printing.QUEUED))
    name = f"{issued.serial_number}-copy{issued.copy_number}" if issued.copy_number else issued.serial_number
    return IssuedDocument(issued, content, api.PrintJob(record.header.seq % JOB_NUMBERS, data, name))


class Recorded(Protocol):
    """A document of any kind that has its number and its bytes."""

    @property
    def issued(self) -> DocumentIssued: ...
    @property
    def job(self) -> api.PrintJob: ...


def print_document(
    counter: Counter, document: Recorded, printer: api.PrinterDevice, context: DeviceContext
) -> api.PrintOutcome:
    """Print a recorded document and record what became of it; runs on the printer's worker.

    A printer never undoes a payment: every outcome leaves the sale as it is.
    """
    outcome = printer.print(document.job, context)
    record_printing(counter, document.issued, *printing_of(outcome))
    return outcome


def printing_of(outcome: api.PrintOutcome) -> tuple[Printing, str]:
    """What became of a job, and why it is not certainly on paper."""
    match outcome:
        case api.Printed():
            return Printing.PRINTED, ""
        case api.PrintUnknown(reason):
            return Printing.UNKNOWN, str(reason)
        case api.PrintFailed(reason):
            return Printing.FAILED, str(reason)
        case _:
            assert_never(outcome)


def record_printing(counter: Counter, issued: DocumentIssued, printing: Printing, fault: str) -> None:
    """Record a print job's end. A disk that refuses leaves the job queued in the books: a person looks."""
    body = DocumentPrinted(issued.document_id, printing, fault)
    try:
        sale = counter.journal.books().sale(issued.sale_id)
        counter.journal.append(counter.draft(body, SYSTEM, sale.business_date if sale else None))
    except NotDurable:
        printing, fault = Printing.UNKNOWN, "journal_not_durable"
    counter.tell(changed(issued, printing, fault))


def _of_kind(sale: SaleRow, kind: DocumentKind) -> tuple[DocumentRow, ...]:
    return tuple(document for document in sale.documents if document.kind == kind)


def _number(counter: Counter, books: Books, sale: SaleRow, kind: DocumentKind) -> tuple[str, int, str]:
    """Series, serial and printed number: the original's for a copy, else the next without a gap."""
    year = fiscal_year_of(document_date(sale, kind))
    series = f"{SERIES[kind]}{year}"
    if same := _of_kind(sale, kind):
        serial_number = same[0].serial_number
        return series, int(serial_number.rpartition("-")[2]), serial_number
    serial = books.last_serial(series) + 1
    return series, serial, f"{counter.identity.serial_prefix}-{series}-{serial:06d}"


def changed(issued: DocumentIssued, printing: Printing, fault: str = "") -> DocumentChanged:
    """The notice of a document's print job."""
    return DocumentChanged(issued.sale_id, issued.kind, issued.serial_number, issued.copy_number, printing, fault)
