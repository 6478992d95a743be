"""A sale with one fault at every place of the wire: what the driver says must agree with the terminal's book."""

from collections.abc import Callable

import pytest

from drivers.payment.api import Approved, Declined, NotCharged, NotSent, OutcomeUnknown
from tests.unit.drivers.payment.virtual_wire import Fault
from tests.unit.drivers.payment.zvt.virtual_counter import VirtualCounter

FIRST_YEN, YEN = 500, 600
SETTLED_S = 60.0
"""By then the terminal has confirmed or reversed whatever it was doing."""


def _prepared(answers: str, *, reverses: bool = True) -> VirtualCounter:
    counter = VirtualCounter(f"approve,{answers}", reverses=reverses)
    assert isinstance(counter.sell(FIRST_YEN), Approved)
    counter.position = 0
    return counter


def _wire_bytes(answers: str) -> int:
    counter = _prepared(answers)
    counter.sell(YEN)
    return counter.position


def _check_one(answers: str, fault: Fault, *, reverses: bool) -> str:
    counter = _prepared(answers, reverses=reverses)
    request = counter.request(YEN)
    counter.fault = fault
    outcome = counter.driver.authorize_sales(request, counter)
    assert not isinstance(outcome, NotSent), "the first byte of the charge had left"
    counter.fault = None
    if isinstance(outcome, OutcomeUnknown):
        answered = counter.inquire(request)
        counter.let_pass(SETTLED_S)
        taken_yen = counter.taken_yen - FIRST_YEN
        if isinstance(answered, Approved):
            assert taken_yen == YEN
        elif isinstance(answered, NotCharged):
            assert taken_yen == 0
        else:
            again = counter.inquire(request)
            assert isinstance(again, Approved | NotCharged), (
                "an idle terminal with one step since the baseline can tell"
            )
            assert taken_yen == (YEN if isinstance(again, Approved) else 0)
        return type(answered).__name__
    counter.let_pass(SETTLED_S)
    assert counter.taken_yen - FIRST_YEN == (YEN if isinstance(outcome, Approved) else 0)
    return type(outcome).__name__


def _cut(at: int) -> Fault:
    return lambda position, byte: None if position >= at else bytes([byte])


def _drop(at: int) -> Fault:
    return lambda position, byte: b"" if position == at else bytes([byte])


def _double(at: int) -> Fault:
    return lambda position, byte: bytes([byte, byte]) if position == at else bytes([byte])


def _flip(at: int) -> Fault:
    return lambda position, byte: bytes([byte ^ (1 << at % 8)]) if position == at else bytes([byte])


def _to_nak(at: int) -> Fault:
    return lambda position, byte: b"\x15" if position == at else bytes([byte])


def _to_ack(at: int) -> Fault:
    return lambda position, byte: b"\x06" if position == at else bytes([byte])


@pytest.mark.parametrize("reverses", [True, False], ids=["reversing", "keeping"])
@pytest.mark.parametrize("answers", ["approve", "decline", "decline:6C"])
@pytest.mark.parametrize("fault_at", [_cut, _drop, _double, _flip, _to_nak, _to_ack])
def test_one_fault_anywhere_never_parts_the_books(
    answers: str, fault_at: Callable[[int], Fault], *, reverses: bool
) -> None:
    seen = {_check_one(answers, fault_at(at), reverses=reverses) for at in range(_wire_bytes(answers))}
    assert seen & {Approved.__name__, Declined.__name__, NotCharged.__name__}


def test_the_faults_reach_every_kind_of_ending() -> None:
    """A sweep that never lost an approval or a command would prove nothing."""
    seen = {_check_one("approve", _cut(at), reverses=False) for at in range(_wire_bytes("approve"))}
    assert seen >= {Approved.__name__, NotCharged.__name__}


def test_a_storm_of_naks_ends_unknown() -> None:
    counter = _prepared("approve")
    request = counter.request(YEN)
    counter.fault = lambda _, byte: b"\x15" if byte == 0x06 else bytes([byte])
    assert isinstance(counter.driver.authorize_sales(request, counter), OutcomeUnknown)


class OnlyAcks:
    """A line that says ACK every four seconds, whatever it hears."""

    wake_at_s = 0.0

    def step(self, now_s: float, received: bytes) -> list[tuple[float, bytes]]:
        if received:
            return []
        self.wake_at_s = now_s + 4.0
        return [(0.0, b"\x06")]


def test_a_line_full_of_acks_is_no_answer_and_the_wait_ends() -> None:
    counter = VirtualCounter(core=OnlyAcks())
    assert isinstance(counter.sell(YEN), NotSent)
    assert counter.time_s < SETTLED_S
