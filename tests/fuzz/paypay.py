"""PayPay: what the service answers, what a scanner reads, the key file, and the emulated service's own reading."""

import re
from collections.abc import Iterable
from contextlib import suppress

from drivers.conformance.http_line import HttpByLine
from drivers.emulators.paypay.codec import BadRequestError, Request, RequestReader, body_fields, is_signed, signed_at
from drivers.errors import ProtocolError
from drivers.http import HttpAnswer, HttpRequest
from drivers.payment.api import Approved, AuthorizationRequest, Declined, Media, Original, TransactionType
from drivers.payment.paypay import protocol
from drivers.payment.paypay.judging import approved_from, declined_from, given_back
from drivers.payment.paypay.link import Service
from drivers.payment.paypay.protocol import AMOUNT_MAX, Call, Counter, Keys, Payment, Refund, Reply
from drivers.payment.paypay.results import CHARGE_REFUSALS, CODE_REFUSALS, REFUND_REFUSALS
from drivers.transport import MemoryLine
from kiosk.provider_keys import parse_keys
from tests.fuzz.target import Target, assert_one_line, assert_yen, halves

YEN = 600
PAYMENT_ID = "04405530000000000001"
SALE = AuthorizationRequest("op-1", 1, YEN, Media.CODE)
VOID = AuthorizationRequest(
    "void-1", 2, YEN, Media.CODE, transaction_type=TransactionType.VOID, original=Original("", "", PAYMENT_ID)
)
KEYS = Keys("fuzz-key", "fuzz-secret", "fuzz-merchant")
NOBODY = HttpByLine(lambda: MemoryLine.pair()[0])
SERVICE = Service(NOBODY, KEYS, wall_s=lambda: 1579843452.0, new_nonce=lambda: "a360e2")
STATUSES = (200, 201, 202, 400, 401, 404, 429, 500, 503)
_WORD = re.compile(r"[A-Z][A-Z0-9_]*", re.ASCII)
_DONE = b'{"resultInfo":{"code":"SUCCESS","message":"Success","codeId":"08100001"},"data":%b}'


def _paid(state: str) -> bytes:
    return (
        b'{"status":"%b","merchantPaymentId":"op-1","paymentId":"%b","acceptedAt":1579843460,'
        b'"amount":{"amount":600,"currency":"JPY"}}' % (state.encode(), PAYMENT_ID.encode())
    )


ANSWERS = (
    b"\x00" + _DONE % _paid("COMPLETED"),
    b"\x00" + _DONE % _paid("REFUNDED"),
    b"\x00" + _DONE % b'{"status":"CREATED","acceptedAt":0}',
    b"\x01" + _DONE % b'{"codeId":"04-1","url":"https://qr.example/28180104","expiryDate":1579843752}',
    b"\x01"
    + _DONE
    % b'{"status":"CREATED","merchantRefundId":"void-1","paymentId":"04405530000000000001","amount":{"amount":600,'
    b'"currency":"JPY"}}',
    b"\x03" + b'{"resultInfo":{"code":"DYNAMIC_QR_PAYMENT_NOT_FOUND","message":"x","codeId":"1"},"data":null}',
    b"\x06" + b'{"resultInfo":{"code":"RATE_LIMIT"}}',
)


def answers(data: bytes) -> None:
    """Paid or given back only where number, amount and state are ours; first byte: the status."""
    status, body = STATUSES[data[0] % len(STATUSES)] if data else 200, data[1:]
    try:
        reply = protocol.read_reply(HttpAnswer(status, {}, body))
    except ProtocolError as error:
        assert_one_line(error)
        return
    assert _WORD.fullmatch(reply.code)
    _judge(reply, body)
    for table in (CODE_REFUSALS, CHARGE_REFUSALS, REFUND_REFUSALS):
        declined = declined_from(reply, table, SERVICE)
        assert declined is None or declined.result_code == reply.code


def _judge(reply: Reply, body: bytes) -> None:
    with suppress(ProtocolError):
        code = protocol.read_code(reply)
        assert code.url.startswith("https://")
        assert code.url.isascii()
        assert code.url.isprintable()
    with suppress(ProtocolError):
        _judge_payment(protocol.read_payment(reply), body)
    with suppress(ProtocolError):
        _judge_refund(protocol.read_refund(reply), body)


