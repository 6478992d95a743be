"""Damage on the wire, everywhere: what the driver says must agree with the terminal's book, to the yen."""

from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.stxlrc.ledger import EntryKind
from drivers.emulators.stxlrc.talk import Pace
from drivers.errors import ProtocolError
from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Baseline,
    DailyLog,
    DailyLogKind,
    Declined,
    Media,
    NotCharged,
    NotSent,
    OutcomeUnknown,
)
from drivers.payment.stxlrc.frame import FrameReader, Message
from drivers.payment.stxlrc.inquiry import Verdict, judge_sale
from drivers.payment.stxlrc.protocol import read_sale
from tests.unit.drivers.payment.stxlrc.virtual_counter import VirtualCounter, void
from tests.unit.drivers.payment.virtual_wire import Fault

FIRST_YEN, YEN = 500, 600
SETTLED_S = 60.0
FLIPS = (0x01, 0x13, 0x80)
"""One bit, ACK into NAK, and a byte no field may hold."""


def _prepared(answers: str) -> VirtualCounter:
    counter = VirtualCounter(f"approve,{answers}", pace=Pace(step_s=0.0))
    counter.sold(FIRST_YEN)
    return counter


def _check_one(answers: str, fault: Fault) -> str:
    counter = _prepared(answers)
    request = counter.request(YEN)
    counter.position = 0
    counter.fault = fault
    outcome = counter.driver.authorize_sales(request, counter)
    counter.fault = None
    assert counter.charges_sent <= 2, "the charge went out more than once"
    if isinstance(outcome, NotSent):
        assert counter.charges_sent == 1
    if isinstance(outcome, OutcomeUnknown):
        counter.let_pass(SETTLED_S)
        answered = counter.inquire(request)
        assert isinstance(answered, Approved | NotCharged), "an idle terminal with a known baseline can tell"
        assert counter.taken_yen - FIRST_YEN == (YEN if isinstance(answered, Approved) else 0)
        return type(answered).__name__
    counter.let_pass(SETTLED_S)
    assert counter.taken_yen - FIRST_YEN == (YEN if isinstance(outcome, Approved) else 0)
    return type(outcome).__name__


def _wire_bytes(answers: str) -> int:
    counter = _prepared(answers)
    request = counter.request(YEN)
    counter.position = 0
    counter.driver.authorize_sales(request, counter)
    return counter.position


def _check_at_once(answers: str, fault: Fault) -> None:
    """The inquiry comes while the terminal may still be selling: what it says must hold afterwards."""
    counter = VirtualCounter(f"approve,{answers}")
    counter.sold(FIRST_YEN)
    request = counter.request(YEN)
    counter.position = 0
    counter.fault = fault
    outcome = counter.driver.authorize_sales(request, counter)
    counter.fault = None
    answered = counter.inquire(request) if isinstance(outcome, OutcomeUnknown) else outcome
    counter.let_pass(SETTLED_S)
    assert not isinstance(answered, OutcomeUnknown)
    assert counter.taken_yen - FIRST_YEN == (YEN if isinstance(answered, Approved) else 0)


def _cut(at: int) -> Fault:
    return lambda position, byte: None if position >= at else bytes([byte])


def _instead(at: int, make: Callable[[int], bytes]) -> Fault:
    return lambda position, byte: make(byte) if position == at else bytes([byte])


def _flip(flip: int) -> Callable[[int], bytes]:
    return lambda byte: bytes([byte ^ flip])


@pytest.mark.parametrize("answers", ["approve", "decline"])
def test_the_line_cut_at_every_byte(answers: str) -> None:
    seen = {_check_one(answers, _cut(at)) for at in range(_wire_bytes(answers) + 1)}
    assert seen == (
        {"NotSent", "NotCharged", "Approved"} if answers == "approve" else {"NotSent", "NotCharged", "Declined"}
    )


@pytest.mark.parametrize("answers", ["approve", "decline"])
def test_the_line_cut_at_every_byte_and_asked_at_once(answers: str) -> None:
    for at in range(_wire_bytes(answers) + 1):
        _check_at_once(answers, _cut(at))


@pytest.mark.parametrize("answers", ["approve", "decline"])
def test_every_byte_lost_doubled_or_flipped(answers: str) -> None:
    wire_bytes = _wire_bytes(answers)
    for at in range(wire_bytes):
        _check_one(answers, _instead(at, lambda _: b""))
        _check_one(answers, _instead(at, lambda byte: bytes([byte, byte])))
        for flip in FLIPS:
            _check_one(answers, _instead(at, _flip(flip)))


