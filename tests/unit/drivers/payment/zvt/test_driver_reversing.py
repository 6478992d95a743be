"""Void, refund and end of day against the emulated terminal, with a fault at every place of the wire."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Baseline,
    BrandTotal,
    DailyLog,
    DailyLogKind,
    Declined,
    DeclineReason,
    LogUnavailable,
    NotCharged,
    NotSent,
    NotSentReason,
    Original,
    OutcomeUnknown,
    TransactionType,
    UnknownReason,
)
from drivers.payment.zvt.frame import encode_frame
from drivers.payment.zvt.protocol import end_of_day
from tests.unit.drivers.payment.virtual_wire import Fault
from tests.unit.drivers.payment.zvt.virtual_counter import VirtualCounter

YEN = 600
SETTLED_S = 60.0
KINDS = (TransactionType.VOID, TransactionType.REFUND)


def _sold(answers: str = "", *, reverses: bool = True) -> tuple[VirtualCounter, Approved]:
    counter = VirtualCounter(f"approve,{answers}", reverses=reverses)
    sale = counter.sell(YEN)
    assert isinstance(sale, Approved)
    counter.position = 0
    return counter, sale


def _back(counter: VirtualCounter, sale: Approved, kind: TransactionType, yen: int = YEN) -> AuthorizationRequest:
    original = Original(sale.slip_number, sale.approval_code, sale.transaction_number, sale.terminal_id, sale.brand)
    return replace(counter.request(yen), transaction_type=kind, original=original)


def _give(counter: VirtualCounter, request: AuthorizationRequest) -> AuthorizationOutcome:
    if request.transaction_type is TransactionType.VOID:
        return counter.driver.authorize_void(request, counter)
    return counter.driver.authorize_refund(request, counter)


@pytest.mark.parametrize("kind", KINDS)
def test_money_goes_back_once_and_is_durable_before_it_is_confirmed(kind: TransactionType) -> None:
    counter, sale = _sold()
    outcome = _give(counter, _back(counter, sale, kind))
    assert isinstance(outcome, Approved)
    assert (outcome.amount_yen, outcome.slip_number, outcome.transaction_number) == (YEN, "0002", "000002")
    assert counter.committed[-1] == outcome
    assert counter.taken_yen == 0


def test_a_second_void_is_refused_by_name() -> None:
    counter, sale = _sold()
    assert isinstance(_give(counter, _back(counter, sale, TransactionType.VOID)), Approved)
    again = _give(counter, _back(counter, sale, TransactionType.VOID))
    assert again == Declined(DeclineReason.ALREADY_REVERSED, "B4")
    assert counter.taken_yen == 0


@pytest.mark.parametrize("change", [{"slip_number": "0077"}, {}])
def test_what_the_terminal_does_not_know_cannot_be_voided(change: dict[str, str]) -> None:
    counter, sale = _sold()
    request = _back(counter, sale, TransactionType.VOID, YEN if change else YEN - 1)
    assert request.original is not None
    request = replace(request, original=replace(request.original, **change))
    assert _give(counter, request) == Declined(DeclineReason.REVERSAL_NOT_POSSIBLE, "B5")
    assert counter.taken_yen == YEN


@pytest.mark.parametrize(
    "original",
    [None, Original(""), Original("0000"), Original("12345"), Original("0001", terminal_id="99999999")],
)
def test_a_void_that_names_no_sale_of_this_terminal_is_not_sent(original: Original | None) -> None:
    counter, sale = _sold()
    request = replace(_back(counter, sale, TransactionType.VOID), original=original)
    counter.sent.clear()
    assert _give(counter, request) == NotSent(NotSentReason.NOT_SUPPORTED)
    assert counter.sent == []


def test_another_amount_given_back_is_not_confirmed() -> None:
    counter, sale = _sold("wrong-amount")
    request = _back(counter, sale, TransactionType.REFUND)
    assert _give(counter, request) == OutcomeUnknown(UnknownReason.MISMATCH)
    counter.let_pass(SETTLED_S)
    assert counter.taken_yen == YEN


def _settle_one(kind: TransactionType, answers: str, fault: Fault, *, reverses: bool) -> str:
    counter, sale = _sold(answers, reverses=reverses)
    request = _back(counter, sale, kind)
    counter.fault = fault
    outcome = _give(counter, request)
    counter.fault = None
    assert not isinstance(outcome, NotSent), "the first byte had left"
    counter.let_pass(SETTLED_S)
    settled = counter.inquire(request) if isinstance(outcome, OutcomeUnknown) else outcome
    assert isinstance(settled, Approved | Declined | NotCharged), "an idle terminal can tell"
    assert counter.taken_yen == (0 if isinstance(settled, Approved) else YEN)
    return f"{type(outcome).__name__}>{type(settled).__name__}"


def _cut(at: int) -> Fault:
    return lambda position, byte: None if position >= at else bytes([byte])


def _drop(at: int) -> Fault:
    return lambda position, byte: b"" if position == at else bytes([byte])


def _flip(at: int) -> Fault:
    return lambda position, byte: bytes([byte ^ (1 << at % 8)]) if position == at else bytes([byte])


@pytest.mark.parametrize("reverses", [True, False], ids=["reversing", "keeping"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault_at", [_cut, _drop, _flip])
def test_one_fault_anywhere_never_parts_the_books(
    kind: TransactionType, fault_at: Callable[[int], Fault], *, reverses: bool
) -> None:
    counter, sale = _sold()
    _give(counter, _back(counter, sale, kind))
    places = range(counter.position)
    seen = Counter(_settle_one(kind, "", fault_at(at), reverses=reverses) for at in places)
    if fault_at is _cut:
        assert seen["OutcomeUnknown>Approved"] > 0
        assert seen["OutcomeUnknown>NotCharged"] > 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("answer", "taken_yen"), [("lost-reply", 0), ("cut", 0), ("silent", YEN), ("stall", YEN)])
def test_the_inquiry_tells_what_became_of_it(kind: TransactionType, answer: str, taken_yen: int) -> None:
    counter, sale = _sold(answer)
    request = _back(counter, sale, kind)
    assert isinstance(_give(counter, request), OutcomeUnknown)
    found = counter.inquire(request)
    assert isinstance(found, NotCharged if taken_yen else Approved)
    assert counter.taken_yen == taken_yen


def _first(fault: Fault | None, answers: str = "", *, reverses: bool = True) -> tuple[VirtualCounter, str]:
    counter = VirtualCounter(answers, reverses=reverses)
    request = counter.request(YEN)
    counter.position = 0
    counter.fault = fault
    outcome = counter.driver.authorize_sales(request, counter)
    counter.fault = None
    places = counter.position
    counter.let_pass(SETTLED_S)
    settled = counter.inquire(request) if isinstance(outcome, OutcomeUnknown) else outcome
    assert isinstance(settled, Approved | NotCharged)
    assert counter.taken_yen == (YEN if isinstance(settled, Approved) else 0)
    counter.position = places
    return counter, type(settled).__name__


def test_a_new_terminal_says_that_it_has_none_and_its_first_sale_can_be_settled() -> None:
    counter = VirtualCounter()
    assert counter.request().baseline == Baseline("13100001", "0000", "000000")
    for answer, settled in (("lost-reply", "Approved"), ("cut", "Approved"), ("silent", "NotCharged")):
        assert _first(None, answer)[1] == settled


@pytest.mark.parametrize("reverses", [True, False], ids=["reversing", "keeping"])
def test_a_cut_anywhere_in_the_very_first_sale_is_settled(*, reverses: bool) -> None:
    counter, _ = _first(None)
    places = range(counter.position)
    seen = {_first(_cut(at), reverses=reverses)[1] for at in places}
    assert seen == {"Approved", "NotCharged"}


def test_an_end_of_day_tells_the_totals_per_brand_and_starts_anew() -> None:
    counter, sale = _sold()
    counter.sell(450)
    counter.sell(1200)
    counter.sell(700)
    _give(counter, _back(counter, sale, TransactionType.VOID))
    log = counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, counter)
    brands = (BrandTotal("JCB", 1, 1200), BrandTotal("Mastercard", 1, 450), BrandTotal("Visa", 1, 700))
    assert log == DailyLog(brands, settled=True)
    assert counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, counter) == DailyLog((), settled=True)
    assert _give(counter, _back(counter, sale, TransactionType.VOID)) == Declined(
        DeclineReason.REVERSAL_NOT_POSSIBLE, "B5"
    )


def test_a_report_without_settling_is_not_in_the_protocol() -> None:
    counter, _ = _sold()
    counter.sent.clear()
    log = counter.driver.access_daily_log(DailyLogKind.REPORTING, counter)
    assert log == LogUnavailable(NotSentReason.NOT_SUPPORTED)
    assert counter.sent == []


@pytest.mark.parametrize(
    ("answer", "log"),
    [
        ("lost-reply", LogUnavailable(UnknownReason.SILENCE, settled_unknown=True)),
        ("cut", LogUnavailable(UnknownReason.LINE_LOST, settled_unknown=True)),
        ("silent", LogUnavailable(UnknownReason.SILENCE, settled_unknown=True)),
        ("decline:77", LogUnavailable(UnknownReason.UNANSWERED)),
        ("busy:99", LogUnavailable(NotSentReason.TERMINAL_BUSY)),
    ],
)
def test_an_end_of_day_without_an_answer_says_whether_it_may_have_happened(answer: str, log: LogUnavailable) -> None:
    counter, _ = _sold(answer)
    assert counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, counter) == log
    counter.plugged = False
    counter.pull_out()
    assert counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, counter) == LogUnavailable(
        NotSentReason.PORT_MISSING
    )


def test_an_end_of_day_without_an_ack_is_not_sent_again() -> None:
    counter, _ = _sold()
    counter.position = 0
    counter.fault = lambda *_: b""
    log = counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, counter)
    assert log == LogUnavailable(UnknownReason.SILENCE, settled_unknown=True)
    assert counter.position == len(encode_frame(end_of_day("000000")))
