"""Documents: numbered before they are printed, gapless, and any further copy is 再発行."""

from dataclasses import replace

import pytest

from drivers.context import DeviceContext
from drivers.payment import api as payment
from drivers.printer import api
from kiosk.domain.cart import Cart, Exemption, make_offer
from kiosk.domain.ids import SaleId
from kiosk.domain.slip import Slip
from kiosk.profile import PrinterProfile
from kiosk.renders import make_renders
from kiosk.runtime.live_context import LiveDeviceContext
from kiosk.services.counter import RefusalError
from kiosk.services.issue_receipt import IssuedDocument, changed, issue_document, print_document, record_printing
from kiosk.services.notices import DocumentChanged, Printing
from kiosk.services.take_free_sale import take_free_sale
from kiosk.services.take_payment import take_payment
from receipts.content import DocumentKind, PaidSlipContent, SaleContent
from tests.layouts import LAYOUTS
from tests.unit.kiosk.conftest import (
    CASH,
    CLERK,
    CREDIT,
    MONDAY,
    RESIDENT,
    TICKET,
    Bench,
    QuietContext,
    ScriptedDevice,
    UnreadableJournal,
    approved,
)


class OnePrinter:
    """A printer that ends every job as the test says."""

    def __init__(self, outcome: api.PrintOutcome) -> None:
        self.outcome = outcome
        self.jobs: list[api.PrintJob] = []

    def print(
        self, job: api.PrintJob, context: DeviceContext, watch: api.PrintWatch = api.UNWATCHED
    ) -> api.PrintOutcome:
        assert context is not None
        if not isinstance(self.outcome, api.PrintFailed):
            watch.begin()
        self.jobs.append(job)
        return self.outcome

    def open_drawer(self, context: DeviceContext, *, with_sound: bool = False) -> api.DrawerOutcome:
        assert context is not None
        return api.DrawerOutcome(None)

    def check_health(self, context: DeviceContext) -> api.PrinterHealth:
        assert context is not None
        return api.PrinterHealth(online=True, paper=api.Paper.OK)


def render(content: SaleContent) -> bytes:
    return repr(content).encode()


def sell(bench: Bench) -> SaleId:
    device = ScriptedDevice(sales=[approved()])
    operation = take_payment(bench.counter, bench.offer(TICKET), CREDIT, device, QuietContext, CLERK.actor)
    return operation.prepared.sale_id


def issue(bench: Bench, sale_id: SaleId) -> IssuedDocument:
    return issue_document(bench.counter, sale_id, render, CLERK.actor)


def test_serial_numbers_run_without_a_gap_and_a_copy_keeps_the_original_number(open_bench: Bench) -> None:
    first, second = sell(open_bench), sell(open_bench)
    documents = [issue(open_bench, sale) for sale in (first, second, first, second)]
    for told in ([d.issued for d in documents], [d.content for d in documents]):  # in the journal and on paper alike
        assert [(each.serial_number, each.copy_number) for each in told] == [
            ("A1-U2026-000001", 0),
            ("A1-U2026-000002", 0),
            ("A1-U2026-000001", 1),
            ("A1-U2026-000002", 1),
        ]
    assert issue(open_bench, sell(open_bench)).issued.serial == 3


def test_what_a_terminal_said_is_printable_whatever_it_was(open_bench: Bench) -> None:
    """Its money has moved: a stray byte in a brand's name leaves nobody without paper."""
    told = replace(approved(), brand="V PAY\x00\x1b@", terminal_id="\u202e60012345", approval_code="Crédit")
    device = ScriptedDevice(sales=[told])
    operation = take_payment(open_bench.counter, open_bench.offer(TICKET), CREDIT, device, QuietContext, CLERK.actor)
    printer = PrinterProfile("receipt", "escpos", "/dev/lp", 9600, "generic-58mm", {})
    document = issue_document(
        open_bench.counter, operation.prepared.sale_id, make_renders(printer, LAYOUTS)[0], CLERK.actor
    )
    paid = document.content.payment
    assert paid is not None
    assert (paid.brand, paid.terminal_id, paid.approval_code) == ("V PAY〓〓@", "〓60012345", "Crédit")


def test_text_that_cannot_be_printed_uses_up_no_number(open_bench: Bench) -> None:
    sale_id = sell(open_bench)

    def refuse(content: SaleContent) -> bytes:
        raise ValueError(content.lines[0].name)

    with pytest.raises(RefusalError, match="unprintable_text"):
        issue_document(open_bench.counter, sale_id, refuse, CLERK.actor)
    assert issue(open_bench, sale_id).issued.serial == 1


