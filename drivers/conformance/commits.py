"""What a driver has made durable, and what its terminal knew by then. Owns the commit that fails; refuses to judge."""

from drivers.conformance.adapter import Simulation
from drivers.conformance.faults import FaultKind, Gate
from drivers.errors import NotDurableError
from drivers.payment.api import Approved, Declined


class Commits:
    """The journal's part of a driver's context."""

    def __init__(self, gate: Gate, simulation: Simulation) -> None:
        self._gate = gate
        self._simulation = simulation
        self.results: list[Approved | Declined] = []
        self.has_failed = False
        self.acknowledged_before: list[int] = []
        """How many results the terminal had been told are taken in: at the start, then at each commit."""

    @property
    def acknowledged(self) -> int:
        """The same, now; 0 where the protocol has no such message."""
        read = self._simulation.read_acknowledged
        return 0 if read is None else read()

    def begin(self) -> None:
        """The operation under test starts."""
        self.acknowledged_before = [self.acknowledged]

    def commit(self, result: Approved | Declined) -> None:
        """Raises NotDurableError where the fault says so."""
        self.acknowledged_before.append(self.acknowledged)
        if self._gate.strikes(FaultKind.COMMIT_FAILS, "commits"):
            self.has_failed = True
            raise NotDurableError("the kit lets this commit fail")
        self.results.append(result)
