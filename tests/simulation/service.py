"""A payment service that a counter asks over the network, and phones before its window. Owns the service's book."""

from collections.abc import Callable, Sequence

from drivers.conformance.http_line import HttpByLine
from drivers.emulators.paypay.answers import Act
from drivers.emulators.paypay.book import Book
from drivers.emulators.paypay.core import HANG_UP, ProviderCore, WallClock
from drivers.emulators.paypay.ledger import MemoryLedger
from drivers.emulators.paypay.provider import Provider
from drivers.errors import PortBusyError, PortMissingError
from drivers.payment.api import PaymentDevice, ShownCode
from drivers.payment.paypay.driver import PayPay, PayPaySettings
from drivers.payment.paypay.protocol import Keys
from drivers.transport import ByteStream, OpenLine
from kiosk.domain.operation import OperationKind
from tests.simulation.clockwork import World
from tests.simulation.devices import Sale, SeededScript
from tests.simulation.faults import Dice, Fault
from tests.simulation.wire import Damages, Site

KEYS = Keys("simulated-key", "simulated-secret", "simulated-merchant")
READING_S = (1.0, 6.0)
"""A citizen holds a phone before the window."""
AWAY = 0.1
"""Share of shown codes that nobody reads."""
_ACTS: dict[Fault, tuple[Act, int]] = {
    Fault.DECLINE: (Act.DECLINE, 0),
    Fault.BUSY: (Act.BUSY, 2),
    Fault.NAK_STORM: (Act.BUSY, 9),
    Fault.SILENT: (Act.SILENT, 0),
    Fault.REBOOT: (Act.ERROR, 0),
    Fault.STALL: (Act.LATE, 45),
    Fault.SLOW: (Act.SLOW, 20),
    Fault.LOST_REPLY: (Act.LOST_REPLY, 0),
    Fault.TERMINAL_CUT: (Act.CUT, 0),
    Fault.NO_COMPLETION: (Act.GARBLED, 0),
    Fault.PREVIOUS: (Act.PREVIOUS, 0),
    Fault.REBOOT_CHARGED: (Act.ERROR_DONE, 0),
    Fault.TOO_LATE: (Act.TOO_LATE, 0),
    Fault.STALE: (Act.DECIDES_LATER, 0),
}
_DEAF = frozenset({Fault.BUSY, Fault.NAK_STORM, Fault.SILENT, Fault.REBOOT})


class _OneAnswer:
    """The provider's core; the end of a connection that has carried its answer is the client's to make."""

    def __init__(self, core: ProviderCore) -> None:
        self._core = core

    @property
    def wake_at_s(self) -> float | None:
        return self._core.wake_at_s

    def step(self, now_s: float, received: bytes) -> Sequence[tuple[float, bytes]]:
        said = self._core.step(now_s, received)
        answers = [each for each in said if each[1] != HANG_UP]
        return answers or said


class CodeService:
    """One merchant's service, and who holds a phone before the counter's window."""

    def __init__(
        self, world: World, dice: Dice, name: str, epoch_s: float, is_intent_durable: Callable[[], bool]
    ) -> None:
        def begin() -> None:
            if not is_intent_durable():
                world.problem(f"I2 {name}: it charges and no intent is durable")

        self._world, self._epoch_s = world, epoch_s
        clock = WallClock(epoch_s)
        self._book = Book(MemoryLedger(), clock)
        script = SeededScript(dice, _ACTS, _DEAF, begin)
        self._provider = Provider(self._book, script, KEYS.api_key, KEYS.secret, clock)
        core = ProviderCore(self._provider, clock)
        self.site = Site(world, dice, name, _OneAnswer(core), core.line_opened, damages=Damages.NOTHING)

    def make_driver(self, open_line: OpenLine) -> PaymentDevice:
        """It signs by the right time: a bent clock would have all that follows refused.

        A port that somebody else holds is none on a network: nobody can be reached.
        """

        def connect() -> ByteStream:
            try:
                return open_line()
            except PortBusyError as error:
                raise PortMissingError(str(error)) from error

        world, epoch_s = self._world, self._epoch_s
        return PayPay(
            HttpByLine(connect),
            KEYS,
            PayPaySettings(),
            wall_s=lambda: epoch_s + world.now_s,
            new_nonce=lambda: f"{world.random.getrandbits(32):08x}",
        )

    def read(self, code: ShownCode | None) -> None:
        """A code is on the window."""
        if code is not None and self._world.random.random() >= AWAY:
            self._world.after(self._world.random.uniform(*READING_S), lambda: self._phone_reads(code.text))

    @property
    def is_at_rest(self) -> bool:
        """Nothing is due, and no code is about that somebody may still pay."""
        return self.site.is_at_rest and not any(self._book.is_payable(number) for number in self._book.codes)

    def standing(self) -> list[Sale]:
        """Payments that stand, oldest first."""
        paid = [each for each in self._book.payments.values() if each.state == "COMPLETED"]
        return [Sale(each.amount_yen - each.refunded_yen, transaction_number=each.payment_id) for each in paid]

    def is_booked(self, operation_id: str, kind: OperationKind) -> bool:
        """Whether the money has moved under this number."""
        if kind is not OperationKind.SALE:
            return any(number == operation_id for number, _ in self._book.refunds)
        payment = self._book.payments.get(operation_id)
        return payment is not None and payment.state in ("COMPLETED", "REFUNDED")

    def _phone_reads(self, url: str) -> None:
        self._provider.phone_reads(url)
        self.site.step()
