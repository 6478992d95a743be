"""What the driver says of sales, voids and days, against the emulated terminal in virtual time."""

from dataclasses import replace

import pytest

from drivers.payment.api import (
    Approved,
    Baseline,
    BrandTotal,
    DailyLog,
    DailyLogKind,
    Declined,
    DeclineReason,
    LogUnavailable,
    Media,
    NotCharged,
    NotSent,
    NotSentReason,
    OutcomeUnknown,
    Phase,
    UnknownReason,
)
from drivers.payment.stxlrc.frame import Message, encode_frame
from tests.unit.drivers.payment.stxlrc.virtual_counter import VirtualCounter, void, void_of


def test_a_sale_is_approved_with_what_the_slip_shows() -> None:
    counter = VirtualCounter()
    outcome = counter.sell(1500)
    assert outcome == Approved(
        amount_yen=1500,
        media=Media.CREDIT,
        brand="Visa",
        approval_code="007919",
        slip_number="000001",
        card_last4="1034",
        terminal_id="TCM00001",
        transaction_number="000001",
        transacted_at="1123101530",
    )
    assert counter.committed == [outcome]
    assert counter.taken_yen == 1500
    assert counter.phases == [
        Phase.CONNECTING,
        Phase.WAIT_CARD,
        Phase.WAIT_PIN,
        Phase.PROCESSING,
        Phase.FINISHING,
    ]


def test_the_approval_is_durable_before_it_is_acknowledged() -> None:
    counter = VirtualCounter()
    counter.sold(500)
    request = counter.request()
    counter.is_durable = False
    counter.sent.clear()
    assert counter.driver.authorize_sales(request, counter) == OutcomeUnknown(UnknownReason.NOT_DURABLE)
    reports = 4
    assert counter.sent.count(b"\x06") == reports
    counter.is_durable = True
    found = counter.inquire(request)
    assert isinstance(found, Approved)
    assert found.transaction_number == "000002"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("decline", Declined(DeclineReason.CARD_REFUSED, "01")),
        ("decline:07", Declined(DeclineReason.CANCELED, "07")),
        ("decline:22", Declined(DeclineReason.TIMED_OUT, "22")),
        ("decline:02", Declined(DeclineReason.NETWORK, "02")),
        ("decline:74", Declined(DeclineReason.END_OF_DAY_NEEDED, "74")),
        ("decline:26", Declined(DeclineReason.TERMINAL_SERVICE_NEEDED, "26")),
    ],
)
def test_a_decline_takes_nothing_and_says_why(answer: str, expected: Declined) -> None:
    counter = VirtualCounter(answer)
    assert counter.sell() == expected
    assert counter.committed == [expected]
    assert counter.taken_yen == 0
    assert isinstance(counter.sell(), Approved)


def test_a_code_that_no_table_knows_is_no_decline() -> None:
    counter = VirtualCounter("decline:55")
    assert counter.sell() == OutcomeUnknown(UnknownReason.PROTOCOL)


@pytest.mark.parametrize("answer", ["silent", "stall", "refuse", "stale"])
def test_what_was_not_charged_is_unknown_until_the_inquiry_shows_it(answer: str) -> None:
    counter = VirtualCounter(f"approve,{answer}")
    counter.sold(500)
    request = counter.request()
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    assert counter.inquire(request) == NotCharged("last operation 000001 ticket 000001 = baseline")
    assert counter.taken_yen == 500
    assert counter.charges_sent == 2


@pytest.mark.parametrize("answer", ["lost-reply", "cut", "wrong-echo", "corrupt-all"])
def test_a_charge_whose_reply_is_useless_is_found_by_the_inquiry(answer: str) -> None:
    counter = VirtualCounter(f"approve,{answer}")
    counter.sold(500)
    request = counter.request()
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    found = counter.inquire(request)
    assert isinstance(found, Approved)
    assert (found.amount_yen, found.slip_number, found.transaction_number) == (600, "000002", "000002")
    assert counter.taken_yen == 1100
    assert counter.charges_sent == 2


