"""A driver's context in virtual time. Owns the waits; a question goes to whoever stands at the counter."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from drivers.conformance.http_line import HttpByLine
from drivers.context import Wake
from drivers.http import HttpAnswer, HttpClient, HttpRequest
from drivers.payment import api
from drivers.transport import ByteStream
from kiosk.runtime.live_context import PrintSlip, Record, broken_rule, commit_durably
from kiosk.services.notices import Answer, Notice, PaymentProgress
from kiosk.services.show_code import code_shown
from tests.simulation.clockwork import World
from tests.simulation.faults import Fault
from tests.simulation.wire import Line, Owner


@dataclass(frozen=True, slots=True)
class Reply:
    """What the clerk does about a form: after ``delay_s`` something with coins or cards, and then the answer."""

    delay_s: float
    answer: Answer
    deed: Callable[[], None] = lambda: None


AnswerForm = Callable[[api.Form], Reply]
ReadCode = Callable[[api.ShownCode | None], None]


def nobody_reads(_: api.ShownCode | None) -> None:
    """A citizen whose payment the clerk's answers tell of."""


class SimulatedContext:
    """Time and bytes; a cancel is delivered once."""

    def __init__(self, world: World, owner: Owner) -> None:
        self._world, self._owner = world, owner
        self._is_canceled = False
        self._waiting = False

    def cancel(self) -> None:
        self._is_canceled = True
        self._wake()

    def now_s(self) -> float:
        return self._world.now_s

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        """See drivers.context.DeviceContext.receive."""
        return self._await_bytes(line, deadline_s)

    def _await_bytes(self, line: ByteStream, deadline_s: float, *, heeds_cancel: bool = True) -> bytes | Wake:
        assert isinstance(line, Line), "a driver waits for the line it was given"
        task = self._world.current
        assert task is not None
        self._task = task
        line.reader = task
        while True:
            if received := line.take():
                self._owner.may_die(Fault.KILL_AT_RECEIVE, 0.002)
                return received
            if heeds_cancel and self._take_cancel():
                return Wake.CANCEL
            if self._world.now_s >= deadline_s:
                return Wake.TIMED_OUT
            task.wait(deadline_s)

    def exchange(
        self, client: HttpClient, request: HttpRequest, deadline_s: float
    ) -> HttpAnswer | Literal[Wake.TIMED_OUT]:
        """See drivers.payment.api.PaymentContext.exchange."""
        assert isinstance(client, HttpByLine), "a driver asks the server it was given"
        answer = client.converse(request, partial(self._await_bytes, heeds_cancel=False), deadline_s)
        return Wake.TIMED_OUT if answer is None else answer

    def pause(self, until_s: float) -> Wake:
        """See drivers.payment.api.PaymentContext.pause."""
        task = self._world.current
        assert task is not None
        self._task = task
        while self._world.now_s < until_s:
            if self._take_cancel():
                return Wake.CANCEL
            task.wait(until_s)
        return Wake.CANCEL if self._take_cancel() else Wake.TIMED_OUT

    def _take_cancel(self) -> bool:
        was, self._is_canceled = self._is_canceled, False
        return was

    def _wake(self) -> None:
        task = getattr(self, "_task", None)
        if task is not None:
            task.wake()


class SimulatedPaymentContext(SimulatedContext):
    """kiosk.runtime.live_context.CounterContext in virtual time."""

    def __init__(
        self,
        world: World,
        owner: Owner,
        answer: AnswerForm,
        tell: Callable[[Notice], None],
        record: Record,
        print_slip: PrintSlip,
        *,
        read_code: ReadCode,
    ) -> None:
        """``read_code``: whoever stands before the citizen's window."""
        super().__init__(world, owner)
        self._read_code = read_code
        self._answer, self._tell, self._record, self._print_slip = answer, tell, record, print_slip

    def answer(self, answer: Answer) -> None:
        """The simulated clerk answers the form itself."""
        raise AssertionError(f"nobody keys {answer.answer} into a window here")

    def ask(self, form: api.Form, deadline_s: float) -> api.Entry | Wake:
        """See drivers.payment.api.PaymentContext.ask."""
        task = self._world.current
        assert task is not None
        self._task = task
        self._owner.may_die(Fault.KILL_AT_QUESTION, 0.01)
        while True:
            reply = self._answer(form)
            until_s = self._world.now_s + reply.delay_s
            while self._world.now_s < min(until_s, deadline_s):
                task.wait(min(until_s, deadline_s))
                if self._take_cancel():
                    return Wake.CANCEL
            if self._world.now_s >= deadline_s:
                return Wake.TIMED_OUT
            if broken_rule(form, reply.answer):
                continue
            reply.deed()
            return api.Entry(reply.answer.answer, reply.answer.values)

    def commit(self, result: api.Approved | api.Declined) -> None:
        commit_durably(self._record, result)

    def show(self, phase: api.Phase) -> None:
        self._tell(PaymentProgress(phase))

    def show_code(self, code: api.ShownCode | None) -> None:
        self._tell(code_shown(code))
        self._read_code(code)

    def print_slip(self, slip: api.TerminalSlip) -> None:
        self._print_slip(slip)
