"""A payment context whose server answers from a list, and only to the requests that a test expects."""

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from drivers.context import Wake
from drivers.errors import NotDurableError
from drivers.http import HttpAnswer, HttpClient, HttpRequest
from drivers.payment.api import (
    Approved,
    AuthorizationRequest,
    Declined,
    Entry,
    Form,
    Media,
    Original,
    Phase,
    ShownCode,
    TerminalSlip,
    TransactionType,
)
from drivers.payment.paypay.driver import PayPay, PayPaySettings, Presents
from drivers.payment.paypay.protocol import Counter, Keys
from drivers.transport import ByteStream

EPOCH_S = 1_764_078_306
START_S = 1000.0
YEN = 600
PAYMENT_ID = "04405530000000001234"
WALLET = "900081818812345678901234"
KEYS = Keys("unit-key", "unit-secret", "unit-merchant")
ORIGINAL = Original("", "", PAYMENT_ID, "counter-1")
SALE = AuthorizationRequest("op-1", 1, YEN, Media.CODE)
VOID = AuthorizationRequest(
    "void-1",
    2,
    YEN,
    Media.CODE,
    transaction_type=TransactionType.VOID,
    original=ORIGINAL,
)
CREATE, CHARGE, REFUND = "POST /v2/codes", "POST /v2/payments", "POST /v2/refunds"
DELETE_CODE, CANCEL = "DELETE /v2/codes/04-1", "DELETE /v2/payments/op-1"
ASK_CODE, ASK_PAYMENT = "GET /v2/codes/payments/op-1", "GET /v2/payments/op-1"
ASK_REFUND = f"GET /v2/refunds/void-1?paymentId={PAYMENT_ID}"

Said = HttpAnswer | Literal[Wake.TIMED_OUT] | Exception


def said(status: int, code: str, data: Mapping[str, object] | None = None, **headers: str) -> HttpAnswer:
    """An answer of the service."""
    body = {"resultInfo": {"code": code, "message": code, "codeId": "08100001"}, "data": data}
    return HttpAnswer(
        status, {name.replace("_", "-"): text for name, text in headers.items()}, json.dumps(body).encode()
    )


def payment(state: str = "COMPLETED", **other: object) -> HttpAnswer:
    """What is told of the payment ``op-1``."""
    data = {
        "status": state,
        "merchantPaymentId": "op-1",
        "paymentId": PAYMENT_ID,
        "amount": {"amount": YEN, "currency": "JPY"},
        "acceptedAt": EPOCH_S,
    }
    return said(200, "SUCCESS", {**data, **other})


def refund(state: str = "CREATED", **other: object) -> HttpAnswer:
    """What is told of the refund ``void-1``."""
    data = {"status": state, "merchantRefundId": "void-1", "paymentId": PAYMENT_ID}
    return said(200, "SUCCESS", {**data, "amount": {"amount": YEN, "currency": "JPY"}, **other})


def code(life_s: int = 300) -> HttpAnswer:
    """A code has been created."""
    data = {"codeId": "04-1", "url": "https://qr.example/28180104", "expiryDate": EPOCH_S + life_s}
    return said(201, "SUCCESS", data)


UNPAID = said(200, "SUCCESS", {"status": "CREATED", "acceptedAt": 0})
DELETED = said(200, "SUCCESS", {})
NO_PAYMENT = said(400, "DYNAMIC_QR_PAYMENT_NOT_FOUND")
NO_CHARGE = said(404, "RESOURCE_NOT_FOUND")
NO_REFUND = said(404, "NO_SUCH_REFUND_ORDER")
ACCEPTED = said(202, "REQUEST_ACCEPTED", {})


class NoClient:
    """The way to the service is the context's."""

    def send(self, request: HttpRequest, timeout_s: float) -> HttpAnswer | None:
        raise AssertionError(f"a driver waits in its context, not {timeout_s} s for {request.path}")


@dataclass
class ScriptedService:
    """Answers ``script`` in order: (method and path, what comes back). Time goes by in pauses and in silence alone."""

    script: deque[tuple[str, Said]]
    entries: deque[Entry | Wake] = field(default_factory=deque)
    cancel_at_pause: int = 0
    """The first pause is 1; 0 never."""
    is_durable: bool = True
    time_s: float = START_S
    late_s: dict[int, float] = field(default_factory=dict)
    """How long the answer to a request takes; the first is 1."""
    requests: list[HttpRequest] = field(default_factory=list)
    pauses_s: list[float] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    codes: list[ShownCode | None] = field(default_factory=list)
    committed: list[Approved | Declined] = field(default_factory=list)

    def now_s(self) -> float:
        return self.time_s

    def wall_s(self) -> float:
        return EPOCH_S + self.time_s - START_S

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        raise AssertionError(f"a service has no line of bytes, not {line} until {deadline_s}")

    def exchange(
        self, client: HttpClient, request: HttpRequest, deadline_s: float
    ) -> HttpAnswer | Literal[Wake.TIMED_OUT]:
        assert isinstance(client, NoClient)
        assert deadline_s > self.time_s
        self.requests.append(request)
        assert self.script, f"nobody expected {request.method} {request.path}"
        expected, said_back = self.script.popleft()
        assert f"{request.method} {request.path}" == expected
        if isinstance(said_back, Exception):
            raise said_back
        if said_back is Wake.TIMED_OUT:
            self.time_s = deadline_s
        self.time_s += self.late_s.get(len(self.requests), 0.0)
        return said_back

    def pause(self, until_s: float) -> Wake:
        self.pauses_s.append(until_s - self.time_s)
        if len(self.pauses_s) == self.cancel_at_pause:
            return Wake.CANCEL
        self.time_s = max(self.time_s, until_s)
        return Wake.TIMED_OUT

    def ask(self, form: Form, deadline_s: float) -> Entry | Wake:
        self.forms.append(form)
        return self.entries.popleft() if self.entries else Wake.TIMED_OUT

    def commit(self, result: Approved | Declined) -> None:
        if not self.is_durable:
            raise NotDurableError("disk full")
        self.committed.append(result)

    def show(self, phase: Phase) -> None:
        self.phases.append(phase)

    def show_code(self, code: ShownCode | None) -> None:
        self.codes.append(code)

    def print_slip(self, slip: TerminalSlip) -> None:
        raise AssertionError(f"a service prints nothing here, not {slip.copy}")


def service(*script: tuple[str, Said], entries: tuple[Entry | Wake, ...] = (), **more: object) -> ScriptedService:
    """A service that is asked for exactly this, in this order."""
    made = ScriptedService(deque(script), deque(entries))
    for name, value in more.items():
        assert hasattr(made, name)
        setattr(made, name, value)
    return made


def driver(context: ScriptedService, presents: Presents = Presents.COUNTER) -> PayPay:
    """A driver whose wall clock is the context's."""
    nonces = iter(f"{number:06x}" for number in range(1, 100_000))
    settings = PayPaySettings(Counter("store-1", "counter-1", "証明書手数料"), presents)
    return PayPay(NoClient(), KEYS, settings, wall_s=context.wall_s, new_nonce=lambda: next(nonces))


def scanned() -> Entry:
    """The citizen's code was read."""
    return Entry("scanned", {"wallet_code": WALLET})