def test_a_terminal_that_charges_another_amount_goes_to_a_person() -> None:
    counter = VirtualCounter("wrong-amount")
    request = counter.request()
    assert counter.driver.authorize_sales(request, counter) == OutcomeUnknown(UnknownReason.MISMATCH)
    assert counter.committed == []
    assert counter.inquire(request) == OutcomeUnknown(UnknownReason.MISMATCH)


@pytest.mark.parametrize("answer", ["previous", "corrupt", "duplicate", "slow:300"])
def test_a_sale_gets_through_what_can_be_got_through(answer: str) -> None:
    counter = VirtualCounter(f"approve,{answer}")
    counter.sold(500)
    assert counter.sold().slip_number == "000002"
    assert counter.sold(700).slip_number == "000003"
    assert counter.taken_yen == 1800
    assert counter.charges_sent == 3


def test_a_reply_damaged_once_is_asked_for_again_and_the_sale_is_not() -> None:
    counter = VirtualCounter("corrupt")
    counter.sold()
    assert counter.sent.count(b"\x15") == 2  # one for the baseline heard twice
    assert counter.charges_sent == 1


def test_the_first_sale_of_an_empty_terminal_can_be_in_doubt() -> None:
    counter = VirtualCounter("lost-reply")
    request = counter.request()
    assert request.baseline == Baseline("TCM00001", "000000", "")
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    assert isinstance(counter.inquire(request), Approved)
    other = VirtualCounter("silent")
    request = other.request()
    assert isinstance(other.driver.authorize_sales(request, other), OutcomeUnknown)
    assert other.inquire(request) == NotCharged("no sale in the terminal, as before")


def test_a_terminal_closed_in_between_cannot_tell() -> None:
    counter = VirtualCounter("approve,lost-reply")
    counter.sold(500)
    request = counter.request()
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    assert isinstance(counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, counter), DailyLog)
    assert counter.inquire(request) == OutcomeUnknown(UnknownReason.UNANSWERED)


def test_numbers_wrap() -> None:
    counter = VirtualCounter("approve,lost-reply", operation_before=999_998)
    assert counter.sold(500).slip_number == "999999"
    request = counter.request()
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    found = counter.inquire(request)
    assert isinstance(found, Approved)
    assert found.slip_number == "000001"


def test_without_a_baseline_a_person_decides() -> None:
    counter = VirtualCounter("lost-reply")
    request = replace(counter.request(), baseline=None)
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    assert counter.inquire(request) == OutcomeUnknown(UnknownReason.UNANSWERED)


def test_the_terminal_is_asked_for_its_last_sale_only_when_nothing_is_known() -> None:
    counter = VirtualCounter()
    counter.sold()
    counter.sold()
    assert sum(frame.startswith(b"\x020250|") for frame in counter.sent) == 1


def test_a_dead_terminal_was_not_charged() -> None:
    counter = VirtualCounter()
    request = counter.request()
    counter.plugged = False
    counter.pull_out()
    assert counter.driver.authorize_sales(request, counter) == NotSent(NotSentReason.PORT_MISSING)
    counter.plugged = True
    counter.fault = lambda *_: b""
    assert counter.driver.authorize_sales(request, counter) == NotSent(NotSentReason.NO_ANSWER)
    assert not counter.driver.check_health(counter).ready
    counter.fault = None
    assert counter.driver.check_health(counter).ready
    assert counter.charges_sent == 0


def test_cancel_before_the_charge_sends_nothing_and_after_it_changes_nothing() -> None:
    counter = VirtualCounter()
    request = counter.request()
    counter.cancel_at_s = counter.time_s
    assert counter.driver.authorize_sales(request, counter) == NotSent(NotSentReason.CANCELED)
    assert counter.charges_sent == 0
    request = counter.request()
    counter.cancel_at_s = counter.time_s + 0.7
    assert isinstance(counter.driver.authorize_sales(request, counter), Approved)


