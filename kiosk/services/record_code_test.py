"""A live test of a code with the amount in it, at one operator. Owns the code and the record; refuses to judge it."""

import hashlib

from drivers.codes import jpqr
from drivers.payment.api import ShownCode
from kiosk.domain.books import Books
from kiosk.domain.money import Yen
from kiosk.domain.record import Actor, CodeTested, Draft
from kiosk.domain.tender import TenderKind
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.enroll_code import issued_code

TRIAL_YEN = Yen(1)
"""The least that can be paid: it is real money, and is canceled in the operator's portal."""
TRIAL_BILL = "TRIAL"


def trial_code(counter: Counter, device: str, brand: str) -> ShownCode:
    """A code such as a sale would show ``brand``'s application, over one yen. Raises RefusalError."""
    if brand not in counter.brands.get(TenderKind.CODE, ()):
        raise RefusalError("brand_unknown")
    text = counter.journal.books().history.payment_code(device).text
    if not text:
        raise RefusalError("code_not_enrolled")
    code = jpqr.with_amount(issued_code(text), amount_yen=TRIAL_YEN, bill=TRIAL_BILL)
    return ShownCode(code.payload, brand=brand)


def record_code_test(
    counter: Counter, device: str, brand: str, *, passed: bool, actor: Actor, approver: Actor
) -> CodeTested:
    """Record that ``brand``'s application read such a code rightly, or did not. Raises RefusalError.

    The newest test holds: one that failed switches the operator's codes with an amount off again.
    """
    if brand not in counter.brands.get(TenderKind.CODE, ()):
        raise RefusalError("brand_unknown")
    made: list[CodeTested] = []

    def decide(books: Books) -> list[Draft]:
        text = books.history.payment_code(device).text
        if not text:
            raise RefusalError("code_not_enrolled")
        made.append(CodeTested(device, brand, passed, hashlib.sha256(text.encode()).hexdigest(), TRIAL_YEN))
        return [counter.draft(made[-1], actor, books.day().open_date, approver)]

    counter.transact(decide)
    return made[-1]
