"""A counter in virtual time: line, clock and the driver's context. Owns what a driver sees; refuses to judge it."""

from collections import deque
from functools import partial
from typing import Literal

from drivers.conformance.adapter import Simulation
from drivers.conformance.commits import Commits
from drivers.conformance.faults import Fault, FaultKind, Gate
from drivers.conformance.http_line import HttpByLine
from drivers.conformance.nobody import Nobody
from drivers.context import Wake
from drivers.errors import LineLostError
from drivers.http import HttpAnswer, HttpClient, HttpRequest
from drivers.payment.api import Approved, Declined, Entry, Form
from drivers.transport import ByteStream

START_S = 1000.0
"""A clock that begins at nought hides a driver that takes a deadline for a duration."""
CALL_S_MAX = 600.0
"""One call of a driver ends by then, whatever the terminal does."""
WAITS_MAX = 10_000
"""A call that has waited so often is going round in circles."""


class StuckError(BaseException):
    """A driver's call that does not end. Not an Exception: a driver that catches all of those must not swallow it."""


class Call:
    """One call of the driver: how long it may go on, how often it has waited, and whether somebody wants it to end."""

    def __init__(self, gate: Gate, now_s: float) -> None:
        self._gate = gate
        self._waits = 0
        self.ends_s = now_s + CALL_S_MAX
        self.is_cancel_wanted = False

    def count_wait(self) -> None:
        """One wait more, during which somebody may cancel. Raises StuckError."""
        self._waits += 1
        if self._waits > WAITS_MAX:
            raise StuckError(f"{WAITS_MAX} waits in one call")
        self.is_cancel_wanted |= self._gate.strikes(FaultKind.CANCEL, "waits")

    def check_time(self, now_s: float) -> None:
        """Raises StuckError."""
        if now_s > self.ends_s:
            raise StuckError(f"still waiting after {CALL_S_MAX:.0f} s")

    def take_cancel(self) -> bool:
        """Whether somebody wants an end; told once."""
        was_wanted, self.is_cancel_wanted = self.is_cancel_wanted, False
        return was_wanted


class VirtualLine:
    """One opening of the line; what has not arrived when it is closed never will."""

    def __init__(self, bench: "VirtualBench") -> None:
        self._bench = bench
        self.is_lost = False
        self.arriving: deque[tuple[float, bytes | None]] = deque()
        self.leaving: deque[tuple[float, bytes]] = deque()

    def read(self, timeout_s: float) -> bytes:
        """Not for drivers: they wait in their context."""
        self._bench.reads_beside += 1
        raise LineLostError(f"virtual line: a driver waits in its context, not {timeout_s} s in a line")

    def write(self, data: bytes) -> None:
        self._check()
        self._bench.bytes_sent += len(data)
        passed = self._bench.gate.pass_message(bytes(data))
        for delay_s, part in passed.parts:
            if delay_s or self.leaving:
                self.leaving.append((self._bench.now_s() + delay_s, part))
            else:
                self._bench.feed(part)
        if passed.cut:
            self.is_lost = True
        self._check()

    def close(self) -> None:
        self.is_lost = True

    def take(self) -> bytes:
        """What has arrived by now; empty when nothing has. Raises LineLostError."""
        self._check()
        if not self.arriving or self.arriving[0][0] > self._bench.now_s():
            return b""
        _, payload = self.arriving.popleft()
        if payload is None:
            self.is_lost = True
            self._check()
        return payload or b""

    def queue(self, at_s: float, payload: bytes | None) -> None:
        """``payload`` (None: the end of the line) arrives at ``at_s``, never before what was sent earlier."""
        self.arriving.append((max(at_s, self.arriving[-1][0]) if self.arriving else at_s, payload))

    def _check(self) -> None:
        if self.is_lost:
            raise LineLostError("virtual line: gone")


