"""The driver's context with real time: bytes, cancel, deadline, and the question to the clerk."""

import threading
import time
from collections.abc import Callable

import pytest

from drivers.context import OVERDUE_S_MAX, Wake
from drivers.errors import NotDurableError
from drivers.payment import api
from drivers.transport import MemoryLine
from kiosk.domain.record import NotDurable
from kiosk.runtime.live_context import LivePaymentContext, broken_rule, no_slip
from kiosk.services.notices import Answer, Notice, PaymentProgress, Question, Refused

FORM = api.Form(
    "attended_sale",
    300,
    (
        api.Field("brand", api.FieldKind.CHOICE, choices=("iD", "WAON")),
        api.Field("slip_number", api.FieldKind.DIGITS, length_max=5),
        api.Field("note", api.FieldKind.TEXT, length_max=4, required=False),
    ),
    ("approved", "declined"),
)
GOOD = {"brand": "iD", "slip_number": "12345"}


def soon_s() -> float:
    return time.monotonic() + 10


def test_bytes_end_a_wait() -> None:
    ours, theirs = MemoryLine.pair()
    context = LivePaymentContext(list[Notice]().append, lambda _: None, no_slip)
    threading.Timer(0.01, theirs.write, (b"\x06",)).start()
    assert context.receive(ours, soon_s()) == b"\x06"


def test_a_cancel_wakes_one_wait_and_is_used_up() -> None:
    ours, _theirs = MemoryLine.pair()
    context = LivePaymentContext(list[Notice]().append, lambda _: None, no_slip)
    context.cancel()
    assert context.receive(ours, soon_s()) is Wake.CANCEL
    assert context.receive(ours, time.monotonic()) is Wake.TIMED_OUT


def test_bytes_that_are_there_win_over_a_cancel() -> None:
    ours, theirs = MemoryLine.pair()
    context = LivePaymentContext(list[Notice]().append, lambda _: None, no_slip)
    theirs.write(b"\x06")
    context.cancel()
    assert context.receive(ours, soon_s()) == b"\x06"
    assert context.receive(ours, soon_s()) is Wake.CANCEL


def test_a_line_that_never_stops_talking_ends_a_wait_all_the_same() -> None:
    ours, theirs = MemoryLine.pair()
    context = LivePaymentContext(list[Notice]().append, lambda _: None, no_slip)
    theirs.write(b"\x06")
    assert context.receive(ours, time.monotonic() - OVERDUE_S_MAX / 2) == b"\x06"
    theirs.write(b"\x06")
    assert context.receive(ours, time.monotonic() - OVERDUE_S_MAX) is Wake.TIMED_OUT


def answering(*replies: Answer) -> tuple[LivePaymentContext, list[Notice]]:
    """A context whose clerk gives ``replies`` in turn, each time something is asked or refused."""
    told: list[Notice] = []
    left = list(replies)

    def tell(notice: Notice) -> None:
        told.append(notice)
        if isinstance(notice, Question | Refused) and left:
            context.answer(left.pop(0))

    context = LivePaymentContext(tell, lambda _: None, no_slip)
    return context, told


def test_the_clerk_is_asked_and_the_answer_comes_back() -> None:
    context, told = answering(Answer("approved", GOOD))
    entry = context.ask(FORM, soon_s())
    assert entry == api.Entry("approved", GOOD)
    (question,) = told
    assert isinstance(question, Question)
    assert (question.name, question.amount_yen, question.fields[0].choices) == ("attended_sale", 300, ("iD", "WAON"))


def test_a_wrong_entry_is_refused_in_words_and_asked_again() -> None:
    context, told = answering(Answer("approved", {**GOOD, "slip_number": "１２"}), Answer("approved", GOOD))
    assert isinstance(context.ask(FORM, soon_s()), api.Entry)
    assert told[1] == Refused("field_digits")


def test_a_late_reply_to_an_earlier_question_answers_nothing() -> None:
    context, _told = answering()
    context.answer(Answer("approved", GOOD))
    assert context.ask(FORM, time.monotonic()) is Wake.TIMED_OUT


@pytest.mark.parametrize(
    ("answer", "values", "rule"),
    [
        ("approved", GOOD, ""),
        ("declined", {}, ""),
        ("maybe", GOOD, "answer_unknown"),
        ("approved", {"brand": "iD"}, "field_required"),
        ("approved", {**GOOD, "slip_number": "123456"}, "field_too_long"),
        ("approved", {**GOOD, "slip_number": "12a"}, "field_digits"),
        ("approved", {**GOOD, "brand": "Visa"}, "field_choice"),
        ("approved", {**GOOD, "note": "12345"}, "field_too_long"),
    ],
)
def test_every_rule_of_a_form(answer: str, values: dict[str, str], rule: str) -> None:
    assert broken_rule(FORM, Answer(answer, values)) == rule


def test_a_result_that_is_not_durable_is_not_acknowledged() -> None:
    def full(_: api.Approved | api.Declined) -> None:
        raise NotDurable("disk full")

    context = LivePaymentContext(list[Notice]().append, full, no_slip)
    with pytest.raises(NotDurableError):
        context.commit(api.Declined(api.DeclineReason.CARD_REFUSED, "6C"))


def test_progress_is_told() -> None:
    told: list[Notice] = []
    show: Callable[[api.Phase], None] = LivePaymentContext(told.append, lambda _: None, no_slip).show
    show(api.Phase.WAIT_CARD)
    assert told == [PaymentProgress("wait_card")]
