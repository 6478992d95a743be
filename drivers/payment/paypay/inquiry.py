"""What became of a charge that nobody heard the end of. Owns the proofs of paid and not paid; charges nothing.

A shown code that this run knows is deleted and seen unpaid. For anything else that is not paid the service is asked to
cancel: once it has accepted that, it gives back whatever is still taken under the same number ("Cancel a payment").
"""

from drivers.errors import DeviceError
from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Declined,
    DeclineReason,
    InquiryOutcome,
    NotCharged,
    OutcomeUnknown,
    UnknownReason,
)
from drivers.payment.paypay import protocol
from drivers.payment.paypay.charge import Charge
from drivers.payment.paypay.judging import ANSWER_WAIT_S, Told, Trace, Way, approved_from, look
from drivers.payment.paypay.link import SIGNATURE_S, Talk
from drivers.payment.paypay.protocol import NOT_PAID, UNDER_WAY, Counter, Payment

INQUIRY_S_MAX = 60.0
"""Where this run knows what was sent; otherwise as long again as a signature lives."""
SETTLED_S = 10.0
"""A payment that an earlier run may have asked to cancel has to stand so long: cancelling follows paying at once, and
what that run has sent may be on its way until its signature is dead."""
UNANSWERED = OutcomeUnknown(UnknownReason.UNANSWERED)


class Inquiry:
    """Asks once what became of a charge."""

    def __init__(
        self, talk: Talk, request: AuthorizationRequest, counter: Counter, trace: Trace, *, begun_s: float
    ) -> None:
        """``begun_s``: since when this run of the program knows of the device."""
        self._talk, self._request, self._counter, self._trace = talk, request, counter, trace
        self._begun_s = begun_s

    def run(self) -> InquiryOutcome:
        """Paid, not charged with what shows it, or unknown."""
        told = self._look()
        if told is Told.NOTHING:
            return UNANSWERED
        if isinstance(told, Payment) and told.state in NOT_PAID:
            return NotCharged(f"status {told.state}")
        if isinstance(told, Payment) and told.state not in UNDER_WAY:
            return self._of_paid(told)
        if self._trace.way is Way.SHOWN:
            return self._of_shown_code(told)
        return self._cancel()

    def _look(self) -> Payment | Told:
        """Of an earlier run it is not known which way the charge went: both are asked."""
        calls = {
            Way.SHOWN: protocol.code_payment(self._request.operation_id),
            Way.SCANNED: protocol.payment(self._request.operation_id),
        }
        heard = [look(self._talk, call) for way, call in calls.items() if self._trace.way in (None, way)]
        payments = [each for each in heard if isinstance(each, Payment)]
        if payments:
            return max(payments, key=lambda each: each.state not in UNDER_WAY)
        return Told.NOTHING if Told.NOTHING in heard else Told.NO_SUCH_PAYMENT

    def _of_paid(self, paid: Payment) -> InquiryOutcome:
        judged = approved_from(self._request, paid, self._counter.terminal_id)
        if not isinstance(judged, Approved):
            return judged
        if self._trace.is_cancel_sent:
            return self._cancel()  # said again, so that it is known: it goes back
        if self._trace.way is None:
            on_its_way_s = self._begun_s + SIGNATURE_S - self._talk.context.now_s()
            is_canceled = self._talk.pause(max(SETTLED_S, on_its_way_s))
            return judged if not is_canceled and self._look() == paid else UNANSWERED
        return judged

    def _of_shown_code(self, told: Payment | Told) -> InquiryOutcome:
        code = self._trace.code
        if told is Told.NO_SUCH_PAYMENT or code is None:
            return NotCharged("the code is gone, and nothing was paid")
        charge = Charge(self._talk, self._request, self._counter, self._trace)
        outcome = charge.take_back(code, DeclineReason.TIMED_OUT)
        return NotCharged("the code was deleted unpaid") if isinstance(outcome, Declined) else outcome

    def _cancel(self) -> InquiryOutcome:
        if not self._trace.is_cancel_accepted:
            self._trace.is_cancel_sent = True  # before the first byte: its answer may be lost
            try:
                reply = self._talk.ask(protocol.cancel_payment(self._request.operation_id), ANSWER_WAIT_S)
            except DeviceError:
                return UNANSWERED
            self._trace.is_cancel_accepted = reply.is_done
        return NotCharged("cancel accepted") if self._trace.is_cancel_accepted else UNANSWERED