class VirtualBench(Nobody):
    """One simulated terminal and its clock; it is also the PaymentContext of the driver under test."""

    def __init__(self, simulation: Simulation, fault: Fault) -> None:
        self.simulation = simulation
        self.gate = Gate(fault)
        self.bytes_sent = 0
        self.openings = 0
        self.reads_beside = 0
        self.commits = Commits(self.gate, simulation)
        self._time_s = START_S
        self._call = Call(self.gate, START_S)
        self._line: VirtualLine | None = None

    def open_line(self) -> ByteStream:
        """A fresh line to the same terminal; the one before is closed."""
        self.openings += 1
        if self._line is not None:
            self._line.close()
        if self.simulation.line_opened is not None:
            self.simulation.line_opened()
        self._line = VirtualLine(self)
        return self._line

    def begin_call(self) -> None:
        """A call of the driver starts: its time and its waits count from here, and an old cancel is over."""
        self._call = Call(self.gate, self._time_s)

    def let_pass(self, seconds: float) -> None:
        """Time goes by at the terminal while nobody waits for it."""
        until_s = self._time_s + seconds
        while self._time_s < until_s:
            self._advance(until_s)

    def close(self) -> None:
        """Nothing to give back."""

    # the driver's context

    def now_s(self) -> float:
        return self._time_s

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        self._call.count_wait()
        return self._await_bytes(line, deadline_s)

    def exchange(
        self, client: HttpClient, request: HttpRequest, deadline_s: float
    ) -> HttpAnswer | Literal[Wake.TIMED_OUT]:
        assert isinstance(client, HttpByLine), "a driver asks the server it was given"
        self._call.count_wait()
        answer = client.converse(request, partial(self._await_bytes, heeds_cancel=False), deadline_s)
        return Wake.TIMED_OUT if answer is None else answer

    def pause(self, until_s: float) -> Wake:
        self._call.count_wait()
        while not self._call.is_cancel_wanted and self._time_s < until_s:
            self._advance(min(until_s, self._call.ends_s + 1.0))
            self._call.check_time(self._time_s)
        return Wake.CANCEL if self._call.take_cancel() else Wake.TIMED_OUT

    def ask(self, form: Form, deadline_s: float) -> Entry | Wake:
        self._call.count_wait()
        if self._call.take_cancel():
            if self.simulation.withdraw is not None:
                self.simulation.withdraw(form)
            return Wake.CANCEL
        answered = Wake.TIMED_OUT if self.simulation.answer is None else self.simulation.answer(form)
        if answered is Wake.TIMED_OUT:
            self._time_s = max(self._time_s, deadline_s)
            self._call.check_time(self._time_s)
        return answered

    def commit(self, result: Approved | Declined) -> None:
        self.commits.commit(result)

    # the terminal's end of the line

    def feed(self, received: bytes) -> None:
        """``received`` reaches the terminal (empty: its clock does); what it says starts on its way."""
        core = self.simulation.core
        if core is None:
            return
        for delay_s, payload in core.step(self._time_s, received):
            line = self._line
            if line is None or line.is_lost:
                continue
            at_s = self._time_s + delay_s
            if payload == b"":
                line.queue(at_s, None)
                continue
            passed = self.gate.pass_message(payload)
            for later_s, part in passed.parts:
                line.queue(at_s + later_s, part)
            if passed.cut:
                line.queue(at_s, None)

    def _await_bytes(self, line: ByteStream, deadline_s: float, *, heeds_cancel: bool = True) -> bytes | Wake:
        assert isinstance(line, VirtualLine), "a driver waits for the line it was given"
        while True:
            if received := line.take():
                return received
            if heeds_cancel and self._call.take_cancel():
                return Wake.CANCEL
            if self._time_s >= deadline_s:
                return Wake.TIMED_OUT
            self._advance(min(deadline_s, self._call.ends_s + 1.0))
            self._call.check_time(self._time_s)

    def _advance(self, until_s: float) -> None:
        """Go to the next thing that happens, ``until_s`` at the latest, and let it happen."""
        line = self._line if self._line is not None and not self._line.is_lost else None
        core = self.simulation.core
        due_s = [until_s]
        if line is not None:
            due_s += [queue[0][0] for queue in (line.arriving, line.leaving) if queue and queue[0][0] > self._time_s]
        if core is not None and core.wake_at_s is not None:
            due_s.append(core.wake_at_s)
        self._time_s = max(self._time_s, min(due_s))
        while line is not None and line.leaving and line.leaving[0][0] <= self._time_s:
            self.feed(line.leaving.popleft()[1])
        if core is not None and core.wake_at_s is not None and core.wake_at_s <= self._time_s:
            self.feed(b"")
