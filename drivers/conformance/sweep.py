"""Every fault at every place of a charge, scene by scene. Owns the order and the table; refuses to judge."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from drivers.conformance.adapter import Adapter, Scene
from drivers.conformance.checks import Violation
from drivers.conformance.faults import BYTE_KINDS, MESSAGE_KINDS, Fault, FaultKind
from drivers.conformance.trial import Trial

PLACES_MAX = 4096
"""A charge of more bytes than this is not swept to its end; the report says so. ZVT takes about 200."""
SHOWN_MAX = 5
"""Violations printed for one group: the first of each check tells the story."""


@dataclass(frozen=True, slots=True)
class Group:
    """One scene and one kind of fault, at all its places."""

    scene: Scene
    kind: FaultKind

    def __str__(self) -> str:
        return f"{self.scene}-{self.kind.replace(' ', '-')}"


@dataclass(slots=True)
class Report:
    """How often each fault struck, what was said then, and what was wrong."""

    name: str
    hits: Counter[tuple[FaultKind, str]] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    cut_short: list[str] = field(default_factory=list)

    def add(self, trial: Trial) -> None:
        self.violations += trial.violations
        if trial.bench.gate.hits or trial.fault.kind is FaultKind.NONE:
            self.hits[trial.fault.kind, trial.label] += 1

    def merge(self, other: "Report") -> None:
        self.hits += other.hits
        self.violations += other.violations
        self.cut_short += other.cut_short

    def checks(self) -> Counter[str]:
        """How often each promise was broken."""
        return Counter(str(violation.check) for violation in self.violations)

    def table(self) -> list[str]:
        """Fault by outcome, as lines of text; a fault that never struck stands there with 0."""
        labels = sorted({label for _, label in self.hits})
        width = max(len(kind) for kind in FaultKind)
        rows = [f"{'fault':<{width}}  {'hits':>6}  " + "  ".join(labels)]
        for kind in FaultKind:
            counts = [self.hits[kind, label] for label in labels]
            cells = "  ".join(f"{count or '-':>{len(label)}}" for count, label in zip(counts, labels, strict=True))
            rows.append(f"{kind:<{width}}  {sum(counts):>6}  {cells}".rstrip())
        rows += [f"cut short: {text}" for text in self.cut_short]
        rows += [f"broken: {check} {count} times" for check, count in sorted(self.checks().items())]
        return rows


def hits_by_driver(reports: Sequence[Report]) -> list[str]:
    """Fault by driver, as lines of text: how often each fault struck."""
    width = max(len(kind) for kind in FaultKind)
    rows = [f"{'fault':<{width}}  " + "  ".join(f"{report.name:>6}" for report in reports)]
    for kind in FaultKind:
        struck = [sum(count for (hit, _), count in report.hits.items() if hit is kind) for report in reports]
        cells = (f"{count or '-':>{max(6, len(report.name))}}" for count, report in zip(struck, reports, strict=True))
        rows.append(f"{kind:<{width}}  " + "  ".join(cells))
    return rows


class Sweep:
    """The groups of one adapter; each scene is measured once, without a fault."""

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter
        self._extents: dict[Scene, dict[str, int]] = {}

    def groups(self) -> Iterator[Group]:
        """All groups that this terminal can play, in a fixed order. Runs nothing."""
        for scene in Scene:
            if scene in self._adapter.scenes:
                left_out = BYTE_KINDS if scene not in (Scene.APPROVE, Scene.DECLINE) else frozenset[FaultKind]()
                if self._adapter.on_port:
                    left_out = BYTE_KINDS | {FaultKind.DELAY_MESSAGE}
                yield from (Group(scene, kind) for kind in FaultKind if kind not in left_out)

    def run(self, group: Group) -> Report:
        """Every place of one group."""
        report = Report(self._adapter.name)
        places = self._places(group)
        if places > PLACES_MAX:
            report.cut_short.append(f"{group} after {PLACES_MAX} of {places} places")
        for at in range(min(places, PLACES_MAX)):
            # bytes are many: half of them settle first; elsewhere every place is tried both ways
            for settle_first in (at % 2 == 1,) if group.kind in BYTE_KINDS else (False, True):
                fault = Fault(group.kind, at)
                report.add(Trial(self._adapter, group.scene, fault, settle_first=settle_first).run())
        return report

    def run_all(self) -> Report:
        """Every group, one after the other."""
        report = Report(self._adapter.name)
        for group in self.groups():
            report.merge(self.run(group))
        return report

    def _places(self, group: Group) -> int:
        if group.kind is FaultKind.NONE:
            return 1
        if group.scene not in self._extents:
            self._extents[group.scene] = dict(Trial(self._adapter, group.scene).run().bench.gate.seen)
        seen = self._extents[group.scene]
        if group.kind in BYTE_KINDS:
            return seen["bytes"]
        if group.kind in MESSAGE_KINDS:
            return seen["messages"]
        return seen["commits" if group.kind is FaultKind.COMMIT_FAILS else "waits"]
