"""A charge, by a code shown to the citizen or by the citizen's own code. Every decision about its money is here.

A code that nobody has seen charges nobody, so that creating one may fail without a doubt. A scanned code is charged by
one request, and whatever leaves its outcome open is asked about by merchantPaymentId and never sent again.
"""

from drivers.errors import DeviceError, PortMissingError, ProtocolError
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Declined,
    DeclineReason,
    NotSent,
    NotSentReason,
    OutcomeUnknown,
    Phase,
    ShownCode,
    UnknownReason,
)
from drivers.payment.paypay import protocol
from drivers.payment.paypay.judging import (
    ANSWER_WAIT_S,
    BRAND,
    MISMATCH,
    SILENT,
    Result,
    Told,
    Trace,
    approved_from,
    committed,
    declined_from,
    look,
)
from drivers.payment.paypay.link import SilentError, Talk
from drivers.payment.paypay.protocol import NOT_PAID, Code, Counter, Payment, State
from drivers.payment.paypay.results import CHARGE_REFUSALS, CODE_GONE, CODE_REFUSALS

CREATE_WAIT_S = 30.0
"""The provider's time-out for POST /v2/codes."""
CHARGE_WAIT_S = 35.0
"""The provider asks for 30 s at least, so that most payments are told before anybody has to ask."""
POLL_S = 2.5
"""The provider asks for two to three seconds between questions."""
SHOWN_S_MAX, SHOWN_S_MIN = 300.0, 20.0
"""The provider's codes live five minutes; a citizen who takes longer begins anew. A clock may be two minutes wrong."""
CHARGED_S_MAX = 60.0
"""A charge that was taken in and is not decided by then is in doubt."""
LOOKS = 2
"""So often a code that is gone has to be seen unpaid: a payment that had just begun would be told by then."""
LOOKS_MAX = 5


class Charge:
    """Runs once."""

    def __init__(self, talk: Talk, request: AuthorizationRequest, counter: Counter, trace: Trace) -> None:
        self._talk, self._request, self._counter, self._trace = talk, request, counter, trace
        self._saw_another = False

    def by_shown_code(self) -> AuthorizationOutcome:
        """Create a code, show it, and ask every few seconds whether it was paid."""
        talk, request = self._talk, self._request
        call = protocol.create_code(request.operation_id, request.amount_yen, self._counter, at_s=self._wall_s())
        try:
            reply = talk.ask(call, CREATE_WAIT_S)
            code = protocol.read_code(reply) if reply.is_done else None
        except PortMissingError:
            return NotSent(NotSentReason.SERVICE_UNREACHABLE)
        except DeviceError:
            return NotSent(NotSentReason.NO_ANSWER)
        if code is None:
            refused = declined_from(reply, CODE_REFUSALS, talk.service)
            return NotSent(NotSentReason.NO_ANSWER) if refused is None else committed(refused, talk.context)
        self._trace.code = code
        shown_s = min(max(code.expires_at_s - self._wall_s(), SHOWN_S_MIN), SHOWN_S_MAX)
        talk.context.show_code(ShownCode(code.url, brand=BRAND, valid_s=int(shown_s)))
        talk.context.show(Phase.WAIT_CODE)
        outcome = self._await_citizen(code, shown_s)
        talk.context.show_code(None)
        return committed(outcome, talk.context)

    def by_scanned_code(self, wallet_code: str) -> AuthorizationOutcome:
        """Charge the wallet whose code was read, once."""
        talk, request = self._talk, self._request
        call = protocol.charge(
            request.operation_id, wallet_code, request.amount_yen, self._counter, at_s=self._wall_s()
        )
        talk.context.show(Phase.PROCESSING)
        try:
            reply = talk.ask(call, CHARGE_WAIT_S)
            if reply.is_done:
                outcome = self._conclude(protocol.read_payment(reply)) or self._await_service()
                return committed(outcome, talk.context)
        except PortMissingError:
            return NotSent(NotSentReason.SERVICE_UNREACHABLE)
        except SilentError:
            return SILENT
        except ProtocolError:
            return OutcomeUnknown(UnknownReason.PROTOCOL)
        refused = declined_from(reply, CHARGE_REFUSALS, talk.service)
        return OutcomeUnknown(UnknownReason.PROTOCOL) if refused is None else committed(refused, talk.context)

    def take_back(self, code: Code, reason: DeclineReason) -> Result:
        """Delete a code, and see how it ended: paid before that, or never (``reason``). Commits nothing."""
        talk = self._talk
        is_gone, unpaid = False, 0
        for _ in range(LOOKS_MAX):
            is_gone = is_gone or self._delete(code)
            told = self._look()
            outcome = self._conclude(told) if isinstance(told, Payment) else None
            if outcome is not None:
                return outcome
            is_unpaid = told is Told.NO_SUCH_PAYMENT or (is_gone and told == Payment(State.CREATED))
            unpaid = unpaid + 1 if is_unpaid else 0
            if unpaid == LOOKS:
                return Declined(reason, "")
            talk.pause(POLL_S)
        return MISMATCH if self._saw_another else SILENT

    def _await_citizen(self, code: Code, shown_s: float) -> Result:
        talk, context = self._talk, self._talk.context
        ends_s = context.now_s() + shown_s
        while not talk.is_canceled and not talk.pause(POLL_S) and context.now_s() < ends_s:
            told = self._look()
            if told is Told.NO_SUCH_PAYMENT:
                break
            outcome = self._conclude(told) if isinstance(told, Payment) else None
            if outcome is not None:
                return outcome
        context.show_code(None)
        context.show(Phase.CANCELING if talk.is_canceled else Phase.INQUIRING)
        return self.take_back(code, DeclineReason.CANCELED if talk.is_canceled else DeclineReason.TIMED_OUT)

    def _await_service(self) -> Result:
        """A charge that was taken in and is not decided yet."""
        ends_s = self._talk.context.now_s() + CHARGED_S_MAX
        while self._talk.context.now_s() < ends_s:
            self._talk.pause(POLL_S)
            told = look(self._talk, protocol.payment(self._request.operation_id))
            outcome = self._conclude(told) if isinstance(told, Payment) else None
            if outcome is not None:
                return outcome
        return MISMATCH if self._saw_another else SILENT

    def _look(self) -> Payment | Told:
        return look(self._talk, protocol.code_payment(self._request.operation_id))

    def _delete(self, code: Code) -> bool:
        try:
            reply = self._talk.ask(protocol.delete_code(code.code_id), ANSWER_WAIT_S)
        except DeviceError:
            return False
        return reply.is_done or reply.code in CODE_GONE

    def _conclude(self, paid: Payment) -> Result | None:
        """None while it is not decided, or where it is another payment that is told of."""
        if paid.state in NOT_PAID:
            return Declined(DeclineReason.CODE_REFUSED, paid.state)
        if paid.state in protocol.UNDER_WAY:
            return None
        judged = approved_from(self._request, paid, self._counter.terminal_id)
        if isinstance(judged, Approved):
            self._talk.context.show(Phase.FINISHING)
        elif paid.merchant_payment_id != self._request.operation_id:
            self._saw_another = True
            return None
        return judged

    def _wall_s(self) -> int:
        return int(self._talk.service.wall_s())
