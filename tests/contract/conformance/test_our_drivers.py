"""Our own drivers keep every promise that a vendor's driver is held to."""

from dataclasses import replace

import pytest

from docs.examples.line_terminal_kit import ADAPTER as LINE_TERMINAL
from drivers.conformance.adapter import Adapter, Operation, Scene
from drivers.conformance.faults import BYTE_KINDS, FaultKind
from drivers.conformance.sweep import Group, Sweep
from tests.contract.conformance.clerk_adapter import ATTENDED, CASH, JPQR
from tests.contract.conformance.stxlrc_adapter import STXLRC
from tests.contract.conformance.zvt_adapter import KEEPING, MIRRORING, ON_TCP, REVERSING

WIRED = (KEEPING, REVERSING, MIRRORING, ON_TCP, STXLRC, LINE_TERMINAL)
STRIDE = 5
"""Beyond sales, of the bytes: every fifth, another one in each group; the kit by hand takes them all."""

MEASURED = frozenset({FaultKind.NONE, FaultKind.LOSE_MESSAGE, FaultKind.CANCEL, FaultKind.COMMIT_FAILS})
"""Faults whose sweeps count for the coverage: the others go through the same lines, at thrice the time."""


def _is_sampled(adapter: Adapter, group: Group) -> bool:
    """Left to the kit by hand: what differs from another adapter's group in nothing that the fault could touch."""
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
    report = Sweep(adapter, stride=1 if group.operation is Operation.SALE else STRIDE).run(group)
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
    report = Sweep(adapter).run(Group(Scene.APPROVE, FaultKind.CUT_MESSAGE))
    assert report.labels() >= {"unknown, then approved", "unknown, then not charged"}
