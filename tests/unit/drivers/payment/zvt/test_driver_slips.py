"""Receipts of a terminal without a printer: where they go, and that they change nothing about the money."""

from dataclasses import replace
from functools import partial

import pytest

from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    DailyLog,
    DailyLogKind,
    Declined,
    InquiryOutcome,
    NotCharged,
    NotSent,
    Original,
    OutcomeUnknown,
    SlipCopy,
    TerminalSlip,
    TransactionType,
)
from drivers.payment.zvt.driver import ZvtSettings, ZvtTerminal
from tests.unit.drivers.payment.zvt.virtual_counter import VirtualCounter

BOTH = [SlipCopy.MERCHANT, SlipCopy.CUSTOMER]


def counter_printing(answers: str = "", *, in_blocks: bool = False) -> VirtualCounter:
    counter = VirtualCounter(answers, slips_in_blocks=in_blocks)
    counter.driver = ZvtTerminal(counter.open_line, ZvtSettings(prints_here=True))
    return counter


def copies(slips: list[TerminalSlip]) -> list[SlipCopy]:
    return [slip.copy for slip in slips]


@pytest.mark.parametrize("in_blocks", [False, True])
def test_a_sale_a_void_and_a_refund_hand_over_both_copies(in_blocks: bool) -> None:
    counter = counter_printing(in_blocks=in_blocks)
    sold = counter.sell(600)
    assert isinstance(sold, Approved)
    original = Original(sold.slip_number, sold.approval_code, sold.transaction_number, sold.terminal_id)
    void = replace(counter.request(600), transaction_type=TransactionType.VOID, original=original)
    assert isinstance(counter.driver.authorize_void(void, counter), Approved)
    refund = replace(counter.request(600), transaction_type=TransactionType.REFUND)
    assert isinstance(counter.driver.authorize_refund(refund, counter), Approved)
    assert copies(counter.slips) == BOTH * 3
    assert [slip.lines[1].text for slip in counter.slips[::2]] == ["CARD PAYMENT", "VOID", "REFUND"]
    assert all(not slip.is_cut_short for slip in counter.slips)


def test_a_refused_card_hands_over_what_the_terminal_says_of_it() -> None:
    counter = counter_printing("decline:05")
    assert isinstance(counter.sell(), Declined)
    assert copies(counter.slips) == [SlipCopy.CUSTOMER]


def test_the_end_of_day_hands_over_a_slip_of_no_payment() -> None:
    counter = counter_printing()
    counter.sell(600)
    counter.slips.clear()
    assert isinstance(counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, counter), DailyLog)
    assert copies(counter.slips) == [SlipCopy.ADMINISTRATION]


def test_a_terminal_with_a_printer_of_its_own_is_not_asked_for_lines() -> None:
    counter = VirtualCounter()
    assert isinstance(counter.sell(), Approved)
    assert counter.slips == []


def test_a_question_about_an_earlier_payment_prints_nothing() -> None:
    counter = counter_printing()
    counter.sell(600)
    counter.slips.clear()
    counter.inquire(counter.request(600))
    counter.driver.check_health(counter)
    assert counter.slips == []


def test_a_line_cut_anywhere_among_the_receipts_leaves_the_money_as_the_book_has_it() -> None:
    whole = counter_printing()
    whole.sell(600)
    doubts = 0
    for cut_at in range(0, whole.position, 53):
        counter = counter_printing()
        request = counter.request(600)
        counter.fault = partial(_cut, counter.position + cut_at)
        outcome: AuthorizationOutcome | InquiryOutcome = counter.driver.authorize_sales(request, counter)
        counter.fault = None
        counter.let_pass(60.0)
        if isinstance(outcome, OutcomeUnknown):
            doubts += 1
            outcome = counter.inquire(request)
        assert isinstance(outcome, Approved if counter.taken_yen else NotCharged | NotSent), cut_at
        assert copies(counter.slips) in ([], BOTH[:1], BOTH)
    assert doubts > 10, "the receipts are most of the conversation"


def _cut(at: int, position: int, byte: int) -> bytes | None:
    return None if position == at else bytes([byte])
