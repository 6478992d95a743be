"""A sample of every document, for previews and for the golden paper, with nobody's data. Owns no layout."""

from collections.abc import Callable
from dataclasses import replace

from receipts.compose import compose_report, compose_sale, compose_terminal_slip, compose_test_print
from receipts.content import (
    DocumentKind,
    IssuerContent,
    LineContent,
    PaymentContent,
    SaleContent,
    SlipLineContent,
    TerminalSlipContent,
)
from receipts.document import Document
from receipts.layouts import Layouts
from receipts.sample import SAMPLE_ISSUER, sample_report, sample_sale


def usage_slip() -> SaleContent:
    """利用明細."""
    return sample_sale()


def cash_receipt() -> SaleContent:
    """領収書 with change."""
    return replace(sample_sale(), kind=DocumentKind.CASH_RECEIPT, payment=PaymentContent("現金", tendered_yen=10_000))


def void_slip() -> SaleContent:
    """取消票 of the same day."""
    return replace(
        sample_sale(),
        kind=DocumentKind.VOID_SLIP,
        serial_number="A1-V2026-000001",
        original_serial_number="A1-U2026-000123",
        sold_at="2026-11-23T10:31:40+09:00",
    )


def refund_slip() -> SaleContent:
    """還付票 of an earlier day's sale."""
    return replace(
        sample_sale(),
        kind=DocumentKind.REFUND_SLIP,
        serial_number="A1-K2026-000001",
        original_serial_number="A1-U2026-000123",
        original_sold_at=sample_sale().sold_at,
        sold_at="2026-12-01T10:31:40+09:00",
        reason="二重に支払った",
    )


def admission() -> SaleContent:
    """A ticket for three people without charge."""
    return replace(
        sample_sale(),
        kind=DocumentKind.ADMISSION,
        issuer=replace(SAMPLE_ISSUER, counter_name="美術館 受付", counter_code="0701"),
        serial_number="",
        lines=(LineContent("常設展 一般", 1, 0, 0), LineContent("常設展 小中学生", 2, 0, 0)),
        taxes=(),
        total_yen=0,
        payment=None,
        exemption="障がい者手帳をお持ちの方と同伴者",
        qr_text="",
    )


def terminal_slip() -> TerminalSlipContent:
    """In practice, cut short, and with what our fonts have not: everything a terminal's slip can show."""
    return TerminalSlipContent(
        kind=DocumentKind.TERMINAL_CUSTOMER,
        issuer=SAMPLE_ISSUER,
        serial_number="A1-T2026-000001",
        printed_at=sample_sale().sold_at,
        lines=(
            SlipLineContent("Kundenbeleg", centered=True),
            SlipLineContent("KARTENZAHLUNG", centered=True, double_width=True),
            SlipLineContent(""),
            SlipLineContent("Terminal        13100001"),
            SlipLineContent("────────────────────────"),
            SlipLineContent("Betrag           JPY 300", double_height=True),
            SlipLineContent("************1034", double_width=True),
            SlipLineContent("Crédit Händler \ufffd"),
        ),
        sale_id=sample_sale().sale_id,
        is_cut_short=True,
        training=True,
    )


Named = Callable[[IssuerContent], IssuerContent]
"""Whose paper it is to look like; the sample's own where nothing is said."""


def sample_of(name: str, layouts: Layouts, named: Named = lambda issuer: issuer) -> Document:
    """The document of one layout, by the layout's name. Raises KeyError for another name."""
    sales = {
        "usage_slip": usage_slip,
        "cash_receipt": cash_receipt,
        "void_slip": void_slip,
        "refund_slip": refund_slip,
        "admission": admission,
    }
    if name in sales:
        sale = sales[name]()
        return compose_sale(replace(sale, issuer=named(sale.issuer)), layouts)
    if name == "terminal_slip":
        slip = terminal_slip()
        return compose_terminal_slip(replace(slip, issuer=named(slip.issuer)), layouts)
    if name == "close_report":
        report = sample_report()
        return compose_report(replace(report, issuer=named(report.issuer)), layouts)
    if name == "test_print":
        return compose_test_print(named(SAMPLE_ISSUER), sample_sale().sold_at, layouts)
    raise KeyError(name)
