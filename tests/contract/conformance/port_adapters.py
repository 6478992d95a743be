"""Emulated terminals as processes on real pseudo-terminals and TCP, for the kit in real time.

By hand: pytest -p drivers.conformance.plugin --device tests.contract.conformance.port_adapters:ZVT_SERIAL
"""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from drivers.conformance.adapter import Adapter, Repertoire, Reversal, Simulation
from drivers.emulators.stxlrc.ledger import read_ledger as read_stxlrc
from drivers.emulators.terminal.ledger import read_ledger as read_zvt
from drivers.payment.api import PaymentDevice
from drivers.payment.stxlrc.driver import StxLrcSettings, StxLrcTerminal
from drivers.payment.stxlrc.link import Timers as StxLrcTimers
from drivers.payment.zvt.driver import ZvtSettings, ZvtTerminal
from drivers.payment.zvt.link import Framing, Timers
from drivers.transport import ByteStream, OpenLine, SerialLine, SerialSettings, tcp_opener
from tests.contract.conformance import stxlrc_adapter, zvt_adapter

START_S_MAX, REST_S_MAX = 30.0, 120.0
ACK_WAIT_S = "1.5"
"""Long enough for a driver on a busy machine; a terminal left alone is at rest after four times that."""
TIMERS = Timers(t2_s=2.0, t3_s=2.0, t4_s=3.0, busy_pause_s=0.2, inquiry_s_max=30.0)
STXLRC_TIMERS = StxLrcTimers(ack_s=2.0, answer_s=2.0, charge_s=3.0, inquiry_s_max=30.0)


class Reader(Protocol):
    """A ledger in the kit's words."""

    def sales(self) -> Sequence[int]: ...
    def reversals(self) -> Sequence[Reversal]: ...
    def closes(self) -> int: ...


@dataclass(slots=True)
class TerminalProcess:
    """One emulated terminal in a process of its own, in a folder that goes with it."""

    module: str
    scene: tuple[str, ...]
    options: tuple[str, ...]
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="terminal-")))
    address: str = ""
    process: "subprocess.Popen[str]" = field(init=False)

    def __post_init__(self) -> None:
        place = () if "--tcp" in self.options else ("--link", str(self.folder / "port"))
        command = [sys.executable, "-m", self.module, *place, *self.options, "--ledger", str(self.ledger)]
        script = self.folder / "scene"
        script.write_text("\n".join(["# one answer for each operation", *self.scene]), encoding="utf-8")
        command += ["--script", str(script), "--speed", "0", "--baud", "0", "--ack-wait-s", ACK_WAIT_S]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.address = self._hear("ready ", START_S_MAX)

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.jsonl"

    def open_port(self) -> ByteStream:
        if self.address.startswith("tcp://"):
            return tcp_opener(self.address)()
        return SerialLine(SerialSettings(self.address, baud=115_200))

    def rest(self) -> None:
        self.process.send_signal(signal.SIGUSR1)
        self._hear("at rest", REST_S_MAX)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait(START_S_MAX)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(START_S_MAX)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def _hear(self, wanted: str, within_s: float) -> str:
        """What stands behind ``wanted`` in the next line that the process says."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], within_s)
        assert ready, f"{self.module} did not say {wanted!r} within {within_s} s"
        said = self.process.stdout.readline().rstrip(os.linesep)
        assert said.startswith(wanted), f"{self.module} said {said!r}"
        return said.removeprefix(wanted)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of terminal and how its book is read."""

    module: str
    read_book: Callable[[Path], Reader]
    options: tuple[str, ...] = ()

    def after(self, good: int, scene: str) -> Simulation:
        """A fresh process that approves ``good`` operations and then plays ``scene``."""
        process = TerminalProcess(self.module, ("approve",) * good + (scene,), self.options)

        def book() -> Reader:
            return self.read_book(process.ledger)

        return Simulation(
            lambda: book().sales(),
            open_port=process.open_port,
            rest=process.rest,
            close=process.close,
            read_reversals=lambda: book().reversals(),
            read_closes=lambda: book().closes(),
        )

    def adapter(self, name: str, like: Adapter, create_device: Callable[[OpenLine], PaymentDevice]) -> Adapter:
        """The same scenes and faults as the adapter in memory; a wrap needs a terminal that has counted far."""
        own = {scene: partial(self.after, 1, scene) for scene in like.own_faults if " " not in scene}
        return Adapter(
            name,
            like.media,
            partial(self.after, 1),
            create_device,
            scenes=like.scenes,
            on_port=True,
            is_stream=like.is_stream,
            further={
                each: Repertoire(partial(self.after, 2), repertoire.scenes) for each, repertoire in like.further.items()
            },
            own_faults=own,
        )


ZVT, STXLRC = "drivers.emulators.terminal", "drivers.emulators.stxlrc"
REVERSING = Kind(ZVT, lambda path: zvt_adapter.BookReader(read_zvt(path)), ("--unconfirmed", "reverse"))
ON_TCP = Kind(
    ZVT, lambda path: zvt_adapter.BookReader(read_zvt(path)), ("--unconfirmed", "keep", "--tcp", "0", "--pieces", "3")
)
SECOND = Kind(STXLRC, lambda path: stxlrc_adapter.BookReader(read_stxlrc(path)))

ZVT_SERIAL = REVERSING.adapter(
    "zvt on a port", zvt_adapter.REVERSING, lambda opener: ZvtTerminal(opener, ZvtSettings(timers=TIMERS))
)
ZVT_TCP = ON_TCP.adapter(
    "zvt on TCP",
    zvt_adapter.ON_TCP,
    lambda opener: ZvtTerminal(opener, ZvtSettings(timers=TIMERS, framing=Framing.TCP)),
)
STXLRC_SERIAL = SECOND.adapter(
    "stxlrc on a port",
    stxlrc_adapter.STXLRC,
    lambda opener: StxLrcTerminal(opener, StxLrcSettings(timers=STXLRC_TIMERS)),
)
