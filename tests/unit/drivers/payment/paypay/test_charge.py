"""Charges, answer by answer: what is certain, what is in doubt, and that nothing is ever charged twice."""

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
    NotSent,
    NotSentReason,
    OutcomeUnknown,
    Phase,
    ShownCode,
    UnknownReason,
)
from drivers.payment.paypay.charge import CHARGED_S_MAX, LOOKS_MAX, POLL_S, SHOWN_S_MAX
from drivers.payment.paypay.driver import Presents
from tests.unit.drivers.payment.paypay.scripted_service import (
    ASK_CODE,
    ASK_PAYMENT,
    CHARGE,
    CREATE,
    DELETE_CODE,
    DELETED,
    NO_PAYMENT,
    SALE,
    UNPAID,
    Said,
    ScriptedService,
    code,
    driver,
    payment,
    said,
    scanned,
    service,
)

CODE = ShownCode("https://qr.example/28180104", brand="PayPay", valid_s=300)
SILENT = OutcomeUnknown(UnknownReason.SERVICE_SILENT)
OTHER_PAYMENT = payment(merchantPaymentId="op-0")


def _shown(context: ScriptedService) -> AuthorizationOutcome:
    outcome = driver(context).authorize_sales(SALE, context)
    assert not context.script, "it was not asked to the end"
    assert not context.codes or context.codes[-1] is None, "a code is left on the citizen's window"
    return outcome


def _charge(context: ScriptedService) -> AuthorizationOutcome:
    context.entries.append(scanned())
    outcome = driver(context, Presents.CITIZEN).authorize_sales(SALE, context)
    assert not context.script, "it was not asked to the end"
    assert [request.method for request in context.requests].count("POST") == 1
    return outcome


def test_a_shown_code_is_asked_about_until_it_is_paid() -> None:
    context = service((CREATE, code()), (ASK_CODE, UNPAID), (ASK_CODE, UNPAID), (ASK_CODE, payment()))
    outcome = _shown(context)
    assert isinstance(outcome, Approved)
    assert context.committed == [outcome]
    assert context.codes == [CODE, None]
    assert context.pauses_s == [POLL_S] * 3
    assert context.phases == [Phase.CONNECTING, Phase.WAIT_CODE, Phase.FINISHING]


@pytest.mark.parametrize(
    "blip", [Wake.TIMED_OUT, LineLostError("cut"), PortMissingError("no route"), said(500, "ERROR")]
)
def test_a_question_that_nobody_answers_is_asked_again(blip: Said) -> None:
    assert isinstance(_shown(service((CREATE, code()), (ASK_CODE, blip), (ASK_CODE, payment()))), Approved)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (PortMissingError("no route"), NotSentReason.SERVICE_UNREACHABLE),
        (Wake.TIMED_OUT, NotSentReason.NO_ANSWER),
        (LineLostError("cut"), NotSentReason.NO_ANSWER),
        (HttpAnswer(200, {}, b"<html>"), NotSentReason.NO_ANSWER),
        (said(201, "SUCCESS", {"codeId": "04-1", "url": "javascript:", "expiryDate": 1}), NotSentReason.NO_ANSWER),
        (said(400, "DUPLICATE_DYNAMIC_QR_REQUEST"), NotSentReason.NO_ANSWER),
    ],
    ids=repr,
)
def test_a_code_that_nobody_has_seen_charges_nobody(told: Said, reason: NotSentReason) -> None:
    context = service((CREATE, told))
    assert _shown(context) == NotSent(reason)
    assert context.codes == []


def test_a_code_that_the_service_refuses_is_declined_with_its_word() -> None:
    context = service((CREATE, said(401, "UNAUTHORIZED")))
    declined = Declined(DeclineReason.KEYS_REFUSED, "UNAUTHORIZED")
    assert _shown(context) == declined
    assert context.committed == [declined]


def test_whoever_cancels_gets_the_code_deleted_and_looked_at_twice() -> None:
    script = (CREATE, code()), (DELETE_CODE, DELETED), (ASK_CODE, NO_PAYMENT), (ASK_CODE, NO_PAYMENT)
    context = service(*script, cancel_at_pause=1)
    assert _shown(context) == Declined(DeclineReason.CANCELED, "")
    assert context.codes[:2] == [CODE, None]
    assert Phase.CANCELING in context.phases


def test_a_payment_that_comes_with_the_cancel_is_a_payment() -> None:
    script = (CREATE, code()), (DELETE_CODE, DELETED), (ASK_CODE, NO_PAYMENT), (ASK_CODE, payment())
    context = service(*script, cancel_at_pause=1)
    assert isinstance(_shown(context), Approved)


def test_a_code_that_cannot_be_deleted_is_asked_about_until_it_is() -> None:
    script: list[tuple[str, Said]] = [
        (CREATE, code()),
        (DELETE_CODE, Wake.TIMED_OUT),
        (ASK_CODE, UNPAID),
        (DELETE_CODE, DELETED),
    ]
    context = service(*script, (ASK_CODE, UNPAID), (ASK_CODE, UNPAID), cancel_at_pause=1)
    assert _shown(context) == Declined(DeclineReason.CANCELED, "")


def test_a_code_that_nobody_could_delete_may_still_be_paid() -> None:
    looks: list[tuple[str, Said]] = [(DELETE_CODE, LineLostError("cut")), (ASK_CODE, UNPAID)]
    script = [(CREATE, code()), *looks * LOOKS_MAX]
    context = service(*script, cancel_at_pause=1)
    assert _shown(context) == SILENT
    assert context.committed == []


