"""Lines between a kiosk and emulated devices, in virtual time. Owns what noise leaves; refuses protocols."""

from collections import deque
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import Protocol

from drivers.errors import LineLostError, PortBusyError, PortMissingError
from drivers.transport import ByteStream
from tests.simulation.clockwork import Task, World
from tests.simulation.faults import Dice, Fault

LATENCY_S = 0.002
DELAY_S = 7.0
"""Longer than link timers, shorter than a charge."""
CUT_S = 0.5
UNPLUGGED_S = 40.0
NOISE = 0.013
"""Chance of each kind of damage to one message on the line."""


class Damages(StrEnum):
    """Whose bytes noise may change. What is not changed comes late, or not at all because the line is cut."""

    EVERYTHING = "everything"
    """A serial line."""
    REPLIES = "replies"
    """A printer's line: on paper a damaged byte cannot be told from a wrong one."""
    NOTHING = "nothing"
    """A network: TCP's checksums let no wrong byte through."""


class Core(Protocol):
    """An emulated device without I/O and clock (drivers.emulators.pty_shell.Core)."""

    def step(self, now_s: float, received: bytes) -> Sequence[tuple[float, bytes]]: ...
    @property
    def wake_at_s(self) -> float | None: ...


class Owner(Protocol):
    """The process that opens a line."""

    is_alive: bool

    def may_die(self, kind: Fault, chance: float) -> None: ...


class Line:
    """One opening of a port."""

    def __init__(self, site: "Site", owner: Owner) -> None:
        self.site, self.owner = site, owner
        self.is_lost = False
        self.reader: Task | None = None
        self._arrived: deque[bytes] = deque()

    def read(self, timeout_s: float) -> bytes:
        """Not in a simulation: drivers wait in their context."""
        raise AssertionError(f"a driver waited {timeout_s} s beside its context")

    def write(self, data: bytes) -> None:
        self._check()
        self.owner.may_die(Fault.KILL_AT_SEND, 0.002)
        self._check()
        self.site.carry(self, bytes(data), is_reply=False)

    def close(self) -> None:
        self.lose()

    def take(self) -> bytes:
        """What has arrived; empty when nothing has. Raises LineLostError."""
        if self._arrived:
            return self._arrived.popleft()
        self._check()
        return b""

    def deliver(self, payload: bytes) -> None:
        """From the site."""
        if not self.is_lost:
            self._arrived.append(payload)
            self._wake()

    def lose(self) -> None:
        self.is_lost = True
        self._wake()

    def _wake(self) -> None:
        if self.reader is not None:
            self.reader.wake()

    def _check(self) -> None:
        if self.is_lost or not self.owner.is_alive:
            raise LineLostError("gone")


