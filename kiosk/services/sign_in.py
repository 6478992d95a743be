"""Signing in and out, and a second person's approval. Refuses to keep a PIN."""

from collections.abc import Callable, Mapping

from kiosk.domain.operator import Act, Operator
from kiosk.domain.record import Actor, SignedIn, SignedOut
from kiosk.services.counter import Counter, RefusalError

VerifyPin = Callable[[str, str], bool]
"""``(pin_hash, pin) -> bool``; slow on purpose (Argon2id), so never called on the window's thread."""


def identify(operators: Mapping[str, Operator], operator_id: str, pin: str, verify_pin: VerifyPin) -> Operator:
    """Return the operator whose PIN this is. Raises RefusalError("pin_wrong")."""
    operator = operators.get(operator_id)
    if operator is None or not verify_pin(operator.pin_hash, pin):
        raise RefusalError("pin_wrong")
    return operator


def sign_in(counter: Counter, operator: Operator) -> None:
    """Record that ``operator`` took the counter."""
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
