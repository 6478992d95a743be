from dataclasses import replace

import pytest

from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Baseline,
    Declined,
    DeclineReason,
    Media,
    NotCharged,
    NotSent,
    NotSentReason,
    OutcomeUnknown,
    Phase,
    UnknownReason,
)
from drivers.payment.zvt.driver import ZvtSettings
from drivers.payment.zvt.frame import encode_frame
from drivers.payment.zvt.link import Timers
from drivers.payment.zvt.protocol import abort_request, authorization, registration
from tests.unit.drivers.payment.zvt.virtual_counter import VirtualCounter

UNKNOWN = OutcomeUnknown


def test_an_approved_sale_tells_what_the_receipt_needs() -> None:
    counter = VirtualCounter()
    outcome = counter.sell(1500)
    assert isinstance(outcome, Approved)
    assert (outcome.amount_yen, outcome.brand, outcome.card_last4) == (1500, "Visa", "1034")
    assert (outcome.slip_number, outcome.transaction_number, outcome.terminal_id) == ("0001", "000001", "13100001")
    assert outcome.approval_code == "007919"
    assert outcome.transacted_at == "1123101530"
    assert counter.committed == [outcome]
    assert counter.taken_yen == 1500


def test_the_clerk_sees_every_state_once() -> None:
    counter = VirtualCounter()
    counter.sell()
    assert counter.phases == [
        Phase.CONNECTING,
        Phase.WAIT_CARD,
        Phase.PROCESSING,
        Phase.FINISHING,
        Phase.REMOVE_CARD,
    ]


def test_the_second_sale_starts_with_the_charge_itself() -> None:
    counter = VirtualCounter()
    counter.sell()
    request = counter.request(700)
    counter.sent.clear()
    counter.driver.authorize_sales(request, counter)
    assert counter.wire.startswith(encode_frame(authorization(700)))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("05", DeclineReason.CARD_REFUSED),
        ("6C", DeclineReason.TIMED_OUT),
        ("A1", DeclineReason.NETWORK),
        ("C6", DeclineReason.CURRENCY_REFUSED),
        ("F0", DeclineReason.END_OF_DAY_NEEDED),
        ("FF", DeclineReason.TERMINAL_ERROR),
    ],
)
def test_a_decline_names_its_reason(code: str, reason: DeclineReason) -> None:
    counter = VirtualCounter(f"decline:{code}")
    assert counter.sell() == Declined(reason, code)
    assert counter.taken_yen == 0


def test_a_decline_with_a_result_is_durable_before_it_is_confirmed() -> None:
    counter = VirtualCounter("decline")
    assert counter.committed == []
    assert counter.sell() == counter.committed[0]


def test_a_busy_terminal_is_asked_again_after_two_seconds() -> None:
    counter = VirtualCounter("busy:2")
    request = counter.request()
    began_s = counter.time_s
    assert isinstance(counter.driver.authorize_sales(request, counter), Approved)
    assert Phase.BUSY in counter.phases
    assert counter.time_s - began_s > 4.0
    assert counter.taken_yen == 600


def test_a_terminal_that_stays_busy_was_not_charged() -> None:
    counter = VirtualCounter("busy:99")
    assert counter.sell() == NotSent(NotSentReason.TERMINAL_BUSY)
    assert counter.taken_yen == 0


def test_a_cancel_while_the_terminal_is_busy_is_certain() -> None:
    counter = VirtualCounter("busy:99")
    counter.driver.check_health(counter)
    counter.cancel_at_s = counter.time_s + 3.0
    assert counter.sell() == NotSent(NotSentReason.CANCELED)


@pytest.mark.parametrize(("answer", "waited_s"), [("silent", 5.0), ("stall", 180.0), ("lost-reply", 180.0)])
def test_a_silent_terminal_leaves_the_outcome_unknown_after_its_timer(answer: str, waited_s: float) -> None:
    counter = VirtualCounter(answer)
    request = counter.request()
    began_s = counter.time_s
    assert counter.driver.authorize_sales(request, counter) == UNKNOWN(UnknownReason.SILENCE)
    assert waited_s <= counter.time_s - began_s < waited_s + 3.0


def test_a_slow_terminal_is_waited_for_as_long_as_it_speaks() -> None:
    counter = VirtualCounter("slow:300")
    assert isinstance(counter.sell(), Approved)


def test_a_terminal_that_never_ends_is_left_to_the_inquiry() -> None:
    counter = VirtualCounter("slow:600")
    assert counter.sell() == UNKNOWN(UnknownReason.SILENCE)
    assert counter.time_s < 440


def test_cancel_before_the_card_is_a_decline() -> None:
    counter = VirtualCounter()
    counter.driver.check_health(counter)
    counter.cancel_at_s = counter.time_s + 0.5
    assert counter.sell() == Declined(DeclineReason.CANCELED, "6C")
    assert Phase.CANCELING in counter.phases
    assert counter.wire.count(encode_frame(abort_request())) == 1
    assert counter.taken_yen == 0


def test_cancel_is_a_request_and_the_approval_wins() -> None:
    counter = VirtualCounter("too-late")
    counter.driver.check_health(counter)
    counter.cancel_at_s = counter.time_s + 0.5
    assert isinstance(counter.sell(), Approved)
    assert counter.taken_yen == 600


