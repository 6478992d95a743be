"""Answers later than T2: a command goes out twice, is answered twice, and neither may pass for the charge's answer."""

import pytest

from drivers.payment.api import Approved, AuthorizationOutcome, InquiryOutcome, OutcomeUnknown
from drivers.payment.zvt.driver import ZvtTerminal
from tests.unit.drivers.payment.zvt.virtual_counter import VirtualCounter

YEN = 300
"""Two citizens after each other pay for the same certificate."""
MESSAGES = 24
"""More than a registration, a status enquiry and a repeated receipt bring, ACKs included."""


@pytest.mark.parametrize("late_s", [5.5, 7.0, 9.9])
@pytest.mark.parametrize("reverses", [True, False], ids=["reversing", "keeping"])
def test_a_sale_is_paid_only_when_the_terminal_has_booked_it(late_s: float, *, reverses: bool) -> None:
    outcomes = set()
    for late in range(MESSAGES):
        counter = VirtualCounter(reverses=reverses)
        assert isinstance(counter.sell(YEN), Approved)
        counter.driver.close()
        counter.driver = ZvtTerminal(counter.open_line)  # started anew: it has to ask for the last transaction
        counter.said = 0
        counter.delay = lambda number, late=late: late_s if number == late else 0.0
        request = counter.request(YEN)
        outcome: AuthorizationOutcome | InquiryOutcome = counter.driver.authorize_sales(request, counter)
        counter.delay = None
        counter.let_pass(60.0)
        if isinstance(outcome, OutcomeUnknown):
            outcome = counter.inquire(request)
        if not isinstance(outcome, OutcomeUnknown):
            assert counter.taken_yen == YEN * (2 if isinstance(outcome, Approved) else 1), f"message {late}"
        outcomes.add(type(outcome))
    assert Approved in outcomes
