"""Our own drivers keep every promise that a vendor's driver is held to."""

from dataclasses import replace

import pytest

from docs.examples.line_terminal_kit import ADAPTER as LINE_TERMINAL
from drivers.conformance.adapter import Adapter, Operation, Scene
from drivers.conformance.faults import BYTE_KINDS, FaultKind
from drivers.conformance.sweep import Group, Sweep
from tests.contract.conformance.clerk_adapter import ATTENDED, CASH, JPQR
from tests.contract.conformance.paypay_adapter import SCANNED, SHOWN
from tests.contract.conformance.stxlrc_adapter import STXLRC
from tests.contract.conformance.zvt_adapter import KEEPING, MIRRORING, ON_TCP, REVERSING

WIRED = (KEEPING, REVERSING, MIRRORING, ON_TCP, STXLRC, LINE_TERMINAL, SCANNED, SHOWN)
STRIDE = 5
"""Beyond sales, of the bytes: every fifth, another one in each group; the kit by hand takes them all."""
HTTP_STRIDE = 37
"""A request and its answer are a thousand bytes, most of them words that a fault leaves as they are."""
WAITED_OUT = frozenset({Scene.TOO_LATE, "abandon"})
"""A code's five minutes, asked about a hundred times: the line's faults on those are left to the kit by hand."""

MEASURED = frozenset({FaultKind.NONE, FaultKind.LOSE_MESSAGE, FaultKind.CANCEL, FaultKind.COMMIT_FAILS})
"""Faults whose sweeps count for the coverage: the others go through the same lines, at thrice the time."""


def _is_sampled(adapter: Adapter, group: Group) -> bool:
    """Left to the kit by hand: what differs from another adapter's group in nothing that the fault could touch."""
    if adapter is SHOWN and group.scene in WAITED_OUT:
        return group.kind in (FaultKind.NONE, FaultKind.COMMIT_FAILS)
    if adapter in (SCANNED, SHOWN):
        return True
    if group.scene in adapter.own_faults:
        is_first = adapter in (KEEPING, STXLRC) and group.kind in (FaultKind.CUT_MESSAGE, FaultKind.LOSE_MESSAGE)
        return group.kind is FaultKind.NONE or is_first
    # the ZVT terminals differ in what they do when left alone, not in how they read a damaged frame
    if adapter is MIRRORING and group.operation is not Operation.SALE:
        return False
    return adapter not in (REVERSING, MIRRORING) or group.kind not in BYTE_KINDS - {FaultKind.CUT_BYTE}


GROUPS = [
    pytest.param(adapter, group, marks=() if group.kind in MEASURED else pytest.mark.no_cover)
    for adapter in (*WIRED, ATTENDED, JPQR, CASH)
    for group in Sweep(adapter).groups()
    if _is_sampled(adapter, group)
]


@pytest.mark.parametrize(("adapter", "group"), GROUPS, ids=lambda each: getattr(each, "name", None) or str(each))
def test_a_driver_keeps_its_promises(adapter: Adapter, group: Group) -> None:
    stride = HTTP_STRIDE if adapter in (SCANNED, SHOWN) else 1 if group.operation is Operation.SALE else STRIDE
    report = Sweep(adapter, stride=stride).run(group)
    assert [str(violation) for violation in report.violations] == []
    assert report.cut_short == []
    # a sweep whose faults never reach the line would pass anybody
    assert report.hits(group.kind) > 0 or adapter not in WIRED or group.scene != Scene.APPROVE


@pytest.mark.parametrize("adapter", [*WIRED, ATTENDED, JPQR, CASH], ids=lambda each: each.name)
def test_what_a_driver_can_do_is_put_to_the_test(adapter: Adapter) -> None:
    assert Sweep(adapter).untested() == []


def test_what_a_driver_can_do_and_its_adapter_cannot_is_named() -> None:
    assert Sweep(replace(STXLRC, further={})).untested() == [
        "void, though the driver can",
        "settlement, though the driver can",
    ]


@pytest.mark.parametrize("adapter", WIRED, ids=lambda each: each.name)
def test_a_cut_line_ends_every_way_there_is(adapter: Adapter) -> None:
    # a code that nobody has seen is a sale not sent, and a question about one is asked again: money back has the doubts
    operation = Operation.VOID if adapter is SHOWN else Operation.SALE
    report = Sweep(adapter).run(Group(Scene.APPROVE, FaultKind.CUT_MESSAGE, operation))
    assert report.labels() >= {"unknown, then approved", "unknown, then not charged"}
