"""One 0200 or 1200, from its frame to its outcome. Owns what may be said about money; refuses lines of its own.

What is decided here, and why:

* The frame goes out once, whatever comes back. Silence may be a lost ACK; a NAK is one byte without a check and may be
  an ACK that was damaged. Both are unknown, and the inquiry settles them.
* A reply that is damaged, breaks a field's rule or does not fit what was asked is refused with NAK: that asks for the
  reply again, never for the sale. When the repeat says the same, it is a mismatch for a person.
* A reply that repeats the sale known before ours is acknowledged and not taken for ours; a refusal after it is unknown.
* An approval is durable before its ACK. The terminal has booked by then, so a lost ACK changes nothing.
* The dialect has no command to abort: a request to cancel is not sent, and the citizen cancels at the terminal.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.context import Wake
from drivers.errors import LineLostError, NotDurableError, ProtocolError
from drivers.payment.api import Approved, AuthorizationOutcome, Declined, OutcomeUnknown, PaymentContext, Phase
from drivers.payment.api import UnknownReason as Why
from drivers.payment.stxlrc.frame import LinkReply, Message
from drivers.payment.stxlrc.inquiry import Doubtful, Stale, Verdict
from drivers.payment.stxlrc.link import Link, Timers
from drivers.payment.stxlrc.protocol import STATUS, read_status
from drivers.payment.stxlrc.results import PHASES

Judge = Callable[[Message], Verdict]
"""Reads a reply of the awaited function. Raises ProtocolError when it breaks a rule."""


@dataclass(slots=True)
class Charge:
    """Runs once. ``in_step`` is False when the line must be closed before the next command."""

    link: Link
    context: PaymentContext
    command: Message
    reply: str
    judge: Judge
    timers: Timers
    in_step: bool = True
    _doubted: Message | None = None
    _saw_another: bool = False
    _phase: Phase | None = field(default=None)

    def run(self) -> AuthorizationOutcome:
        """Send and tell; raises no DeviceError."""
        try:
            outcome = self._converse()
        except NotDurableError:
            outcome = OutcomeUnknown(Why.NOT_DURABLE)
        except LineLostError:
            outcome = OutcomeUnknown(Why.LINE_LOST)
        except ProtocolError:
            outcome = OutcomeUnknown(Why.PROTOCOL)
        if isinstance(outcome, OutcomeUnknown):
            self.in_step = False
        return outcome

    def _converse(self) -> AuthorizationOutcome:
        self.link.send(self.command)
        ends_s = self.context.now_s() + self.timers.charge_s_max
        deadline_s = self.context.now_s() + self.timers.ack_s
        is_taken_on = False
        while True:
            event = self.link.next_event(self.context, min(deadline_s, ends_s))
            if event is Wake.CANCEL:
                continue
            if isinstance(event, Wake):
                return OutcomeUnknown(Why.SILENCE)
            if event is LinkReply.NAK and not is_taken_on:
                return OutcomeUnknown(Why.PROTOCOL)
            if event is not LinkReply.NAK and not is_taken_on:
                is_taken_on = True
                self._show(Phase.WAIT_CARD)
                deadline_s = self.context.now_s() + self.timers.charge_s
            if isinstance(event, Message):
                if event.function == STATUS:
                    deadline_s = self.context.now_s() + self.timers.charge_s
                outcome = self._hear(event)
                if outcome is not None:
                    return outcome

    def _hear(self, message: Message) -> AuthorizationOutcome | None:
        if message.function == STATUS:
            self._show(PHASES.get(read_status(message), Phase.PROCESSING))
            self.link.take(message)
        elif message.function == self.reply:
            return self._hear_reply(message)
        return None  # an answer to an earlier question: not ours to acknowledge

    def _hear_reply(self, message: Message) -> AuthorizationOutcome | None:
        try:
            verdict = self.judge(message)
        except ProtocolError as error:
            self.link.refuse(str(error))
            return None
        match verdict:
            case Approved():
                self._show(Phase.FINISHING)
                return self._conclude(message, verdict)
            case Declined():
                return OutcomeUnknown(Why.MISMATCH) if self._saw_another else self._conclude(message, verdict)
            case Stale():
                self._saw_another = True
                self.link.take(message)
            case Doubtful():
                if message == self._doubted:
                    return OutcomeUnknown(Why.MISMATCH)
                self._doubted = message
                self.link.refuse("the reply does not fit the command")
        return None

    def _conclude(self, message: Message, result: Approved | Declined) -> AuthorizationOutcome:
        self.context.commit(result)
        try:
            self.link.take(message)
        except LineLostError:
            self.in_step = False  # it will say it again to nobody; what it booked is known
        return result

    def _show(self, phase: Phase) -> None:
        if phase is not self._phase:
            self._phase = phase
            self.context.show(phase)
