"""One ZVT line in use: link replies, repeats, T1, T2. Owns who waits for what; refuses any message's meaning.

Over TCP there is no frame, no link reply and no repeat: what was written has arrived or the connection is lost.
"""

from dataclasses import dataclass
from enum import Enum, auto

from drivers.context import DeviceContext, Wake
from drivers.errors import DeviceError, ProtocolError
from drivers.payment.zvt.apdu import POSITIVE, Apdu
from drivers.payment.zvt.apdu_stream import ApduReader
from drivers.payment.zvt.frame import ACK, NAK, Damaged, FrameReader, LinkReply, encode_frame
from drivers.transport import ByteStream

REPEATS_MAX = 2
"""PA00P015, serial transport: a frame is repeated at most twice."""
DAMAGED_IN_A_ROW_MAX = 6
"""Twice what one frame and its repeats can bring; a line that bad carries no payment."""
DRAIN_READS_MAX = 16
"""Before a command, what is left of the last one; a line that still talks after 64 KiB is not idle."""
ECHOES_MAX = 16
"""Two copies of a command, each with its positive reply, a few statuses and its end."""


class LineSilentError(DeviceError):
    """The terminal did not answer within the protocol's time."""


class Framing(Enum):
    """How messages stand on the line."""

    SERIAL = auto()
    TCP = auto()


@dataclass(frozen=True, slots=True)
class Timers:
    """The protocol's waits and ours, in seconds."""

    t1_s: float = 0.2
    """Between two bytes of a frame."""
    t2_s: float = 5.0
    """From a frame to its ACK."""
    t3_s: float = 5.0
    """From a command to 80 00 or 84 xx."""
    t4_s: float = 180.0
    """From 80 00 to the end; 04 FF and 04 0F start it again."""
    charge_s_max: float = 420.0
    """A terminal that keeps saying "please wait" is left to the inquiry, so that all is settled within 600 s."""
    busy_pause_s: float = 2.0
    """84 9C: ask again in 2 s."""
    inquiry_s_max: float = 60.0
    """How long an inquiry waits for the terminal to become idle."""
    idle_s_max: float = 60.0
    """After so long without a word the line is opened anew before anything is sent: a dead one costs no doubt then."""


@dataclass(slots=True)
class _Pending:
    frame: bytes
    is_reply: bool
    repeat_on_silence: bool
    due_s: float
    transmissions: int = 1