def _reply(counter: VirtualCounter, answers: str) -> bytes:
    replies: list[bytes] = []

    def keep(sent: bytes) -> bytes:
        if sent.startswith(b"\x020210"):
            replies.append(sent)
        return sent

    counter.rewrite = keep
    counter.sell(YEN)
    assert len(replies) == 1, answers
    return replies[0]


REQUEST = AuthorizationRequest("op-2", 2, YEN, Media.CREDIT, Baseline("TCM00001", "000001", "000001"))


def _verdict(frame: bytes) -> Verdict | None:
    """What a charge makes of a frame; None when it asks for the reply again."""
    reader = FrameReader()
    reader.receive(frame)
    for event in iter(reader.next_event, None):
        if isinstance(event, Message) and event.function == "0210":
            try:
                return judge_sale(REQUEST, read_sale(event), "TCM00001")
            except ProtocolError:
                return None
    return None


@pytest.mark.parametrize("answers", ["approve", "decline"])
def test_one_and_two_flipped_bits_never_turn_the_outcome_or_alter_the_amount(answers: str) -> None:
    frame = _reply(_prepared(answers), answers)
    told = _verdict(frame)
    assert isinstance(told, Approved if answers == "approve" else Declined)
    damaged = bytearray(frame)
    # two bits pass the check byte only where they stand at the same place of two bytes
    pairs = [(a * 8 + bit, b * 8 + bit) for a, b in combinations(range(len(frame)), 2) for bit in range(8)]
    for bits in [(bit,) for bit in range(len(frame) * 8)] + pairs:
        for bit in bits:
            damaged[bit // 8] ^= 1 << bit % 8
        verdict = _verdict(bytes(damaged))
        if isinstance(verdict, Approved):
            assert isinstance(told, Approved)
            assert (verdict.amount_yen, verdict.transaction_number) == (YEN, "000002")
        assert not isinstance(verdict, Declined) or isinstance(told, Declined)
        for bit in bits:
            damaged[bit // 8] ^= 1 << bit % 8


@given(st.lists(st.tuples(st.integers(0, 119), st.integers(1, 255)), min_size=1, max_size=6), st.booleans())
def test_heavier_damage_never_books_another_amount(damage: list[tuple[int, int]], is_approved: bool) -> None:
    frame = bytearray(_reply(_prepared("approve" if is_approved else "decline"), "any"))
    for position, flip in damage:
        frame[position % len(frame)] ^= flip
    verdict = _verdict(bytes(frame))
    assert not isinstance(verdict, Approved) or verdict.amount_yen == YEN


@pytest.mark.parametrize("flip", [None, *FLIPS])
def test_a_void_damaged_at_every_byte_is_never_told_wrong(flip: int | None) -> None:
    at = 0
    while True:
        counter = VirtualCounter(pace=Pace(step_s=0.0))
        sale = counter.sold(YEN)
        counter.position = 0
        counter.fault = _cut(at) if flip is None else _instead(at, _flip(flip))
        outcome = void(counter, sale)
        reached, counter.fault = counter.position, None
        counter.let_pass(SETTLED_S)
        assert sum(frame.startswith(b"\x021200|") for frame in counter.sent) <= 1
        if isinstance(outcome, Approved):
            assert counter.taken_yen == 0
        elif not isinstance(outcome, OutcomeUnknown):
            assert counter.taken_yen == YEN
        if reached <= at:
            return
        at += 1


def test_a_day_cut_at_every_byte_is_settled_unknown_or_not_at_all() -> None:
    at, settled = 0, set()
    while True:
        counter = VirtualCounter(pace=Pace(step_s=0.0))
        counter.sold(YEN)
        counter.position = 0
        counter.fault = _cut(at)
        log = counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, counter)
        reached, counter.fault = counter.position, None
        counter.let_pass(SETTLED_S)
        is_closed = counter.ledger.entries()[-1].kind is EntryKind.CLOSE
        if isinstance(log, DailyLog):
            assert (log.settled, is_closed) == (True, True)
        else:
            assert log.settled_unknown or not is_closed
        settled.add(is_closed)
        if reached <= at:
            break
        at += 1
    assert settled == {True, False}
