"""The ZVT driver and its emulated terminal at one virtual counter."""

from drivers.emulators.pty_shell import Core
from drivers.emulators.terminal.answers import read_script
from drivers.emulators.terminal.book import Book
from drivers.emulators.terminal.core import TerminalCore
from drivers.emulators.terminal.ledger import MemoryLedger, net_approved_yen
from drivers.emulators.terminal.pace import Pace
from drivers.payment.api import Baseline
from drivers.payment.zvt.driver import ZvtTerminal
from tests.unit.drivers.payment.virtual_wire import TERMINAL_CLOCK, VirtualContext


class VirtualCounter(VirtualContext):
    """One terminal, one driver, one clock; also the driver's context."""

    driver: ZvtTerminal

    def __init__(
        self, answers: str = "", *, reverses: bool = True, core: Core | None = None, slips_in_blocks: bool = False
    ) -> None:
        super().__init__()
        self.ledger = MemoryLedger()
        book = Book(self.ledger, lambda: TERMINAL_CLOCK, "13100001")
        script = read_script(answers)
        self.core = core or TerminalCore(book, script, Pace(), reverses=reverses, slips_in_blocks=slips_in_blocks)
        self.driver = ZvtTerminal(self.open_line)

    def read_known_baseline(self) -> Baseline | None:
        """The baseline as the driver knows it, without asking the terminal."""
        self.plugged = False
        return self.driver.read_baseline(self)

    @property
    def taken_yen(self) -> int:
        return net_approved_yen(self.ledger.entries())

    @property
    def wire(self) -> bytes:
        """All that the driver has sent."""
        return b"".join(self.sent)