def test_what_the_dialect_cannot_do_is_not_sent() -> None:
    counter = VirtualCounter()
    request = counter.request()
    for refused in (replace(request, media=Media.EMONEY), replace(request, amount_yen=1_000_000_000)):
        assert counter.driver.authorize_sales(refused, counter) == NotSent(NotSentReason.NOT_SUPPORTED)
    assert counter.driver.authorize_refund(request, counter) == NotSent(NotSentReason.NOT_SUPPORTED)
    assert counter.driver.authorize_void(request, counter) == NotSent(NotSentReason.NOT_SUPPORTED)
    assert counter.charges_sent == 0


def test_a_void_takes_the_sale_back_once() -> None:
    counter = VirtualCounter()
    first, second = counter.sold(500), counter.sold(600)
    voided = void(counter, first)
    assert isinstance(voided, Approved)
    assert (voided.amount_yen, voided.slip_number, voided.brand) == (500, "000001", "Visa")
    assert counter.committed[-1] == voided
    assert counter.taken_yen == 600
    assert void(counter, first) == Declined(DeclineReason.REVERSAL_NOT_POSSIBLE, "05")
    assert isinstance(void(counter, second), Approved)
    assert counter.taken_yen == 0


@pytest.mark.parametrize("wrong", ["amount", "approval", "ticket"])
def test_a_void_of_another_sale_with_the_same_number_is_not_sent(wrong: str) -> None:
    counter = VirtualCounter()
    sale = counter.sold(500)
    other = {
        "amount": replace(sale, amount_yen=501),
        "approval": replace(sale, approval_code="999999"),
        "ticket": replace(sale, transaction_number="999999"),
    }[wrong]
    assert void(counter, other) == Declined(DeclineReason.REVERSAL_NOT_POSSIBLE, "05")
    assert counter.taken_yen == 500
    assert not any(frame.startswith(b"\x021200") for frame in counter.sent)


@pytest.mark.parametrize("answer", ["cut", "lost-reply", "stall", "silent", "refuse"])
def test_a_void_in_doubt_goes_to_a_person(answer: str) -> None:
    counter = VirtualCounter(f"approve,{answer}")
    sale = counter.sold(500)
    request = void_of(sale)
    assert isinstance(counter.driver.authorize_void(request, counter), OutcomeUnknown)
    assert counter.inquire(request) == OutcomeUnknown(UnknownReason.UNANSWERED)
    assert sum(frame.startswith(b"\x021200") for frame in counter.sent) == 1


def test_a_refused_void_leaves_the_sale() -> None:
    counter = VirtualCounter("approve,decline:21")
    sale = counter.sold(500)
    assert void(counter, sale) == Declined(DeclineReason.REVERSAL_NOT_POSSIBLE, "21")
    assert counter.taken_yen == 500


def test_the_daily_log_lists_sales_and_totals_per_brand() -> None:
    counter = VirtualCounter()
    sales = [counter.sold(amount_yen) for amount_yen in (500, 600, 700, 800)]
    void(counter, sales[2])
    log = counter.driver.access_daily_log(DailyLogKind.REPORTING, counter)
    kept = (sales[0], sales[1], sales[3])
    assert log == DailyLog((BrandTotal("Mastercard", 1, 600), BrandTotal("Visa", 2, 1300)), settled=False, entries=kept)
    settled = counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, counter)
    assert settled == DailyLog(log.totals, settled=True, entries=kept)
    assert counter.driver.access_daily_log(DailyLogKind.REPORTING, counter) == DailyLog((), settled=False)
    assert counter.sold(900).slip_number == "000005"
    assert counter.taken_yen == 2800


def test_a_list_and_totals_that_disagree_are_no_log() -> None:
    counter = VirtualCounter()
    counter.sold(500)
    counter.rewrite = lambda sent: encode_frame(Message(("0710", "00", "1", "501"))) if b"0710" in sent else sent
    log = counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, counter)
    assert log == LogUnavailable(UnknownReason.MISMATCH)
    assert not any(frame.startswith(b"\x020500") for frame in counter.sent)


