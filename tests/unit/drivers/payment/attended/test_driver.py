import pytest

from drivers.context import Wake
from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Declined,
    DeclineReason,
    Entry,
    Media,
    NotCharged,
    NotSent,
    NotSentReason,
    Original,
    OutcomeUnknown,
    TransactionType,
    UnknownReason,
)
from drivers.payment.attended.driver import AttendedTerminal
from tests.unit.drivers.payment.scripted_context import ScriptedContext

REQUEST = AuthorizationRequest("op", 7, 600, Media.CREDIT, brands=("Visa", "JCB"))
KEYED = {"brand": "JCB", "amount_yen": "600", "approval_code": "a12345", "slip_number": "00231"}
APPROVED = Entry("approved", KEYED)
UNSURE = OutcomeUnknown(UnknownReason.CLERK_UNSURE)


def test_what_the_clerk_copies_from_the_slip_is_the_approval() -> None:
    context = ScriptedContext([APPROVED])
    outcome = AttendedTerminal().authorize_sales(REQUEST, context)
    assert outcome == Approved(600, Media.CREDIT, "JCB", "A12345", "00231")
    assert context.committed == [outcome]
    (form,) = context.asked
    assert (form.name, form.amount_yen) == ("attended_sale", 600)
    assert [field.name for field in form.fields] == ["brand", "amount_yen", "slip_number", "approval_code"]
    assert form.answers == ("approved", "declined", "unfinished", "wrong_amount", "unsure")


def test_a_decline_is_the_clerks_word() -> None:
    context = ScriptedContext([Entry("declined")])
    assert AttendedTerminal().authorize_sales(REQUEST, context) == Declined(DeclineReason.CARD_REFUSED, "")


@pytest.mark.parametrize("answer", [Entry("unsure"), Wake.TIMED_OUT])
def test_without_a_word_the_outcome_is_unknown(answer: Entry | Wake) -> None:
    assert AttendedTerminal().authorize_sales(REQUEST, ScriptedContext([answer])) == UNSURE


@pytest.mark.parametrize(
    "wrong",
    [
        {"brand": "Amex"},
        {"brand": ""},
        {"approval_code": "123456789"},
        {"approval_code": "12-45"},
        {"approval_code": "1ß"},
        {"slip_number": ""},
        {"slip_number": "12A"},
        {"slip_number": "123456789"},
        {"amount_yen": ""},
        {"amount_yen": "6000"},
        {"amount_yen": "６００"},
    ],
)
def test_a_wrong_value_is_asked_for_again(wrong: dict[str, str]) -> None:
    context = ScriptedContext([Entry("approved", {**KEYED, **wrong}), APPROVED])
    assert isinstance(AttendedTerminal().authorize_sales(REQUEST, context), Approved)
    assert len(context.asked) == 2


def test_it_does_not_ask_forever() -> None:
    context = ScriptedContext([Entry("approved")] * 100)
    assert AttendedTerminal().authorize_sales(REQUEST, context) == UNSURE


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([Entry("not_charged")], Declined(DeclineReason.CANCELED, "")),
        ([Entry("approved"), APPROVED], Approved(600, Media.CREDIT, "JCB", "A12345", "00231")),
        ([Entry("unsure")], UNSURE),
        ([Wake.TIMED_OUT], UNSURE),
        ([Wake.CANCEL], UNSURE),
    ],
)
def test_after_a_cancel_the_clerk_is_asked_what_the_terminal_did(
    answers: list[Entry | Wake], outcome: Approved | Declined | OutcomeUnknown
) -> None:
    context = ScriptedContext([Wake.CANCEL, *answers])
    assert AttendedTerminal().authorize_sales(REQUEST, context) == outcome
    assert context.asked[1].name == "attended_cancel"


def test_what_is_not_durable_is_not_approved() -> None:
    context = ScriptedContext([APPROVED], is_durable=False)
    assert AttendedTerminal().authorize_sales(REQUEST, context) == OutcomeUnknown(UnknownReason.NOT_DURABLE)


def test_a_medium_it_does_not_take_is_not_sent() -> None:
    request = AuthorizationRequest("op", 7, 600, Media.CASH)
    context = ScriptedContext()
    assert AttendedTerminal().authorize_sales(request, context) == NotSent(NotSentReason.NOT_SUPPORTED)
    assert context.asked == []


def test_a_person_answers_the_inquiry() -> None:
    device = AttendedTerminal()
    charged = device.query_last_transaction(REQUEST, ScriptedContext([Entry("charged", KEYED)]))
    assert charged == Approved(600, Media.CREDIT, "JCB", "A12345", "00231")
    not_charged = device.query_last_transaction(REQUEST, ScriptedContext([Entry("not_charged")]))
    assert isinstance(not_charged, NotCharged)
    for doubtful in (Entry("unsure"), Wake.CANCEL, Wake.TIMED_OUT):
        assert device.query_last_transaction(REQUEST, ScriptedContext([doubtful])) == UNSURE
    assert not device.capabilities.can_inquire


