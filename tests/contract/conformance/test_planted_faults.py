"""A kit that never fails anybody proves nothing: each planted fault is caught by the check that is named for it."""

from dataclasses import replace

import pytest

from docs.examples.line_terminal_kit import ADAPTER
from drivers.conformance.adapter import Operation, Scene
from drivers.conformance.checks import Check
from drivers.conformance.faults import FaultKind
from drivers.conformance.report import Report
from drivers.conformance.sweep import Group, Sweep
from tests.contract.conformance import flawed_full_terminal, flawed_terminal
from tests.contract.conformance.flawed_full_terminal import FurtherFlaw
from tests.contract.conformance.flawed_terminal import Flaw
from tests.contract.conformance.full_terminal import FULL, FullDriver, adapter

STRIDE = 5
"""Of the bytes; a planted fault shows at many of them."""
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
FURTHER_CAUGHT_BY = {
    FurtherFlaw.VOID_SENT_TWICE: Check.REVERSED_ONCE,
    FurtherFlaw.REFUND_SENT_TWICE: Check.REVERSED_ONCE,
    FurtherFlaw.VOIDS_THE_LAST: Check.VOID_IS_OF_ITS_SALE,
    FurtherFlaw.ACCEPTS_ANOTHER_VOID: Check.VOID_IS_OF_ITS_SALE,
    FurtherFlaw.REFUND_ON_TRUST: Check.REVERSAL_IS_BOOKED,
    FurtherFlaw.UNKNOWN_VOID_AS_DECLINED: Check.REFUSED_REVERSAL_IS_UNBOOKED,
    FurtherFlaw.REFUNDS_BY_CHARGING: Check.REVERSAL_CHARGES_NOTHING,
    FurtherFlaw.NEVER_SURE_OF_A_VOID: Check.CLEAN_REVERSAL,
    FurtherFlaw.INQUIRY_FORGETS_VOIDS: Check.INQUIRY_AGREES,
    FurtherFlaw.SETTLES_AGAIN: Check.SETTLED_ONCE,
    FurtherFlaw.SILENCE_AS_OPEN: Check.SETTLED_IS_HONEST,
    FurtherFlaw.REPORT_CLOSES: Check.REPORT_SETTLES_NOTHING,
    FurtherFlaw.TOTALS_FROM_MEMORY: Check.TOTALS_AGREE,
    FurtherFlaw.LOG_NEVER_READ: Check.CLEAN_LOG,
}


def _report(flaw: Flaw) -> Report:
    return Sweep(replace(ADAPTER, name=flaw, create_device=flawed_terminal.make(flaw))).run_all()


def _further_report(flaw: FurtherFlaw) -> Report:
    """Sales are left out: they are the worked driver's."""
    sweep = Sweep(replace(FULL, name=flaw, create_device=flawed_full_terminal.make(flaw)), stride=STRIDE)
    report = Report(flaw)
    for group in sweep.groups():
        if group.operation is not Operation.SALE:
            report.merge(sweep.run(group))
    return report


@pytest.mark.parametrize("flaw", CAUGHT_BY, ids=str)
def test_a_planted_fault_is_caught_by_its_check(flaw: Flaw) -> None:
    assert CAUGHT_BY[flaw] in _report(flaw).checks()


@pytest.mark.parametrize("flaw", FURTHER_CAUGHT_BY, ids=str)
def test_a_planted_fault_beyond_sales_is_caught_by_its_check(flaw: FurtherFlaw) -> None:
    assert FURTHER_CAUGHT_BY[flaw] in _further_report(flaw).checks()


def test_the_same_drivers_without_a_flaw_pass() -> None:
    assert _report(Flaw.NOTHING).checks() == {}
    assert _further_report(FurtherFlaw.NOTHING).checks() == {}


def test_a_terminal_that_does_a_doubled_command_twice_is_noticed() -> None:
    """Its driver hears two answers and tells of one: the kit says so, whatever is doubled."""
    careless = Sweep(adapter("takes copies", FullDriver, takes_copies=True))
    for operation in (Operation.SALE, Operation.REFUND, Operation.SETTLEMENT):
        doubled = careless.run(Group(Scene.APPROVE, FaultKind.DOUBLE_MESSAGE, operation))
        assert set(doubled.checks()) == {Check.DOUBLED_IS_NOTICED}


def test_every_check_catches_some_planted_fault() -> None:
    caught = {*CAUGHT_BY.values(), *FURTHER_CAUGHT_BY.values(), Check.DOUBLED_IS_NOTICED}
    assert caught == set(Check)
    assert set(CAUGHT_BY) == set(Flaw) - {Flaw.NOTHING}
    assert set(FURTHER_CAUGHT_BY) == set(FurtherFlaw) - {FurtherFlaw.NOTHING}