@pytest.mark.parametrize(
    ("outcome", "printing", "fault"),
    [
        (api.Printed(api.Paper.OK), Printing.PRINTED, ""),
        (api.PrintUnknown(api.PrintFault.PAPER_END), Printing.UNKNOWN, "paper_end"),
        (api.PrintFailed(api.PrintFault.COVER_OPEN), Printing.FAILED, "cover_open"),
    ],
)
def test_what_became_of_the_paper_is_recorded_and_the_payment_stays(
    open_bench: Bench, outcome: api.PrintOutcome, printing: Printing, fault: str
) -> None:
    sale_id = sell(open_bench)
    printer = OnePrinter(outcome)
    print_document(open_bench.counter, issue(open_bench, sale_id), printer, LiveDeviceContext())
    told = open_bench.told[-1]
    assert isinstance(told, DocumentChanged)
    assert (told.printing, told.fault) == (printing, fault)
    sale = open_bench.journal.books().sale(sale_id)
    assert sale is not None
    assert [(d.state, d.fault) for d in sale.documents] == [(printing, fault)]
    assert sum(total.amount_yen for total in open_bench.journal.books().totals(MONDAY)) == 300
    assert len(printer.jobs) == 1


def test_the_slip_says_all_that_the_rules_ask_for(open_bench: Bench) -> None:
    content = issue(open_bench, sell(open_bench)).content
    assert content.kind is DocumentKind.USAGE_SLIP
    assert content.sold_at == "2026-11-23T10:15:02+09:00"
    assert content.issuer.registration_number == "T5000020232114"
    assert (content.issuer.clerk_title, content.issuer.clerk_name) == ("出納員", "山田")
    assert [(tax.label, tax.gross_yen, tax.tax_yen) for tax in content.taxes] == [("10%対象", 300, 27)]
    paid = content.payment
    assert paid is not None
    assert (paid.brand, paid.card_last4, paid.approval_code, paid.slip_number) == (
        "Visa",
        "1234",
        "123456",
        "0231",
    )
    assert paid.trustee_name == "株式会社指定納付"


def test_a_paid_slip_is_named_on_the_citizens_paper(open_bench: Bench) -> None:
    cart = Cart().add(TICKET).add_slip(RESIDENT, Slip("豊田 太郎", "45208"), fiscal_year=2025)
    device = ScriptedDevice(sales=[approved(cart.total_yen)])
    operation = take_payment(open_bench.counter, make_offer(cart, (CREDIT,)), CREDIT, device, QuietContext, CLERK.actor)
    ticket, paid = issue(open_bench, operation.prepared.sale_id).content.lines
    assert ticket.slip is None
    assert paid.slip == PaidSlipContent(2025, RESIDENT.account.path, "45208", "豊田 太郎")


def test_cash_gets_a_receipt_in_a_series_of_its_own(open_bench: Bench) -> None:
    issue(open_bench, sell(open_bench))
    device = ScriptedDevice(sales=[payment.Approved(300, payment.Media.CASH, "", "", "", tendered_yen=1000)])
    paid = take_payment(open_bench.counter, open_bench.offer(), CASH, device, QuietContext, CLERK.actor)
    document = issue(open_bench, paid.prepared.sale_id)
    assert document.content.kind is DocumentKind.CASH_RECEIPT
    assert document.issued.serial_number == "A1-R2026-000001"
    assert document.content.payment is not None
    assert document.content.payment.tendered_yen == 1000


def test_a_full_exemption_takes_no_tender_and_prints_its_ticket(open_bench: Bench) -> None:
    cart = Cart().add(TICKET, 2).exempt(Exemption("disability", "障がい者手帳"))
    sale = take_free_sale(open_bench.counter, make_offer(cart, ()), CLERK.actor)
    assert (sale.amount_yen, sale.operations) == (0, ())
    content = issue(open_bench, sale.sale_id).content
    assert (content.kind, content.exemption, content.payment) == (DocumentKind.ADMISSION, "障がい者手帳", None)
    assert open_bench.journal.books().free_count(MONDAY) > 0


def test_a_zero_yen_sale_refuses_a_cart_that_costs_something(open_bench: Bench) -> None:
    with pytest.raises(RefusalError, match="tender_needed"):
        take_free_sale(open_bench.counter, open_bench.offer(), CLERK.actor)


def test_an_unpaid_sale_has_no_document(open_bench: Bench) -> None:
    device = ScriptedDevice(sales=[payment.Declined(payment.DeclineReason.CARD_REFUSED, "6C")])
    declined = take_payment(open_bench.counter, open_bench.offer(), CREDIT, device, QuietContext, CLERK.actor)
    with pytest.raises(RefusalError, match="nothing_to_print"):
        issue(open_bench, declined.prepared.sale_id)
    with pytest.raises(RefusalError, match="sale_unknown"):
        issue(open_bench, SaleId("nothing"))


def test_a_journal_that_cannot_be_read_leaves_the_paper_for_a_person(open_bench: Bench) -> None:
    document = issue(open_bench, sell(open_bench))
    blind = replace(open_bench.counter, journal=UnreadableJournal(open_bench.journal))
    record_printing(blind, document.issued, Printing.PRINTED, "")
    assert open_bench.told[-1] == changed(document.issued, Printing.UNKNOWN, "journal_not_durable")