@pytest.mark.parametrize("at_s", [0.001 * step for step in range(0, 2400, 7)])
def test_cancel_at_any_moment_tells_the_truth(at_s: float) -> None:
    counter = VirtualCounter()
    counter.driver.check_health(counter)
    counter.cancel_at_s = counter.time_s + at_s
    outcome = counter.sell()
    assert isinstance(outcome, Approved | Declined | NotSent)
    assert counter.taken_yen == (600 if isinstance(outcome, Approved) else 0)
    counter.cancel_at_s = None
    assert isinstance(counter.sell(700), Approved)  # nothing is left over for the next citizen


def test_what_cannot_be_made_durable_is_not_confirmed() -> None:
    counter = VirtualCounter()
    counter.is_durable = False
    assert counter.sell() == UNKNOWN(UnknownReason.NOT_DURABLE)
    counter.let_pass(30.0)
    assert counter.taken_yen == 0  # the terminal took it back by itself


def test_another_amount_is_not_confirmed() -> None:
    counter = VirtualCounter("wrong-amount")
    assert counter.sell() == UNKNOWN(UnknownReason.MISMATCH)
    assert counter.committed == []
    counter.let_pass(30.0)
    assert counter.taken_yen == 0


def test_the_previous_transaction_is_not_taken_for_this_one() -> None:
    counter = VirtualCounter("approve,previous")
    first = counter.sell(600)
    second = counter.sell(600)
    assert isinstance(first, Approved)
    assert isinstance(second, Approved)
    assert first.transaction_number != second.transaction_number
    assert counter.taken_yen == 1200


def test_an_approval_without_a_completion_is_unknown_and_found_later() -> None:
    counter = VirtualCounter("approve,no-completion")
    counter.sell(500)
    request = counter.request(600)
    assert counter.driver.authorize_sales(request, counter) == UNKNOWN(UnknownReason.SILENCE)
    found = counter.inquire(request)
    assert isinstance(found, Approved)
    assert found == counter.committed[-1]


@pytest.mark.parametrize("answer", ["lost-reply", "cut"])
def test_a_lost_approval_is_found_by_the_inquiry(answer: str) -> None:
    counter = VirtualCounter(f"approve,{answer}")
    counter.sell(500)
    request = counter.request(600)
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    found = counter.inquire(request)
    assert isinstance(found, Approved)
    assert (found.amount_yen, found.slip_number) == (600, "0002")
    assert counter.read_known_baseline() == Baseline("13100001", "0002", "000002")


def test_a_charge_that_never_happened_is_shown_by_the_unchanged_baseline() -> None:
    counter = VirtualCounter("approve,silent")
    counter.sell(500)
    request = counter.request(500)
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    answered = counter.inquire(request)
    assert isinstance(answered, NotCharged)
    assert "0001" in answered.evidence


def test_without_a_baseline_nothing_is_concluded() -> None:
    counter = VirtualCounter("lost-reply")
    request = replace(counter.request(500), baseline=None)
    counter.driver.authorize_sales(request, counter)
    assert counter.inquire(request) == UNKNOWN(UnknownReason.UNANSWERED)


def test_the_last_sale_is_the_next_baseline_without_asking() -> None:
    counter = VirtualCounter("approve,approve,decline:6C")
    counter.sell(500)
    counter.sell(500)
    assert counter.read_known_baseline() == Baseline("13100001", "0002", "000002")
    counter.plugged = True
    counter.sell(500)
    assert counter.request().baseline == Baseline("13100001", "0002", "000002")  # asked for: a decline told no numbers


def test_an_inquiry_waits_for_the_terminal_to_finish() -> None:
    counter = VirtualCounter("approve,slow:3")
    counter.sell(500)
    request = counter.request(600)
    start = counter.position
    counter.fault = lambda position, byte: bytes([byte]) if position < start + 60 else None
    assert counter.driver.authorize_sales(request, counter) == UNKNOWN(UnknownReason.LINE_LOST)
    counter.fault = None
    assert isinstance(counter.inquire(request), NotCharged)  # unconfirmed, so the terminal reversed it
    assert counter.taken_yen == 500


def test_an_unplugged_terminal_was_not_charged() -> None:
    counter = VirtualCounter()
    counter.plugged = False
    assert counter.sell() == NotSent(NotSentReason.PORT_MISSING)
    assert not counter.driver.check_health(counter).ready
    assert counter.inquire(counter.request()) == UNKNOWN(UnknownReason.UNANSWERED)


def test_a_line_lost_while_idle_is_opened_again() -> None:
    counter = VirtualCounter()
    counter.sell(500)
    counter.pull_out()
    assert isinstance(counter.sell(600), Approved)


def test_a_medium_the_terminal_does_not_take_is_not_sent() -> None:
    counter = VirtualCounter()
    request = AuthorizationRequest("op", 1, 100, Media.CODE)
    assert counter.driver.authorize_sales(request, counter) == NotSent(NotSentReason.NOT_SUPPORTED)


def test_health_tells_ready_and_busy() -> None:
    counter = VirtualCounter()
    health = counter.driver.check_health(counter)
    assert (health.ready, health.terminal_id) == (True, "13100001")


def test_a_malformed_password_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="6 digits"):
        ZvtSettings(password="12345")


def test_timers_are_those_of_the_standard() -> None:
    timers = Timers()
    assert (timers.t1_s, timers.t2_s, timers.t3_s, timers.t4_s) == (0.2, 5.0, 5.0, 180.0)


def test_a_line_left_alone_over_night_is_opened_anew_before_the_charge() -> None:
    counter = VirtualCounter()
    counter.sell(500)
    request = counter.request(600)
    counter.let_pass(61.0)
    counter.sent.clear()
    assert isinstance(counter.driver.authorize_sales(request, counter), Approved)
    assert counter.wire.startswith(encode_frame(registration("000000")))
