"""The signed word of a closed day, recorded once: the hash at the close, the money, the key. Refuses a second."""

from datetime import date

from kiosk.domain.books import Books
from kiosk.domain.business_day import DayState
from kiosk.domain.checkpoint import Checkpoint
from kiosk.domain.record import SYSTEM, DayCheckpoint, DayClosed, Draft, Record
from kiosk.services.counter import Counter, RefusalError, Signer


def checkpoint_day(counter: Counter, business_date: date) -> None:
    """Record the checkpoint of a closed day unless it is there. A counter without a key records it unsigned.

    A disk that refuses leaves the day closed as it is; the next start tries again.
    """
    signer = counter.signer()

    def decide(books: Books) -> list[Draft]:
        day = books.history.closed_day(business_date)
        if day is None or day.checkpoint is not None:
            return []
        return [counter.draft(checkpoint_of(day.close, signer), SYSTEM, business_date)]

    try:
        counter.transact(decide)
    except RefusalError:
        return


def checkpoint_last_day(counter: Counter) -> None:
    """The same for the newest day, if it is closed: the product may have been ended right after the close."""
    day = counter.journal.books().day()
    if day.state is DayState.CLOSED and day.business_date is not None:
        checkpoint_day(counter, day.business_date)


def checkpoint_of(close: Record, signer: Signer | None) -> DayCheckpoint:
    """What is said of the day that ``close`` ended. It names the close's own hash and so every entry up to it."""
    header, closed = close.header, close.body
    assert isinstance(closed, DayClosed)
    assert header.business_date is not None, "a close without its date was never recorded"
    stated = Checkpoint(
        kiosk_id=header.kiosk_id,
        epoch=header.epoch,
        business_date=header.business_date,
        first_seq=closed.first_seq,
        last_seq=header.seq,
        count=sum(total.count for total in closed.totals),
        amount_yen=sum(total.amount_yen for total in closed.totals),
        head_hash=close.hash,
    )
    if signer is None:
        return DayCheckpoint(stated.text)
    return DayCheckpoint(stated.signed(signer.key_id, signer.sign).text, signer.public_key.hex())
