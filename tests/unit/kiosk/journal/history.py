"""Drafts of a counter's day, a clock that does as it is told, and a journal on a real file."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from kiosk.domain.ids import DocumentId, OperationId, PaymentId, SaleId
from kiosk.domain.money import Yen
from kiosk.domain.operation import (
    Approved,
    DeviceResult,
    Event,
    OperationKind,
    Prepared,
    SaleLine,
)
from kiosk.domain.record import Actor, Body, DocumentIssued, DocumentPrinted, Draft, OperationEvent
from kiosk.domain.tax import TaxClass, TaxTotal
from kiosk.domain.tender import TenderKind
from kiosk.journal.database import Connect
from kiosk.journal.store import SqliteJournal

JAPAN = timezone(timedelta(hours=9))
MONDAY = date(2026, 11, 23)
CLERK = Actor("yamada", "山田 花子", "出納員")
CHIEF = Actor("suzuki", "鈴木 一郎", "会計管理者")
EXEMPT = TaxClass("exempt", "非課税", None)
KIOSK = "k0001"


@dataclass
class FakeClock:
    """Wall and monotonic time, each settable by itself."""

    now: datetime = datetime(2026, 11, 23, 10, 15, 2, 123456, JAPAN)
    uptime_ms: int = 1_000
    boot_id: str = "boot-1"

    def wall(self) -> datetime:
        return self.now

    def monotonic_ms(self) -> int:
        return self.uptime_ms


def open_journal(
    directory: Path,
    *,
    clock: FakeClock | None = None,
    kiosk_id: str = KIOSK,
    epoch: int | None = None,
    connect: Connect | None = None,
) -> SqliteJournal:
    return SqliteJournal(directory, kiosk_id=kiosk_id, clock=clock or FakeClock(), epoch=epoch, connect=connect)


def line(code: str = "1001", quantity: int = 2, price_yen: int = 300) -> SaleLine:
    return SaleLine(
        item_code=code,
        name="住民票の写し",
        quantity=quantity,
        unit_price_yen=Yen(price_yen),
        amount_yen=Yen(price_yen * quantity),
        tax=EXEMPT,
        account_code="0101",
        account_path=("一般会計", "使用料及び手数料"),
        department="市民課",
        ownership="revenue",
        category="証明書",
        fiscal_year=2026,
    )


def prepared(
    n: int,
    *,
    kind: OperationKind = OperationKind.SALE,
    sale: int | None = None,
    amount_yen: int = 600,
    tender: TenderKind = TenderKind.CREDIT,
    business_date: date = MONDAY,
    device: str = "terminal",
) -> Prepared:
    """The n-th operation, of the sale with its own number unless told otherwise."""
    of = n if sale is None else sale
    return Prepared(
        sale_id=SaleId(f"sale-{of}"),
        payment_id=PaymentId(f"payment-{of}"),
        operation_id=operation_id(n),
        operation_kind=kind,
        business_date=business_date,
        tender=tender,
        tender_name="クレジットカード",
        trustee_name="例示カード株式会社",
        device=device,
        amount_yen=Yen(amount_yen),
        lines=(line(),),
        taxes=(TaxTotal(EXEMPT, Yen(amount_yen), Yen(0)),),
        original_operation_id=None if kind is OperationKind.SALE else operation_id(of),
    )


def operation_id(n: int) -> OperationId:
    return OperationId(f"operation-{n}")


def moved(n: int, event: Event) -> OperationEvent:
    return OperationEvent(operation_id(n), event)


def result(slip: str = "00012") -> DeviceResult:
    return DeviceResult(brand="VISA", card_last4="1234", slip_number=slip, terminal_id="T1", transaction_number="7")


def approved(n: int, *, amount_yen: int = 600, slip: str = "00012") -> OperationEvent:
    return moved(n, Approved(Yen(amount_yen), result(slip)))


def issued(n: int, *, sale: int, serial: int, copy: int = 0, series: str = "U2026") -> DocumentIssued:
    return DocumentIssued(
        DocumentId(f"document-{n}"),
        SaleId(f"sale-{sale}"),
        "usage_slip",
        series,
        serial,
        f"{series}-{serial}",
        copy,
        "ab",
        sending_recorded=True,
    )


def printed(n: int, state: str = "printed", fault: str = "") -> DocumentPrinted:
    return DocumentPrinted(DocumentId(f"document-{n}"), state, fault)


def draft(body: Body, *, business_date: date | None = MONDAY, approver: Actor | None = None) -> Draft:
    return Draft(body, business_date, CLERK, "2026-11-01", approver)
