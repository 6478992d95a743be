"""Money back, once: asked for under our own number, and not made only when no request can still be on its way."""

from dataclasses import replace

import pytest

from drivers.context import Wake
from drivers.errors import LineLostError, PortMissingError
from drivers.http import HttpAnswer
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    Declined,
    DeclineReason,
    NotCharged,
    NotSent,
    NotSentReason,
    Original,
    OutcomeUnknown,
    UnknownReason,
)
from drivers.payment.paypay.driver import PayPay
from drivers.payment.paypay.link import SIGNATURE_S
from drivers.payment.paypay.reversal import ASK_AGAIN_S, THROTTLE_S
from tests.unit.drivers.payment.paypay.scripted_service import (
    ASK_REFUND,
    NO_REFUND,
    ORIGINAL,
    REFUND,
    START_S,
    VOID,
    Said,
    driver,
    refund,
    said,
    service,
)

SILENT = OutcomeUnknown(UnknownReason.SERVICE_SILENT)
UNANSWERED = OutcomeUnknown(UnknownReason.UNANSWERED)
MISMATCH = OutcomeUnknown(UnknownReason.MISMATCH)
THROTTLED = said(400, "THROTTLED_MULTIPLE_REFUND_REJECTED")
OTHER_SALE = refund(paymentId="04405530000000000009")


def test_an_accepted_refund_is_durable_before_it_is_told() -> None:
    context = service((REFUND, refund()))
    outcome = driver(context).authorize_void(VOID, context)
    assert isinstance(outcome, Approved)
    assert context.committed == [outcome]
    assert b'"merchantRefundId":"void-1"' in context.requests[0].body


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (PortMissingError("no route"), NotSent(NotSentReason.SERVICE_UNREACHABLE)),
        (Wake.TIMED_OUT, SILENT),
        (LineLostError("cut"), SILENT),
        (said(500, "INTERNAL_SERVER_ERROR"), SILENT),
        (HttpAnswer(200, {}, b"<html>"), SILENT),
        (refund("REFUND_FAILED"), SILENT),
        (said(200, "SUCCESS", {"status": "CREATED"}), OutcomeUnknown(UnknownReason.PROTOCOL)),
        (said(400, "DUPLICATE_REFUND_REQUEST"), OutcomeUnknown(UnknownReason.PROTOCOL)),
        (OTHER_SALE, MISMATCH),
        (refund(amount={"amount": 599, "currency": "JPY"}), MISMATCH),
        (
            said(400, "REFUND_WINDOW_EXCEED"),
            Declined(DeclineReason.REVERSAL_NOT_POSSIBLE, "REFUND_WINDOW_EXCEED"),
        ),
        (said(400, "REFUND_LIMIT_EXCEEDED"), Declined(DeclineReason.ALREADY_REVERSED, "REFUND_LIMIT_EXCEEDED")),
    ],
    ids=repr,
)
def test_what_a_refund_is_answered_is_what_the_clerk_is_told(told: Said, outcome: AuthorizationOutcome) -> None:
    context = service((REFUND, told))
    assert driver(context).authorize_refund(VOID, context) == outcome
    assert context.committed == ([outcome] if isinstance(outcome, Declined) else [])


def test_while_another_refund_is_under_way_it_waits_a_minute() -> None:
    context = service((REFUND, THROTTLED), (REFUND, refund()))
    assert isinstance(driver(context).authorize_void(VOID, context), Approved)
    assert context.pauses_s == [THROTTLE_S]
    assert context.requests[0].body == context.requests[1].body


def test_it_is_not_put_off_for_ever() -> None:
    context = service(*[(REFUND, THROTTLED)] * 3)
    assert driver(context).authorize_void(VOID, context) == Declined(
        DeclineReason.SERVICE_UNAVAILABLE, "THROTTLED_MULTIPLE_REFUND_REJECTED"
    )


