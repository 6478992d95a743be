"""後日確認: what a brand said in the end about a payment settled for now. Records it for finance; moves no money."""

from kiosk.domain.books import Books
from kiosk.domain.ids import OperationId
from kiosk.domain.record import Actor, Draft, FollowUpClosed
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.resolve_in_doubt import checked_evidence


def close_follow_up(
    counter: Counter, operation_id: OperationId, *, charged: bool, evidence: str, actor: Actor, approver: Actor
) -> None:
    """Record that the brand made it a sale (``charged``) or not, as ``evidence`` shows. Raises RefusalError.

    What was booked stays: money that came late, or was taken back late, is finance's to book or to pay back.
    """
    found = FollowUpClosed(operation_id, charged, checked_evidence(evidence))

    def decide(books: Books) -> list[Draft]:
        if all(open_one.prepared.operation_id != operation_id for open_one in books.history.follow_ups()):
            raise RefusalError("follow_up_unknown")
        return [counter.draft(found, actor, counter.open_date(books), approver)]

    counter.transact(decide)
