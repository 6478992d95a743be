"""One fresh terminal, one driver, one fault, and calls between them. Owns what happened; judges no outcome."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from drivers.conformance.adapter import Adapter, Operation, Reversal
from drivers.conformance.bench import StuckError, VirtualBench
from drivers.conformance.checks import Check, Violation
from drivers.conformance.faults import Fault
from drivers.conformance.port_bench import PortBench
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Declined,
    InquiryOutcome,
    NotCharged,
    NotSent,
    OutcomeUnknown,
    PaymentContext,
    PaymentDevice,
)

AMOUNT_YEN = 600
"""The same for all operations of a trial: none must be known by its amount alone."""
SETTLED_S = 400.0
"""By then a terminal left alone has finished or taken back whatever it was doing."""

Answer = TypeVar("Answer")
Outcome = AuthorizationOutcome | InquiryOutcome

_LABELS = {
    Approved: "approved",
    Declined: "declined",
    NotSent: "not sent",
    NotCharged: "not charged",
    OutcomeUnknown: "unknown",
}


class BrokenOffError(Exception):
    """A call raised or did not end: the trial has nothing more to say."""


@dataclass(slots=True)
class Stage:
    """Where a trial plays. ``settle_first``: the terminal comes to rest before it is asked what became of it all."""

    adapter: Adapter
    operation: Operation
    scene: str
    fault: Fault
    settle_first: bool = False
    violations: list[Violation] = field(default_factory=list)
    bench: VirtualBench | PortBench = field(init=False)
    device: PaymentDevice = field(init=False)

    def __post_init__(self) -> None:
        simulation = self.adapter.simulation(self.operation, self.scene)
        opener = simulation.open_port
        self.bench = (
            VirtualBench(simulation, self.fault) if opener is None else PortBench(simulation, opener, self.fault)
        )
        self.device = self.adapter.create_device(self.bench.open_line)
        if self.bench.openings:
            self.report(Check.QUIET_UNTIL_ASKED, "the line was opened before anything was asked for")

    def report(self, check: Check, detail: str) -> None:
        """A promise was broken."""
        self.violations.append(Violation(check, self.operation, self.scene, self.fault, detail))

    def call(self, method: Callable[[PaymentContext], Answer]) -> Answer:
        """Call the driver. Raises BrokenOffError when it raises or does not end."""
        self.bench.begin_call()
        try:
            return method(self.bench)
        except StuckError as stuck:
            self.report(Check.CALL_ENDS, str(stuck))
        except Exception as error:  # noqa: BLE001 - whatever a vendor's driver lets out is what this check looks for
            self.report(Check.NO_EXCEPTION, f"{type(error).__name__} came out of a call")
        raise BrokenOffError

    @contextmanager
    def under_test(self) -> Iterator[None]:
        """Here the fault may strike."""
        self.bench.gate.is_armed = True
        self.bench.commits.begin()
        try:
            yield
        finally:
            self.bench.gate.is_armed = False

    def let_settle(self) -> None:
        """The terminal comes to rest."""
        self.bench.let_pass(SETTLED_S)

    def request(self, number: int) -> AuthorizationRequest:
        """A charge like every other, with the baseline as the driver reads it; reading it charges nothing."""
        booked = self.sales()
        baseline = self.call(self.device.read_baseline)
        if len(self.sales()) > len(booked):
            self.report(Check.QUIET_UNTIL_ASKED, "the book has a sale that nobody asked for yet")
        return AuthorizationRequest(
            f"op-{number}", number, AMOUNT_YEN, self.adapter.media, baseline, self.adapter.brands
        )

    def sell(self, request: AuthorizationRequest) -> AuthorizationOutcome:
        return self.call(lambda context: self.device.authorize_sales(request, context))

    def sell_before(self, count: int) -> list[Approved]:
        """Good sales before the operation under test, and a terminal at rest. Raises BrokenOffError."""
        approvals = []
        for number in range(1, count + 1):
            outcome = self.sell(self.request(number))
            if not isinstance(outcome, Approved) or self.sales() != (AMOUNT_YEN,) * number:
                self.report(Check.CLEAN_SALE, f"sale {number}, without a fault, is {label_of(outcome)}")
                raise BrokenOffError
            approvals.append(outcome)
        self.let_settle()  # the terminal takes in our last word on the last sale
        self.call(self.device.check_health)
        return approvals

    def sell_next(self, number: int) -> None:
        """The sale after a faulty operation is told as the book has it."""
        before = len(self.sales())
        outcome = self.sell(self.request(number))
        self.let_settle()
        booked = self.sales()[before:]
        wanted = (AMOUNT_YEN,) if isinstance(outcome, Approved) else ()
        if booked != wanted and not isinstance(outcome, OutcomeUnknown):
            self.report(Check.NEXT_SALE_AGREES, f"the next sale is {label_of(outcome)}, the book has {yen(booked)}")

    def inquire_once(self, request: AuthorizationRequest, *, at_rest: bool) -> InquiryOutcome:
        """Ask what became of ``request``; a terminal ``at_rest`` must have the same book afterwards."""
        before = self.sales(), self.reversals()
        answered = self.call(lambda context: self.device.query_last_transaction(request, context))
        if at_rest and (len(self.sales()) > len(before[0]) or len(self.reversals()) > len(before[1])):
            self.report(Check.INQUIRY_CHARGES_NOTHING, "an inquiry put something into the book")
        return answered

    def sales(self) -> tuple[int, ...]:
        return tuple(self.bench.simulation.read_sales())

    def reversals(self) -> tuple[Reversal, ...]:
        return tuple(self.bench.simulation.read_reversals())


def label_of(outcome: Outcome) -> str:
    """The outcome in a word or two."""
    return _LABELS[type(outcome)]


def yen(booked: tuple[int, ...]) -> str:
    """What the book has, for people."""
    return " + ".join(f"{amount} yen" for amount in booked) or "nothing"
