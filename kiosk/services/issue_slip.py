"""A terminal's slip on our paper: numbered and recorded like any document where it belongs to a sale, its text never.

It changes nothing about a payment, and there is no second copy from here: what is to be printed again, the terminal
prints again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from drivers.payment.api import SlipCopy, TerminalSlip
from drivers.printer.api import PrintJob
from kiosk.domain.books import Books
from kiosk.domain.business_day import fiscal_year_of
from kiosk.domain.ids import DocumentId, SaleId
from kiosk.domain.record import SYSTEM, DocumentIssued, Draft
from kiosk.services.counter import Counter, CounterIdentity, RefusalError
from kiosk.services.issue_receipt import JOB_NUMBERS
from receipts.content import DocumentKind, IssuerContent, SlipLineContent, TerminalSlipContent

RenderSlip = Callable[[TerminalSlipContent], bytes]
"""Composes and renders for the counter's printer."""
SERIES = "T"
KINDS = {
    SlipCopy.CUSTOMER: DocumentKind.TERMINAL_CUSTOMER,
    SlipCopy.MERCHANT: DocumentKind.TERMINAL_MERCHANT,
    SlipCopy.ADMINISTRATION: DocumentKind.TERMINAL_SLIP,
    SlipCopy.UNSAID: DocumentKind.TERMINAL_SLIP,
}


@dataclass(frozen=True, slots=True)
class IssuedSlip:
    """A slip with its number, recorded, not yet on paper."""

    issued: DocumentIssued
    job: PrintJob


def issue_slip(counter: Counter, sale_id: SaleId, slip: TerminalSlip, render: RenderSlip) -> IssuedSlip:
    """Number and record a slip of a sale. Raises RefusalError; then no number is used up."""
    made: list[tuple[DocumentIssued, bytes]] = []

    def decide(books: Books) -> list[Draft]:
        sale = books.sale(sale_id)
        if sale is None:
            raise RefusalError("sale_unknown")
        # of the day on which the terminal was at work: a refund's slip is not of the sale's day
        business_date = sale.operations[-1].prepared.business_date if sale.operations else sale.business_date
        series = f"{SERIES}{fiscal_year_of(business_date)}"
        serial = books.last_serial(series) + 1
        serial_number = f"{counter.identity.serial_prefix}-{series}-{serial:06d}"
        data = render(slip_content(counter, slip, sale_id=sale_id, serial_number=serial_number))
        digest = hashlib.sha256(data).hexdigest()
        kind = KINDS[slip.copy]
        issued = DocumentIssued(
            DocumentId(counter.new_id()),
            sale_id,
            kind,
            series,
            serial,
            serial_number,
            0,
            digest,
            sending_recorded=True,
        )
        made.append((issued, data))
        return [counter.draft(issued, SYSTEM, business_date)]

    (record,) = counter.transact(decide)
    issued, data = made[-1]
    return IssuedSlip(issued, PrintJob(record.header.seq % JOB_NUMBERS, data))


def slip_content(
    counter: Counter, slip: TerminalSlip, *, sale_id: str = "", serial_number: str = ""
) -> TerminalSlipContent:
    """What stands on the paper; without a sale it has no number."""
    return TerminalSlipContent(
        kind=KINDS[slip.copy],
        issuer=_issuer(counter.identity),
        serial_number=serial_number,
        printed_at=counter.clock.now_iso(),
        lines=tuple(
            SlipLineContent(line.text, line.centered, line.double_width, line.double_height) for line in slip.lines
        ),
        sale_id=sale_id,
        is_cut_short=slip.is_cut_short,
        training=counter.identity.training,
    )


def _issuer(identity: CounterIdentity) -> IssuerContent:
    return IssuerContent(
        municipality=identity.municipality,
        counter_name=identity.counter_name,
        counter_code=identity.counter_code,
        registration_number="",
        clerk_title="",
        clerk_name="",
        telephone=identity.telephone,
    )
