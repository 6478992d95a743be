"""What became of a charge: paid is told of, not paid is proven, and everything else stays in doubt."""

from dataclasses import replace

import pytest

from drivers.context import Wake
from drivers.errors import LineLostError, PortMissingError
from drivers.payment.api import Approved, InquiryOutcome, NotCharged, OutcomeUnknown, UnknownReason
from drivers.payment.paypay.driver import PayPay, Presents
from drivers.payment.paypay.inquiry import SETTLED_S
from drivers.payment.paypay.link import SIGNATURE_S
from tests.unit.drivers.payment.paypay.scripted_service import (
    ACCEPTED,
    ASK_CODE,
    ASK_PAYMENT,
    CANCEL,
    CHARGE,
    CREATE,
    DELETE_CODE,
    DELETED,
    NO_CHARGE,
    NO_PAYMENT,
    SALE,
    START_S,
    UNPAID,
    Said,
    code,
    driver,
    payment,
    said,
    scanned,
    service,
)

UNANSWERED = OutcomeUnknown(UnknownReason.UNANSWERED)
CUT = LineLostError("cut")


def _in_doubt_by_scan() -> PayPay:
    """A driver that has just charged a wallet's code and heard no answer."""
    context = service((CHARGE, CUT), entries=(scanned(),))
    paypay = driver(context, Presents.CITIZEN)
    assert isinstance(paypay.authorize_sales(SALE, context), OutcomeUnknown)
    return paypay


def _in_doubt_by_code() -> PayPay:
    """A driver whose code was on the citizen's window when the disk failed: the payment is not in the journal."""
    context = service((CREATE, code()), (ASK_CODE, payment()), is_durable=False)
    paypay = driver(context)
    assert isinstance(paypay.authorize_sales(SALE, context), OutcomeUnknown)
    return paypay


def _asked(paypay: PayPay, *script: tuple[str, Said]) -> InquiryOutcome:
    context = service(*script)
    outcome = paypay.query_last_transaction(SALE, context)
    assert not context.script, "it was not asked to the end"
    assert context.committed == [], "whoever asks records it"
    assert all(request.method != "POST" for request in context.requests), "an inquiry charges nothing"
    return outcome


def test_a_scanned_charge_that_was_paid_is_found() -> None:
    found = _asked(_in_doubt_by_scan(), (ASK_PAYMENT, payment()))
    assert isinstance(found, Approved)
    assert found.amount_yen == SALE.amount_yen


@pytest.mark.parametrize("told", [NO_CHARGE, UNPAID])
def test_a_scanned_charge_that_is_not_paid_is_cancelled_which_proves_it(told: Said) -> None:
    assert _asked(_in_doubt_by_scan(), (ASK_PAYMENT, told), (CANCEL, ACCEPTED)) == NotCharged("cancel accepted")


@pytest.mark.parametrize("state", ["FAILED", "CANCELED", "EXPIRED"])
def test_a_charge_that_ended_without_money_is_not_charged(state: str) -> None:
    assert _asked(_in_doubt_by_scan(), (ASK_PAYMENT, payment(state))) == NotCharged(f"status {state}")


@pytest.mark.parametrize("told", [CUT, PortMissingError("no route"), Wake.TIMED_OUT, said(401, "UNAUTHORIZED")])
def test_who_is_not_told_cancels_nothing_and_cannot_tell(told: Said) -> None:
    assert _asked(_in_doubt_by_scan(), (ASK_PAYMENT, told)) == UNANSWERED


@pytest.mark.parametrize("told", [CUT, Wake.TIMED_OUT, said(400, "ORDER_NOT_REVERSIBLE"), said(500, "ERROR")])
def test_a_cancel_that_is_not_accepted_proves_nothing(told: Said) -> None:
    assert _asked(_in_doubt_by_scan(), (ASK_PAYMENT, NO_CHARGE), (CANCEL, told)) == UNANSWERED


def test_after_a_cancel_whose_answer_was_lost_money_that_is_told_of_goes_back() -> None:
    """Otherwise a payment would be booked which the service gives back a moment later."""
    paypay = _in_doubt_by_scan()
    assert _asked(paypay, (ASK_PAYMENT, NO_CHARGE), (CANCEL, CUT)) == UNANSWERED
    assert _asked(paypay, (ASK_PAYMENT, payment()), (CANCEL, ACCEPTED)) == NotCharged("cancel accepted")
    assert _asked(paypay, (ASK_PAYMENT, payment())) == NotCharged("cancel accepted")


