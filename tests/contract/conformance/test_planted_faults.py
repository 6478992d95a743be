"""A kit that never fails anybody proves nothing: each planted fault is caught by the check that is named for it."""

from dataclasses import replace

import pytest

from docs.examples.line_terminal_kit import ADAPTER
from drivers.conformance.checks import Check
from drivers.conformance.sweep import Report, Sweep
from tests.contract.conformance.flawed_terminal import Flaw, make

CAUGHT_BY = {
    Flaw.RETRIES_AFTER_SILENCE: Check.CHARGED_ONCE,
    Flaw.IGNORES_ECHOED_AMOUNT: Check.APPROVED_IS_BOOKED,
    Flaw.UNKNOWN_AS_DECLINED: Check.DECLINED_IS_UNBOOKED,
    Flaw.SILENCE_AS_NOT_SENT: Check.NOT_SENT_IS_UNBOOKED,
    Flaw.ACKNOWLEDGES_FIRST: Check.COMMITTED_BEFORE_ACKNOWLEDGED,
    Flaw.SWALLOWS_NOT_DURABLE: Check.NOT_DURABLE_IS_UNKNOWN,
    Flaw.FORGETS_COMMIT: Check.APPROVED_WAS_COMMITTED,
    Flaw.RAISES: Check.NO_EXCEPTION,
    Flaw.INQUIRY_CHARGES: Check.INQUIRY_CHARGES_NOTHING,
    Flaw.INQUIRY_GUESSES: Check.INQUIRY_AGREES,
    Flaw.TAKES_PREVIOUS: Check.APPROVED_IS_ITS_OWN,
    Flaw.CANCEL_AS_OUTCOME: Check.CANCEL_DECIDES_NOTHING,
    Flaw.OWES_AN_APPROVAL: Check.NEXT_SALE_AGREES,
    Flaw.OPENS_EARLY: Check.QUIET_UNTIL_ASKED,
    Flaw.WAITS_IN_LINE: Check.WAITS_IN_CONTEXT,
    Flaw.NEVER_GIVES_UP: Check.CALL_ENDS,
    Flaw.ALWAYS_UNSURE: Check.CLEAN_SALE,
}


def _report(flaw: Flaw) -> Report:
    return Sweep(replace(ADAPTER, name=flaw, create_device=make(flaw))).run_all()


@pytest.mark.parametrize("flaw", CAUGHT_BY, ids=str)
def test_a_planted_fault_is_caught_by_its_check(flaw: Flaw) -> None:
    assert CAUGHT_BY[flaw] in _report(flaw).checks()


def test_the_same_driver_without_a_flaw_passes() -> None:
    assert _report(Flaw.NOTHING).checks() == {}


def test_every_check_catches_some_planted_fault() -> None:
    assert set(CAUGHT_BY.values()) == set(Check)
    assert set(CAUGHT_BY) == set(Flaw) - {Flaw.NOTHING}
