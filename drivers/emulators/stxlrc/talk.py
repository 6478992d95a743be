"""The conversation that the emulated terminal is in, and its frames. Owns ACK, NAK and repeats; refuses to read fields.

A conversation is a generator read from top to bottom: it tells, thinks, or has the line pulled out.
"""

from collections.abc import Generator
from dataclasses import dataclass

from drivers.emulators.pty_shell import HANG_UP, Output
from drivers.emulators.stxlrc.codec import wrap
from drivers.emulators.wire_faults import Disturber

REPEATS_MAX = 2
SLOW_PAUSE_S = 1.0
"""Longer than a register waits for the next byte of a frame."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take. ``speed`` divides the thinking (0: none at all); ``ack_wait_s`` is a real timer."""

    speed: float = 1.0
    ack_wait_s: float = 10.0
    step_s: float = 0.5
    """Each of card, amount, PIN and host."""
    reply_s: float = 0.005

    def scaled(self, thinking_s: float) -> float:
        return thinking_s / self.speed if self.speed else 0.0


@dataclass(frozen=True, slots=True)
class Think:
    """Let time pass."""

    thinking_s: float


@dataclass(frozen=True, slots=True)
class Tell:
    """Send a message and wait for its ACK. ``is_result``: it tells what became of the operation."""

    text: str
    is_result: bool = False


@dataclass(frozen=True, slots=True)
class PullOut:
    """The line is pulled out and put back."""


Step = Think | Tell | PullOut
Conversation = Generator[Step, None, None]


class Talker:
    """At most one conversation at a time. ``now_s`` is the time of the step that is being taken."""

    def __init__(self, pace: Pace) -> None:
        self.now_s = 0.0
        self.due_s: float | None = None
        """When the wait ends by itself; None when nothing runs."""
        self._pace = pace
        self._conversation: Conversation | None = None
        self._telling: Tell | None = None
        self._sent = 0
        self._out: list[Output] = []
        self.wire = Disturber(SLOW_PAUSE_S)

    @property
    def is_busy(self) -> bool:
        return self._conversation is not None

    def send_link_byte(self, link_byte: bytes) -> None:
        self._out.append((0.0, link_byte))

    def take_output(self) -> list[Output]:
        """What this step sends; handed over once."""
        out, self._out = self._out, []
        return out

    def begin(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._go_on()

    def hear_ack(self) -> None:
        if self._telling is not None:
            self._telling = None
            self._go_on()

    def hear_nak(self) -> None:
        if self._telling is not None:
            self._tell_again()

    def look_at_clock(self) -> None:
        """Go on, or say it again, when the wait is over."""
        if self.due_s is None or self.now_s < self.due_s:
            return
        if self._telling is not None:
            self._tell_again()
        else:
            self._go_on()

    def _tell_again(self) -> None:
        if self._sent > REPEATS_MAX:
            self._conversation = self._telling = self.due_s = None
        else:
            self._transmit()

    def _transmit(self) -> None:
        if self._telling is None:
            return
        self._sent += 1
        delay_s = self._pace.scaled(self._pace.reply_s)
        self._out += self.wire.spread(delay_s, wrap(self._telling.text), is_result=self._telling.is_result)
        self.due_s = self.now_s + self._pace.ack_wait_s

    def _go_on(self) -> None:
        """Take the conversation's next step; PullOut and a thought of no time do not end the loop."""
        self.due_s = None
        while self._conversation is not None:
            step = next(self._conversation, None)
            match step:
                case None:
                    self._conversation = None
                case PullOut():
                    self._out.append((0.0, HANG_UP))
                case Think(thinking_s) if (wait_s := self._pace.scaled(thinking_s)) > 0:
                    self.due_s = self.now_s + wait_s
                    return
                case Think():
                    pass
                case Tell():
                    self._telling, self._sent = step, 0
                    self._transmit()
                    return
