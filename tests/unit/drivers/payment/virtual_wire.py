"""A driver against an emulated terminal's core in virtual time: no threads, no ports, every fault at will."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from drivers.context import Wake
from drivers.emulators.pty_shell import Core
from drivers.errors import LineLostError, NotDurableError, PortMissingError
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Declined,
    Entry,
    Form,
    InquiryOutcome,
    Media,
    PaymentDevice,
    Phase,
    ShownCode,
    TerminalSlip,
)
from drivers.transport import ByteStream
from tests.unit.drivers.payment.no_server import NoServer

Fault = Callable[[int, int], bytes | None]
"""(position on the wire in either direction, byte) -> what arrives instead; None cuts the line there."""
Rewrite = Callable[[bytes], bytes]
"""What the terminal sends -> what arrives."""

Delay = Callable[[int], float]
"""Number of a message of the terminal's, from 0 -> by how many seconds it is late."""

TERMINAL_CLOCK = datetime(2026, 11, 23, 10, 15, 30, tzinfo=UTC)


class VirtualLine:
    """A line between the driver and the core; every byte passes the fault."""

    def __init__(self, counter: "VirtualContext") -> None:
        self._counter = counter
        self._lost = False
        self.arriving: deque[tuple[float, bytes]] = deque()

    def read(self, timeout_s: float) -> bytes:
        raise AssertionError(f"a driver waits in its context only, not {timeout_s} s in a line")

    def write(self, data: bytes) -> None:
        self._check()
        passed = self._through(data)
        self._counter.sent.append(passed)
        self.feed(passed)
        self._check()

    def feed(self, received: bytes) -> None:
        for delay_s, payload in self._counter.core.step(self._counter.time_s, received):
            arriving = self._counter.rewrite(payload) if self._counter.rewrite is not None else payload
            due_s = self._counter.time_s + delay_s + self._counter.lateness_s()
            before_s = self.arriving[-1][0] if self.arriving else 0.0
            self.arriving.append((max(due_s, before_s), arriving))  # nothing overtakes on a line

    def take(self) -> bytes:
        self._check()
        if not self.arriving or self.arriving[0][0] > self._counter.time_s:
            return b""
        _, payload = self.arriving.popleft()
        if payload == b"":
            self._lost = True
        passed = self._through(payload)
        if not passed:
            self._check()
        return passed

    def close(self) -> None:
        self._lost = True

    def _through(self, payload: bytes) -> bytes:
        passed = bytearray()
        for byte in payload:
            fault = self._counter.fault
            instead = bytes([byte]) if fault is None else fault(self._counter.position, byte)
            self._counter.position += 1
            if instead is None:
                self._lost = True
                break
            passed += instead
        return bytes(passed)

    def _check(self) -> None:
        if self._lost:
            raise LineLostError("virtual line: gone")


class VirtualContext(NoServer):
    """The clock, the line and the driver's context; a terminal's own counter adds core and driver."""

    core: Core
    driver: PaymentDevice

    def __init__(self) -> None:
        self.time_s = 0.0
        self.position = 0
        self.fault: Fault | None = None
        self.rewrite: Rewrite | None = None
        self.delay: Delay | None = None
        self.said = 0
        self.cancel_at_s: float | None = None
        self.is_durable = True
        self.plugged = True
        self.sent: list[bytes] = []
        self.phases: list[Phase] = []
        self.slips: list[TerminalSlip] = []
        self.print_slip = self.slips.append
        self.committed: list[Approved | Declined] = []
        self._line = VirtualLine(self)
        self._sequence = 0

    def open_line(self) -> ByteStream:
        if not self.plugged:
            raise PortMissingError("virtual line: unplugged")
        self._line.close()
        self._line = VirtualLine(self)
        return self._line

    def lateness_s(self) -> float:
        """Of the terminal's next message."""
        self.said += 1
        return 0.0 if self.delay is None else self.delay(self.said - 1)

    # the driver's context

    def now_s(self) -> float:
        return self.time_s

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        assert isinstance(line, VirtualLine)
        while True:
            if received := line.take():
                return received
            if self.cancel_at_s is not None and self.time_s >= self.cancel_at_s:
                self.cancel_at_s = None
                return Wake.CANCEL
            if self.time_s >= deadline_s:
                return Wake.TIMED_OUT
            due = (deadline_s, self.cancel_at_s, self.core.wake_at_s, line.arriving[0][0] if line.arriving else None)
            self.time_s = max(self.time_s, min(at_s for at_s in due if at_s is not None))
            if self.core.wake_at_s is not None and self.core.wake_at_s <= self.time_s:
                line.feed(b"")

    def ask(self, form: Form, deadline_s: float) -> Entry | Wake:
        raise AssertionError(f"this driver asks nobody, not {form.name} until {deadline_s}")

    def commit(self, result: Approved | Declined) -> None:
        if not self.is_durable:
            raise NotDurableError("disk full")
        self.committed.append(result)

    def show(self, phase: Phase) -> None:
        self.phases.append(phase)

    def show_code(self, code: ShownCode | None) -> None:
        raise AssertionError(f"a terminal has no code to show, not {code}")

    # what a test does

    def request(self, amount_yen: int = 600) -> AuthorizationRequest:
        self._sequence += 1
        baseline = self.driver.read_baseline(self)
        return AuthorizationRequest(f"op-{self._sequence}", self._sequence, amount_yen, Media.CREDIT, baseline)

    def sell(self, amount_yen: int = 600) -> AuthorizationOutcome:
        return self.driver.authorize_sales(self.request(amount_yen), self)

    def inquire(self, request: AuthorizationRequest) -> InquiryOutcome:
        return self.driver.query_last_transaction(request, self)

    def let_pass(self, seconds: float) -> None:
        """Time goes by at the terminal with nobody at the other end."""
        until_s = self.time_s + seconds
        lost = VirtualLine(self)
        while self.core.wake_at_s is not None and self.core.wake_at_s <= until_s:
            self.time_s = max(self.time_s, self.core.wake_at_s)
            lost.feed(b"")
        self.time_s = until_s

    def pull_out(self) -> None:
        """The line goes dead; the next opening works."""
        self._line.close()