def _judge_payment(paid: Payment, body: bytes) -> None:
    assert_yen(paid.amount_yen, most=AMOUNT_MAX)
    judged = approved_from(SALE, paid, "")
    if isinstance(judged, Approved):
        assert b"600" in body
        assert b"op-1" in body or b"\\u" in body
        assert (judged.amount_yen, paid.state) == (YEN, protocol.State.COMPLETED)
        assert judged.transaction_number == paid.payment_id


def _judge_refund(refund: Refund, body: bytes) -> None:
    assert_yen(refund.amount_yen, most=AMOUNT_MAX)
    judged = given_back(VOID, refund, "")
    assert not isinstance(judged, Declined)
    if isinstance(judged, Approved):
        assert b"600" in body
        assert (judged.amount_yen, judged.transaction_number) == (YEN, PAYMENT_ID)


def headers(data: bytes) -> None:
    """A clock is a number, a wait whole seconds; a wallet's code is its digits."""
    text = data.decode("utf-8", "replace")
    answer = HttpAnswer(429, {"date": text, "retry-after": text})
    told_s, wait_s = protocol.server_time_s(answer), protocol.retry_after_s(answer)
    assert told_s is None or isinstance(told_s, float)
    assert wait_s is None or 0 <= wait_s < 10**6
    code = protocol.wallet_code(text)
    assert not code or (16 <= len(code) <= 40 and code.isascii() and code.isdecimal())


def key_file(data: bytes) -> None:
    """Keys are taken whole or not at all."""
    keys = parse_keys(data)
    if keys is not None:
        for text in (keys.api_key, keys.secret, keys.merchant_id):
            assert text
            assert text.isascii()
            assert not set(text) & set(": \n")


def _request_bytes(request: HttpRequest) -> bytes:
    lines = [
        f"{request.method} {request.path} HTTP/1.1",
        *(f"{name}: {text}" for name, text in request.headers.items()),
    ]
    return "\r\n".join([*lines, f"Content-Length: {len(request.body)}"]).encode() + b"\r\n\r\n" + request.body


def _read(pieces: Iterable[bytes]) -> Request | type[BadRequestError] | None:
    reader, found = RequestReader(), None
    try:
        for piece in pieces:
            found = found or reader.receive(piece)
    except BadRequestError:
        return BadRequestError
    return found


def provider(data: bytes) -> None:
    """The same however split; nobody's signature but ours; and what we sign over any body is ours to it."""
    found = _read((data,))
    assert _read(halves(data)) == found
    if isinstance(found, Request):
        assert found.body in data
        assert isinstance(body_fields(found), dict)
        assert signed_at(found) >= 0
        assert not is_signed(found, KEYS.api_key, KEYS.secret)
    signed = _read((_request_bytes(protocol.sign(Call("POST", "/v2/codes", body=data), KEYS, nonce="n", epoch_s=1)),))
    assert isinstance(signed, Request)
    assert signed.body == data
    assert is_signed(signed, KEYS.api_key, KEYS.secret)


def _requests() -> Iterable[bytes]:
    calls = (
        protocol.create_code("op-1", YEN, Counter("store", "counter", "証明書"), at_s=1579843452),
        protocol.charge("op-1", "900081818812345678901234", YEN, Counter(), at_s=1579843452),
        protocol.refund("void-1", PAYMENT_ID),
        protocol.delete_code("04-1"),
    )
    other = Keys("other-key", "other-secret", "merchant")
    return [_request_bytes(protocol.sign(call, other, nonce="a360e2", epoch_s=1579843452)) for call in calls]


_ROOM = "drivers.payment.paypay"
TARGETS = (
    Target("paypay-answers", (f"{_ROOM}.protocol", f"{_ROOM}.results"), answers, lambda: ANSWERS, 60_000, 300),
    Target(
        "paypay-headers",
        (f"{_ROOM}.protocol",),
        headers,
        lambda: [
            b"Wed, 25 Nov 2026 13:45:06 GMT",
            b"120",
            b"900081818812345678901234\r",
            "９０００８１８１８８１２３４５６".encode(),
        ],
        20_000,
        80,
    ),
    Target(
        "provider-keys",
        ("kiosk.provider_keys",),
        key_file,
        lambda: [b'api_key = "a"\nsecret = "s/+="\nmerchant_id = "1234"\nenvironment = "sandbox"\n'],
        10_000,
        200,
    ),
    Target("emulated-provider", ("drivers.emulators.paypay.codec",), provider, _requests, 20_000, 500),
)
