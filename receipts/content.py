"""What a document must say, as plain values: no layout, no device. The caller has decided and recorded all of it."""

from dataclasses import dataclass
from enum import StrEnum


class DocumentKind(StrEnum):
    """Which approved layout is used."""

    USAGE_SLIP = "usage_slip"
    """利用明細: handed over for cashless payments; not a 領収書 (Local Autonomy Act 231-2-2 ff.)."""
    CASH_RECEIPT = "cash_receipt"
    """領収書: cash taken by the city itself."""
    VOID_SLIP = "void_slip"
    """取消票: a sale of the same day was taken back; names the document it makes void."""
    REFUND_SLIP = "refund_slip"
    """還付票: a sale of an earlier day was given back; names the document and the day it was for."""
    ADMISSION = "admission"
    """Ticket for a zero-yen sale: free admission or full exemption."""
    TERMINAL_CUSTOMER = "terminal_customer"
    """端末伝票, the citizen's copy: what a payment terminal without a printer wants on paper, in its own words."""
    TERMINAL_MERCHANT = "terminal_merchant"
    """The same, the copy that the counter keeps."""
    TERMINAL_SLIP = "terminal_slip"
    """The same, where the terminal does not say whose it is or where it belongs to no single payment."""
    CLOSE_REPORT = "close_report"
    TEST_PRINT = "test_print"


@dataclass(frozen=True, slots=True)
class PaidSlipContent:
    """The 納付書 that a line paid, as its own paper names it."""

    fiscal_year: int
    account_path: tuple[str, ...]
    """会計 first."""
    number: str
    """調定番号."""
    payer: str


@dataclass(frozen=True, slots=True)
class LineContent:
    """One line of the sale. ``amount_yen`` is price times quantity; ``reduced_rate`` asks for the ※ mark."""

    name: str
    quantity: int
    unit_price_yen: int
    amount_yen: int
    reduced_rate: bool = False
    slip: PaidSlipContent | None = None


@dataclass(frozen=True, slots=True)
class TaxContent:
    """One tax rate of the document: label such as 10%対象 or 非課税, gross and the tax inside it."""

    label: str
    gross_yen: int
    tax_yen: int | None
    """None for 非課税."""


@dataclass(frozen=True, slots=True)
class PaymentContent:
    """How it was paid. Empty strings are left out of the slip."""

    tender_name: str
    brand: str = ""
    card_last4: str = ""
    approval_code: str = ""
    slip_number: str = ""
    terminal_id: str = ""
    trustee_name: str = ""
    """指定納付受託者."""
    tendered_yen: int = 0
    payment_last4: str = ""
    """Of the number of a payment by code (決済番号)."""
    cancellation: str = ""
    """Void slip only: the number under which an operator's portal keeps it."""


@dataclass(frozen=True, slots=True)
class IssuerContent:
    """Who hands the document over."""

    municipality: str
    counter_name: str
    counter_code: str
    registration_number: str
    """T and 13 digits, or empty for accounts that are not taxed."""
    clerk_title: str
    clerk_name: str
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class SaleContent:
    """A slip, receipt or admission ticket. ``copy_number`` 0 is the original, n is the n-th 再発行."""

    kind: DocumentKind
    issuer: IssuerContent
    serial_number: str
    sold_at: str
    """Local time as ISO 8601 to the second, e.g. 2026-11-23T10:15:02+09:00."""
    sale_id: str
    lines: tuple[LineContent, ...]
    taxes: tuple[TaxContent, ...]
    total_yen: int
    payment: PaymentContent | None = None
    exemption: str = ""
    """Reason of a full exemption or free admission."""
    qr_text: str = ""
    copy_number: int = 0
    training: bool = False
    original_serial_number: str = ""
    """Void and refund slip only: the number on the document that is no longer valid."""
    original_sold_at: str = ""
    """Refund slip only: when the sale was, as ``sold_at``."""
    reason: str = ""
    """Refund slip only."""


@dataclass(frozen=True, slots=True)
class SlipLineContent:
    """One line as a terminal wants it set."""

    text: str
    centered: bool = False
    double_width: bool = False
    double_height: bool = False


@dataclass(frozen=True, slots=True)
class TerminalSlipContent:
    """A terminal's slip. Its lines are shown as they came; ``serial_number`` and ``sale_id`` may be empty."""

    kind: DocumentKind
    issuer: IssuerContent
    serial_number: str
    printed_at: str
    """Local time as ISO 8601 to the second."""
    lines: tuple[SlipLineContent, ...]
    sale_id: str = ""
    is_cut_short: bool = False
    training: bool = False


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One row of a report: label, count, yen. None prints nothing in its place."""

    label: str
    count: int | None
    amount_yen: int | None
    unit: str = "件"
    """What is counted: 件 for sales, 点 for pieces."""


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A titled group of report rows."""

    title: str
    lines: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class CheckpointContent:
    """日次確認: what shows years later that the record is still the one this paper closed."""

    code: str
    """For people, in groups of four."""
    qr_text: str
    key_id: str
    """Of the key that signed; empty for a day that is not signed."""


@dataclass(frozen=True, slots=True)
class ReportContent:
    """The close report of one business day at one counter."""

    issuer: IssuerContent
    business_date: str
    closed_at: str
    sections: tuple[ReportSection, ...]
    serial_range: str
    journal_range: str
    """First and last journal sequence number of the day."""
    journal_head: str
    """Hash of the entry that closed the day, hexadecimal."""
    checkpoint: CheckpointContent | None = None
    copy_number: int = 0
    training: bool = False
