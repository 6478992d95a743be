"""A terminal's slip: numbered and recorded with its sale, its text and card data nowhere but on the paper."""

import pytest

from drivers.payment.api import SlipCopy, SlipLine, TerminalSlip
from drivers.printer import api
from kiosk.domain.ids import SaleId
from kiosk.runtime.live_context import LiveDeviceContext
from kiosk.services.counter import RefusalError
from kiosk.services.issue_receipt import print_document
from kiosk.services.issue_slip import IssuedSlip, issue_slip
from kiosk.services.notices import DocumentChanged
from receipts.content import TerminalSlipContent
from receipts.render import text
from tests.layouts import compose_terminal_slip
from tests.unit.kiosk.conftest import Bench
from tests.unit.kiosk.services.test_issue_receipt import OnePrinter, issue, sell

SLIP = TerminalSlip(SlipCopy.CUSTOMER, (SlipLine("CUSTOMER COPY", centered=True), SlipLine("AMOUNT  JPY 300")))


def render(content: TerminalSlipContent) -> bytes:
    return text.render(compose_terminal_slip(content), 48).encode()


def issue_one(bench: Bench, sale_id: SaleId, copy: SlipCopy = SlipCopy.CUSTOMER) -> IssuedSlip:
    return issue_slip(bench.counter, sale_id, TerminalSlip(copy, SLIP.lines), render)


def test_slips_are_numbered_for_themselves_and_take_no_number_of_our_own_documents(open_bench: Bench) -> None:
    sale = sell(open_bench)
    copies = (SlipCopy.MERCHANT, SlipCopy.CUSTOMER, SlipCopy.UNSAID)
    slips = [issue_one(open_bench, sale, copy) for copy in copies]
    assert [(x.issued.kind, x.issued.serial_number, x.issued.copy_number) for x in slips] == [
        ("terminal_merchant", "A1-T2026-000001", 0),
        ("terminal_customer", "A1-T2026-000002", 0),
        ("terminal_slip", "A1-T2026-000003", 0),
    ]
    own = issue(open_bench, sale).issued
    assert (own.serial_number, own.copy_number) == ("A1-U2026-000001", 0)


def test_the_paper_has_the_text_and_the_journal_only_its_hash(open_bench: Bench) -> None:
    slip = issue_one(open_bench, sell(open_bench))
    paper = slip.job.data.decode()
    assert "お客様控え" in paper
    assert "AMOUNT  JPY 300" in paper
    assert slip.issued.serial_number in paper
    assert "領収書ではありません" in paper
    entries = open_bench.journal.entries_after(0, count_max=1000, bytes_max=10**9)
    assert not any(b"AMOUNT" in entry.canonical or b"CUSTOMER COPY" in entry.canonical for entry in entries)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (api.Printed(api.Paper.OK), "printed"),
        (api.PrintUnknown(api.PrintFault.SILENT), "unknown"),
        (api.PrintFailed(api.PrintFault.PAPER_END), "failed"),
    ],
)
def test_what_became_of_it_is_recorded(open_bench: Bench, outcome: api.PrintOutcome, state: str) -> None:
    sale_id = sell(open_bench)
    slip = issue_one(open_bench, sale_id)
    print_document(open_bench.counter, slip, OnePrinter(outcome), LiveDeviceContext())
    sale = open_bench.journal.books().sale(sale_id)
    assert sale is not None
    assert [(x.kind, x.state) for x in sale.documents] == [("terminal_customer", state)]
    told = [x for x in open_bench.told if isinstance(x, DocumentChanged)]
    assert (told[-1].document_kind, told[-1].printing) == ("terminal_customer", state)


def test_a_slip_of_an_unknown_sale_uses_no_number(open_bench: Bench) -> None:
    with pytest.raises(RefusalError, match="sale_unknown"):
        issue_one(open_bench, SaleId("nobody"))
    assert open_bench.journal.books().last_serial("T2026") == 0