class Site:
    """The device's end: its core, its clock, and whether its port is there."""

    def __init__(
        self,
        world: World,
        dice: Dice,
        name: str,
        core: Core,
        opened: Callable[[], None] | None = None,
        *,
        damages: Damages = Damages.EVERYTHING,
    ) -> None:
        """``opened``: told of each new connection (devices on a network)."""
        self._damages = damages
        self.world, self.dice, self.name, self.core = world, dice, name, core
        self._opened = opened
        self._line: Line | None = None
        self._gone_until_s = 0.0
        self._woken_for_s: float | None = None
        self._last_at_s = {True: 0.0, False: 0.0}

    def open(self, owner: Owner) -> ByteStream:
        """Raises PortMissingError or PortBusyError."""
        if self.world.now_s < self._gone_until_s or self.dice.roll(Fault.UNPLUG, 0.01):
            self._gone_until_s = max(self._gone_until_s, self.world.now_s + UNPLUGGED_S)
            raise PortMissingError(self.name)
        if self.dice.roll(Fault.PORT_BUSY, 0.02):
            raise PortBusyError(self.name)
        if self._line is not None and not self._line.is_lost and self._line.owner.is_alive:
            raise PortBusyError(f"{self.name}: opened twice")
        self._line = Line(self, owner)
        if self._opened is not None:
            self._opened()
        return self._line

    def carry(self, line: Line, data: bytes, *, is_reply: bool) -> None:
        """Send a message over the line, through its noise; bytes of one direction never overtake each other."""
        self.world.note(f"{self.name} {'<' if is_reply else '>'} {len(data)} bytes")
        parts, is_cut = self._noise(data, is_reply=is_reply)
        for delay_s, part in parts:
            at_s = max(self._last_at_s[is_reply], self.world.now_s + LATENCY_S + delay_s)
            self._last_at_s[is_reply] = at_s
            arrive = line.deliver if is_reply else partial(self._hear, line)
            self.world.at(at_s, partial(arrive, part))
        if is_cut:
            self.hang_up(CUT_S)

    def hang_up(self, for_s: float) -> None:
        """The line is gone, and the port for a while."""
        self._gone_until_s = self.world.now_s + for_s
        if self._line is not None:
            self._line.lose()

    def mend(self) -> None:
        """Everything is plugged in."""
        self._gone_until_s = 0.0

    def step(self, received: bytes = b"") -> None:
        """The core goes on; what it says starts on its way."""
        for delay_s, payload in self.core.step(self.world.now_s, received):
            line = self._line
            self.world.after(delay_s, partial(self._say, line, payload))
        self._set_alarm()

    @property
    def is_at_rest(self) -> bool:
        """Nothing is due by itself."""
        return self.core.wake_at_s is None

    def _hear(self, line: Line, part: bytes) -> None:
        if line is self._line:  # what was on a line that is gone arrives nowhere
            self.step(part)

    def _say(self, line: Line | None, payload: bytes) -> None:
        if line is None or line.is_lost:
            return
        if payload == b"":
            self.hang_up(CUT_S)
        else:
            self.carry(line, payload, is_reply=True)

    def _set_alarm(self) -> None:
        due_s = self.core.wake_at_s
        if due_s is None or due_s == self._woken_for_s:
            return
        self._woken_for_s = due_s
        self.world.at(due_s, lambda: self._ring(due_s))

    def _ring(self, due_s: float) -> None:
        if self._woken_for_s == due_s:
            self._woken_for_s = None
            self.step()

    def _noise(self, data: bytes, *, is_reply: bool) -> tuple[list[tuple[float, bytes]], bool]:
        roll, place = self.dice.roll, self.world.random.randrange(len(data))
        if self._damages is Damages.NOTHING or (self._damages is Damages.REPLIES and not is_reply):
            if roll(Fault.DELAY_MESSAGE, NOISE):
                return [(DELAY_S, data)], False
            return ([], True) if roll(Fault.CUT_LINE, NOISE) else ([(0.0, data)], False)
        if roll(Fault.LOSE_MESSAGE, NOISE):
            return [], False
        if roll(Fault.DELAY_MESSAGE, NOISE):
            return [(DELAY_S, data)], False
        if is_reply and roll(Fault.DOUBLE_REPLY, NOISE):
            return [(0.0, data), (0.0, data)], False
        if roll(Fault.CUT_LINE, NOISE):
            return ([(0.0, data[:place])] if place else []), True
        if roll(Fault.DROP_BYTE, NOISE):
            data = data[:place] + data[place + 1 :]
        if data and roll(Fault.DOUBLE_BYTE, NOISE):
            data = data[:place] + data[place : place + 1] + data[place:]
        if data and roll(Fault.FLIP_BIT, NOISE):
            at = place % len(data)
            data = data[:at] + bytes([data[at] ^ (1 << self.world.random.randrange(8))]) + data[at + 1 :]
        if len(data) > 1 and roll(Fault.SWAP_BYTES, NOISE):
            at = place % (len(data) - 1)
            data = data[:at] + data[at + 1 : at + 2] + data[at : at + 1] + data[at + 2 :]
        return ([(0.0, data)] if data else []), False
