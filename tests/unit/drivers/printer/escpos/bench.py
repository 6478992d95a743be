"""The driver and the emulated printer in virtual time. Owns both ends of the wire, the clock and the clerk."""

import heapq
from collections.abc import Callable
from functools import partial

from drivers.context import Wake
from drivers.emulators.printer.buffer import BUFFER_BYTES, XOFF, XON
from drivers.emulators.printer.core import Job, PrinterCore
from drivers.emulators.printer.faults import Faults, PaperLevel, parse_fault
from drivers.emulators.printer.head import Mechanics
from drivers.errors import LineLostError
from drivers.printer.api import PrintFault, PrintJob, Request
from drivers.transport import ByteStream

LINES = 20
DATA = b"\x1b@" + b"line\n" * LINES + b"\x1dV\x42\x00"
JOB = PrintJob(7, DATA)


class ListBook:
    def __init__(self) -> None:
        self.jobs: dict[int, Job] = {}
        self.events: list[dict[str, object]] = []

    def keep(self, job: Job) -> None:
        self.jobs[job.number] = job

    def note(self, event: str, **facts: object) -> None:
        self.events.append({"event": event, **facts})


class Bench:
    """Both ends of the wire and the clock; also the driver's context."""

    def __init__(
        self,
        *faults: str,
        paper: PaperLevel = PaperLevel.OK,
        buffer_bytes: int = BUFFER_BYTES,
        core: type[PrinterCore] = PrinterCore,
        strict: bool = True,
    ) -> None:
        self.book = ListBook()
        self.core = core(
            self.book,
            Mechanics(),
            Faults(paper, tuple(map(parse_fault, faults))),
            buffer_bytes=buffer_bytes,
            strict=strict,
        )
        self.time_s = 0.0
        self.cancelled = False
        self.open_count = 0
        self._due: list[tuple[float, int, bytes]] = []
        self._sent = 0
        self._plans: list[tuple[float, Callable[[], None]]] = []
        self._lost = False
        self.is_held = False
        """Between the printer's XOFF and XON."""
        self.is_shut = False
        """Held back without a word."""
        self.is_shut_after_bytes: int | None = None

    def at(self, time_s: float, control: str) -> None:
        """Somebody does something to the printer later."""
        self._plans.append((time_s, lambda: self.core.control(control)))
        self._plans.sort(key=lambda plan: plan[0])

    def plan(self, after_s: float, deed: Callable[[], None]) -> None:
        """Something happens so long after now."""
        self._plans.append((self.time_s + after_s, deed))
        self._plans.sort(key=lambda plan: plan[0])

    def open_line(self) -> ByteStream:
        self.open_count += 1
        self._lost = False
        self._due.clear()
        return self

    # the line
    def read(self, timeout_s: float) -> bytes:
        raise AssertionError(f"a driver waits only in its context, not {timeout_s} s on the line")

    def write(self, data: bytes) -> None:
        if self._lost:
            raise LineLostError("virtual line: lost while writing")
        self._pump(data)

    def close(self) -> None:
        self._lost = True

    def open_held(self) -> ByteStream:
        """The same line, on which the printer's XOFF and XON are obeyed."""
        self.open_line()
        return HeldWire(self)

    def open_up(self) -> None:
        self.is_shut = False
        self.cancelled = True

    # the context
    def now_s(self) -> float:
        return self.time_s

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        assert line is self or (isinstance(line, HeldWire) and line.rig is self)
        while True:
            self._pump(b"")
            if self._due and self._due[0][0] <= self.time_s:
                data = heapq.heappop(self._due)[2]
                if not data:
                    self._lost = True
                    raise LineLostError("virtual line: hung up")
                return data
            if self.cancelled:
                self.cancelled = False
                return Wake.CANCEL
            if self.time_s >= deadline_s:
                return Wake.TIMED_OUT
            times = [deadline_s, *[due for due, _, _ in self._due[:1]], *[plan for plan, _ in self._plans[:1]]]
            if self.core.wake_at_s is not None:
                times.append(self.core.wake_at_s)
            self.time_s = max(self.time_s, min(times))
            while self._plans and self._plans[0][0] <= self.time_s:
                self._plans.pop(0)[1]()

    def _pump(self, data: bytes) -> None:
        for delay_s, reply in self.core.step(self.time_s, data):
            if reply in (XON, XOFF):
                self.is_held = reply == XOFF
                continue
            self._sent += 1
            heapq.heappush(self._due, (self.time_s + delay_s, self._sent, reply))


class HeldWire:
    """drivers.transport.HeldLine on the bench: flow control below the driver, as a system's serial port has it."""

    def __init__(self, rig: Bench) -> None:
        self.rig = rig

    def write_some(self, data: bytes) -> int:
        rig = self.rig
        if rig.is_shut_after_bytes is not None:
            rig.is_shut = rig.is_shut_after_bytes <= 0
            rig.is_shut_after_bytes -= len(data)
        if rig.is_shut or rig.is_held:
            return 0
        rig.write(data)
        return len(data)

    def read(self, timeout_s: float) -> bytes:
        return self.rig.read(timeout_s)

    def write(self, data: bytes) -> None:
        raise AssertionError("a line that is held back is offered bytes, never forced")

    def close(self) -> None:
        self.rig.close()


class Clerk:
    """Follows a job: what was recorded and told, and what is asked for when it waits."""

    def __init__(self, rig: Bench, *, presses: dict[float, Request] | None = None) -> None:
        """``presses``: so long after a job has begun to wait."""
        self._rig, self._presses = rig, presses or {}
        self.begun = 0
        self.told: list[PrintFault | None] = []
        self._wants: list[Request] = []

    def begin(self) -> None:
        self.begun += 1

    def waiting(self, fault: PrintFault | None) -> None:
        self.told.append(fault)
        presses, self._presses = self._presses, {}
        for after_s, request in presses.items():
            self._rig.plan(after_s, partial(self._press, request))

    def request(self) -> Request | None:
        return self._wants.pop(0) if self._wants else None

    def _press(self, request: Request) -> None:
        self._wants.append(request)
        self._rig.cancelled = True
