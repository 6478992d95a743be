import pytest

from drivers.context import Wake
from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Entry,
    FieldKind,
    Media,
    NotCharged,
    NotSent,
    NotSentReason,
    OutcomeUnknown,
    TransactionType,
    UnknownReason,
)
from drivers.payment.cash.driver import CashDrawer
from tests.unit.drivers.payment.scripted_context import ScriptedContext

REQUEST = AuthorizationRequest("op", 7, 600, Media.CASH)


def _done(tendered: str) -> Entry:
    return Entry("done", {"tendered_yen": tendered})


def test_cash_tells_what_was_handed_over() -> None:
    context = ScriptedContext([_done("1000")])
    outcome = CashDrawer().authorize_sales(REQUEST, context)
    assert isinstance(outcome, Approved)
    assert (outcome.amount_yen, outcome.tendered_yen, outcome.media) == (600, 1000, Media.CASH)
    assert context.committed == [outcome]
    (form,) = context.asked
    assert (form.name, form.answers) == ("cash_sale", ("done", "cancel"))
    assert [(field.name, field.kind) for field in form.fields] == [("tendered_yen", FieldKind.YEN)]


@pytest.mark.parametrize("tendered", ["599", "", "-1000", "１０００", "10000000", "1e4", "1000.0"])
def test_too_little_and_nonsense_are_asked_for_again(tendered: str) -> None:
    context = ScriptedContext([_done(tendered), _done("600")])
    assert isinstance(CashDrawer().authorize_sales(REQUEST, context), Approved)
    assert len(context.asked) == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Entry("cancel"), NotSentReason.CANCELED),
        (Wake.CANCEL, NotSentReason.CANCELED),
        (Wake.TIMED_OUT, NotSentReason.NO_ANSWER),
    ],
)
def test_until_the_clerk_says_done_no_money_is_taken(answer: Entry | Wake, reason: NotSentReason) -> None:
    context = ScriptedContext([answer])
    assert CashDrawer().authorize_sales(REQUEST, context) == NotSent(reason)
    assert context.committed == []


def test_another_medium_or_an_absurd_amount_is_not_sent() -> None:
    for request in (
        AuthorizationRequest("op", 7, 600, Media.CREDIT),
        AuthorizationRequest("op", 7, 10_000_000, Media.CASH),
    ):
        assert CashDrawer().authorize_sales(request, ScriptedContext()) == NotSent(NotSentReason.NOT_SUPPORTED)


def test_it_does_not_ask_forever() -> None:
    assert isinstance(CashDrawer().authorize_sales(REQUEST, ScriptedContext([_done("1")] * 1000)), NotSent)


def test_what_is_not_durable_is_unknown() -> None:
    context = ScriptedContext([_done("600")], is_durable=False)
    assert CashDrawer().authorize_sales(REQUEST, context) == OutcomeUnknown(UnknownReason.NOT_DURABLE)


def test_a_person_answers_the_inquiry() -> None:
    drawer = CashDrawer()
    charged = drawer.query_last_transaction(REQUEST, ScriptedContext([Entry("charged")]))
    assert isinstance(charged, Approved)
    assert charged.amount_yen == 600
    assert isinstance(drawer.query_last_transaction(REQUEST, ScriptedContext([Entry("not_charged")])), NotCharged)
    unsure = OutcomeUnknown(UnknownReason.CLERK_UNSURE)
    assert drawer.query_last_transaction(REQUEST, ScriptedContext([Wake.TIMED_OUT])) == unsure
    assert drawer.read_baseline(ScriptedContext()) is None
    assert drawer.check_health(ScriptedContext()).ready


VOID = AuthorizationRequest("op-2", 8, 600, Media.CASH, transaction_type=TransactionType.VOID)


def test_cash_is_given_back_when_the_clerk_says_so() -> None:
    context = ScriptedContext([Entry("done")])
    outcome = CashDrawer().authorize_void(VOID, context)
    assert isinstance(outcome, Approved)
    assert (outcome.amount_yen, outcome.tendered_yen) == (600, 0)
    assert context.committed == [outcome]
    assert context.asked[0].name == "cash_void"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Entry("cancel"), NotSentReason.CANCELED),
        (Wake.CANCEL, NotSentReason.CANCELED),
        (Wake.TIMED_OUT, NotSentReason.NO_ANSWER),
    ],
)
def test_nothing_is_given_back_without_that_word(answer: Entry | Wake, reason: NotSentReason) -> None:
    assert CashDrawer().authorize_void(VOID, ScriptedContext([answer])) == NotSent(reason)


def test_after_a_restart_the_drawer_is_counted_for_the_void() -> None:
    context = ScriptedContext([Entry("charged")])
    found = CashDrawer().query_last_transaction(VOID, context)
    assert isinstance(found, Approved)
    assert found.tendered_yen == 0
    assert context.asked[0].name == "cash_void_inquiry"