@pytest.mark.parametrize("original", [None, replace(ORIGINAL, transaction_number="")])
def test_without_the_payments_number_nothing_is_sent(original: Original | None) -> None:
    context = service()
    request = replace(VOID, original=original)
    assert driver(context).authorize_void(request, context) == NotSent(NotSentReason.NOT_SUPPORTED)
    assert driver(context).query_last_transaction(request, context) == UNANSWERED


def _in_doubt() -> PayPay:
    context = service((REFUND, LineLostError("cut")))
    paypay = driver(context)
    assert paypay.authorize_void(VOID, context) == SILENT
    return paypay


@pytest.mark.parametrize("state", ["CREATED", "REFUNDED"])
def test_a_refund_that_was_taken_in_is_found(state: str) -> None:
    context = service((ASK_REFUND, refund(state)))
    assert isinstance(_in_doubt().query_last_transaction(VOID, context), Approved)


def test_a_refund_nobody_knows_is_not_made_once_its_signature_is_dead() -> None:
    looks = int(SIGNATURE_S / ASK_AGAIN_S) + 1
    context = service(*[(ASK_REFUND, NO_REFUND)] * looks)
    told = _in_doubt().query_last_transaction(VOID, context)
    assert isinstance(told, NotCharged)
    assert not context.script
    assert context.time_s >= START_S + SIGNATURE_S


def test_an_answer_that_is_slow_does_not_make_an_early_question_a_late_one() -> None:
    """Asked while the request could still arrive: it may have arrived since."""
    looks = int(SIGNATURE_S / ASK_AGAIN_S)
    script = [*[(ASK_REFUND, NO_REFUND)] * looks, (ASK_REFUND, refund())]
    context = service(*script, late_s={looks: ASK_AGAIN_S})
    assert isinstance(_in_doubt().query_last_transaction(VOID, context), Approved)


def test_a_refund_that_arrives_late_is_found() -> None:
    context = service((ASK_REFUND, NO_REFUND), (ASK_REFUND, NO_REFUND), (ASK_REFUND, refund()))
    assert isinstance(_in_doubt().query_last_transaction(VOID, context), Approved)


def test_of_an_earlier_run_the_signatures_life_counts_from_this_runs_beginning() -> None:
    looks = int(SIGNATURE_S / ASK_AGAIN_S) + 1
    context = service(*[(ASK_REFUND, NO_REFUND)] * looks)
    assert isinstance(driver(context).query_last_transaction(VOID, context), NotCharged)
    assert not context.script
    again = service((ASK_REFUND, NO_REFUND), time_s=context.time_s)
    paypay = driver(context)
    paypay.read_baseline(service())
    assert isinstance(paypay.query_last_transaction(VOID, again), NotCharged), "long ago by then"


@pytest.mark.parametrize("told", [LineLostError("cut"), Wake.TIMED_OUT, said(401, "UNAUTHORIZED"), said(500, "ERROR")])
def test_who_is_not_told_cannot_tell(told: Said) -> None:
    assert _in_doubt().query_last_transaction(VOID, service((ASK_REFUND, told))) == UNANSWERED


def test_a_cancel_ends_the_waiting_and_not_the_doubt() -> None:
    context = service((ASK_REFUND, NO_REFUND), cancel_at_pause=1)
    assert _in_doubt().query_last_transaction(VOID, context) == UNANSWERED


def test_a_refund_that_went_to_another_sale_stays_with_people() -> None:
    context = service((REFUND, OTHER_SALE))
    paypay = driver(context)
    assert paypay.authorize_void(VOID, context) == MISMATCH
    assert paypay.query_last_transaction(VOID, service()) == MISMATCH


def test_a_refund_that_the_disk_would_not_take_is_in_doubt() -> None:
    context = service((REFUND, refund()), is_durable=False)
    assert driver(context).authorize_void(VOID, context) == OutcomeUnknown(UnknownReason.NOT_DURABLE)
