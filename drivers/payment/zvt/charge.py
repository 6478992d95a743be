"""One ZVT charge, void or refund, from 06 01, 06 30 or 06 31 to its outcome.

Owns what may be said about money; refuses lines and numbers of its own.

What is decided here, and why (what holds for 06 01 holds for 06 30 and 06 31):

* 06 01 goes out again only after a NAK or a refusal. Silence may be a lost ACK, and the charge may be running.
* A positive reply or a status while we wait to repeat a refused 06 01 shows that a copy of it runs: unknown.
* A refusal 84 xx proves that nothing started only when 06 01 went out once and had its ACK: otherwise it may be an
  answer to the copy, or to an earlier command.
* 04 0F with another amount, currency, terminal or original, newer than what we knew: no positive reply. What we
  cannot book we do not confirm; terminals with automatic reversal then take it back, and the others show it to the
  inquiry.
* 04 0F that repeats the transaction known before the charge: confirmed (it was booked then) and not taken for ours.
* An approval is durable before its positive reply; paid only on 06 0F.
* 06 0F without an approval, and 06 1E after one, contradict themselves: unknown.
* 06 1E without a status, after a damaged frame: that may have been the approval, and its repeats lost. Unknown.
"""

from dataclasses import dataclass, field

from drivers.context import Wake
from drivers.errors import LineLostError, NotDurableError, ProtocolError
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Declined,
    NotSent,
    NotSentReason,
    OutcomeUnknown,
    PaymentContext,
    Phase,
    TransactionType,
    UnknownReason,
)
from drivers.payment.zvt import apdu as messages
from drivers.payment.zvt.apdu import Apdu
from drivers.payment.zvt.dialogue import STRAY_MESSAGES_MAX
from drivers.payment.zvt.inquiry import approved_from, fits, is_none_yet, is_same, steps_after
from drivers.payment.zvt.link import LineSilentError, Link, Timers
from drivers.payment.zvt.protocol import (
    Status,
    abort_request,
    read_intermediate,
    read_result,
    read_status,
)
from drivers.payment.zvt.results import PHASES, RESULT_OK, decline_reason
from drivers.payment.zvt.slips import Slips

BUSY_TRIES_MAX = 5
"""Busy for longer than 8 s is somebody else's transaction: the clerk should look, not wait."""