def test_it_settles_in_time_and_knows_no_baseline() -> None:
    context = ScriptedContext([Wake.CANCEL, Entry("approved"), APPROVED])
    device = AttendedTerminal()
    device.authorize_sales(REQUEST, context)
    assert max(context.deadlines_s) - context.now_s() <= 600
    assert device.read_baseline(context) is None
    assert device.check_health(context).ready


VOID = AuthorizationRequest(
    "op-2",
    8,
    600,
    Media.CREDIT,
    transaction_type=TransactionType.VOID,
    original=Original("00231", "A12345", brand="JCB"),
)


def test_a_void_is_worked_by_hand_and_keeps_the_sales_brand() -> None:
    context = ScriptedContext([Entry("approved", {"amount_yen": "600", "slip_number": "00232"})])
    outcome = AttendedTerminal().authorize_void(VOID, context)
    assert outcome == Approved(600, Media.CREDIT, "JCB", "", "00232")
    assert context.committed == [outcome]
    assert context.asked[0].name == "attended_void"


def test_a_void_without_a_word_is_unknown_and_its_cancel_asks_about_the_void() -> None:
    assert AttendedTerminal().authorize_void(VOID, ScriptedContext([Wake.TIMED_OUT])) == UNSURE
    context = ScriptedContext([Wake.CANCEL, Entry("unsure")])
    assert AttendedTerminal().authorize_void(VOID, context) == UNSURE
    assert [form.name for form in context.asked] == ["attended_void", "attended_void_cancel"]


def test_an_inquiry_about_a_void_asks_about_the_void() -> None:
    context = ScriptedContext([Entry("not_charged")])
    assert isinstance(AttendedTerminal().query_last_transaction(VOID, context), NotCharged)
    assert context.asked[0].name == "attended_void_inquiry"


def test_a_terminal_that_took_another_amount_is_in_doubt_with_that_amount() -> None:
    context = ScriptedContext([Entry("wrong_amount", {**KEYED, "amount_yen": "6000"})])
    outcome = AttendedTerminal().authorize_sales(REQUEST, context)
    assert outcome == OutcomeUnknown(UnknownReason.MISMATCH, "JCB", "00231", 6000)
    assert context.committed == []


@pytest.mark.parametrize("amount", ["600", "", "0"])
def test_the_right_amount_is_no_other_amount(amount: str) -> None:
    context = ScriptedContext([Entry("wrong_amount", {"amount_yen": amount}), APPROVED])
    assert isinstance(AttendedTerminal().authorize_sales(REQUEST, context), Approved)
    assert len(context.asked) == 2


def test_what_the_terminal_does_not_know_is_unfinished_with_its_brand() -> None:
    context = ScriptedContext([Entry("unfinished", {"brand": "JCB"})])
    outcome = AttendedTerminal().authorize_sales(REQUEST, context)
    assert outcome == OutcomeUnknown(UnknownReason.UNFINISHED, "JCB")
    assert context.committed == []


def test_unfinished_over_another_amount_is_a_wrong_amount_first() -> None:
    context = ScriptedContext([Entry("unfinished", KEYED | {"amount_yen": "6000"})])
    outcome = AttendedTerminal().authorize_sales(REQUEST, context)
    assert outcome == OutcomeUnknown(UnknownReason.MISMATCH, "JCB", "00231", 6000)


@pytest.mark.parametrize(("answer", "amount"), [("unfinished", "600"), ("wrong_amount", "900")])
def test_an_inquiry_may_find_the_same(answer: str, amount: str) -> None:
    context = ScriptedContext([Entry(answer, {**KEYED, "amount_yen": amount})])
    outcome = AttendedTerminal().query_last_transaction(REQUEST, context)
    assert isinstance(outcome, OutcomeUnknown)
    assert outcome.reason == ("unfinished" if answer == "unfinished" else "mismatch")
    assert (outcome.brand, outcome.slip_number) == ("JCB", "00231")


def test_the_only_brand_is_not_asked_for() -> None:
    request = AuthorizationRequest("op", 7, 600, Media.CREDIT, brands=("JCB",))
    context = ScriptedContext([Entry("approved", {"amount_yen": "600", "slip_number": "1"})])
    outcome = AttendedTerminal().authorize_sales(request, context)
    assert outcome == Approved(600, Media.CREDIT, "JCB", "", "1")
    assert [field.name for field in context.asked[0].fields] == ["amount_yen", "slip_number", "approval_code"]
