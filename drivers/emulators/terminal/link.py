"""The emulated terminal's side of the line: ACK, NAK and repeats. Owns the unanswered frame; refuses to read messages.

Source: PA00P015, serial transmission.
"""

from collections.abc import Iterator

from drivers.emulators.pty_shell import HANG_UP, Output
from drivers.emulators.terminal.codec import ACK, NAK, RawUnwrapper, Unwrapper, wrap
from drivers.emulators.terminal.pace import Pace
from drivers.emulators.wire_faults import Disturber

REPEATS_MAX = 2
SLOW_PAUSE_S = 0.5
"""Longer than T1."""


class Link:
    """Frames out, messages in. ``now_s`` is the time of the step that is being taken."""

    def __init__(self, pace: Pace, *, framed: bool = True) -> None:
        """``framed`` False: raw messages, as over TCP, without ACK and repeats."""
        self.now_s = 0.0
        self._pace = pace
        self._framed = framed
        self._unwrapper: Unwrapper | RawUnwrapper = Unwrapper() if framed else RawUnwrapper()
        self._out: list[Output] = []
        self._frame = b""
        self._is_result = False
        self._frame_due_s = 0.0
        self._repeats = 0
        self._reply_due_s = 0.0
        self._aside_is_open = False
        self.wire = Disturber(SLOW_PAUSE_S)
        self.refuses_all = False
        """Every frame is answered with NAK."""

    @property
    def repeat_due_s(self) -> float | None:
        """When the frame goes out again; None when every frame has its ACK."""
        return self._frame_due_s if self._frame else None

    @property
    def reply_due_s(self) -> float | None:
        """Until when the last message may be replied to; None while its frame has no ACK: repeats come first."""
        return None if self._frame else self._reply_due_s

    def later_s(self, thinking_s: float) -> float:
        """The time after so much thinking, at the terminal's speed."""
        return self.now_s + self._pace.scaled(thinking_s)

    def receive(self, now_s: float, received: bytes) -> Iterator[bytes]:
        """Each whole message in ``received``, already acknowledged; to be handled before the next is asked for."""
        self.now_s = now_s
        for event in self._unwrapper.take(now_s, received):
            if event == "ack":
                self._acknowledged()
            elif event == "nak":
                self._repeat()
            elif isinstance(event, str) or self.refuses_all:
                self._out.append((0.0, NAK))
            else:
                if self._framed:
                    self._out.append((0.0, ACK))
                yield event

    def repeat_if_due(self) -> None:
        if self._frame and self.now_s >= self._frame_due_s:
            self._repeat()

    def send(self, payload: bytes, *, is_result: bool = False) -> None:
        """Send a message of the conversation; it is repeated until it has its ACK."""
        self._is_result = is_result
        self._aside_is_open = False
        self._repeats = 0
        self._frame_due_s = self._reply_due_s = self.now_s + self._pace.ack_wait_s
        if self._framed:
            self._frame = wrap(payload)
        self._say(self._pace.scaled(self._pace.reply_s), self._frame or payload)

    def send_aside(self, payload: bytes) -> None:
        """Answer a command that came into a conversation; the conversation's own frame keeps its repeats."""
        self._aside_is_open = self._framed
        self._say(self._pace.scaled(self._pace.reply_s), wrap(payload) if self._framed else payload)

    def hang_up(self) -> None:
        """Have the line pulled out and put back."""
        self.line_opened()
        self._out.append((0.0, HANG_UP))

    def line_opened(self) -> None:
        """Another connection: what the last one left half said is forgotten."""
        self._frame = b""
        self._unwrapper = Unwrapper() if self._framed else RawUnwrapper()

    def take_output(self) -> list[Output]:
        """What this step sends; handed over once."""
        out, self._out = self._out, []
        return out

    def _acknowledged(self) -> None:
        if self._aside_is_open:
            self._aside_is_open = False
        elif self._frame:
            self._frame = b""
            self._reply_due_s = self.now_s + self._pace.ack_wait_s

    def _repeat(self) -> None:
        if not self._frame:
            return
        if self._repeats == REPEATS_MAX:
            self._frame = b""
            return
        self._repeats += 1
        self._frame_due_s = self.now_s + self._pace.ack_wait_s
        self._say(0.0, self._frame)

    def _say(self, delay_s: float, frame: bytes) -> None:
        self._out += self.wire.spread(delay_s, frame, is_result=self._is_result)
