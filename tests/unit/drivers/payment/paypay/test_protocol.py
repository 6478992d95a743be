"""Calls as the service wants them, and answers read strictly: what is not wholly right is no payment."""

import base64
import hashlib
import json

import pytest

from drivers.errors import ProtocolError
from drivers.http import HttpAnswer
from drivers.payment.paypay import protocol
from drivers.payment.paypay.protocol import Call, Counter, Payment, RefundState, Reply, State
from tests.unit.drivers.payment.paypay.scripted_service import KEYS, PAYMENT_ID, WALLET

COUNTER = Counter("store-1", "counter-1", "証明書手数料")
YEN = {"amount": 600, "currency": "JPY"}
PAID = {"status": "COMPLETED", "merchantPaymentId": "op-1", "paymentId": PAYMENT_ID, "amount": YEN, "acceptedAt": 1}


def test_a_code_is_asked_for_with_the_amount_and_the_counters_own_words() -> None:
    call = protocol.create_code("op-1", 600, COUNTER, at_s=1579843452)
    assert (call.method, call.path) == ("POST", "/v2/codes")
    assert json.loads(call.body) == {
        "merchantPaymentId": "op-1",
        "codeType": "ORDER_QR",
        "amount": {"amount": 600, "currency": "JPY"},
        "requestedAt": 1579843452,
        "orderDescription": "証明書手数料",
        "storeId": "store-1",
        "terminalId": "counter-1",
    }
    assert "証明書手数料".encode() in call.body, "characters as they are, not as escapes"


def test_words_the_counter_has_not_are_left_out() -> None:
    fields = json.loads(protocol.charge("op-1", WALLET, 600, Counter(), at_s=1).body)
    assert fields == {"merchantPaymentId": "op-1", "userAuthorizationId": WALLET, "amount": YEN, "requestedAt": 1}


def test_a_number_stands_in_a_path_and_cannot_lead_out_of_it() -> None:
    assert protocol.payment("a/../b").path == "/v2/payments/a%2F..%2Fb"
    assert protocol.refund("r?x", "p&y").path == "/v2/refunds/r%3Fx"
    assert protocol.refund("r", "p&y").query == "paymentId=p%26y"


def test_what_is_signed_is_the_path_without_its_query_and_the_body_that_goes_out() -> None:
    asked = protocol.refund("void-1", PAYMENT_ID)
    signed = protocol.sign(asked, KEYS, nonce="n", epoch_s=1)
    assert signed.path == f"/v2/refunds/void-1?paymentId={PAYMENT_ID}"
    plain = protocol.authorization(Call("GET", "/v2/refunds/void-1"), KEYS, nonce="n", epoch_s=1)
    assert signed.headers["Authorization"] == plain
    created = protocol.create_code("op-1", 600, COUNTER, at_s=1)
    posted = protocol.sign(created, KEYS, nonce="n", epoch_s=1)
    digest = base64.b64encode(hashlib.md5(b"application/json" + created.body).digest()).decode()
    assert posted.body == created.body
    assert posted.headers["Authorization"].endswith(f":n:1:{digest}")
    assert posted.headers["Content-Type"] == "application/json"
    assert posted.headers["X-ASSUME-MERCHANT"] == "unit-merchant"
    assert "Content-Type" not in signed.headers


def test_nothing_that_is_printed_tells_a_secret_or_a_citizens_code() -> None:
    call = protocol.charge("op-1", WALLET, 600, COUNTER, at_s=1)
    request = protocol.sign(call, KEYS, nonce="n", epoch_s=1)
    for printed in (repr(call), repr(request), repr(KEYS)):
        assert WALLET not in printed
        assert "unit-secret" not in printed
        assert "hmac" not in printed


@pytest.mark.parametrize(
    ("scanned", "digits"),
    [
        (WALLET, WALLET),
        (f" {WALLET}\r", WALLET),
        ("９０００８１８１８８１２３４５６７８９０１２３４", WALLET),
        (WALLET[:15], ""),
        (WALLET * 2, ""),
        (WALLET + "X", ""),
        ("https://qr.example/28180104", ""),
        ("hQVDUFYwMWEaTwegAAAAVVVV", ""),
        ("", ""),
        ("٩" * 24, ""),
    ],
)
def test_a_wallets_code_is_its_digits_whatever_the_scanner_puts_around_them(scanned: str, digits: str) -> None:
    assert protocol.wallet_code(scanned) == digits