class Link:
    """Sends messages and hears messages over a line that it owns until ``close``."""

    def __init__(self, line: ByteStream, timers: Timers, framing: Framing = Framing.SERIAL) -> None:
        self._line = line
        self._timers = timers
        self._is_framed = framing is Framing.SERIAL
        self._reader: FrameReader | ApduReader = FrameReader() if self._is_framed else ApduReader()
        self._pending: _Pending | None = None
        self._last_byte_s = 0.0
        self._damaged = 0
        self.transmissions = 0
        """How often the last posted message went out; more than once means the terminal may have heard it twice."""
        self.heard_damage = False
        """Since ``drain`` some frame came damaged: the terminal may have gone on without our having heard it."""
        self._is_echo_due = False
        """A command went out again: its copy may be answered by itself, later than what was heard first."""

    @property
    def is_acknowledged(self) -> bool:
        """The last posted message reached the terminal."""
        return self._pending is None

    def close(self) -> None:
        self._line.close()

    def next_reply(self, context: DeviceContext) -> Apdu | Wake:
        """The same, within T3 of the ACK (and T2 with its repeats before it)."""
        before_ack_s = 0.0 if self._pending is None else (1 + REPEATS_MAX) * self._timers.t2_s
        return self.next_apdu(
            context, context.now_s() + before_ack_s + self._timers.t3_s, after_ack_s=self._timers.t3_s
        )

    def post(self, context: DeviceContext, message: Apdu, *, repeat_on_silence: bool = True) -> None:
        """Send without waiting; ``next_apdu`` hears the ACK and repeats. Raises LineLostError.

        ``repeat_on_silence`` False: repeated only on a NAK, which says that it was not taken in.
        """
        self.transmissions = 1
        if not self._is_framed:
            self._line.write(message.encode())
            return
        frame = encode_frame(message)
        self._pending = _Pending(frame, message.is_reply, repeat_on_silence, context.now_s() + self._timers.t2_s)
        self._line.write(frame)

    def next_apdu(self, context: DeviceContext, deadline_s: float, *, after_ack_s: float | None = None) -> Apdu | Wake:
        """The next whole message, acknowledged; or why there is none. ``after_ack_s``: from an ACK on, wait that long.

        Raises LineLostError, LineSilentError (no ACK for what we sent), ProtocolError (nothing but damage).
        """
        while True:
            event = self._reader.next_event()
            if event is None:
                wake = self._wait(context, deadline_s)
                if wake is not None:
                    return wake
                continue
            match event:
                case LinkReply.ACK:
                    if after_ack_s is not None and self._pending is not None:
                        deadline_s = context.now_s() + after_ack_s  # once: a line full of ACKs is no answer
                    self._pending = None
                case LinkReply.NAK:
                    self._repeat(context, "refused every time")
                case Damaged():
                    self._refuse(event)
                case Apdu():
                    self._take_in(event)
                    return event

    def await_ack(self, context: DeviceContext, *, answer: Apdu, final: int) -> bool:
        """Wait until the last posted message is acknowledged; say ``answer`` again to a repeated ``final``.

        False when the terminal did not acknowledge: it may still be busy with us.
        """
        deadline_s = context.now_s() + (1 + REPEATS_MAX) * self._timers.t2_s
        try:
            while not self.is_acknowledged:
                if (event := self._reader.next_event()) is None:
                    if self._wait(context, deadline_s) is Wake.TIMED_OUT:
                        return False
                elif event is LinkReply.ACK:
                    self._pending = None
                elif event is LinkReply.NAK:
                    self._repeat(context, "refused every time")
                elif isinstance(event, Damaged):
                    self._refuse(event)
                else:
                    self._acknowledge()
                    if event.command == final:
                        self.post(context, answer)
        except DeviceError:
            return False
        return True

    def settle(self, context: DeviceContext) -> bool:
        """Hear out the answers to copies, so that none passes for the answer to what is said next.

        A copy goes out T2 after the first frame, so its answer comes at most so long after the first one's. False when
        the caller cancels. Raises as ``next_apdu``, and ProtocolError when the terminal does not come to an end.
        """
        for _ in range(ECHOES_MAX):
            if not self._is_echo_due:
                return True
            quiet_at_s = self._last_byte_s + self._timers.t2_s + self._timers.t1_s
            heard = self.next_apdu(context, max(context.now_s(), quiet_at_s))
            if heard is Wake.CANCEL:
                return False
            if isinstance(heard, Wake):
                self._is_echo_due = False
            elif not heard.is_reply:
                self.post(context, POSITIVE)
        raise ProtocolError("the terminal keeps talking of an earlier command")

    def drain(self, context: DeviceContext) -> bool:
        """Forget what has come since the last command; False when the caller cancels. Raises as ``settle``."""
        if not self.settle(context):
            return False
        for _ in range(DRAIN_READS_MAX):
            received = context.receive(self._line, context.now_s())
            if received is Wake.CANCEL:
                return False
            if isinstance(received, Wake):
                break
            self._reader.receive(received)
        while (event := self._reader.next_event()) is not None:
            if isinstance(event, Apdu):
                self._acknowledge()
        self._reader.line_quiet()
        self._pending = None
        self._damaged = 0
        self.heard_damage = False
        return True

    def _take_in(self, message: Apdu) -> None:
        self._acknowledge()
        self._damaged = 0
        if self._pending is not None and (self._pending.is_reply or message.is_positive_reply):
            self._pending = None  # the terminal went on: it has what we sent, only its ACK was lost

    def _acknowledge(self) -> None:
        if self._is_framed:
            self._line.write(bytes([ACK]))

    def _refuse(self, damaged: Damaged) -> None:
        self._damaged += 1
        self.heard_damage = True
        if self._damaged > DAMAGED_IN_A_ROW_MAX:
            raise ProtocolError(f"{self._damaged} damaged frames in a row: {damaged.rule}")
        self._line.write(bytes([NAK]))

    def _repeat(self, context: DeviceContext, problem: str) -> None:
        pending = self._pending
        if pending is None:
            return
        if pending.transmissions > REPEATS_MAX:
            raise LineSilentError(f"the terminal did not take in a frame: {problem}")
        pending.transmissions += 1
        self._is_echo_due = self._is_echo_due or not pending.is_reply
        self.transmissions = pending.transmissions
        pending.due_s = context.now_s() + self._timers.t2_s
        self._line.write(pending.frame)

    def _wait(self, context: DeviceContext, deadline_s: float) -> Wake | None:
        """Wait for bytes; None when something may have changed, else why the caller's wait ended."""
        until_s = deadline_s
        if not self._reader.is_idle:
            until_s = min(until_s, self._last_byte_s + self._timers.t1_s)
        if self._pending is not None:
            until_s = min(until_s, self._pending.due_s)
        received = context.receive(self._line, until_s)
        now_s = context.now_s()
        if isinstance(received, bytes):
            self._last_byte_s = now_s
            self._reader.receive(received)
            return None
        if received is Wake.CANCEL:
            return Wake.CANCEL
        if not self._reader.is_idle and now_s >= self._last_byte_s + self._timers.t1_s:
            self._reader.line_quiet()
            return None
        if self._pending is not None and now_s >= self._pending.due_s:
            if not self._pending.repeat_on_silence:
                raise LineSilentError("the terminal did not acknowledge the charge")
            self._repeat(context, "no ACK")
            return None
        return Wake.TIMED_OUT if now_s >= deadline_s else None
