"""How often each fault struck, what was said then, what was wrong. Owns the counts and tables; judges nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from drivers.conformance.adapter import Operation
from drivers.conformance.checks import Violation
from drivers.conformance.faults import FaultKind
from drivers.conformance.trial import Trial


class Told(NamedTuple):
    """What was said under one kind of fault."""

    operation: Operation
    scene: str
    kind: FaultKind
    label: str


@dataclass(slots=True)
class Report:
    """What has been seen of one adapter."""

    name: str
    trials: Counter[Told] = field(default_factory=Counter)
    """Trials in which the fault struck, whatever it was."""
    played: Counter[tuple[Operation, str]] = field(default_factory=Counter)
    """How often each scene was played."""
    violations: list[Violation] = field(default_factory=list)
    cut_short: list[str] = field(default_factory=list)

    def add(self, trial: Trial) -> None:
        self.violations += trial.violations
        self.played[trial.operation, trial.scene] += trial.played
        if trial.struck:
            self.trials[Told(trial.operation, trial.scene, trial.fault.kind, trial.label)] += 1

    def merge(self, other: "Report") -> None:
        self.trials += other.trials
        self.played += other.played
        self.violations += other.violations
        self.cut_short += other.cut_short

    def checks(self) -> Counter[str]:
        """How often each promise was broken."""
        return Counter(str(violation.check) for violation in self.violations)

    def labels(self) -> set[str]:
        """Everything that was said in the end of a trial."""
        return {told.label for told in self.trials}

    def hits(self, kind: FaultKind, operation: Operation | None = None) -> int:
        """Trials in which this kind of fault struck."""
        return sum(
            count for told, count in self.trials.items() if told.kind is kind and operation in (None, told.operation)
        )

    def operations(self) -> list[Operation]:
        """Those that were put to the test."""
        return [operation for operation in Operation if any(told.operation is operation for told in self.trials)]

    def table(self, operation: Operation) -> list[str]:
        """Fault by outcome, as lines of text; a fault that never struck stands there with 0."""
        seen: Counter[tuple[FaultKind, str]] = Counter()
        for told, count in self.trials.items():
            if told.operation is operation:
                seen[told.kind, told.label] += count
        labels = sorted({label for _, label in seen})
        width = max(len(kind) for kind in FaultKind)
        rows = [f"{'fault':<{width}}  {'hits':>6}  " + "  ".join(labels)]
        for kind in FaultKind:
            counts = [seen[kind, label] for label in labels]
            cells = "  ".join(f"{count or '-':>{len(label)}}" for count, label in zip(counts, labels, strict=True))
            rows.append(f"{kind:<{width}}  {sum(counts):>6}  {cells}".rstrip())
        return rows

    def remarks(self) -> list[str]:
        """What was left out, and what was broken."""
        rows = [f"cut short: {text}" for text in self.cut_short]
        return rows + [f"broken: {check} {count} times" for check, count in sorted(self.checks().items())]


def hits_by_driver(reports: Sequence[Report]) -> list[str]:
    """Fault by driver, as lines of text: how often each fault struck."""
    width = max(len(kind) for kind in FaultKind)
    rows = [f"{'fault':<{width}}  " + "  ".join(f"{report.name:>6}" for report in reports)]
    for kind in FaultKind:
        struck = [report.hits(kind) for report in reports]
        cells = (f"{count or '-':>{max(6, len(report.name))}}" for count, report in zip(struck, reports, strict=True))
        rows.append(f"{kind:<{width}}  " + "  ".join(cells))
    return rows