@pytest.mark.parametrize("text", ["", "a" * 65, "a b", "a:b", "番号", "a\n"])
def test_the_service_takes_no_such_number(text: str) -> None:
    assert not protocol.is_id(text)
    assert protocol.is_id("a" * 64)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"<html>Please sign in</html>", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no resultInfo.code"),
        (b'{"resultInfo":null}', "no resultInfo.code"),
        (b'{"resultInfo":{"code":200}}', "no resultInfo.code"),
        (b'{"resultInfo":{"code":"success"}}', "no resultInfo.code"),
        (b'{"resultInfo":{"code":"A B"}}', "no resultInfo.code"),
    ],
)
def test_what_is_no_answer_of_the_service_is_refused(body: bytes, rule: str) -> None:
    with pytest.raises(ProtocolError, match=rule):
        protocol.read_reply(HttpAnswer(200, {}, body))


def test_a_refusal_has_its_word_and_no_data() -> None:
    answer = HttpAnswer(400, {}, b'{"resultInfo":{"code":"UNACCEPTABLE_OP","message":"x"},"data":null}')
    reply = protocol.read_reply(answer)
    assert (reply.status, reply.code, dict(reply.data), reply.is_done) == (400, "UNACCEPTABLE_OP", {}, False)


def _reply(**fields: object) -> Reply:
    return Reply(200, "SUCCESS", fields)


def test_a_payment_is_read_with_its_numbers() -> None:
    assert protocol.read_payment(_reply(**PAID)) == Payment(State.COMPLETED, "op-1", PAYMENT_ID, 600, 1)
    assert protocol.read_payment(_reply(status="CREATED", amount="nobody reads it")) == Payment(State.CREATED)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "PAID"},
        {"status": None},
        {"status": ["COMPLETED"]},
        {"merchantPaymentId": None},
        {"merchantPaymentId": "op 1"},
        {"paymentId": 4405530000000001234},
        {"paymentId": "x" * 65},
        {"amount": 600},
        {"amount": {"amount": "600", "currency": "JPY"}},
        {"amount": {"amount": 600.0, "currency": "JPY"}},
        {"amount": {"amount": True, "currency": "JPY"}},
        {"amount": {"amount": 0, "currency": "JPY"}},
        {"amount": {"amount": -600, "currency": "JPY"}},
        {"amount": {"amount": 10**11, "currency": "JPY"}},
        {"amount": {"amount": 600, "currency": "USD"}},
        {"acceptedAt": -1},
        {"acceptedAt": "2026-11-25"},
        {"acceptedAt": 2**60},
    ],
)
def test_a_payment_that_is_not_wholly_right_is_none(wrong: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        protocol.read_payment(_reply(**{**PAID, **wrong}))


def test_a_refund_is_read_with_both_numbers() -> None:
    told = protocol.read_refund(_reply(status="CREATED", merchantRefundId="void-1", paymentId=PAYMENT_ID, amount=YEN))
    assert (told.state, told.merchant_refund_id, told.payment_id) == (RefundState.CREATED, "void-1", PAYMENT_ID)
    assert told.amount_yen == 600
    with pytest.raises(ProtocolError, match="status"):
        protocol.read_refund(_reply(status="DONE", merchantRefundId="void-1", paymentId=PAYMENT_ID, amount=YEN))


@pytest.mark.parametrize("url", ["http://qr.example/1", "https://qr.example/\n", "https://", "", "x" * 1001, None])
def test_a_symbol_holds_a_web_address_or_there_is_no_code(url: object) -> None:
    with pytest.raises(ProtocolError, match="url"):
        protocol.read_code(_reply(codeId="04-1", url=url, expiryDate=1))


@pytest.mark.parametrize(
    ("text", "told_s"),
    [("Wed, 25 Nov 2026 13:45:06 GMT", 1795614306.0), ("", None), ("yesterday", None), ("Wed, 99 Nov 2026", None)],
)
def test_the_services_clock_is_read_where_it_is_told(text: str, told_s: float | None) -> None:
    assert protocol.server_time_s(HttpAnswer(401, {"date": text})) == told_s


@pytest.mark.parametrize(
    ("text", "wait_s"), [("1", 1), (" 120 ", 120), ("", None), ("-1", None), ("1.5", None), ("9999999", None)]
)
def test_how_long_to_wait_is_read_in_seconds(text: str, wait_s: int | None) -> None:
    assert protocol.retry_after_s(HttpAnswer(429, {"retry-after": text})) == wait_s
