"""Void, refund, end of day, mirrored receipts and reboots of the emulated terminal, spoken to by the real driver."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from drivers.emulators.terminal.answers import read_script
from drivers.emulators.terminal.book import Book
from drivers.emulators.terminal.core import TerminalCore
from drivers.emulators.terminal.ledger import EntryKind, LedgerEntry, MemoryLedger, net_approved_yen
from drivers.emulators.terminal.pace import Pace
from drivers.payment.api import Approved, NotCharged, Original, OutcomeUnknown
from drivers.payment.zvt.driver import ZvtSettings, ZvtTerminal
from tests.unit.drivers.payment.zvt.virtual_counter import VirtualCounter


class MirroringCounter(VirtualCounter):
    """A terminal that settles an unconfirmed sale at the next charge; ``names`` whether the driver mirrors."""

    def __init__(self, answers: str = "", *, names: bool = True, last_slip: int = 0) -> None:
        ledger = MemoryLedger()
        book = Book(ledger, lambda: datetime(2026, 11, 23, 10, 15, tzinfo=UTC), "13100001", last_slip=last_slip)
        super().__init__(core=TerminalCore(book, read_script(answers), Pace(), mirrors=True))
        self.ledger = ledger
        self.driver = ZvtTerminal(self.open_line, ZvtSettings(mirrors_receipt=names))


def _kinds(counter: VirtualCounter) -> list[str]:
    return [entry.kind.value for entry in counter.ledger.entries()]


def test_an_unconfirmed_sale_found_by_the_inquiry_stands_for_the_next_charge_mirrors_it() -> None:
    counter = MirroringCounter("approve,lost-reply")
    counter.sell(500)
    request = counter.request(600)
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    assert isinstance(counter.inquire(request), Approved)
    assert isinstance(counter.sell(700), Approved)
    assert counter.taken_yen == 1800
    assert b"\x1f\x1f\x02\x00\x02" in counter.wire


def test_without_the_mirrored_number_the_terminal_takes_the_unconfirmed_sale_back() -> None:
    counter = MirroringCounter("approve,lost-reply", names=False)
    counter.sell(500)
    counter.sell(600)
    counter.let_pass(60.0)
    assert counter.taken_yen == 1100
    counter.sell(700)
    assert _kinds(counter) == ["sale", "sale", "reversal", "sale"]
    assert counter.taken_yen == 1200


def test_a_confirmed_sale_is_never_taken_back() -> None:
    counter = MirroringCounter("", names=False)
    for yen in (500, 600, 700):
        assert isinstance(counter.sell(yen), Approved)
    assert _kinds(counter) == ["sale", "sale", "sale"]


def test_what_is_not_durable_stays_open_until_the_next_charge() -> None:
    counter = MirroringCounter("")
    counter.sell(500)
    request = counter.request(600)
    counter.is_durable = False
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    counter.let_pass(60.0)
    assert _kinds(counter) == ["sale", "sale"], "no reversal by itself"


def test_receipt_numbers_wrap_and_a_sale_across_the_wrap_is_settled_and_voided() -> None:
    counter = MirroringCounter("approve,lost-reply", last_slip=9998)
    first = counter.sell(500)
    assert isinstance(first, Approved)
    assert first.slip_number == "9999"
    request = counter.request(600)
    counter.driver.authorize_sales(request, counter)
    found = counter.inquire(request)
    assert isinstance(found, Approved)
    assert found.slip_number == "0001"
    void = replace(counter.request(600), original=Original("0001", transaction_number=found.transaction_number))
    assert isinstance(counter.driver.authorize_void(void, counter), Approved)
    assert counter.taken_yen == 500


def test_a_reboot_with_the_card_in_charges_nothing() -> None:
    counter = VirtualCounter("approve,reboot")
    counter.sell(500)
    request = counter.request(600)
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    assert isinstance(counter.inquire(request), NotCharged)
    assert isinstance(counter.sell(700), Approved)
    assert counter.taken_yen == 1200


def test_a_receipt_number_used_twice_after_a_reboot_is_no_key() -> None:
    counter = VirtualCounter("approve,reboot-charged")
    counter.sell(500)
    request = counter.request(600)
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    assert isinstance(counter.inquire(request), Approved)
    third = counter.sell(600)
    assert isinstance(third, Approved)
    assert [entry.slip_number for entry in counter.ledger.entries()] == ["0001", "0002", "0002"]
    assert third.transaction_number == "000003"
    void = replace(counter.request(600), original=Original("0002", transaction_number="000002"))
    outcome = counter.driver.authorize_void(void, counter)
    assert isinstance(outcome, OutcomeUnknown), "the terminal voided another sale than was asked for, and says so"


def test_an_unconfirmed_refund_is_taken_back_and_counts_for_nothing() -> None:
    counter = VirtualCounter()
    sale = counter.sell(600)
    assert isinstance(sale, Approved)
    request = counter.request(600)
    counter.is_durable = False
    assert isinstance(counter.driver.authorize_refund(request, counter), OutcomeUnknown)
    counter.let_pass(60.0)
    assert _kinds(counter) == ["sale", "refund", "reversal"]
    assert counter.taken_yen == 600


@pytest.mark.parametrize(
    ("kinds", "yen"),
    [
        ([(EntryKind.SALE, "")], 300),
        ([(EntryKind.SALE, ""), (EntryKind.VOID, "t-0")], 0),
        ([(EntryKind.REFUND, "")], -300),
        ([(EntryKind.REFUND, ""), (EntryKind.REVERSAL, "t-0")], 0),
        ([(EntryKind.SALE, ""), (EntryKind.REVERSAL, "t-0"), (EntryKind.SETTLED, "")], 0),
    ],
)
def test_the_sum_knows_what_was_taken_back(kinds: list[tuple[EntryKind, str]], yen: int) -> None:
    entries = [
        LedgerEntry(f"t-{at}", kind, 300, "Visa", "0001", "000001", "13100001", "", "", "00", "", reverses)
        for at, (kind, reverses) in enumerate(kinds)
    ]
    assert net_approved_yen(entries) == yen
