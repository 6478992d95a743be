"""One STX/ETX/LRC line in use: ACK, NAK, repeats and waits. Owns who waits for what; refuses any message's meaning."""

from collections.abc import Iterator
from dataclasses import dataclass

from drivers.context import DeviceContext, Wake
from drivers.errors import DeviceError, ProtocolError
from drivers.payment.stxlrc.frame import ACK, NAK, Damaged, FrameReader, LinkReply, Message, encode_frame
from drivers.transport import ByteStream

REPEATS_MAX = 2
"""POS Integrado reference: a command and a reply are each repeated at most twice."""
DAMAGED_IN_A_ROW_MAX = REPEATS_MAX
"""A reply and its repeats all unusable: nothing more will come, and the inquiry need not wait for it."""
DRAIN_READS_MAX = 16
"""Before a command, what is left of the last one; a line that still talks after 64 KiB is not idle."""
STRAYS_MAX = 64
"""Replies to something else, heard while waiting for ours; more is a terminal that does not listen."""
ROWS_MAX = 1000
"""Sales in a terminal's memory: it asks for its close long before."""


class LineSilentError(DeviceError):
    """The terminal did not answer within the protocol's time."""


class CanceledError(DeviceError):
    """Somebody asked to stop before anything that moves money was sent."""


@dataclass(frozen=True, slots=True)
class Timers:
    """The protocol's waits and ours, in seconds."""

    gap_s: float = 0.5
    """Between two bytes of a frame."""
    ack_s: float = 3.0
    """From a command to its ACK."""
    answer_s: float = 15.0
    """From the ACK of a question to its answer: the terminal repeats an answer that is not taken after 10 s."""
    charge_s: float = 180.0
    """From the ACK of a charge to its reply; every intermediate message starts it again."""
    charge_s_max: float = 420.0
    """A terminal that keeps reporting is left to the inquiry, so that all is settled within 600 s."""
    close_s: float = 120.0
    """From the ACK of a close to its reply: the terminal talks to its host meanwhile."""
    inquiry_s_max: float = 60.0
    """How long an inquiry waits for the terminal to become idle."""