def test_another_payment_is_never_taken_for_ours() -> None:
    told = payment(merchantPaymentId="op-0")
    assert _asked(_in_doubt_by_scan(), (ASK_PAYMENT, told)) == OutcomeUnknown(UnknownReason.MISMATCH)


def test_a_refunded_payment_is_a_case_for_people() -> None:
    assert _asked(_in_doubt_by_scan(), (ASK_PAYMENT, payment("REFUNDED"))) == OutcomeUnknown(UnknownReason.MISMATCH)


def test_a_shown_code_that_was_paid_is_found() -> None:
    assert isinstance(_asked(_in_doubt_by_code(), (ASK_CODE, payment())), Approved)


def test_a_shown_code_is_deleted_and_seen_unpaid() -> None:
    script = (ASK_CODE, UNPAID), (DELETE_CODE, DELETED), (ASK_CODE, UNPAID), (ASK_CODE, UNPAID)
    assert _asked(_in_doubt_by_code(), *script) == NotCharged("the code was deleted unpaid")
    assert _asked(_in_doubt_by_code(), (ASK_CODE, NO_PAYMENT)) == NotCharged("the code is gone, and nothing was paid")


def test_a_shown_code_that_is_paid_while_it_is_deleted_was_paid() -> None:
    script = (ASK_CODE, UNPAID), (DELETE_CODE, DELETED), (ASK_CODE, payment())
    assert isinstance(_asked(_in_doubt_by_code(), *script), Approved)


def test_of_an_earlier_run_both_ways_are_asked_and_a_payment_has_to_stand() -> None:
    context = service(
        (ASK_CODE, NO_PAYMENT), (ASK_PAYMENT, payment()), (ASK_CODE, NO_PAYMENT), (ASK_PAYMENT, payment())
    )
    found = driver(context).query_last_transaction(SALE, context)
    assert isinstance(found, Approved)
    assert context.pauses_s == [SIGNATURE_S], "an earlier run's asking to cancel it may still be on its way"


def test_long_after_an_earlier_run_a_payment_has_to_stand_for_a_moment() -> None:
    script = [(ASK_CODE, NO_PAYMENT), (ASK_PAYMENT, payment())] * 2
    context, began = service(*script, time_s=START_S + SIGNATURE_S), service()
    paypay = driver(began)
    paypay.read_baseline(began)
    assert isinstance(paypay.query_last_transaction(SALE, context), Approved)
    assert context.pauses_s == [SETTLED_S], "cancelling follows paying at once"


def test_who_will_not_wait_for_it_is_not_told() -> None:
    context = service((ASK_CODE, NO_PAYMENT), (ASK_PAYMENT, payment()), cancel_at_pause=1)
    assert driver(context).query_last_transaction(SALE, context) == UNANSWERED


def test_of_an_earlier_run_a_payment_that_does_not_stand_is_in_doubt() -> None:
    context = service(
        (ASK_CODE, NO_PAYMENT), (ASK_PAYMENT, payment()), (ASK_CODE, NO_PAYMENT), (ASK_PAYMENT, payment("FAILED"))
    )
    assert driver(context).query_last_transaction(SALE, context) == UNANSWERED


def test_of_an_earlier_run_what_is_not_paid_is_cancelled() -> None:
    context = service((ASK_CODE, NO_PAYMENT), (ASK_PAYMENT, NO_CHARGE), (CANCEL, ACCEPTED))
    assert driver(context).query_last_transaction(SALE, context) == NotCharged("cancel accepted")


def test_of_an_earlier_run_one_silent_way_leaves_the_doubt() -> None:
    context = service((ASK_CODE, CUT), (ASK_PAYMENT, NO_CHARGE))
    assert driver(context).query_last_transaction(SALE, context) == UNANSWERED


def test_another_amount_stays_in_doubt_with_what_was_taken() -> None:
    paypay = _in_doubt_by_scan()
    context = service((ASK_PAYMENT, payment()))
    told = paypay.query_last_transaction(replace(SALE, amount_yen=500), context)
    assert told == OutcomeUnknown(UnknownReason.MISMATCH, "PayPay", terminal_yen=600)
