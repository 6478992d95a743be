"""Issuing the document of a sale: numbered in the journal first, then printed; any further copy is 再発行.

A job is queued with its number, sent before its first byte leaves, and then printed, unknown or failed. Unknown is
settled by the printer, late, or by the clerk who looks for the paper; nothing else, and never by sending again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, assert_never

from drivers.context import DeviceContext
from drivers.errors import NotDurableError
from drivers.printer import api
from kiosk.domain.books import Books, DocumentRow, SaleRow
from kiosk.domain.business_day import fiscal_year_of
from kiosk.domain.ids import DocumentId, SaleId
from kiosk.domain.record import (
    SYSTEM,
    Actor,
    DocumentIssued,
    DocumentPrinted,
    Draft,
    NotDurable,
    is_terminal_slip,
)
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
JOB_NUMBERS = 9_000
"""A completion reply carries four digits; those from here on are left to paper that is no document of a sale."""
STOPPED = "stopped"
"""Why a job has no end of its own: the program ended."""
NOT_OUT = "not_out"
"""The clerk has looked and there is no paper."""
LATE = "late"
"""The printer said so after the job had ended as unknown."""


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
            DocumentId(counter.new_id()),
            sale_id,
            kind,
            series,
            serial,
            serial_number,
            copy_number,
            digest,
            sending_recorded=True,
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


class DocumentWatch:
    """Records that a document is sent, and tells the window what it waits for; ``beside`` is whoever may mend that."""

    def __init__(self, counter: Counter, issued: DocumentIssued, beside: api.PrintWatch) -> None:
        self._counter, self._issued, self._beside = counter, issued, beside
        self._printing = Printing.QUEUED

    def begin(self) -> None:
        """See drivers.printer.api.PrintWatch."""
        try:
            _append(self._counter, self._issued.document_id, self._issued.sale_id, Printing.SENT)
        except NotDurable as error:
            raise NotDurableError("journal") from error
        self._printing = Printing.SENT
        self._counter.tell(changed(self._issued, Printing.SENT))

    def waiting(self, fault: api.PrintFault | None) -> None:
        """See drivers.printer.api.PrintWatch."""
        printing = Printing.WAITING if fault else self._printing
        self._counter.tell(changed(self._issued, printing, fault or ""))
        self._beside.waiting(fault)

    def request(self) -> api.Request | None:
        """See drivers.printer.api.PrintWatch."""
        return self._beside.request()


def print_document(
    counter: Counter,
    document: Recorded,
    printer: api.PrinterDevice,
    context: DeviceContext,
    beside: api.PrintWatch = api.UNWATCHED,
) -> api.PrintOutcome:
    """Print a recorded document and record what became of it; runs on the printer's worker.

    A printer never undoes a payment: every outcome leaves the sale as it is.
    """
    outcome = printer.print(document.job, context, DocumentWatch(counter, document.issued, beside))
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
    """Record a print job's end. A disk that refuses leaves the job sent in the books: the next start asks a person."""
    try:
        _append(counter, issued.document_id, issued.sale_id, printing, fault)
    except NotDurable:
        printing, fault = Printing.UNKNOWN, "journal_not_durable"
    counter.tell(changed(issued, printing, fault))


def record_late(counter: Counter, issued: DocumentIssued) -> None:
    """The printer says that a document is out which was given up as unknown."""
    record_printing(counter, issued, Printing.PRINTED, LATE)


def recover_documents(counter: Counter) -> None:
    """At start, before anything is printed: give every interrupted job the end that is known of it. Raises NotDurable.

    What was sent may be on paper, so the clerk is asked; what was only queued never left.
    """
    for document in counter.journal.books().history.unfinished_documents():
        printing = Printing.UNKNOWN if document.state == Printing.SENT else Printing.FAILED
        _append(counter, document.document_id, document.sale_id, printing, STOPPED)
        counter.tell(_changed_row(document, printing, STOPPED))


def confirm_paper(counter: Counter, sale_id: SaleId, actor: Actor, *, came_out: bool) -> None:
    """Record what the clerk found of a sale's unknown document. Raises RefusalError when there is none."""
    printing, fault = (Printing.PRINTED, "") if came_out else (Printing.FAILED, NOT_OUT)
    found: list[DocumentRow] = []

    def decide(books: Books) -> list[Draft]:
        sale = books.sale(sale_id)
        document = unknown_document(sale) if sale else None
        if sale is None or document is None:
            raise RefusalError("nothing_to_confirm")
        found.append(document)
        return [counter.draft(DocumentPrinted(document.document_id, printing, fault), actor, sale.business_date)]

    counter.transact(decide)
    counter.tell(_changed_row(found[-1], printing, fault))


def unknown_document(sale: SaleRow) -> DocumentRow | None:
    """The newest document of ours of which nobody knows whether it is on paper."""
    unknown = (each for each in reversed(sale.documents) if not is_terminal_slip(each.kind))
    return next((each for each in unknown if each.state == Printing.UNKNOWN), None)


def _append(counter: Counter, document_id: DocumentId, sale_id: SaleId, printing: Printing, fault: str = "") -> None:
    """Raises NotDurable."""
    sale = counter.journal.books().sale(sale_id)
    body = DocumentPrinted(document_id, printing, fault)
    counter.journal.append(counter.draft(body, SYSTEM, sale.business_date if sale else None))


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


def _changed_row(row: DocumentRow, printing: Printing, fault: str) -> DocumentChanged:
    return DocumentChanged(row.sale_id, row.kind, row.serial_number, row.copy_number, printing, fault)


def changed(issued: DocumentIssued, printing: Printing, fault: str = "") -> DocumentChanged:
    """The notice of a document's print job."""
    return DocumentChanged(issued.sale_id, issued.kind, issued.serial_number, issued.copy_number, printing, fault)
