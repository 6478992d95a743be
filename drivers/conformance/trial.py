"""One charge with one fault, from a fresh terminal to the sale after it. Owns the judgment; refuses to mend."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from drivers.conformance.adapter import Adapter, Scene
from drivers.conformance.bench import StuckError, VirtualBench
from drivers.conformance.checks import Check, Violation
from drivers.conformance.faults import Fault, FaultKind
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
"""The same for all sales of a trial: a sale must not be known by its amount alone."""
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
class Trial:
    """Runs once. ``settle_first``: the terminal comes to rest before it is asked what became of the charge."""

    adapter: Adapter
    scene: Scene
    fault: Fault = field(default_factory=Fault)
    settle_first: bool = False
    violations: list[Violation] = field(default_factory=list)
    label: str = "broken off"
    """What was said in the end, such as "unknown, then approved"."""
    bench: VirtualBench | PortBench = field(init=False)
    _device: PaymentDevice = field(init=False)
    _booked_before: int = 0
    _numbers_before: tuple[str, str] = ("", "")

    def run(self) -> "Trial":
        """Go through the trial; what is wrong is in ``violations`` afterwards, nothing is raised."""
        simulation = self.adapter.simulate(self.scene)
        opener = simulation.open_port
        bench = VirtualBench(simulation, self.fault) if opener is None else PortBench(simulation, opener, self.fault)
        self.bench = bench
        self._device = self.adapter.create_device(self.bench.open_line)
        if self.bench.openings:
            self._break(Check.QUIET_UNTIL_ASKED, "the line was opened before anything was asked for")
        with contextlib.closing(bench), contextlib.suppress(BrokenOffError):
            self._converse()
        if self.bench.reads_beside:
            self._break(Check.WAITS_IN_CONTEXT, "a driver read a line by itself")
        return self

    def _converse(self) -> None:
        first, _ = self._sell(1)
        if not isinstance(first, Approved) or self._booked() != (AMOUNT_YEN,):
            self._break(Check.CLEAN_SALE, f"the first sale, without a fault, is {_label(first)}")
            return
        self._numbers_before = _numbers(first)
        self.bench.let_pass(SETTLED_S)  # the terminal takes in our last word on the first sale
        self._call(self._device.check_health)
        self._booked_before = 1
        outcome, request = self._sell(2, is_tested=True)
        self._judge_commits(outcome)
        self._judge_numbers(outcome)
        if self.settle_first or not isinstance(outcome, OutcomeUnknown):
            self.bench.let_pass(SETTLED_S)
            self._judge(outcome)
        self.label = _label(outcome)
        answered = self._inquire(outcome, request)
        if isinstance(outcome, OutcomeUnknown):
            self.label += f", then {_label(answered)}"
        self._sell_next()

    def _sell(self, number: int, *, is_tested: bool = False) -> tuple[AuthorizationOutcome, AuthorizationRequest]:
        booked = self._booked()
        baseline = self._call(self._device.read_baseline)
        request = AuthorizationRequest(
            f"op-{number}", number, AMOUNT_YEN, self.adapter.media, baseline, self.adapter.brands
        )
        if len(self._booked()) > len(booked):
            self._break(Check.QUIET_UNTIL_ASKED, "the book has a sale that nobody asked for yet")
        self.bench.gate.is_armed = is_tested
        self.bench.commits.begin()
        try:
            outcome = self._call(lambda context: self._device.authorize_sales(request, context))
        finally:
            self.bench.gate.is_armed = False
        return outcome, request

    def _judge(self, outcome: AuthorizationOutcome) -> None:
        """What was said against what is booked, on a terminal at rest."""
        booked = self._new_sales()
        if len(booked) > 1:
            self._break(Check.CHARGED_ONCE, f"{len(booked)} sales in the book for one request")
        match outcome:
            case Approved():
                if booked[:1] != (AMOUNT_YEN,) or outcome.amount_yen != AMOUNT_YEN:
                    self._break(Check.APPROVED_IS_BOOKED, f"approved, and the book has {_yen(booked)}")
            case Declined() | NotSent():
                if booked:
                    self._break(self._refusal_check(outcome), f"{_label(outcome)}, and the book has {_yen(booked)}")
            case _:
                pass
        if self.fault.kind is FaultKind.NONE:
            wanted = {Scene.APPROVE: Approved, Scene.DECLINE: Declined | NotSent}.get(self.scene)
            if wanted is not None and not isinstance(outcome, wanted):
                self._break(Check.CLEAN_SALE, f"without a fault {self.scene} became {_label(outcome)}")

    def _refusal_check(self, outcome: Declined | NotSent) -> Check:
        if self.fault.kind is FaultKind.CANCEL:
            return Check.CANCEL_DECIDES_NOTHING
        return Check.DECLINED_IS_UNBOOKED if isinstance(outcome, Declined) else Check.NOT_SENT_IS_UNBOOKED

    def _judge_commits(self, outcome: AuthorizationOutcome) -> None:
        commits = self.bench.commits
        if commits.has_failed:
            if not isinstance(outcome, OutcomeUnknown):
                self._break(Check.NOT_DURABLE_IS_UNKNOWN, f"the commit failed and the outcome is {_label(outcome)}")
        elif isinstance(outcome, Approved) and (not commits.results or commits.results[-1] != outcome):
            self._break(Check.APPROVED_WAS_COMMITTED, "approved without a commit of that approval")
        plain = self.scene in (Scene.APPROVE, Scene.DECLINE)
        if not plain or self.fault.kind not in (FaultKind.NONE, FaultKind.COMMIT_FAILS):
            return  # elsewhere the terminal may count an acknowledgment of something older
        heard = [*commits.acknowledged_before, *([commits.acknowledged] if commits.has_failed else [])]
        if any(count > heard[0] for count in heard):
            self._break(Check.COMMITTED_BEFORE_ACKNOWLEDGED, "the terminal was told before the result was durable")

    def _judge_numbers(self, outcome: Outcome) -> None:
        if isinstance(outcome, Approved) and any(self._numbers_before) and _numbers(outcome) == self._numbers_before:
            self._break(Check.APPROVED_IS_ITS_OWN, "the approval carries the numbers of the sale before")

    def _inquire(self, outcome: AuthorizationOutcome, request: AuthorizationRequest) -> InquiryOutcome:
        """Ask twice: the answers agree with the book, with each other and with the outcome."""
        at_rest = self.settle_first or not isinstance(outcome, OutcomeUnknown)
        first = self._ask_once(request, at_rest=at_rest)
        self.bench.let_pass(SETTLED_S)
        second = self._ask_once(request, at_rest=True)
        booked = self._new_sales()
        if len(booked) > 1:
            self._break(Check.CHARGED_ONCE, f"{len(booked)} sales in the book after the inquiry")
        for answered in (first, second):
            self._judge_numbers(answered)
            told = isinstance(answered, Approved)
            if not isinstance(answered, OutcomeUnknown) and told != (booked[:1] == (AMOUNT_YEN,)):
                self._break(Check.INQUIRY_AGREES, f"the inquiry said {_label(answered)}, the book has {_yen(booked)}")
        return second if isinstance(first, OutcomeUnknown) else first

    def _ask_once(self, request: AuthorizationRequest, *, at_rest: bool) -> InquiryOutcome:
        before = self._booked()
        answered = self._call(lambda context: self._device.query_last_transaction(request, context))
        if at_rest and len(self._booked()) > len(before):
            self._break(Check.INQUIRY_CHARGES_NOTHING, "an inquiry put a sale into the book")
        return answered

    def _sell_next(self) -> None:
        before = len(self._booked())
        outcome, _ = self._sell(3)
        self.bench.let_pass(SETTLED_S)
        booked = self._booked()[before:]
        wanted = (AMOUNT_YEN,) if isinstance(outcome, Approved) else ()
        if booked != wanted and not isinstance(outcome, OutcomeUnknown):
            self._break(Check.NEXT_SALE_AGREES, f"the next sale is {_label(outcome)}, the book has {_yen(booked)}")

    def _call(self, method: Callable[[PaymentContext], Answer]) -> Answer:
        self.bench.begin_call()
        try:
            return method(self.bench)
        except StuckError as stuck:
            self._break(Check.CALL_ENDS, str(stuck))
        except Exception as error:  # noqa: BLE001 - whatever a vendor's driver lets out is what this check looks for
            self._break(Check.NO_EXCEPTION, f"{type(error).__name__} came out of a call")
        raise BrokenOffError

    def _break(self, check: Check, detail: str) -> None:
        self.violations.append(Violation(check, self.scene, self.fault, detail))

    def _booked(self) -> tuple[int, ...]:
        return tuple(self.bench.simulation.read_sales())

    def _new_sales(self) -> tuple[int, ...]:
        return self._booked()[self._booked_before :]


def _numbers(approved: Approved) -> tuple[str, str]:
    return approved.slip_number, approved.transaction_number


def _label(outcome: Outcome) -> str:
    return _LABELS[type(outcome)]


def _yen(booked: tuple[int, ...]) -> str:
    return " + ".join(f"{amount} yen" for amount in booked) or "nothing"