class Link:
    """Sends commands and hears messages over a line that it owns until ``close``."""

    def __init__(self, line: ByteStream, timers: Timers) -> None:
        self._line = line
        self._timers = timers
        self._reader = FrameReader()
        self._last_byte_s = 0.0
        self._damaged = 0
        self._taken: Message | None = None

    def close(self) -> None:
        self._line.close()

    def send(self, command: Message) -> None:
        """Write the command's frame, once. Raises LineLostError."""
        self._damaged = 0
        self._line.write(encode_frame(command))

    def take(self, reply: Message) -> None:
        """Acknowledge ``reply``: it is understood, and durable where it tells of money. Raises LineLostError."""
        self._taken = reply
        self._damaged = 0
        self._line.write(bytes([ACK]))

    def refuse(self, rule: str) -> None:
        """Ask for the last reply once more: a NAK never repeats a command. Raises ProtocolError, LineLostError."""
        self._damaged += 1
        if self._damaged > DAMAGED_IN_A_ROW_MAX:
            raise ProtocolError(f"{self._damaged} unusable replies in a row: {rule}")
        self._line.write(bytes([NAK]))

    def next_event(self, context: DeviceContext, deadline_s: float) -> Message | LinkReply | Wake:
        """The next message (not yet acknowledged) or link reply; or why there is none. Damage is refused here.

        Raises LineLostError, ProtocolError (nothing but damage).
        """
        while True:
            event = self._reader.next_event()
            if event is None:
                wake = self._wait(context, deadline_s)
                if wake is not None:
                    return wake
            elif isinstance(event, Damaged):
                self.refuse(event.rule)
            else:
                return event

    def poll(self, context: DeviceContext, command: Message) -> None:
        """Send a command that is answered by ACK alone, at most three times. Raises LineSilentError, CanceledError."""
        for _ in range(1 + REPEATS_MAX):
            self.send(command)
            if self._is_acknowledged(context):
                return
        raise LineSilentError("the terminal does not answer")

    def ask(self, context: DeviceContext, command: Message, reply: str, *, twice: bool = False) -> Message:
        """Send a question that changes nothing, and take its answer. Repeated on NAK and on silence.

        ``twice``: the first copy is refused and the answer's repeat must be the same, since two flipped bits can pass
        the LRC. Raises LineSilentError, LineLostError, ProtocolError, CanceledError.
        """
        for _ in range(1 + REPEATS_MAX):
            self.send(command)
            answer = self.next_reply(context, reply, self._timers.ack_s, self._timers.answer_s)
            if answer is None:
                continue
            if twice:
                self.refuse("heard once")
                again = self.next_reply(context, reply, self._timers.answer_s, self._timers.answer_s)
                if again != answer:
                    raise ProtocolError("an answer and its repeat differ")
            self.take(answer)
            return answer
        raise LineSilentError(f"the terminal does not answer {command.function}")

    def rows(self, context: DeviceContext, command: Message, reply: str) -> Iterator[Message]:
        """The first answer and every further message of the same function, each taken; the caller stops reading.

        Raises as ``ask``.
        """
        row: Message | None = self.ask(context, command, reply)
        for _ in range(ROWS_MAX):
            if row is None:
                raise LineSilentError(f"the list after {command.function} stopped in the middle")
            yield row
            row = self._row_after(context, row)
        raise ProtocolError("the terminal lists more sales than it can hold")

    def next_reply(self, context: DeviceContext, reply: str, first_s: float, then_s: float) -> Message | None:
        """The next ``reply``, not yet taken; None on NAK and silence. ``then_s`` counts from the ACK.

        Another command's reply that was taken before is acknowledged again, and any other is left alone.
        Raises CanceledError.
        """
        deadline_s = context.now_s() + first_s
        for _ in range(STRAYS_MAX):
            event = self.next_event(context, deadline_s)
            if event is LinkReply.ACK:
                deadline_s = context.now_s() + then_s
            elif event is Wake.CANCEL:
                raise CanceledError("canceled during a question")
            elif not isinstance(event, Message):
                return None
            elif event.function == reply:
                return event
            elif event == self._taken:
                self.take(event)
        raise LineSilentError("the terminal keeps talking of something else")

    def drain(self, context: DeviceContext) -> None:
        """Forget what has come since the last command. Raises LineLostError, CanceledError."""
        for _ in range(DRAIN_READS_MAX):
            received = context.receive(self._line, context.now_s())
            if received is Wake.CANCEL:
                raise CanceledError("canceled before anything was sent")
            if isinstance(received, Wake):
                break
            self._reader.receive(received)
        while (event := self._reader.next_event()) is not None:
            if isinstance(event, Message) and event == self._taken:
                self._line.write(bytes([ACK]))
        self._reader.line_quiet()
        while self._reader.next_event() is not None:
            pass
        self._damaged = 0

    def _row_after(self, context: DeviceContext, row: Message) -> Message | None:
        for _ in range(STRAYS_MAX):
            following = self.next_reply(context, row.function, self._timers.answer_s, self._timers.answer_s)
            if following is None:
                return None
            self.take(following)
            if following != row:
                return following  # the same row again means that our ACK was lost
        return None

    def _is_acknowledged(self, context: DeviceContext) -> bool:
        deadline_s = context.now_s() + self._timers.ack_s
        for _ in range(STRAYS_MAX):
            event = self.next_event(context, deadline_s)
            if event is LinkReply.ACK:
                return True
            if event is Wake.CANCEL:
                raise CanceledError("canceled before anything was sent")
            if isinstance(event, Message):
                if event == self._taken:
                    self.take(event)
            else:
                return False
        return False

    def _wait(self, context: DeviceContext, deadline_s: float) -> Wake | None:
        """Wait for bytes; None when something may have changed, else why the caller's wait ended."""
        until_s = deadline_s
        if not self._reader.is_idle:
            until_s = min(until_s, self._last_byte_s + self._timers.gap_s)
        received = context.receive(self._line, until_s)
        now_s = context.now_s()
        if isinstance(received, bytes):
            self._last_byte_s = now_s
            self._reader.receive(received)
            return None
        if received is Wake.CANCEL:
            return Wake.CANCEL
        if not self._reader.is_idle and now_s >= self._last_byte_s + self._timers.gap_s:
            self._reader.line_quiet()
            return None
        return Wake.TIMED_OUT if now_s >= deadline_s else None
