"""The kit in real time on open lines, as at a real terminal: the line cut, replies doubled, between whole messages."""

import contextlib
import threading
import time
from dataclasses import replace

import pytest

from docs.examples.line_terminal import LineTerminal
from docs.examples.line_terminal_kit import SimulatedTerminal
from drivers.conformance.adapter import Adapter, Scene, Simulation
from drivers.conformance.checks import Check
from drivers.conformance.faults import BYTE_KINDS, Fault, FaultKind
from drivers.conformance.sweep import Sweep
from drivers.conformance.trial import Trial
from drivers.errors import LineLostError
from drivers.payment.api import Media
from drivers.transport import ByteStream, MemoryLine
from tests.contract.conformance.flawed_terminal import Flaw, make

LOOK_S = 0.002
REST_S_MAX = 30.0


class ServedTerminal:
    """The worked driver's terminal on a thread of its own, with a new line at every opening."""

    def __init__(self, scene: Scene) -> None:
        self.terminal = SimulatedTerminal(scene, thinking_s=0.03)
        self._line: ByteStream | None = None
        self._is_open = True
        self._at_rest = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def open_port(self) -> ByteStream:
        near, self._line = MemoryLine.pair()
        return near

    def rest(self) -> None:
        """Two looks without news: the first may have begun before the last byte was written."""
        for _ in range(2):
            self._at_rest.clear()
            assert self._at_rest.wait(REST_S_MAX)

    def close(self) -> None:
        self._is_open = False
        self._thread.join(REST_S_MAX)

    def _serve(self) -> None:
        while self._is_open:
            line, heard = self._line, b""
            if line is None:
                time.sleep(LOOK_S)
            else:
                with contextlib.suppress(LineLostError):
                    heard = line.read(LOOK_S)
            for _, said in self.terminal.step(time.monotonic(), heard):
                if line is not None:
                    with contextlib.suppress(LineLostError):
                        line.write(said)
            if not heard and self.terminal.wake_at_s is None:
                self._at_rest.set()


def _simulate(scene: Scene) -> Simulation:
    served = ServedTerminal(scene)
    terminal = served.terminal
    return Simulation(
        lambda: tuple(terminal.sales.values()),
        read_acknowledged=lambda: terminal.acknowledged,
        open_port=served.open_port,
        rest=served.rest,
        close=served.close,
    )


ON_PORT = Adapter(
    "line terminal on a port",
    Media.CREDIT,
    _simulate,
    LineTerminal,
    scenes=frozenset({Scene.APPROVE, Scene.DECLINE}),
    on_port=True,
)
PLACES = [
    Fault(),
    *(Fault(FaultKind.CUT_MESSAGE, at) for at in range(4)),
    Fault(FaultKind.DOUBLE_MESSAGE, 2),
    Fault(FaultKind.COMMIT_FAILS),
    Fault(FaultKind.CANCEL),
]
"""Not silence: in real time the driver waits three minutes for the end of a sale."""


@pytest.mark.parametrize("fault", PLACES, ids=lambda fault: f"{fault.kind} {fault.at}")
def test_a_sound_driver_passes_on_a_port(fault: Fault) -> None:
    trial = Trial(ON_PORT, Scene.APPROVE, fault).run()
    assert [str(violation) for violation in trial.violations] == []
    assert trial.bench.gate.hits == (fault.kind is not FaultKind.NONE)


@pytest.mark.parametrize(
    ("flaw", "fault", "check"),
    [
        (Flaw.RAISES, Fault(FaultKind.CUT_MESSAGE, 1), Check.NO_EXCEPTION),
        (Flaw.SWALLOWS_NOT_DURABLE, Fault(FaultKind.COMMIT_FAILS), Check.NOT_DURABLE_IS_UNKNOWN),
        (Flaw.WAITS_IN_LINE, Fault(), Check.WAITS_IN_CONTEXT),
    ],
    ids=str,
)
def test_a_planted_fault_is_caught_on_a_port(flaw: Flaw, fault: Fault, check: Check) -> None:
    trial = Trial(replace(ON_PORT, create_device=make(flaw)), Scene.APPROVE, fault).run()
    assert check in {violation.check for violation in trial.violations}


def test_what_needs_virtual_time_is_left_out_on_a_port() -> None:
    assert not {group.kind for group in Sweep(ON_PORT).groups()} & (BYTE_KINDS | {FaultKind.DELAY_MESSAGE})
