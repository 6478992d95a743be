"""What a sale's document must say. Owns which kind a sale gets and where each value comes from; refuses layout."""

from collections.abc import Iterable
from datetime import date, datetime

from kiosk.domain.books import Begun, SaleRow
from kiosk.domain.operation import DeviceResult, Operation, OperationKind, SaleLine, State
from kiosk.domain.payment import Standing
from kiosk.domain.record import Actor, is_terminal_slip
from kiosk.domain.tax import TaxTotal
from kiosk.domain.tender import TenderKind
from kiosk.services.counter import CounterIdentity, RefusalError
from receipts.content import (
    DocumentKind,
    IssuerContent,
    LineContent,
    PaidSlipContent,
    PaymentContent,
    SaleContent,
    TaxContent,
)
from receipts.foreign_text import printable_text

_SLIPS = {Standing.VOIDED: DocumentKind.VOID_SLIP, Standing.REFUNDED: DocumentKind.REFUND_SLIP}
_ABOUT = {
    DocumentKind.USAGE_SLIP: OperationKind.SALE,
    DocumentKind.CASH_RECEIPT: OperationKind.SALE,
    DocumentKind.VOID_SLIP: OperationKind.VOID,
    DocumentKind.REFUND_SLIP: OperationKind.REFUND,
}


def document_kind(sale: SaleRow) -> DocumentKind:
    """Cashless gets a usage slip, cash a receipt, a void or refund a slip of its own, zero yen a ticket.

    Raises RefusalError when nothing was paid.
    """
    if sale.free is not None:
        return DocumentKind.ADMISSION
    if sale.standing in _SLIPS:
        return _SLIPS[sale.standing]
    if sale.standing is not Standing.PAID:
        raise RefusalError("nothing_to_print")
    cash = _operation(sale, OperationKind.SALE)[0].prepared.tender is TenderKind.CASH
    return DocumentKind.CASH_RECEIPT if cash else DocumentKind.USAGE_SLIP


def sale_content(
    identity: CounterIdentity, sale: SaleRow, kind: DocumentKind, serial_number: str, copy_number: int
) -> SaleContent:
    """Every value of the document, from the record of the sale alone."""
    free = sale.free
    shown, begun = (None, Begun(0, sale.at, sale.actor)) if free else _operation(sale, _ABOUT[kind])
    original = next((x.serial_number for x in sale.documents if not is_terminal_slip(x.kind)), "")
    return SaleContent(
        kind=kind,
        issuer=_issuer(identity, begun.actor, sale.lines),
        serial_number=serial_number,
        sold_at=_seconds(begun.at),
        sale_id=sale.sale_id,
        lines=tuple(_line(line) for line in sale.lines),
        taxes=tuple(_tax(tax) for tax in shown.prepared.taxes) if shown else (),
        total_yen=sale.amount_yen,
        payment=_payment(shown) if shown else None,
        exemption=(free.exemption_name or "、".join(free.free_reasons)) if free else "",
        qr_text=sale.sale_id,
        copy_number=copy_number,
        training=identity.training,
        original_serial_number=original if kind in _SLIPS.values() else "",
        original_sold_at=_seconds(sale.at) if kind is DocumentKind.REFUND_SLIP else "",
        reason=shown.prepared.reason if shown else "",
    )


def document_date(sale: SaleRow, kind: DocumentKind) -> date:
    """The business day a document belongs to: that of the sale, or of what took it back. Raises RefusalError."""
    return sale.business_date if sale.free else _operation(sale, _ABOUT[kind])[0].prepared.business_date


def _operation(sale: SaleRow, kind: OperationKind) -> tuple[Operation, Begun]:
    """The approved operation of a kind and how it began. Raises RefusalError when there is none."""
    for operation, begun in zip(sale.operations, sale.begun, strict=True):
        if operation.prepared.operation_kind is kind and operation.state is State.APPROVED:
            return operation, begun
    raise RefusalError("nothing_to_print")


def _seconds(iso_text: str) -> str:
    return datetime.fromisoformat(iso_text).isoformat(timespec="seconds")


def _issuer(identity: CounterIdentity, clerk: Actor, lines: Iterable[SaleLine]) -> IssuerContent:
    numbers = dict.fromkeys(line.registration_number for line in lines if line.registration_number)
    return IssuerContent(
        municipality=identity.municipality,
        counter_name=identity.counter_name,
        counter_code=identity.counter_code,
        registration_number=" / ".join(numbers),
        clerk_title=clerk.title,
        clerk_name=clerk.name,
        telephone=identity.telephone,
    )


def _line(line: SaleLine) -> LineContent:
    paid = line.slip
    slip = PaidSlipContent(line.fiscal_year, line.account_path, paid.number, paid.payer) if paid else None
    return LineContent(line.name, line.quantity, line.unit_price_yen, line.amount_yen, line.tax.reduced, slip)


def _tax(line: TaxTotal) -> TaxContent:
    percent = line.tax.percent
    if percent is None:
        return TaxContent(line.tax.name, line.gross_yen, None)
    return TaxContent(f"{percent}%対象{'※' if line.tax.reduced else ''}", line.gross_yen, line.tax_yen)


def _payment(operation: Operation) -> PaymentContent:
    """What a device said is made printable here: its payment has been taken."""
    result = operation.result or DeviceResult()
    prepared = operation.prepared
    return PaymentContent(
        tender_name=prepared.tender_name,
        brand=printable_text(result.brand),
        card_last4=printable_text(result.card_last4),
        approval_code=printable_text(result.approval_code),
        slip_number=printable_text(result.slip_number),
        terminal_id=printable_text(result.terminal_id),
        trustee_name=prepared.trustee_name,
        tendered_yen=result.tendered_yen,
        payment_last4=printable_text(result.payment_last4),
        cancellation=_cancellation(operation),
    )


def _cancellation(operation: Operation) -> str:
    """A portal's number of a void: it comes with nothing else that a terminal or a service would have told."""
    result, prepared = operation.result, operation.prepared
    if result is None or prepared.operation_kind is OperationKind.SALE or prepared.tender is not TenderKind.CODE:
        return ""
    told_by_device = result.slip_number or result.terminal_id or result.payment_last4
    return "" if told_by_device else printable_text(result.transaction_number)
