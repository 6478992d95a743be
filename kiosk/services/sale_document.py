"""What a sale's document must say. Owns which kind a sale gets and where each value comes from; refuses layout."""

from collections.abc import Iterable
from datetime import datetime

from kiosk.domain.books import SaleRow
from kiosk.domain.operation import DeviceResult, Operation, OperationKind, SaleLine, State
from kiosk.domain.payment import Standing
from kiosk.domain.record import Actor, is_terminal_slip
from kiosk.domain.tax import TaxTotal
from kiosk.domain.tender import TenderKind
from kiosk.services.counter import CounterIdentity, RefusalError
from receipts.content import DocumentKind, IssuerContent, LineContent, PaymentContent, SaleContent, TaxContent


def document_kind(sale: SaleRow) -> DocumentKind:
    """Cashless gets a usage slip, cash a receipt, a voided sale a void slip, zero yen a ticket.

    Raises RefusalError when nothing was paid.
    """
    if sale.free is not None:
        return DocumentKind.ADMISSION
    if sale.standing is Standing.VOIDED:
        return DocumentKind.VOID_SLIP
    if sale.standing is not Standing.PAID:
        raise RefusalError("nothing_to_print")
    cash = _paid_by(sale).prepared.tender is TenderKind.CASH
    return DocumentKind.CASH_RECEIPT if cash else DocumentKind.USAGE_SLIP


def sale_content(
    identity: CounterIdentity, sale: SaleRow, kind: DocumentKind, serial_number: str, copy_number: int
) -> SaleContent:
    """Every value of the document, from the record of the sale alone."""
    free = sale.free
    shown, at, clerk = _shown(sale, kind)
    original = next((x.serial_number for x in sale.documents if not is_terminal_slip(x.kind)), "")
    return SaleContent(
        kind=kind,
        issuer=_issuer(identity, clerk, sale.lines),
        serial_number=serial_number,
        sold_at=datetime.fromisoformat(at).isoformat(timespec="seconds"),
        sale_id=sale.sale_id,
        lines=tuple(_line(line) for line in sale.lines),
        taxes=tuple(_tax(tax) for tax in shown.prepared.taxes) if shown else (),
        total_yen=sale.amount_yen,
        payment=_payment(shown) if shown else None,
        exemption=(free.exemption_name or "、".join(free.free_reasons)) if free else "",
        qr_text=sale.sale_id,
        copy_number=copy_number,
        training=identity.training,
        original_serial_number=original if kind is DocumentKind.VOID_SLIP else "",
    )


def _shown(sale: SaleRow, kind: DocumentKind) -> tuple[Operation | None, str, Actor]:
    """The operation the document is about, when it began and who did it."""
    if sale.free is not None:
        return None, sale.at, sale.actor
    if kind is not DocumentKind.VOID_SLIP:
        return _paid_by(sale), sale.at, sale.actor
    for operation, begun in zip(sale.operations, sale.begun, strict=True):
        if operation.prepared.operation_kind is OperationKind.VOID and operation.state is State.APPROVED:
            return operation, begun.at, begun.actor
    raise RefusalError("nothing_to_print")


def _paid_by(sale: SaleRow) -> Operation:
    for operation in sale.operations:
        if operation.prepared.operation_kind is OperationKind.SALE and operation.state is State.APPROVED:
            return operation
    raise RefusalError("nothing_to_print")


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
    return LineContent(line.name, line.quantity, line.unit_price_yen, line.amount_yen, line.tax.reduced)


def _tax(line: TaxTotal) -> TaxContent:
    percent = line.tax.percent
    if percent is None:
        return TaxContent(line.tax.name, line.gross_yen, None)
    return TaxContent(f"{percent}%対象{'※' if line.tax.reduced else ''}", line.gross_yen, line.tax_yen)


def _payment(operation: Operation) -> PaymentContent:
    result = operation.result or DeviceResult()
    prepared = operation.prepared
    return PaymentContent(
        tender_name=prepared.tender_name,
        brand=result.brand,
        card_last4=result.card_last4,
        approval_code=result.approval_code,
        slip_number=result.slip_number,
        terminal_id=result.terminal_id,
        trustee_name=prepared.trustee_name,
        tendered_yen=result.tendered_yen,
    )
