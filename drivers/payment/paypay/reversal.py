"""Money back for a payment, whole, under our own merchantRefundId. Owns its outcome and the inquiry about it.

A void is a refund as well: the provider's cancelling is meant for payments whose outcome is unknown, has no number of
ours and tells of no end, while a refund has both and is told to the citizen.
"""

from dataclasses import dataclass

from drivers.errors import DeviceError, PortMissingError, ProtocolError
from drivers.payment.api import (
    AuthorizationOutcome,
    AuthorizationRequest,
    InquiryOutcome,
    NotCharged,
    NotSent,
    NotSentReason,
    OutcomeUnknown,
    Phase,
    UnknownReason,
)
from drivers.payment.paypay import protocol
from drivers.payment.paypay.judging import ANSWER_WAIT_S, MISMATCH, SILENT, committed, declined_from, given_back
from drivers.payment.paypay.link import SIGNATURE_S, SilentError, Talk
from drivers.payment.paypay.protocol import Call, Counter, Reply
from drivers.payment.paypay.results import REFUND_REFUSALS, REFUND_UNKNOWN, THROTTLED

REFUND_WAIT_S = 30.0
"""The provider's time-out for POST /v2/refunds."""
THROTTLE_S = 60.0
"""The provider: another refund of this payment is under way, try again after a minute."""
THROTTLES_MAX = 2
ASK_AGAIN_S = 5.0
UNANSWERED = OutcomeUnknown(UnknownReason.UNANSWERED)


@dataclass(slots=True)
class RefundTrace:
    """What this run of the program knows of a refund."""

    sent_at_s: float
    """When it was last sent; of an earlier run, when this one began."""
    is_mismatched: bool = False
    """The service told of another refund than was asked for: people look."""


class Reversal:
    """One refund."""

    def __init__(
        self, talk: Talk, request: AuthorizationRequest, payment_id: str, counter: Counter, trace: RefundTrace
    ) -> None:
        self._talk, self._request, self._payment_id, self._counter = talk, request, payment_id, counter
        self._trace = trace

    def run(self) -> AuthorizationOutcome:
        """Ask for it once; again only where the service has refused for the moment."""
        talk, request = self._talk, self._request
        at_s = int(talk.service.wall_s())
        call = protocol.create_refund(request.operation_id, self._payment_id, request.amount_yen, at_s=at_s)
        talk.context.show(Phase.PROCESSING)
        try:
            reply = self._send(call)
            for _ in range(THROTTLES_MAX):
                if reply.code != THROTTLED or talk.pause(THROTTLE_S):
                    break
                reply = self._send(call)
        except PortMissingError:
            return NotSent(NotSentReason.SERVICE_UNREACHABLE)
        except SilentError:
            return SILENT
        if reply.is_done:
            return self._told(reply)
        refused = declined_from(reply, REFUND_REFUSALS, talk.service)
        return OutcomeUnknown(UnknownReason.PROTOCOL) if refused is None else committed(refused, talk.context)

    def inquire(self) -> InquiryOutcome:
        """Whether it was taken in; not, when there is none under its number and no request can still be on its way."""
        if self._trace.is_mismatched:
            return MISMATCH
        talk = self._talk
        while True:
            asked_at_s = talk.context.now_s()
            try:
                reply = talk.ask(protocol.refund(self._request.operation_id, self._payment_id), ANSWER_WAIT_S)
                if reply.is_done:
                    refund = protocol.read_refund(reply)
                    return given_back(self._request, refund, self._counter.terminal_id)
            except DeviceError:
                return UNANSWERED
            if reply.code not in REFUND_UNKNOWN:
                return UNANSWERED
            if asked_at_s >= self._trace.sent_at_s + SIGNATURE_S:  # when it is answered one may have come since
                return NotCharged("no refund under this number, and none can be on its way")
            if talk.pause(ASK_AGAIN_S) or talk.is_over:
                return UNANSWERED

    def _told(self, reply: Reply) -> AuthorizationOutcome:
        try:
            refund = protocol.read_refund(reply)
        except ProtocolError:
            return OutcomeUnknown(UnknownReason.PROTOCOL)
        outcome = given_back(self._request, refund, self._counter.terminal_id)
        self._trace.is_mismatched = outcome is MISMATCH
        return committed(outcome, self._talk.context)

    def _send(self, call: Call) -> Reply:
        try:
            return self._talk.ask(call, REFUND_WAIT_S)
        finally:
            self._trace.sent_at_s = self._talk.context.now_s()
