"""A payment context that answers questions from a list, for drivers that only ask people."""

from collections import deque
from collections.abc import Iterable

from drivers.context import Wake
from drivers.errors import NotDurableError
from drivers.payment.api import Approved, Declined, Entry, Form, Phase, ShownCode, TerminalSlip
from drivers.transport import ByteStream
from tests.unit.drivers.payment.no_server import NoServer


class ScriptedContext(NoServer):
    """Answers in order; when they are used up, the clerk has gone."""

    def __init__(self, answers: Iterable[Entry | Wake] = (), *, is_durable: bool = True) -> None:
        self._answers = deque(answers)
        self._is_durable = is_durable
        self.asked: list[Form] = []
        self.deadlines_s: list[float] = []
        self.committed: list[Approved | Declined] = []
        self.phases: list[Phase] = []
        self.shown: list[ShownCode | None] = []

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        raise AssertionError(f"nobody reads a line here: {line}, {deadline_s}")

    def now_s(self) -> float:
        return 1000.0

    def ask(self, form: Form, deadline_s: float) -> Entry | Wake:
        self.asked.append(form)
        self.deadlines_s.append(deadline_s)
        return self._answers.popleft() if self._answers else Wake.TIMED_OUT

    def commit(self, result: Approved | Declined) -> None:
        if not self._is_durable:
            raise NotDurableError("disk full")
        self.committed.append(result)

    def show(self, phase: Phase) -> None:
        self.phases.append(phase)

    def show_code(self, code: ShownCode | None) -> None:
        self.shown.append(code)

    def print_slip(self, slip: TerminalSlip) -> None:
        raise AssertionError(f"no terminal here prints, not {slip.copy}")
