"""A counter in real time, at a real terminal or an emulator's port. Owns the faults on that line; refuses to judge.

What arrives within a short while counts as one message: a port does not tell where messages end.
"""

import time
from typing import Literal

from drivers.conformance.adapter import Simulation
from drivers.conformance.commits import Commits
from drivers.conformance.faults import Fault, FaultKind, Gate
from drivers.conformance.nobody import Nobody
from drivers.context import Wake
from drivers.errors import LineLostError
from drivers.http import HttpAnswer, HttpClient, HttpRequest
from drivers.payment.api import Approved, Declined, Entry, Form
from drivers.transport import ByteStream, OpenLine

QUIET_S = 0.02
"""A pause this long ends a message: twenty characters at 9,600 baud, and a tenth of ZVT's time between bytes."""


class PortLine:
    """A line of the adapter's, with the fault on it."""

    def __init__(self, inner: ByteStream, bench: "PortBench") -> None:
        self._inner = inner
        self._bench = bench
        self._is_lost = False

    def read(self, timeout_s: float) -> bytes:
        """Not for drivers: they wait in their context."""
        self._bench.reads_beside += 1
        raise LineLostError(f"a driver waits in its context, not {timeout_s} s in a line")

    def write(self, data: bytes) -> None:
        self._check()
        passed = self._bench.gate.pass_message(bytes(data))
        for _, part in passed.parts:
            self._inner.write(part)
        self._end_if(passed.cut)

    def close(self) -> None:
        self._is_lost = True
        self._inner.close()

    def take(self, timeout_s: float) -> bytes:
        """The next message, or nothing within ``timeout_s``. Raises LineLostError."""
        self._check()
        message = b""
        while more := self._inner.read(QUIET_S if message else timeout_s):
            message += more
        if not message:
            return b""
        passed = self._bench.gate.pass_message(message)
        self._end_if(passed.cut)
        return b"".join(part for _, part in passed.parts)

    def _end_if(self, cut: bool) -> None:
        if cut:
            self.close()
            self._check()

    def _check(self) -> None:
        if self._is_lost:
            raise LineLostError("the kit has cut this line")


class PortBench(Nobody):
    """One terminal on a port and the real clock; it is also the PaymentContext of the driver under test."""

    def __init__(self, simulation: Simulation, open_port: OpenLine, fault: Fault) -> None:
        self.simulation = simulation
        self.gate = Gate(fault)
        self.commits = Commits(self.gate, simulation)
        self.openings = 0
        self.reads_beside = 0
        self._open_port = open_port
        self._line: PortLine | None = None
        self._cancel_wanted = False

    def open_line(self) -> ByteStream:
        """A fresh line to the same terminal; the one before is closed."""
        self.openings += 1
        if self._line is not None:
            self._line.close()
        self._line = PortLine(self._open_port(), self)
        return self._line

    def begin_call(self) -> None:
        """A call of the driver starts: an old cancel is over."""
        self._cancel_wanted = False

    def let_pass(self, seconds: float) -> None:
        """The terminal comes to rest, however long that takes."""
        if self.simulation.rest is not None:
            self.simulation.rest()

    def close(self) -> None:
        """Give the port and the terminal back."""
        if self._line is not None:
            self._line.close()
        if self.simulation.close is not None:
            self.simulation.close()

    # the driver's context

    def now_s(self) -> float:
        return time.monotonic()

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        assert isinstance(line, PortLine), "a driver waits for the line it was given"
        self._cancel_wanted |= self.gate.strikes(FaultKind.CANCEL, "waits")
        while True:
            left_s = deadline_s - time.monotonic()
            if received := line.take(max(0.0, min(QUIET_S, left_s))):
                return received
            if self._cancel_wanted:
                self._cancel_wanted = False
                return Wake.CANCEL
            if left_s <= 0:
                return Wake.TIMED_OUT

    def exchange(
        self, client: HttpClient, request: HttpRequest, deadline_s: float
    ) -> HttpAnswer | Literal[Wake.TIMED_OUT]:
        """The fault strikes the request or its answer, each a message."""
        self._cancel_wanted |= self.gate.strikes(FaultKind.CANCEL, "waits")
        answer = None
        for _ in range(self._times(request.body)):
            answer = client.send(request, max(QUIET_S, deadline_s - time.monotonic()))
        return Wake.TIMED_OUT if answer is None or not self._times(answer.body) else answer

    def pause(self, until_s: float) -> Wake:
        self._cancel_wanted |= self.gate.strikes(FaultKind.CANCEL, "waits")
        while not self._cancel_wanted and time.monotonic() < until_s:
            time.sleep(min(QUIET_S, max(0.0, until_s - time.monotonic())))
        was_wanted, self._cancel_wanted = self._cancel_wanted, False
        return Wake.CANCEL if was_wanted else Wake.TIMED_OUT

    def _times(self, message: bytes) -> int:
        """How often it arrives. Raises LineLostError."""
        passed = self.gate.pass_message(message)
        if passed.cut:
            raise LineLostError("the kit has cut this line")
        return len(passed.parts)

    def ask(self, form: Form, deadline_s: float) -> Entry | Wake:
        """Nobody stands at a terminal under test but its adapter."""
        return Wake.TIMED_OUT if self.simulation.answer is None else self.simulation.answer(form)

    def commit(self, result: Approved | Declined) -> None:
        self.commits.commit(result)
