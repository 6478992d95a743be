"""06 70 through the driver: what it found, that it charges nothing, and a terminal in the middle of something."""

import pytest

from drivers.payment.api import (
    Approved,
    DeclineReason,
    DiagnosableDevice,
    Diagnosis,
    NotSentReason,
    UnknownReason,
)
from drivers.payment.zvt import apdu as messages
from drivers.payment.zvt.apdu import Apdu
from drivers.payment.zvt.frame import encode_frame
from drivers.payment.zvt.protocol import authorization
from tests.unit.drivers.payment.zvt.virtual_counter import VirtualCounter


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ("approve", Diagnosis(passed=True)),
        ("decline:A1", Diagnosis(passed=False, reason=DeclineReason.NETWORK, result_code="A1")),
        ("decline:C2", Diagnosis(passed=False, reason=DeclineReason.TERMINAL_SERVICE_NEEDED, result_code="C2")),
        ("busy:1", Diagnosis(passed=False, reason=DeclineReason.TERMINAL_BUSY, result_code="9C")),
        ("stall", Diagnosis(passed=False, reason=UnknownReason.UNANSWERED)),
        ("silent", Diagnosis(passed=False, reason=UnknownReason.UNANSWERED)),
    ],
)
def test_what_it_found_is_told_and_nothing_is_charged(answers: str, found: Diagnosis) -> None:
    counter = VirtualCounter(answers)
    assert isinstance(counter.driver, DiagnosableDevice)
    assert counter.driver.diagnose(counter) == found
    assert counter.ledger.entries() == ()
    counter.let_pass(600.0)
    assert isinstance(counter.sell(), Approved), "the next citizen pays"


def test_a_port_that_is_gone_is_no_answer() -> None:
    counter = VirtualCounter()
    counter.plugged = False
    assert counter.driver.diagnose(counter) == Diagnosis(passed=False, reason=NotSentReason.NO_ANSWER)


def test_a_terminal_in_the_middle_of_another_registers_sale_is_busy() -> None:
    counter = VirtualCounter()
    line = counter.open_line()
    line.write(encode_frame(authorization(300)))
    line.close()
    health = counter.driver.check_health(counter)
    assert (health.ready, health.busy, health.detail) == (False, True, "busy")
    assert counter.driver.diagnose(counter).reason is NotSentReason.TERMINAL_BUSY


class RepeatingTerminal:
    """Repeats its positive reply to a register that has died, and refuses whatever else is asked."""

    wake_at_s = None

    def step(self, now_s: float, received: bytes) -> list[tuple[float, bytes]]:
        assert now_s >= 0.0
        if not received.startswith(b"\x10\x02"):
            return []
        return [(0.0, b"\x06"), (0.01, encode_frame(messages.POSITIVE)), (0.02, encode_frame(Apdu(0x849C)))]

    def line_opened(self) -> None:
        """Nothing changes."""


def test_a_reply_to_somebody_elses_command_is_not_taken_for_ours() -> None:
    counter = VirtualCounter(core=RepeatingTerminal())
    health = counter.driver.check_health(counter)
    assert (health.ready, health.busy) == (False, True)
    assert counter.time_s < 10.0, "not the three minutes that a payment may take"
