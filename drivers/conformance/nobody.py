"""Those whom a driver under test only tells: window, citizen, printer. Owns that nobody answers; never waits."""

from drivers.conformance.adapter import Simulation
from drivers.payment.api import Phase, ShownCode, TerminalSlip


class Nobody:
    """The part of a payment context to which there is no reply."""

    simulation: Simulation

    def show(self, phase: Phase) -> None:
        """Nobody looks."""

    def show_code(self, code: ShownCode | None) -> None:
        """The citizen's phone reads it, where there is one."""
        if self.simulation.phone is not None:
            self.simulation.phone(code)

    def print_slip(self, slip: TerminalSlip) -> None:
        """Nothing is printed."""
