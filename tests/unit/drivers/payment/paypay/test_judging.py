"""Only our own number, amount and state make an approval; every refusal of the service has one meaning at a counter."""

from dataclasses import replace

import pytest

from drivers.payment.api import (
    Approved,
    Declined,
    DeclineReason,
    Media,
    OutcomeUnknown,
    UnknownReason,
)
from drivers.payment.paypay.judging import MISMATCH, SILENT, approved_from, committed, declined_from, given_back
from drivers.payment.paypay.link import Service
from drivers.payment.paypay.protocol import Payment, Refund, RefundState, Reply, State
from drivers.payment.paypay.results import (
    CHARGE_REFUSALS,
    CODE_REFUSALS,
    PAYMENT_UNKNOWN,
    REFUND_REFUSALS,
    REFUND_UNKNOWN,
)
from tests.unit.drivers.payment.paypay.scripted_service import KEYS, PAYMENT_ID, SALE, VOID, YEN, NoClient, service

PAID = Payment(State.COMPLETED, "op-1", PAYMENT_ID, YEN, 1795614306)
BACK = Refund(RefundState.CREATED, "void-1", PAYMENT_ID, YEN)


def test_our_own_payment_is_approved_with_what_the_citizen_can_read_on_the_phone() -> None:
    assert approved_from(SALE, PAID, "counter-1") == Approved(
        YEN,
        Media.CODE,
        "PayPay",
        approval_code="",
        slip_number="",
        terminal_id="counter-1",
        transaction_number=PAYMENT_ID,
        transacted_at="1125224506",  # in Japan, whatever this machine's zone
        payment_last4="1234",
    )


def test_a_number_that_is_none_has_no_last_digits() -> None:
    told = approved_from(SALE, replace(PAID, payment_id="PAY-12ab"), "")
    assert isinstance(told, Approved)
    assert told.payment_last4 == ""


@pytest.mark.parametrize(
    ("paid", "unknown"),
    [
        (replace(PAID, merchant_payment_id="op-0"), MISMATCH),
        (replace(PAID, state=State.REFUNDED), MISMATCH),
        (replace(PAID, amount_yen=YEN + 1), OutcomeUnknown(UnknownReason.MISMATCH, "PayPay", terminal_yen=YEN + 1)),
    ],
)
def test_anything_else_is_in_doubt(paid: Payment, unknown: OutcomeUnknown) -> None:
    assert approved_from(SALE, paid, "") == unknown


@pytest.mark.parametrize("state", [RefundState.CREATED, RefundState.REFUNDED])
def test_an_accepted_refund_is_money_on_its_way_back(state: RefundState) -> None:
    told = given_back(VOID, replace(BACK, state=state), "counter-1")
    assert isinstance(told, Approved)
    assert (told.amount_yen, told.transaction_number, told.payment_last4) == (YEN, PAYMENT_ID, "1234")


@pytest.mark.parametrize(
    ("told", "unknown"),
    [
        (replace(BACK, merchant_refund_id="void-0"), MISMATCH),
        (replace(BACK, payment_id="04405530000000000009"), MISMATCH),
        (replace(BACK, amount_yen=YEN - 1), MISMATCH),
        (replace(BACK, state=RefundState.REFUND_FAILED), SILENT),
    ],
)
def test_another_refund_is_not_ours(told: Refund, unknown: OutcomeUnknown) -> None:
    assert given_back(VOID, told, "") is unknown


def _service() -> Service:
    return Service(NoClient(), KEYS, service().wall_s, lambda: "n")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("NO_SUFFICIENT_FUND", DeclineReason.CODE_REFUSED),
        ("USER_STATE_IS_NOT_ACTIVE", DeclineReason.CODE_REFUSED),
        ("EXPIRED_USER_AUTHORIZATION_ID", DeclineReason.CODE_EXPIRED),
        ("UNAUTHORIZED", DeclineReason.KEYS_REFUSED),
        ("RATE_LIMIT", DeclineReason.SERVICE_UNAVAILABLE),
        ("INVALID_PARAMS", DeclineReason.TERMINAL_ERROR),
    ],
)
def test_a_refusal_says_what_the_clerk_can_do(code: str, reason: DeclineReason) -> None:
    assert declined_from(Reply(400, code), CHARGE_REFUSALS, _service()) == Declined(reason, code)


def test_a_refused_signature_is_the_clocks_where_that_is_minutes_wrong() -> None:
    refusing = _service()
    refusing.skew_s = -120.0
    assert declined_from(Reply(401, "UNAUTHORIZED"), CHARGE_REFUSALS, refusing) == Declined(
        DeclineReason.CLOCK_WRONG, "UNAUTHORIZED"
    )
    assert declined_from(Reply(400, "LIMIT_EXCEEDED"), CHARGE_REFUSALS, refusing) == Declined(
        DeclineReason.CODE_REFUSED, "LIMIT_EXCEEDED"
    )


@pytest.mark.parametrize("table", [CODE_REFUSALS, CHARGE_REFUSALS, REFUND_REFUSALS])
@pytest.mark.parametrize(
    "code",
    ["SUCCESS", "INTERNAL_SERVER_ERROR", "REQUEST_ACCEPTED", "DUPLICATE_DYNAMIC_QR_REQUEST", "TRANSACTION_FAILED"],
)
def test_a_word_that_may_stand_beside_moved_money_declines_nothing(table: dict[str, DeclineReason], code: str) -> None:
    assert declined_from(Reply(400, code), table, _service()) is None


def test_not_to_know_a_payment_is_no_refusal_to_make_it() -> None:
    assert PAYMENT_UNKNOWN.isdisjoint(CHARGE_REFUSALS)
    assert REFUND_UNKNOWN.isdisjoint(REFUND_REFUSALS)


def test_an_outcome_is_told_once_it_is_durable() -> None:
    context, torn = service(), service(is_durable=False)
    declined = Declined(DeclineReason.CODE_REFUSED, "LIMIT_EXCEEDED")
    assert committed(declined, context) is declined
    assert context.committed == [declined]
    assert committed(declined, torn) == OutcomeUnknown(UnknownReason.NOT_DURABLE)
    assert committed(SILENT, torn) is SILENT