def test_a_close_that_is_not_answered_may_have_closed() -> None:
    counter = VirtualCounter()
    counter.sold(500)
    counter.rewrite = lambda sent: b"\x00" if b"0510" in sent else sent
    log = counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, counter)
    assert log == LogUnavailable(UnknownReason.SILENCE, settled_unknown=True)
    assert sum(frame.startswith(b"\x020500") for frame in counter.sent) == 1


def test_a_terminal_that_does_not_answer_has_no_log() -> None:
    counter = VirtualCounter()
    counter.plugged = False
    log = counter.driver.access_daily_log(DailyLogKind.REPORTING, counter)
    assert log == LogUnavailable(NotSentReason.PORT_MISSING)


def test_a_last_sale_damaged_past_the_check_byte_is_not_believed() -> None:
    """Operation 2 and ticket 2 read as 1 and 1 by two flipped bits: that would look like the baseline."""
    counter = VirtualCounter("approve,lost-reply")
    counter.sold(500)
    request = counter.request()
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)
    copies: list[bytes] = []

    def flip(sent: bytes) -> bytes:
        if not sent.startswith(b"\x020260"):
            return sent
        copies.append(sent)
        damaged = sent.replace(b"|000002|", b"|000001|", 2).replace(b"|600|", b"|500|")
        return encode_frame(Message(tuple(damaged[1:-2].decode().split("|")))) if len(copies) == 1 else sent

    counter.rewrite = flip
    assert counter.inquire(request) == OutcomeUnknown(UnknownReason.UNANSWERED)
    assert len(copies) == 2
    assert isinstance(counter.inquire(request), Approved)


def test_a_refusal_after_the_reply_of_another_sale_goes_to_the_inquiry() -> None:
    counter = VirtualCounter("approve,previous")
    counter.sold(500)
    request = counter.request()
    refusal = encode_frame(Message(("0210", "01", "597", "TCM00001", "000002", "")))
    counter.rewrite = lambda sent: refusal if sent.startswith(b"\x020210") and b"|000002|" in sent else sent
    assert counter.driver.authorize_sales(request, counter) == OutcomeUnknown(UnknownReason.MISMATCH)
    assert counter.committed[1:] == []


def test_rows_said_twice_are_counted_once() -> None:
    counter = VirtualCounter()
    for amount_yen in (500, 600):
        counter.sold(amount_yen)
    twice: set[bytes] = set()

    def repeat_once(sent: bytes) -> bytes:
        if sent.startswith(b"\x020261") and sent not in twice:
            twice.add(sent)
            return sent * 2
        return sent

    counter.rewrite = repeat_once
    link_log = counter.driver.access_daily_log(DailyLogKind.REPORTING, counter)
    assert isinstance(link_log, DailyLog)
    assert [entry.amount_yen for entry in link_log.entries] == [500, 600]


@pytest.mark.parametrize("numbers_left_out", [0, 5])
def test_a_number_that_is_not_the_next_is_asked_for(numbers_left_out: int) -> None:
    counter = VirtualCounter()
    counter.sold(500)

    def jump(sent: bytes) -> bytes:
        if not sent.startswith(b"\x020210"):
            return sent
        number = b"|%06d|CR|" % (2 + numbers_left_out)
        return encode_frame(Message(tuple(sent[1:-2].replace(b"|000002|CR|", number).decode().split("|"))))

    counter.rewrite = jump
    counter.sold(600)
    counter.rewrite = None
    assert counter.driver.read_baseline(counter) == Baseline("TCM00001", "000002", "000002")


def test_after_a_doubt_the_terminal_is_asked_for_its_last_sale() -> None:
    counter = VirtualCounter("approve,lost-reply")
    counter.sold(500)
    assert isinstance(counter.sell(600), OutcomeUnknown)
    assert counter.driver.read_baseline(counter) == Baseline("TCM00001", "000002", "000002")
