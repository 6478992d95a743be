"""What each document says, in which order: its approved layout with its values. Refuses columns, sums, bytes."""

from typing import assert_never

from receipts.content import DocumentKind, IssuerContent, ReportContent, SaleContent, TerminalSlipContent
from receipts.document import Document
from receipts.layouts import Layouts
from receipts.template_fill import Values, fill
from receipts.template_values import (
    LAYOUT_OF,
    report_values,
    sale_values,
    terminal_slip_values,
    test_print_values,
)


def compose_sale(content: SaleContent, layouts: Layouts) -> Document:
    """Slip, receipt, void slip or ticket of a sale. Raises ValueError for another kind or a malformed time."""
    match content.kind:
        case (
            DocumentKind.USAGE_SLIP
            | DocumentKind.CASH_RECEIPT
            | DocumentKind.VOID_SLIP
            | DocumentKind.REFUND_SLIP
            | DocumentKind.ADMISSION
        ):
            values = sale_values(content)
        case (
            DocumentKind.TERMINAL_CUSTOMER
            | DocumentKind.TERMINAL_MERCHANT
            | DocumentKind.TERMINAL_SLIP
            | DocumentKind.CLOSE_REPORT
            | DocumentKind.TEST_PRINT
        ):
            raise ValueError(f"{content.kind.value} is not the document of a sale")
        case _:
            assert_never(content.kind)
    return _document(content.kind, values, layouts, content.serial_number, content.copy_number)


def compose_terminal_slip(content: TerminalSlipContent, layouts: Layouts) -> Document:
    """端末伝票: our heading, then the terminal's own lines between two rules. Raises ValueError for a bad time."""
    return _document(content.kind, terminal_slip_values(content), layouts, content.serial_number)


def compose_report(content: ReportContent, layouts: Layouts) -> Document:
    """精算票 of one business day. Raises ValueError for a malformed date."""
    return _document(DocumentKind.CLOSE_REPORT, report_values(content), layouts, copy_number=content.copy_number)


def compose_test_print(issuer: IssuerContent, printed_at: str, layouts: Layouts) -> Document:
    """Shows on paper what the profile claims: width, sizes, characters, frame, symbol and cut. Raises ValueError."""
    return _document(DocumentKind.TEST_PRINT, test_print_values(issuer, printed_at), layouts)


def _document(
    kind: DocumentKind, values: Values, layouts: Layouts, serial_number: str = "", copy_number: int = 0
) -> Document:
    template = layouts.in_force(LAYOUT_OF[kind])
    return Document(kind, serial_number, copy_number, tuple(fill(template.nodes, values)))
