from dataclasses import replace

import pytest

from drivers.codes import jpqr
from drivers.codes.jpqr import Store, StoreCode
from drivers.context import Wake
from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Declined,
    DeclineReason,
    Entry,
    Media,
    NotSent,
    NotSentReason,
    Original,
    OutcomeUnknown,
    ShownCode,
    TransactionType,
    UnknownReason,
)
from drivers.payment.jpqr.driver import JpqrCounter
from tests.unit.drivers.payment.scripted_context import ScriptedContext

STORE = Store(
    StoreCode("0000000000001", "0001", "000001", "000001"), "9399", "TOYOTA CITY INABU", "TOYOTA", "4442513", "稲武支所"
)
ISSUED = jpqr.encode_static(STORE).payload
OPERATION = "0193a5b2-7c00-7def-8123-456789abcdef"
REQUEST = AuthorizationRequest(
    OPERATION, 7, 900, Media.CODE, brands=("PayPay", "d払い"), issued_code=ISSUED, tested_brands=("PayPay",)
)
D_BARAI, PAYPAY = Entry("chosen", {"brand": "d払い"}), Entry("chosen", {"brand": "PayPay"})
PAID = Entry("approved", {"payment_last4": "4821"})
APPROVED = Approved(900, Media.CODE, "d払い", "", "", payment_last4="4821")
UNSURE = OutcomeUnknown(UnknownReason.CLERK_UNSURE)
VOID = replace(REQUEST, transaction_type=TransactionType.VOID, original=Original("", brand="PayPay"))


def sell(*answers: Entry | Wake, request: AuthorizationRequest = REQUEST) -> tuple[object, ScriptedContext]:
    context = ScriptedContext(answers)
    return JpqrCounter().authorize_sales(request, context), context


def test_the_digits_on_the_citizens_screen_are_the_approval() -> None:
    outcome, context = sell(D_BARAI, PAID)
    assert outcome == APPROVED
    assert context.committed == [outcome]
    assert [form.name for form in context.asked] == ["jpqr_brand", "jpqr_static"]
    assert all(form.amount_yen == 900 for form in context.asked)
    (last4,) = context.asked[1].fields
    assert (last4.length_min, last4.length_max) == (4, 4)


def test_an_operator_that_passed_its_live_test_gets_a_code_with_the_amount_and_our_number_in_it() -> None:
    _, context = sell(PAYPAY, PAID)
    assert [form.name for form in context.asked] == ["jpqr_brand", "jpqr_dynamic"]
    shown = context.shown[1]
    assert shown is not None
    assert (shown.brand, shown.carries_amount) == ("PayPay", True)
    code = jpqr.decode(shown.text)
    assert (code.amount_yen, code.store) == (900, STORE)
    assert code.bill == OPERATION.replace("-", "")[-25:]


def test_every_other_operator_gets_the_schemes_own_code_byte_for_byte() -> None:
    _, context = sell(D_BARAI, PAID)
    assert context.shown == [
        ShownCode("", carries_amount=False),
        ShownCode(ISSUED, carries_amount=False, brand="d払い"),
        None,
    ]


@pytest.mark.parametrize("issued", ["", ISSUED.replace("INABU", "INABO")])
def test_without_a_code_that_is_one_the_sticker_is_scanned(issued: str) -> None:
    request = replace(REQUEST, issued_code=issued)
    _, context = sell(PAYPAY, PAID, request=request)
    assert context.shown[1] == ShownCode("", carries_amount=False, brand="PayPay")
    assert context.asked[1].name == "jpqr_static"


def test_nobody_can_pay_in_training() -> None:
    context = ScriptedContext([PAYPAY, PAID])
    JpqrCounter(training=True).authorize_sales(REQUEST, context)
    assert {code.text for code in context.shown if code} == {""}


def test_one_operator_alone_is_not_asked_for() -> None:
    outcome, context = sell(PAID, request=replace(REQUEST, brands=("d払い",)))
    assert outcome == APPROVED
    assert [form.name for form in context.asked] == ["jpqr_static"]


