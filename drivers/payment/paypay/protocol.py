"""PayPay Open Payment API 1.1, sans I/O: calls, their signature, what answers say. Refuses clocks, sockets and waiting.

Sources: "Dynamic QR" 1.1, "API Authentication" (HMAC) and, for POST /v2/payments, "Native Payment" 1.1 of the provider.
"""

import base64
import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import StrEnum
from urllib.parse import quote

from drivers.errors import ProtocolError
from drivers.http import HttpAnswer, HttpRequest

CONTENT_TYPE = "application/json"
EMPTY = "empty"
"""Stands in a signature for a body that is not there, and for its type."""
AMOUNT_MAX = 99_999_999_999
"""Eleven digits; what the citizen's limits are is the service's affair."""
ID_CHARACTERS_MAX = 64
TEXT_CHARACTERS_MAX = 255
URL_CHARACTERS_MAX = 1000
"""More than any symbol on a screen holds legibly."""
CLOCK_SKEW_S_MAX = 120
"""A signature is good for two minutes by the service's clock."""
NUMBER_MAX = 2**53 - 1
WALLET_CODE_CHARACTERS_MAX = 64
"""A wallet's barcode has 24 digits; a scanner's noise around it is little."""

_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{ID_CHARACTERS_MAX}}}", re.ASCII)
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,63}", re.ASCII)
_WALLET_CODE = re.compile(r"[0-9]{16,40}", re.ASCII)
_URL = re.compile(r"https://[!-~]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Keys:
    """What a merchant signs with. ``is_sandbox``: nothing that is paid with these keys is money."""

    api_key: str
    secret: str = field(repr=False)
    merchant_id: str
    is_sandbox: bool = False


@dataclass(frozen=True, slots=True)
class Counter:
    """Where the payment is taken, in the merchant's own words to the service; empty texts are left out."""

    store_id: str = ""
    terminal_id: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One request before it is signed; the body is the very bytes that go out. It may hold a wallet's code."""

    method: str
    path: str
    query: str = ""
    body: bytes = field(default=b"", repr=False)


class State(StrEnum):
    """Of a payment. Before anybody has paid a code, and when it has expired unpaid, it is CREATED."""

    CREATED = "CREATED"
    AUTHORIZED = "AUTHORIZED"
    REAUTHORIZING = "REAUTHORIZING"
    COMPLETED = "COMPLETED"
    REFUNDED = "REFUNDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"


UNDER_WAY = frozenset({State.CREATED, State.AUTHORIZED, State.REAUTHORIZING})
NOT_PAID = frozenset({State.FAILED, State.CANCELED, State.EXPIRED})
"""Final: no money moved, or it has gone back."""


class RefundState(StrEnum):
    """CREATED: accepted, and the service goes on until it is done. REFUND_FAILED: a try has failed meanwhile."""

    CREATED = "CREATED"
    REFUNDED = "REFUNDED"
    REFUND_FAILED = "REFUND_FAILED"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the service: ``code`` is resultInfo.code, ``data`` the object beside it."""

    status: int
    code: str
    data: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Code:
    """A dynamic code: ``url`` is what the symbol holds, ``expires_at_s`` the epoch after which nobody can pay it."""

    code_id: str
    url: str
    expires_at_s: int


@dataclass(frozen=True, slots=True)
class Payment:
    """What became of a payment. Numbers and amount stand only once somebody has paid."""

    state: State
    merchant_payment_id: str = ""
    payment_id: str = ""
    amount_yen: int = 0
    accepted_at_s: int = 0


@dataclass(frozen=True, slots=True)
class Refund:
    """What became of a refund."""

    state: RefundState
    merchant_refund_id: str
    payment_id: str
    amount_yen: int


# --- calls ----------------------------------------------------------------------------------------------------


def is_id(text: str) -> bool:
    """Whether the service takes it as merchantPaymentId or merchantRefundId."""
    return _ID.fullmatch(text) is not None


def wallet_code(scanned: str) -> str:
    """The digits of a wallet's code, whatever a scanner made of them; empty where it can be none of this service's."""
    digits = "".join(unicodedata.normalize("NFKC", scanned).split())
    return digits if _WALLET_CODE.fullmatch(digits) else ""


def create_code(merchant_payment_id: str, amount_yen: int, counter: Counter, *, at_s: int) -> Call:
    """POST /v2/codes: a code with the amount in it."""
    fields = {"merchantPaymentId": merchant_payment_id, "codeType": "ORDER_QR", **_order(amount_yen, counter, at_s)}
    return Call("POST", "/v2/codes", body=_body(fields))


def delete_code(code_id: str) -> Call:
    """DELETE /v2/codes/{codeId}: nobody can begin to pay it any more."""
    return Call("DELETE", f"/v2/codes/{quote(code_id, safe='')}")


def code_payment(merchant_payment_id: str) -> Call:
    """GET /v2/codes/payments/{merchantPaymentId}: whether a code was paid."""
    return Call("GET", f"/v2/codes/payments/{quote(merchant_payment_id, safe='')}")


def charge(merchant_payment_id: str, wallet_code: str, amount_yen: int, counter: Counter, *, at_s: int) -> Call:
    """POST /v2/payments: charge the wallet whose code was scanned."""
    fields = {
        "merchantPaymentId": merchant_payment_id,
        "userAuthorizationId": wallet_code,
        **_order(amount_yen, counter, at_s),
    }
    return Call("POST", "/v2/payments", body=_body(fields))


def payment(merchant_payment_id: str) -> Call:
    """GET /v2/payments/{merchantPaymentId}: what became of a charge."""
    return Call("GET", f"/v2/payments/{quote(merchant_payment_id, safe='')}")


def cancel_payment(merchant_payment_id: str) -> Call:
    """DELETE /v2/payments/{merchantPaymentId}: once accepted, money that has moved or still moves goes back."""
    return Call("DELETE", f"/v2/payments/{quote(merchant_payment_id, safe='')}")


def create_refund(merchant_refund_id: str, payment_id: str, amount_yen: int, *, at_s: int) -> Call:
    """POST /v2/refunds; the same merchantRefundId again is answered with the first one's result."""
    fields = {
        "merchantRefundId": merchant_refund_id,
        "paymentId": payment_id,
        "amount": _yen(amount_yen),
        "requestedAt": at_s,
    }
    return Call("POST", "/v2/refunds", body=_body(fields))


def refund(merchant_refund_id: str, payment_id: str) -> Call:
    """GET /v2/refunds/{merchantRefundId}?paymentId={paymentId}."""
    path = f"/v2/refunds/{quote(merchant_refund_id, safe='')}"
    return Call("GET", path, query=f"paymentId={quote(payment_id, safe='')}")


def sign(call: Call, keys: Keys, *, nonce: str, epoch_s: int) -> HttpRequest:
    """The request as it goes out, good for two minutes."""
    headers = {
        "Authorization": authorization(call, keys, nonce=nonce, epoch_s=epoch_s),
        "X-ASSUME-MERCHANT": keys.merchant_id,
    }
    if call.body:
        headers["Content-Type"] = CONTENT_TYPE
    path = f"{call.path}?{call.query}" if call.query else call.path
    return HttpRequest(call.method, path, headers, call.body)


def authorization(call: Call, keys: Keys, *, nonce: str, epoch_s: int, content_type: str = CONTENT_TYPE) -> str:
    """HMAC-SHA256 over path, method, nonce, epoch, type and hash of the exact body ("API Authentication")."""
    digest = EMPTY
    if call.body:
        md5 = hashlib.md5(content_type.encode() + call.body, usedforsecurity=False)  # the provider's choice
        digest = base64.b64encode(md5.digest()).decode()
    kind = content_type if call.body else EMPTY
    signed = "\n".join((call.path, call.method, nonce, str(epoch_s), kind, digest))
    mac = base64.b64encode(hmac.digest(keys.secret.encode(), signed.encode(), "sha256")).decode()
    return f"hmac OPA-Auth:{keys.api_key}:{mac}:{nonce}:{epoch_s}:{digest}"


def _order(amount_yen: int, counter: Counter, at_s: int) -> dict[str, object]:
    texts = {
        "orderDescription": counter.description,
        "storeId": counter.store_id,
        "terminalId": counter.terminal_id,
    }
    return {"amount": _yen(amount_yen), "requestedAt": at_s, **{key: text for key, text in texts.items() if text}}


def _yen(amount_yen: int) -> dict[str, object]:
    return {"amount": amount_yen, "currency": "JPY"}


def _body(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


# --- answers --------------------------------------------------------------------------------------------------


def read_reply(answer: HttpAnswer) -> Reply:
    """The envelope. Raises ProtocolError for what is none of the service's: a portal's page, a proxy's error."""
    try:
        whole = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("not JSON") from error
    info = whole.get("resultInfo") if isinstance(whole, dict) else None
    code = info.get("code") if isinstance(info, dict) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise ProtocolError("no resultInfo.code")
    data = whole.get("data")
    return Reply(answer.status, code, data if isinstance(data, dict) else {})


def read_code(reply: Reply) -> Code:
    """The data of a created code. Raises ProtocolError."""
    url = _text(reply.data, "url", URL_CHARACTERS_MAX)
    if not _URL.fullmatch(url):
        raise ProtocolError("url: no web address")
    return Code(_id(reply.data, "codeId"), url, _number(reply.data, "expiryDate"))


def read_payment(reply: Reply) -> Payment:
    """The data of a payment. Once paid it has its numbers and its amount in yen. Raises ProtocolError."""
    state = State(_one_of(reply.data, "status", State))
    if state not in (State.COMPLETED, State.REFUNDED):
        return Payment(state)
    return Payment(
        state,
        _id(reply.data, "merchantPaymentId"),
        _id(reply.data, "paymentId"),
        _amount(reply.data),
        _number(reply.data, "acceptedAt"),
    )


def read_refund(reply: Reply) -> Refund:
    """The data of a refund. Raises ProtocolError."""
    return Refund(
        RefundState(_one_of(reply.data, "status", RefundState)),
        _id(reply.data, "merchantRefundId"),
        _id(reply.data, "paymentId"),
        _amount(reply.data),
    )


def server_time_s(answer: HttpAnswer) -> float | None:
    """The service's clock as an epoch (RFC 9110 section 6.6.1), where it tells it."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        return None


def retry_after_s(answer: HttpAnswer) -> int | None:
    """How long to wait (RFC 9110 section 10.2.3), where it is told in seconds."""
    text = answer.headers.get("retry-after", "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) else None


def _text(data: Mapping[str, object], name: str, length_max: int) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= length_max:
        raise ProtocolError(f"{name}: no text of 1 to {length_max} characters")
    return value


def _id(data: Mapping[str, object], name: str) -> str:
    value = _text(data, name, ID_CHARACTERS_MAX)
    if not is_id(value):
        raise ProtocolError(f"{name}: letters that no number has")
    return value


def _one_of(data: Mapping[str, object], name: str, known: type[StrEnum]) -> str:
    value = _text(data, name, TEXT_CHARACTERS_MAX)
    if value not in set(known):
        raise ProtocolError(f"{name}: a word that is not known")
    return value


def _number(data: Mapping[str, object], name: str) -> int:
    value = data.get(name)
    if type(value) is not int or not 0 <= value <= NUMBER_MAX:
        raise ProtocolError(f"{name}: no whole number")
    return value


def _amount(data: Mapping[str, object]) -> int:
    amount = data.get("amount")
    if not isinstance(amount, dict) or amount.get("currency") != "JPY":
        raise ProtocolError("amount: not in yen")
    yen = _number(amount, "amount")
    if not 0 < yen <= AMOUNT_MAX:
        raise ProtocolError("amount: out of range")
    return yen
