"""The scheme's payment code taken up from its delivered sticker. Owns which code may be one; refuses to change it."""

from drivers.codes import jpqr, scanned
from drivers.codes.refusal import CodeError
from kiosk.domain.books import Books
from kiosk.domain.record import Actor, CodeEnrolled, Draft
from kiosk.services.counter import Counter, RefusalError


def enroll_code(counter: Counter, device: str, text: str, *, actor: Actor, approver: Actor) -> CodeEnrolled:
    """Record the sticker's payload byte for byte, checked by every rule of JPQR. Raises RefusalError.

    A code for one payment, or for one amount, is nobody's sticker. The same one again is refused, so that nobody takes
    it for a new one; another one takes the old one's place, and its live tests begin anew.
    """
    enrolled = CodeEnrolled(device, issued_code(text).payload)

    def decide(books: Books) -> list[Draft]:
        if books.history.payment_code(device).text == enrolled.text:
            raise RefusalError("code_enrolled_already")
        return [counter.draft(enrolled, actor, books.day().open_date, approver)]

    counter.transact(decide)
    return enrolled


def issued_code(text: str) -> jpqr.JpqrCode:
    """The code on a sticker, as it was scanned. Raises RefusalError."""
    try:
        code = jpqr.interpret(scanned.merchant_code(text)[0])
    except CodeError as error:
        raise RefusalError("code_no_jpqr") from error
    if not code.is_sticker:
        raise RefusalError("code_for_one_payment")
    return code
