"""Asking the service within one operation: signing anew, waiting, backing off. Refuses to know what is asked for."""

from collections.abc import Callable
from dataclasses import dataclass

from drivers.context import Wake
from drivers.errors import DeviceError, LineLostError, ProtocolError
from drivers.http import HttpAnswer, HttpClient
from drivers.payment.api import PaymentContext
from drivers.payment.paypay import protocol
from drivers.payment.paypay.protocol import Call, Keys, Reply
from drivers.payment.paypay.results import MAINTENANCE_MODE, RATE_LIMIT

OPERATION_S_MAX = 480.0
"""An operation asks nothing more after this: the code's five minutes, and time to find out how they ended."""
TRIES_MAX = 4
"""A request that met the rate limit is sent again so often in all; it was not taken in, so that none is done twice."""
SIGNATURE_S = 150.0
"""A request older than this is taken by nobody: its signature is good for two minutes, whichever clock is ahead."""
BACK_OFF_S = 2.0
"""The first wait at the rate limit where the service names none; each next one is twice as long."""
RETRY_AFTER_S_MAX = 60.0
"""Whoever is put off for longer than this is better served by another tender."""
TOO_MANY_REQUESTS, SERVER_ERRORS = 429, 500


class SilentError(DeviceError):
    """No answer that tells: what was asked for may have been done."""


@dataclass(slots=True)
class Service:
    """The way to the provider, the keys for it, and what is handed in."""

    client: HttpClient
    keys: Keys
    wall_s: Callable[[], float]
    """The machine's clock as an epoch; the service takes it if it is less than two minutes wrong."""
    new_nonce: Callable[[], str]
    skew_s: float = 0.0
    """By how much the service's clock is ahead of ours, as its last answer told."""

    @property
    def is_clock_wrong(self) -> bool:
        return abs(self.skew_s) >= protocol.CLOCK_SKEW_S_MAX


class Talk:
    """One operation's questions; ``is_canceled`` once somebody has asked for an end."""

    def __init__(self, service: Service, context: PaymentContext, *, limit_s: float = OPERATION_S_MAX) -> None:
        self.service, self.context = service, context
        self.is_canceled = False
        self._ends_s = context.now_s() + limit_s

    @property
    def is_over(self) -> bool:
        """Nothing more is asked in this operation."""
        return self.context.now_s() >= self._ends_s

    def pause(self, seconds: float) -> bool:
        """Wait, at most until the operation's end; whether somebody has asked for an end meanwhile."""
        is_canceled = self.context.pause(min(self.context.now_s() + seconds, self._ends_s)) is Wake.CANCEL
        self.is_canceled |= is_canceled
        return is_canceled

    def ask(self, call: Call, wait_s: float) -> Reply:
        """The service's answer to ``call``, a refusal included. At its rate limit: back off, sign anew, send again.

        Raises PortMissingError when nothing has left, SilentError when it may have been done all the same.
        """
        for attempt in range(1, TRIES_MAX + 1):
            answer = self._exchange(call, wait_s)
            if answer.status != TOO_MANY_REQUESTS:
                return _reply(answer)
            if attempt == TRIES_MAX or self.pause(_back_off_s(answer, attempt)) or self.is_over:
                break
        return Reply(TOO_MANY_REQUESTS, RATE_LIMIT)

    def _exchange(self, call: Call, wait_s: float) -> HttpAnswer:
        if self.is_over:
            raise SilentError("the operation has taken too long")
        service, context = self.service, self.context
        epoch_s = int(service.wall_s())
        request = protocol.sign(call, service.keys, nonce=service.new_nonce(), epoch_s=epoch_s)
        deadline_s = min(context.now_s() + wait_s, self._ends_s)
        try:
            answer = context.exchange(service.client, request, deadline_s)
        except LineLostError as error:
            raise SilentError(str(error)) from error
        if answer is Wake.TIMED_OUT:
            raise SilentError("no answer in time")
        told_s = protocol.server_time_s(answer)
        service.skew_s = 0.0 if told_s is None else told_s - service.wall_s()
        return answer


def _reply(answer: HttpAnswer) -> Reply:
    try:
        reply = protocol.read_reply(answer)
    except ProtocolError as error:
        raise SilentError(f"status {answer.status}, {error}") from error
    if reply.status >= SERVER_ERRORS and reply.code != MAINTENANCE_MODE:
        raise SilentError(f"status {reply.status}, {reply.code}")
    return reply


def _back_off_s(answer: HttpAnswer, attempt: int) -> float:
    told_s = protocol.retry_after_s(answer)
    return min(float(told_s) if told_s else BACK_OFF_S * 2 ** (attempt - 1), RETRY_AFTER_S_MAX)
