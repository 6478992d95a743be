"""Those whom a driver under test only tells: window, citizen, printer. Owns that nobody is there; never waits."""

from drivers.payment.api import Phase, ShownCode, TerminalSlip


class Nobody:
    """The part of a payment context to which there is no reply."""

    def show(self, phase: Phase) -> None:
        """Nobody looks."""

    def show_code(self, code: ShownCode | None) -> None:
        """Nobody has a phone; who pays such a code is the terminal's affair."""

    def print_slip(self, slip: TerminalSlip) -> None:
        """Nothing is printed."""