@pytest.mark.parametrize(
    ("life_s", "shown_s"), [(300, SHOWN_S_MAX), (3600, SHOWN_S_MAX), (60, 60.0), (-3600, 20.0)], ids=str
)
def test_a_code_is_shown_as_long_as_it_lives_whatever_a_wrong_clock_says(life_s: int, shown_s: float) -> None:
    looks = int(shown_s / POLL_S) - 1
    script = [(CREATE, code(life_s)), *[(ASK_CODE, UNPAID)] * looks, (DELETE_CODE, DELETED)]
    context = service(*script, (ASK_CODE, UNPAID), (ASK_CODE, UNPAID))
    assert _shown(context) == Declined(DeclineReason.TIMED_OUT, "")
    assert sum(context.pauses_s) == pytest.approx(shown_s + POLL_S)


def test_a_code_that_is_gone_ends_the_wait() -> None:
    script = (CREATE, code()), (ASK_CODE, NO_PAYMENT), (DELETE_CODE, said(404, "DYNAMIC_QR_NOT_FOUND"))
    assert _shown(service(*script, (ASK_CODE, NO_PAYMENT), (ASK_CODE, NO_PAYMENT))) == Declined(
        DeclineReason.TIMED_OUT, ""
    )


@pytest.mark.parametrize("state", ["FAILED", "CANCELED", "EXPIRED"])
def test_a_payment_that_failed_at_the_phone_is_refused(state: str) -> None:
    told = _shown(service((CREATE, code()), (ASK_CODE, payment(state))))
    assert told == Declined(DeclineReason.CODE_REFUSED, state)


def test_another_amount_is_in_doubt_with_what_was_taken() -> None:
    context = service((CREATE, code()), (ASK_CODE, payment(amount={"amount": 601, "currency": "JPY"})))
    assert _shown(context) == OutcomeUnknown(UnknownReason.MISMATCH, "PayPay", terminal_yen=601)
    assert context.committed == []


def test_another_payment_is_not_ours_and_ours_is_waited_for() -> None:
    context = service((CREATE, code()), (ASK_CODE, OTHER_PAYMENT), (ASK_CODE, payment()))
    assert isinstance(_shown(context), Approved)


def test_a_payment_that_the_disk_would_not_take_is_in_doubt() -> None:
    context = service((CREATE, code()), (ASK_CODE, payment()), is_durable=False)
    assert _shown(context) == OutcomeUnknown(UnknownReason.NOT_DURABLE)


def test_a_scanned_code_is_charged_by_one_request() -> None:
    context = service((CHARGE, payment()))
    outcome = _charge(context)
    assert isinstance(outcome, Approved)
    assert context.committed == [outcome]
    assert context.codes == []


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (PortMissingError("no route"), NotSent(NotSentReason.SERVICE_UNREACHABLE)),
        (Wake.TIMED_OUT, SILENT),
        (LineLostError("cut"), SILENT),
        (HttpAnswer(200, {}, b"<html>"), SILENT),
        (said(500, "INTERNAL_SERVER_ERROR"), SILENT),
        (said(201, "SUCCESS", {"status": "PAID"}), OutcomeUnknown(UnknownReason.PROTOCOL)),
        (said(400, "DUPLICATE_PAYMENT"), OutcomeUnknown(UnknownReason.PROTOCOL)),
        (said(400, "NO_SUFFICIENT_FUND"), Declined(DeclineReason.CODE_REFUSED, "NO_SUFFICIENT_FUND")),
        (said(503, "MAINTENANCE_MODE"), Declined(DeclineReason.SERVICE_UNAVAILABLE, "MAINTENANCE_MODE")),
        (payment("FAILED"), Declined(DeclineReason.CODE_REFUSED, "FAILED")),
    ],
    ids=repr,
)
def test_what_a_charge_is_answered_is_what_the_clerk_is_told(told: Said, outcome: AuthorizationOutcome) -> None:
    context = service((CHARGE, told))
    assert _charge(context) == outcome
    assert context.committed == ([outcome] if isinstance(outcome, Declined) else [])


def test_a_charge_that_is_decided_later_is_waited_for() -> None:
    context = service((CHARGE, UNPAID), (ASK_PAYMENT, UNPAID), (ASK_PAYMENT, payment()))
    assert isinstance(_charge(context), Approved)


def test_a_charge_that_is_never_decided_is_in_doubt() -> None:
    context = service((CHARGE, UNPAID), *[(ASK_PAYMENT, UNPAID)] * int(CHARGED_S_MAX / POLL_S))
    assert _charge(context) == SILENT


def test_another_payments_answer_is_asked_about_until_the_doubt_is_told() -> None:
    context = service((CHARGE, OTHER_PAYMENT), *[(ASK_PAYMENT, OTHER_PAYMENT)] * int(CHARGED_S_MAX / POLL_S))
    assert _charge(context) == OutcomeUnknown(UnknownReason.MISMATCH)
    assert isinstance(_charge(service((CHARGE, OTHER_PAYMENT), (ASK_PAYMENT, payment()))), Approved)


def test_at_the_rate_limit_a_charge_is_sent_again_as_it_was_not_taken_in() -> None:
    context = service((CHARGE, said(429, "RATE_LIMIT")), (CHARGE, payment()), entries=(scanned(),))
    outcome = driver(context, Presents.CITIZEN).authorize_sales(SALE, context)
    assert isinstance(outcome, Approved)
    first, second = context.requests
    assert first.body == second.body


def test_no_amount_of_yen_but_ours_is_approved() -> None:
    context = service((CHARGE, payment()), entries=(scanned(),))
    outcome = driver(context, Presents.CITIZEN).authorize_sales(replace(SALE, amount_yen=500), context)
    assert outcome == OutcomeUnknown(UnknownReason.MISMATCH, "PayPay", terminal_yen=600)
