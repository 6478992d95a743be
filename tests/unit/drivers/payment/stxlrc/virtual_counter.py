"""The STX/ETX/LRC driver and its emulated terminal at one virtual counter."""

from drivers.emulators.stxlrc.answers import read_script
from drivers.emulators.stxlrc.book import Book
from drivers.emulators.stxlrc.core import StxLrcCore
from drivers.emulators.stxlrc.ledger import MemoryLedger, net_approved_yen
from drivers.emulators.stxlrc.talk import Pace
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Media,
    Original,
    TransactionType,
)
from drivers.payment.stxlrc.driver import StxLrcTerminal
from tests.unit.drivers.payment.virtual_wire import TERMINAL_CLOCK, VirtualContext


class VirtualCounter(VirtualContext):
    """One terminal, one driver, one clock; also the driver's context."""

    driver: StxLrcTerminal

    def __init__(self, answers: str = "", *, operation_before: int = 0, pace: Pace | None = None) -> None:
        super().__init__()
        self.ledger = MemoryLedger()
        book = Book(self.ledger, lambda: TERMINAL_CLOCK, "TCM00001", operation_before=operation_before)
        self.core = StxLrcCore(book, read_script(answers), pace)
        self.driver = StxLrcTerminal(self.open_line)

    def sold(self, amount_yen: int = 600) -> Approved:
        outcome = self.sell(amount_yen)
        assert isinstance(outcome, Approved), outcome
        return outcome

    @property
    def charges_sent(self) -> int:
        return sum(frame.startswith(b"\x020200|") for frame in self.sent)

    @property
    def taken_yen(self) -> int:
        return net_approved_yen(self.ledger.entries())


def void(counter: VirtualCounter, sale: Approved) -> AuthorizationOutcome:
    """Take ``sale`` back."""
    return counter.driver.authorize_void(void_of(sale), counter)


def void_of(sale: Approved) -> AuthorizationRequest:
    """The request that takes ``sale`` back."""
    return AuthorizationRequest(
        "void-1",
        900_001,
        sale.amount_yen,
        Media.CREDIT,
        transaction_type=TransactionType.VOID,
        original=Original(sale.slip_number, sale.approval_code, sale.transaction_number, sale.terminal_id, sale.brand),
    )
