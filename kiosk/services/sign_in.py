"""Signing in and out, and a second person's approval. Owns that guessing is slow; refuses to keep a PIN."""

import math
from collections.abc import Callable, Mapping

from kiosk.domain.operator import Act, Operator
from kiosk.domain.pin import TRIES_FREE, wait_s
from kiosk.domain.record import SYSTEM, Actor, PinRefused, SignedIn, SignedOut
from kiosk.services.counter import Counter, RefusalError

VerifyPin = Callable[[str, str], bool]
"""``(pin_hash, pin) -> bool``; slow on purpose (Argon2id), so never called on the window's thread."""
NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""Nobody's: a name that does not exist takes as long as one that does."""


class PinGate:
    """Checks PINs, one after the other, on the desk's worker.

    A wrong one is durable before anybody is told, so that pulling the plug wins no try. How often is counted in the
    journal; how long a name rests is measured by ``now_s``, a clock that nobody can set (monotonic, seconds): after a
    restart the rest begins anew.
    """

    def __init__(
        self,
        counter: Counter,
        operators: Mapping[str, Operator],
        verify_pin: VerifyPin,
        now_s: Callable[[], float],
    ) -> None:
        self._counter, self._operators, self._verify, self._now_s = counter, operators, verify_pin, now_s
        self._began_s = now_s()
        self._refused_s: dict[str, float] = {}

    def identify(self, operator_id: str, pin: str, *, act: Act, actor: Actor = SYSTEM) -> Operator:
        """The operator whose PIN this is. Raises RefusalError: pin_wrong, pin_wrong_last, pin_resting."""
        minutes = self._minutes_left(operator_id)
        if minutes:
            raise RefusalError("pin_resting", minutes=minutes)
        operator = self._operators.get(operator_id)
        is_right = self._verify(operator.pin_hash if operator else NOBODYS_HASH, pin)
        if operator is None:
            raise RefusalError("pin_wrong")
        if not is_right:
            self._refuse(operator, act, actor)
        return operator

    def _refuse(self, operator: Operator, act: Act, actor: Actor) -> None:
        books = self._counter.journal.books()
        body, day = PinRefused(operator.operator_id, act), books.day().business_date
        self._counter.transact(lambda _: [self._counter.draft(body, actor, day)])
        self._refused_s[operator.operator_id] = self._now_s()
        minutes = self._minutes_left(operator.operator_id)
        if minutes:
            raise RefusalError("pin_resting", minutes=minutes)
        is_last = books.history.pin_refusals(operator.operator_id) == TRIES_FREE
        raise RefusalError("pin_wrong_last" if is_last else "pin_wrong")

    def _minutes_left(self, operator_id: str) -> int:
        rest_s = wait_s(self._counter.journal.books().history.pin_refusals(operator_id))
        since_s = self._refused_s.get(operator_id, self._began_s)
        return max(0, math.ceil((since_s + rest_s - self._now_s()) / 60))


def sign_in(counter: Counter, operator: Operator) -> None:
    """Record that ``operator`` took the counter. Raises RefusalError for whoever has no work there."""
    if not operator.may(Act.SIGN_IN):
        raise RefusalError("role_not_at_counter")
    day = counter.journal.books().day()
    counter.transact(lambda _: [counter.draft(SignedIn(operator.role), operator.actor, day.business_date)])


def sign_out(counter: Counter, operator: Operator) -> None:
    """Record that ``operator`` left the counter."""
    day = counter.journal.books().day()
    counter.transact(lambda _: [counter.draft(SignedOut(), operator.actor, day.business_date)])


def approve(second: Operator, *, act: Act, actor: Actor) -> None:
    """Check the second person for ``act``. Raises RefusalError when it is the same person or may not."""
    if second.operator_id == actor.operator_id:
        raise RefusalError("approver_same_person")
    if not second.may(act):
        raise RefusalError("approver_may_not")
