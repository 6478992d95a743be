"""Fault by driver, how often it struck and how it ended, as Markdown for the documents. Owns the form; judges nothing.

    python -m drivers.conformance.matrix MODULE:ADAPTER ... > table.md

runs the whole kit on each and takes minutes; exit code 1 when a promise was broken.
"""

import sys
from collections.abc import Iterator, Sequence

from drivers.conformance.adapter import Adapter, Operation
from drivers.conformance.faults import FaultKind
from drivers.conformance.plugin import load_adapter
from drivers.conformance.report import Report
from drivers.conformance.sweep import Group, Sweep

CANNOT = "–"
"""Stands where a terminal cannot play it, or its line cannot do it."""
Row = tuple[str, str]
"""What kind of fault, and its name."""
LINE = "the line"


def rows(adapters: Sequence[Adapter]) -> list[Row]:
    """Every fault that one of the adapters knows, in a fixed order."""
    found: list[Row] = [(LINE, kind) for kind in FaultKind if kind is not FaultKind.NONE]
    for adapter in adapters:
        for operation in Operation:
            found += [row for scene in adapter.scenes_of(operation) if (row := (operation, scene)) not in found]
    order = [LINE, *Operation]
    return sorted(found, key=lambda row: order.index(row[0]))


def possible(adapter: Adapter) -> frozenset[Row]:
    """The faults that can strike this adapter's driver. Runs one sale, to see whether there is a line at all."""
    sweep = Sweep(adapter)
    groups = list(sweep.groups())
    found: set[Row] = {(group.operation, group.scene) for group in groups}
    found |= {(LINE, group.kind) for group in groups if group.kind is not FaultKind.NONE and sweep.has_places(group)}
    return frozenset(found)


def struck(report: Report, row: Row) -> int:
    """How often it did."""
    if row[0] == LINE:
        return report.hits(FaultKind(row[1]))
    return report.played[Operation(row[0]), row[1]]


def markdown(adapters: Sequence[Adapter], reports: Sequence[Report]) -> Iterator[str]:
    """The table, line by line."""
    can = [possible(adapter) for adapter in adapters]
    yield "| | Fault | " + " | ".join(adapter.name for adapter in adapters) + " |"
    yield "|---|---|" + "---:|" * len(adapters)
    for row in rows(adapters):
        counts = [struck(report, row) if row in known else CANNOT for known, report in zip(can, reports, strict=True)]
        yield f"| {row[0]} | {row[1]} | " + " | ".join(str(count) for count in counts) + " |"


def endings(adapters: Sequence[Adapter]) -> Iterator[str]:
    """A second table, line by line: what each driver said in the end, with no fault but the terminal's own.

    Two endings: the driver asked at once, or when the terminal had come to rest. Runs the kit on those groups.
    """
    yield "| | Fault | " + " | ".join(adapter.name for adapter in adapters) + " |"
    yield "|---|---|" + "---|" * len(adapters)
    for operation, scene in rows(adapters)[len(FaultKind) - 1 :]:
        cells = [_ending(adapter, Operation(operation), scene) for adapter in adapters]
        yield f"| {operation} | {scene} | " + " | ".join(cells) + " |"


def _ending(adapter: Adapter, operation: Operation, scene: str) -> str:
    if scene not in adapter.scenes_of(operation):
        return CANNOT
    report = Sweep(adapter).run(Group(scene, FaultKind.NONE, operation))
    return "; ".join(sorted(report.labels()))


def main(named: Sequence[str]) -> int:
    """Run the kit on each adapter and print the table."""
    adapters = [load_adapter(name) for name in named]
    reports = [Sweep(adapter).run_all() for adapter in adapters]
    for line in [*markdown(adapters, reports), "", *endings(adapters)]:
        sys.stdout.write(line + "\n")
    broken = [f"{report.name}: {violation}" for report in reports for violation in report.violations]
    for text in broken:
        sys.stderr.write(text + "\n")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