@pytest.mark.parametrize("wrong", ["", "482", "48211", "48 1", "４８２１", "abcd"])
def test_a_number_that_is_not_four_digits_is_asked_for_again(wrong: str) -> None:
    outcome, context = sell(D_BARAI, Entry("approved", {"payment_last4": wrong}), PAID)
    assert outcome == APPROVED
    assert len(context.asked) == 3


def test_an_operator_that_is_not_taken_here_is_asked_for_again() -> None:
    outcome, _ = sell(Entry("chosen", {"brand": "Alipay"}), D_BARAI, PAID)
    assert outcome == APPROVED


def test_an_application_that_says_no_has_taken_nothing() -> None:
    outcome, context = sell(D_BARAI, Entry("declined"))
    assert outcome == Declined(DeclineReason.CARD_REFUSED, "")
    assert context.committed == [outcome]


def test_without_a_completion_screen_nobody_says_paid_or_not_paid() -> None:
    outcome, context = sell(D_BARAI, Entry("no_completion"))
    assert outcome == OutcomeUnknown(UnknownReason.NO_COMPLETION, "d払い")
    assert context.committed == []


def test_another_amount_is_kept_with_the_payments_number() -> None:
    other = Entry("wrong_amount", {"amount_yen": "90", "payment_last4": "4821"})
    outcome, context = sell(D_BARAI, Entry("wrong_amount"), other)
    assert outcome == OutcomeUnknown(UnknownReason.MISMATCH, "d払い", "4821", 90)
    assert context.asked[-1].name == "jpqr_other_amount"


@pytest.mark.parametrize("nothing", [Wake.TIMED_OUT, Wake.CANCEL])
def test_another_amount_that_nobody_told_is_in_doubt_all_the_same(nothing: Wake) -> None:
    outcome, _ = sell(D_BARAI, Entry("wrong_amount"), nothing)
    assert outcome == OutcomeUnknown(UnknownReason.MISMATCH, "d払い", "", 0)


@pytest.mark.parametrize("mind", [Entry("back"), Entry("wrong_amount", {"amount_yen": "900", "payment_last4": "4821"})])
def test_the_right_amount_after_all_leads_back(mind: Entry) -> None:
    outcome, _ = sell(D_BARAI, Entry("wrong_amount"), mind, PAID)
    assert outcome == APPROVED


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([Wake.CANCEL, Entry("not_charged")], Declined(DeclineReason.CANCELED, "")),
        ([D_BARAI, Wake.CANCEL, Entry("not_charged")], Declined(DeclineReason.CANCELED, "")),
        ([D_BARAI, Wake.CANCEL, Entry("approved"), PAID], APPROVED),
        ([D_BARAI, Wake.CANCEL, Entry("unsure")], OutcomeUnknown(UnknownReason.CLERK_UNSURE, "d払い")),
        ([D_BARAI, Wake.CANCEL, Wake.TIMED_OUT], OutcomeUnknown(UnknownReason.CLERK_UNSURE, "d払い")),
        ([Wake.TIMED_OUT], UNSURE),
        ([D_BARAI, Wake.TIMED_OUT], OutcomeUnknown(UnknownReason.CLERK_UNSURE, "d払い")),
    ],
)
def test_canceling_is_a_question_and_silence_is_no_answer(answers: list[Entry | Wake], outcome: object) -> None:
    assert sell(*answers)[0] == outcome


def test_it_does_not_ask_forever() -> None:
    wavering: list[Entry | Wake] = [Wake.CANCEL, Entry("approved")]
    assert isinstance(sell(*wavering * 100)[0], OutcomeUnknown)
    assert isinstance(sell(D_BARAI, *[Entry("approved")] * 100)[0], OutcomeUnknown)


def test_what_the_journal_did_not_keep_is_unknown() -> None:
    context = ScriptedContext([D_BARAI, PAID], is_durable=False)
    assert JpqrCounter().authorize_sales(REQUEST, context) == OutcomeUnknown(UnknownReason.NOT_DURABLE)


def test_the_code_goes_when_the_sale_is_over() -> None:
    for answers in ([D_BARAI, PAID], [D_BARAI, Entry("no_completion")], [Wake.TIMED_OUT]):
        _, context = sell(*answers)
        assert context.shown[-1] is None


