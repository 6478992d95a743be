"""Every fault at every place of every operation, scene by scene. Owns the order; refuses to judge and to count."""

from collections.abc import Iterator
from dataclasses import dataclass

from drivers.conformance.adapter import Adapter, Operation
from drivers.conformance.faults import BYTE_KINDS, MESSAGE_KINDS, UNKNOWN_TO_STREAMS, Fault, FaultKind
from drivers.conformance.outcomes import PLAIN_SCENES
from drivers.conformance.report import Report
from drivers.conformance.trial import Trial
from drivers.transport import MemoryLine

PLACES_MAX = 4096
"""An operation of more bytes than this is not swept to its end; the report says so. A ZVT sale takes about 200."""
SHOWN_MAX = 5
"""Violations printed for one group: the first of each check tells the story."""
COMMITTED = frozenset({Operation.SALE, Operation.VOID, Operation.REFUND})
"""What a driver commits, and is asked about afterwards."""


@dataclass(frozen=True, slots=True)
class Group:
    """One operation, one scene and one kind of fault, at all its places."""

    scene: str
    kind: FaultKind
    operation: Operation = Operation.SALE

    def __str__(self) -> str:
        told = f"{self.scene}-{self.kind.replace(' ', '-')}"
        return told if self.operation is Operation.SALE else f"{self.operation}-{told}"


class Sweep:
    """The groups of one adapter; each scene is measured once, without a fault.

    ``stride``: of the bytes only every so many are tried, and in each group others.
    """

    def __init__(self, adapter: Adapter, *, stride: int = 1) -> None:
        self._adapter = adapter
        self._stride = stride
        self._extents: dict[tuple[Operation, str], dict[str, int]] = {}

    def groups(self) -> Iterator[Group]:
        """All groups that this terminal can play, in a fixed order. Runs nothing."""
        for operation in Operation:
            for scene in self._adapter.scenes_of(operation):
                for kind in FaultKind:
                    if kind not in self._left_out(operation, scene):
                        yield Group(scene, kind, operation)

    def untested(self) -> list[str]:
        """What the driver says it can do and the adapter has no terminal for."""
        can = self._adapter.create_device(lambda: MemoryLine.pair()[0]).capabilities
        wanted = {
            Operation.VOID: can.can_void,
            Operation.REFUND: can.can_refund,
            Operation.SETTLEMENT: can.can_daily_log,
        }
        return [
            f"{each}, though the driver can" for each in wanted if wanted[each] and each not in self._adapter.further
        ]

    def has_places(self, group: Group) -> bool:
        """Whether there is anything for the fault to strike: a drawer has no line."""
        return self._places(group) > 0

    def run(self, group: Group) -> Report:
        """Every place of one group."""
        report = Report(self._adapter.name)
        places = self._places(group)
        if places > PLACES_MAX:
            report.cut_short.append(f"{group} after {PLACES_MAX} of {places} places")
        stride = self._stride if group.kind in BYTE_KINDS else 1
        for at in range(sum(str(group).encode()) % stride, min(places, PLACES_MAX), stride):
            for settle_first in self._orders(group, at):
                fault = Fault(group.kind, at)
                trial = Trial(self._adapter, group.scene, fault, settle_first=settle_first, operation=group.operation)
                report.add(trial.run())
        return report

    def run_all(self) -> Report:
        """Every group, one after the other."""
        report = Report(self._adapter.name)
        for group in self.groups():
            report.merge(self.run(group))
        return report

    def _orders(self, group: Group, at: int) -> tuple[bool, ...]:
        """Whether the terminal settles before it is asked. Bytes are many: half of them; elsewhere both ways."""
        if group.operation not in COMMITTED:
            return (True,)
        return (at // self._stride % 2 == 1,) if group.kind in BYTE_KINDS else (False, True)

    def _left_out(self, operation: Operation, scene: str) -> frozenset[FaultKind]:
        left_out = set[FaultKind]()
        if operation not in COMMITTED:
            left_out.add(FaultKind.COMMIT_FAILS)
        if self._adapter.is_stream:
            left_out |= UNKNOWN_TO_STREAMS
        if self._adapter.on_port:
            left_out |= BYTE_KINDS | {FaultKind.DELAY_MESSAGE}
        if scene not in PLAIN_SCENES and operation is not Operation.INQUIRY:
            left_out |= BYTE_KINDS
        return frozenset(left_out)

    def _places(self, group: Group) -> int:
        if group.kind is FaultKind.NONE:
            return 1
        key = group.operation, group.scene
        if key not in self._extents:
            trial = Trial(self._adapter, group.scene, operation=group.operation).run()
            self._extents[key] = dict(trial.bench.gate.seen)
        seen = self._extents[key]
        if group.kind in BYTE_KINDS:
            return seen["bytes"]
        if group.kind in MESSAGE_KINDS:
            return seen["messages"]
        return seen["commits" if group.kind is FaultKind.COMMIT_FAILS else "waits"]
