"""One operation with one fault, from a fresh terminal to the sale after it. Owns which trial it is; judges nothing."""

import contextlib
from dataclasses import dataclass, field

from drivers.conformance.adapter import Adapter, Operation
from drivers.conformance.bench import VirtualBench
from drivers.conformance.checks import Check, Violation
from drivers.conformance.faults import Fault, FaultKind
from drivers.conformance.log_trial import LogTrial
from drivers.conformance.port_bench import PortBench
from drivers.conformance.reversal_trial import ReversalTrial
from drivers.conformance.sale_trial import InquiryTrial, SaleTrial
from drivers.conformance.stage import BrokenOffError, Stage

TRIALS: dict[Operation, type[SaleTrial | InquiryTrial | ReversalTrial | LogTrial]] = {
    Operation.SALE: SaleTrial,
    Operation.INQUIRY: InquiryTrial,
    Operation.VOID: ReversalTrial,
    Operation.REFUND: ReversalTrial,
    Operation.REPORT: LogTrial,
    Operation.SETTLEMENT: LogTrial,
}


@dataclass(slots=True)
class Trial:
    """Runs once. ``settle_first``: the terminal comes to rest before it is asked what became of the operation."""

    adapter: Adapter
    scene: str
    fault: Fault = field(default_factory=Fault)
    settle_first: bool = False
    operation: Operation = Operation.SALE
    violations: list[Violation] = field(default_factory=list)
    label: str = "broken off"
    """What was said in the end, such as "unknown, then approved"."""
    struck: int = 0
    """How often the fault on the line did strike; without one, 1."""
    played: int = 0
    """How often the terminal played the scene: as it says itself, else once where nothing could keep it from it."""
    bench: VirtualBench | PortBench = field(init=False)

    def run(self) -> "Trial":
        """Go through the trial; what is wrong is in ``violations`` afterwards, nothing is raised."""
        stage = Stage(self.adapter, self.operation, self.scene, self.fault, self.settle_first, self.violations)
        self.bench = stage.bench
        with contextlib.closing(stage.bench), contextlib.suppress(BrokenOffError):
            self.label = TRIALS[self.operation](stage).run()
        if stage.bench.reads_beside:
            stage.report(Check.WAITS_IN_CONTEXT, "a driver read a line by itself")
        is_clean = self.fault.kind is FaultKind.NONE
        self.struck = 1 if is_clean else self.bench.gate.hits
        read = self.bench.simulation.read_played
        self.played = int(is_clean) if read is None else read()
        return self