def test_a_void_is_the_portals_number_of_it() -> None:
    context = ScriptedContext([Entry("approved", {"reference": " 20261123-778812 "})])
    outcome = JpqrCounter().authorize_void(VOID, context)
    assert outcome == Approved(900, Media.CODE, "PayPay", "", "", transaction_number="20261123-778812")
    assert context.committed == [outcome]
    (form,) = context.asked
    assert (form.name, form.answers) == ("jpqr_void", ("approved", "declined", "unsure"))


@pytest.mark.parametrize("reference", ["", "   ", "受付番号1", "1" * 33, "12\n34"])
def test_a_void_without_a_number_is_asked_for_again(reference: str) -> None:
    context = ScriptedContext([Entry("approved", {"reference": reference}), Entry("declined")])
    assert JpqrCounter().authorize_void(VOID, context) == Declined(DeclineReason.REVERSAL_NOT_POSSIBLE, "")


@pytest.mark.parametrize("answers", [[Entry("unsure")], [Wake.TIMED_OUT], [Wake.CANCEL, Entry("unsure")]])
def test_a_void_of_which_nobody_knows_is_unknown(answers: list[Entry | Wake]) -> None:
    outcome = JpqrCounter().authorize_void(VOID, ScriptedContext(answers))
    assert outcome == OutcomeUnknown(UnknownReason.CLERK_UNSURE, "PayPay")


def test_a_void_that_was_not_begun_in_the_portal_is_canceled() -> None:
    context = ScriptedContext([Wake.CANCEL, Entry("not_charged")])
    assert JpqrCounter().authorize_void(VOID, context) == Declined(DeclineReason.CANCELED, "")


def test_an_inquiry_finds_what_came_late_and_never_that_nothing_was_paid() -> None:
    device, one = JpqrCounter(), replace(REQUEST, brands=("d払い",))
    late = Entry("charged", {"payment_last4": "4821"})
    context = ScriptedContext([late])
    assert device.query_last_transaction(one, context) == APPROVED
    assert [form.answers for form in context.asked] == [("charged", "wrong_amount", "unsure")]
    assert device.query_last_transaction(one, ScriptedContext([Entry("unsure")])) == replace(UNSURE, brand="d払い")
    assert device.query_last_transaction(one, ScriptedContext([Wake.TIMED_OUT])) == replace(UNSURE, brand="d払い")
    portal = ScriptedContext([Entry("charged", {"reference": "X1"})])
    assert device.query_last_transaction(VOID, portal) == Approved(
        900, Media.CODE, "PayPay", "", "", transaction_number="X1"
    )


def test_an_inquiry_asks_whose_application_it_was_where_nobody_knows_any_more() -> None:
    late = Entry("charged", {"payment_last4": "4821"})
    context = ScriptedContext([late, Entry("charged", {"payment_last4": "4821", "brand": "d払い"})])
    assert JpqrCounter().query_last_transaction(REQUEST, context) == APPROVED
    assert [[field.name for field in form.fields] for form in context.asked] == [["brand", "payment_last4"]] * 2


def test_an_inquiry_may_find_another_amount() -> None:
    other = Entry("wrong_amount", {"amount_yen": "90", "payment_last4": "4821"})
    context = ScriptedContext([Entry("wrong_amount"), Entry("back"), Entry("wrong_amount"), other])
    found = JpqrCounter().query_last_transaction(replace(REQUEST, brands=("d払い",)), context)
    assert found == OutcomeUnknown(UnknownReason.MISMATCH, "d払い", "4821", 90)


def test_it_takes_codes_alone_and_gives_no_refunds() -> None:
    device, context = JpqrCounter(), ScriptedContext()
    assert device.authorize_sales(replace(REQUEST, media=Media.CREDIT), context) == NotSent(NotSentReason.NOT_SUPPORTED)
    assert device.authorize_void(replace(VOID, media=Media.CREDIT), context) == NotSent(NotSentReason.NOT_SUPPORTED)
    assert device.authorize_refund(REQUEST, context) == NotSent(NotSentReason.NOT_SUPPORTED)
    assert (context.asked, context.shown) == ([], [])