@dataclass(slots=True)
class Charge:
    """Runs once. ``status`` is the last 04 0F taken for ours; ``in_step`` is False when the line must be closed."""

    link: Link
    context: PaymentContext
    request: AuthorizationRequest
    command: Apdu
    timers: Timers
    terminal_id: str
    slips: Slips
    status: Status | None = None
    in_step: bool = True
    _result: Approved | Declined | None = None
    _saw_another: bool = False
    _cancel_wanted: bool = False
    _abort_sent: bool = False
    _abort_answered: bool = False
    _phase: Phase | None = field(default=None)

    def run(self) -> AuthorizationOutcome:
        """Charge and tell; raises no DeviceError."""
        try:
            outcome = self._converse()
        except NotDurableError:
            outcome = OutcomeUnknown(UnknownReason.NOT_DURABLE)
        except LineSilentError:
            outcome = OutcomeUnknown(UnknownReason.SILENCE)
        except LineLostError:
            outcome = OutcomeUnknown(UnknownReason.LINE_LOST)
        except ProtocolError:
            outcome = OutcomeUnknown(UnknownReason.PROTOCOL)
        if isinstance(outcome, OutcomeUnknown) or (self._abort_sent and not self._abort_answered):
            self.in_step = False
        return outcome

    def _converse(self) -> AuthorizationOutcome:
        for tries in range(1, BUSY_TRIES_MAX + 1):
            self.link.post(self.context, self.command, repeat_on_silence=False)
            refusal = self._await_start()
            if refusal is None:
                return self._hear_out()
            if self.link.transmissions > 1:
                return OutcomeUnknown(UnknownReason.PROTOCOL)
            if refusal == messages.UNSUPPORTED_CODE:
                return NotSent(NotSentReason.NOT_SUPPORTED)
            if refusal != messages.BUSY_CODE:
                return Declined(decline_reason(refusal, we_asked_to_abort=False), f"{refusal:02X}")
            if self._cancel_wanted:
                return NotSent(NotSentReason.CANCELED)
            if tries < BUSY_TRIES_MAX and (ended := self._pause_while_busy()):
                return ended
        return NotSent(NotSentReason.TERMINAL_BUSY)

    def _await_start(self) -> int | None:
        """None when the terminal took the charge on, else the code it refused with."""
        for _ in range(STRAY_MESSAGES_MAX):
            heard = self.link.next_reply(self.context)
            if heard is Wake.CANCEL:
                self._cancel_wanted = True
                continue
            if isinstance(heard, Wake):
                raise LineSilentError("no reply to the charge")
            if heard.is_positive_reply:
                return None
            if heard.refusal is not None and self.link.is_acknowledged:
                return heard.refusal
        raise LineSilentError("the terminal keeps talking of something else")

    def _pause_while_busy(self) -> AuthorizationOutcome | None:
        """None when the pause passed in silence. Whatever is no further refusal shows that a charge runs after all."""
        self._show(Phase.BUSY)
        until_s = self.context.now_s() + self.timers.busy_pause_s
        try:
            while (heard := self.link.next_apdu(self.context, until_s)) is not Wake.TIMED_OUT:
                if heard is Wake.CANCEL:
                    return NotSent(NotSentReason.CANCELED)
                if heard.refusal is None:
                    return OutcomeUnknown(UnknownReason.PROTOCOL)
        except (LineLostError, ProtocolError, LineSilentError):
            self.in_step = False
            return NotSent(NotSentReason.NO_ANSWER)
        return None

    def _hear_out(self) -> AuthorizationOutcome:
        ends_s = self.context.now_s() + self.timers.charge_s_max
        deadline_s = self.context.now_s() + self.timers.t4_s
        while True:
            self._send_abort_once()
            until_s = min(deadline_s, ends_s)
            abort_is_due = self._cancel_wanted and not self._abort_sent and self._result is None
            heard = self.link.next_apdu(self.context, until_s, after_ack_s=0.0 if abort_is_due else None)
            if heard is Wake.CANCEL:
                self._cancel_wanted = True
                continue
            if isinstance(heard, Wake):
                if abort_is_due and self.context.now_s() < until_s:
                    continue  # our last reply has its ACK: now the request to abort may follow
                return OutcomeUnknown(UnknownReason.SILENCE)
            if heard.command in (messages.INTERMEDIATE_STATUS, messages.STATUS_INFORMATION):
                deadline_s = self.context.now_s() + self.timers.t4_s
            outcome = self._hear(heard)
            if outcome is not None:
                return outcome

    def _send_abort_once(self) -> None:
        if not self._cancel_wanted or self._abort_sent or self._result is not None:
            return
        if not self.link.is_acknowledged:
            return  # our last reply is still on its way
        self._abort_sent = True
        self._show(Phase.CANCELING)
        self.link.post(self.context, abort_request())

    def _hear(self, message: Apdu) -> AuthorizationOutcome | None:
        match message.command:
            case messages.INTERMEDIATE_STATUS:
                state = read_intermediate(message)
                self._show(PHASES.get(state, Phase.PROCESSING) if state is not None else Phase.PROCESSING)
                self.link.post(self.context, messages.POSITIVE)
            case messages.STATUS_INFORMATION:
                return self._hear_status(read_status(message))
            case messages.COMPLETION:
                self._answer_final(message.command)
                self.slips.end(self.context)
                return self._completed()
            case messages.ABORT_BY_TERMINAL:
                self._answer_final(message.command)
                self.slips.end(self.context)
                return self._aborted(read_result(message))
            case messages.PRINT_LINE | messages.PRINT_TEXT_BLOCK:
                # never a refusal: a terminal whose receipt nobody prints may take the payment back
                self.link.post(self.context, messages.POSITIVE)
                self.slips.hear(message, self.context)
            case _ if message.is_reply:
                self._abort_answered = True
            case _:
                self.link.post(self.context, messages.UNSUPPORTED)
        return None

    def _hear_status(self, status: Status) -> AuthorizationOutcome | None:
        if status == self.status:  # our reply was lost and the terminal says it again
            self.link.post(self.context, messages.POSITIVE)
            return None
        if self._result is not None:
            return OutcomeUnknown(UnknownReason.PROTOCOL)
        if self.request.baseline is not None and is_same(self.request.baseline, status):
            self._saw_another = True
            self.link.post(self.context, messages.POSITIVE)
            return None
        if status.result == RESULT_OK:
            if not fits(self.request, status, self.terminal_id) or self._is_old(status):
                return OutcomeUnknown(UnknownReason.MISMATCH)
            self._result = approved_from(self.request, status, self.terminal_id)
            self._show(Phase.FINISHING)
        else:
            reason = decline_reason(status.result, we_asked_to_abort=self._abort_sent)
            self._result = Declined(reason, f"{status.result:02X}")
        self.status = status
        self.context.commit(self._result)
        self.link.post(self.context, messages.POSITIVE)
        return None

    def _is_old(self, status: Status) -> bool:
        """Its number is one that the terminal gave away before this charge; some tell a void by the sale's own."""
        baseline = self.request.baseline
        if self.request.transaction_type is TransactionType.VOID or not status.is_numbered:
            return False
        if baseline is None or is_none_yet(baseline):
            return False
        return steps_after(baseline, status) is None

    def _completed(self) -> AuthorizationOutcome:
        if isinstance(self._result, Approved):
            return self._result
        return OutcomeUnknown(UnknownReason.MISMATCH if self._saw_another else UnknownReason.PROTOCOL)

    def _aborted(self, result: int | None) -> AuthorizationOutcome:
        if isinstance(self._result, Approved):
            return OutcomeUnknown(UnknownReason.PROTOCOL)
        if self._saw_another:
            return OutcomeUnknown(UnknownReason.MISMATCH)
        if self._result is not None:
            return self._result
        if result is None or self.link.heard_damage:
            return OutcomeUnknown(UnknownReason.PROTOCOL)
        return Declined(decline_reason(result, we_asked_to_abort=self._abort_sent), f"{result:02X}")

    def _answer_final(self, command: int) -> None:
        """The outcome is certain by now; whether the terminal hears our last reply only decides if the line is kept."""
        try:
            self.link.post(self.context, messages.POSITIVE)
        except LineLostError:
            self.in_step = False
            return
        if not self.link.await_ack(self.context, answer=messages.POSITIVE, final=command):
            self.in_step = False

    def _show(self, phase: Phase) -> None:
        if phase is not self._phase and not (self._abort_sent and phase in (Phase.WAIT_CARD, Phase.WAIT_PIN)):
            self._phase = phase
            self.context.show(phase)
