"""The emulated provider: requests in, answers out, with the citizen's phone and the script's faults. Opens nothing.

It refuses what is not signed with its keys, or not by a clock within two minutes of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from drivers.emulators.paypay import codec
from drivers.emulators.paypay.answers import Act
from drivers.emulators.paypay.book import Book, Payment
from drivers.emulators.paypay.codec import Answer, Request
from drivers.emulators.script import Answer as Scripted
from drivers.emulators.script import Script

SKEW_S_MAX = 120
HOUR_S = 3600.0
MUTE_S = 60.0
"""How long LOST_REPLY says nothing."""
DECIDES_S = 6.0
NEVER_S = 3600.0
"""No client waits so long."""
PAGE = b"<html><body>Please sign in to this network.</body></html>"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the citizen is, and how strict the clock: ``skew_s_max`` None takes every epoch."""

    pays_s: float = 4.0
    skew_s_max: int | None = SKEW_S_MAX
    pays_by_itself: bool = False
    """A phone reads every code as soon as it is created; otherwise somebody calls ``phone_reads``."""


@dataclass(slots=True)
class Operation:
    """One number's part of the script."""

    act: Act
    number: int = 0
    left: int = 0
    """How often it is still refused."""
    mute_until_s: float = 0.0
    is_read: bool = False
    """A phone has read the code."""
    due: Callable[[], object] | None = None
    due_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer on its way; None hangs up without a word."""

    delay_s: float
    answer: Answer | None


@dataclass(slots=True)
class Provider:
    """One merchant's service."""

    book: Book
    script: Script[Act]
    api_key: str
    secret: str = field(repr=False)
    wall_s: Callable[[], float]
    pace: Pace = field(default_factory=Pace)
    _operations: dict[str, Operation] = field(default_factory=dict)
    _spent: set[str] = field(default_factory=set, repr=False)
    """Wallets' codes that were charged."""

    @property
    def due_s(self) -> float | None:
        """When something happens by itself, by the provider's clock."""
        due = [each.due_s for each in self._operations.values() if each.due is not None]
        return min(due, default=None)

    def tick(self) -> None:
        """Let happen what is due."""
        for operation in self._operations.values():
            if operation.due is not None and operation.due_s <= self.wall_s():
                due, operation.due = operation.due, None
                due()

    def handle(self, request: Request) -> Spoken:
        """What is said to a request, and when."""
        self.tick()
        if not codec.is_signed(request, self.api_key, self.secret) or not self._is_timely(request):
            return Spoken(0.0, refusal(401, "UNAUTHORIZED"))
        match request.method, *request.parts:
            case "POST", "v2", "codes":
                return self._operate(request, self._create_code)
            case "POST", "v2", "payments":
                return self._operate(request, self._charge)
            case "POST", "v2", "refunds":
                return self._operate(request, self._refund)
            case ("GET", "v2", "codes", "payments", number) | ("GET", "v2", "payments", number):
                return self._tell_payment(number, is_code="codes" in request.parts)
            case "DELETE", "v2", "codes", code_id:
                return self._delete_code(code_id)
            case "DELETE", "v2", "payments", number:
                self.book.cancel(number)
                return Spoken(0.0, done(202, "REQUEST_ACCEPTED", {}))
            case "GET", "v2", "refunds", number:
                return self._tell_refund(number, request.query.get("paymentId", ""))
        return Spoken(0.0, refusal(404, "RESOURCE_NOT_FOUND"))

    def _is_timely(self, request: Request) -> bool:
        limit = self.pace.skew_s_max
        return limit is None or abs(codec.signed_at(request) - self.wall_s()) < limit

    def _operate(self, request: Request, do: Callable[[str, Mapping[str, object], Operation], Answer]) -> Spoken:
        """One step of the script, with the faults that strike any operation alike."""
        fields = codec.body_fields(request)
        number = str(fields.get("merchantRefundId") or fields.get("merchantPaymentId") or "")
        if not number or _yen(fields) is None:
            return Spoken(0.0, refusal(400, "INVALID_REQUEST_PARAMS"))
        if number not in self._operations:
            scripted: Scripted[Act] = self.script.next_answer()
            left = scripted.number if scripted.act is Act.BUSY else 1
            self._operations[number] = Operation(scripted.act, scripted.number, left)
        operation = self._operations[number]
        refused = self._refuse(operation)
        if refused is not None:
            return refused
        if operation.act is Act.LATE:
            operation.due, operation.due_s = partial(do, number, fields, operation), self.wall_s() + operation.number
            return Spoken(NEVER_S, None)
        answer = do(number, fields, operation)
        match operation.act:
            case Act.LOST_REPLY if do != self._create_code:
                return Spoken(NEVER_S, None)
            case Act.CUT:
                return Spoken(0.0, Answer(answer.status, answer.fields, {}, is_cut=True))
            case Act.SLOW:
                return Spoken(float(operation.number), answer)
            case Act.ERROR_DONE:
                return Spoken(0.0, refusal(500, "INTERNAL_SERVER_ERROR"))
            case Act.GARBLED:
                return Spoken(0.0, done(201, "SUCCESS", {"status": ["COMPLETED"], "amount": "600", "url": 7}))
        return Spoken(0.0, answer)

    def _refuse(self, operation: Operation) -> Spoken | None:
        """What is said instead of doing it."""
        match operation.act:
            case Act.BUSY | Act.THROTTLED if operation.left > 0:
                operation.left -= 1
                if operation.act is Act.THROTTLED:
                    return Spoken(0.0, refusal(400, "THROTTLED_MULTIPLE_REFUND_REJECTED"))
                return Spoken(0.0, Answer(429, refusal(429, "RATE_LIMIT").fields, {"Retry-After": "1"}))
            case Act.SILENT:
                return Spoken(NEVER_S, None)
            case Act.ERROR:
                return Spoken(0.0, refusal(500, "INTERNAL_SERVER_ERROR"))
            case Act.MAINTENANCE:
                return Spoken(0.0, refusal(503, "MAINTENANCE_MODE"))
            case Act.UNAUTHORIZED:
                return Spoken(0.0, refusal(401, "UNAUTHORIZED"))
            case Act.SKEW:
                ahead = {"Date": codec.http_date(self.wall_s() + HOUR_S)}
                return Spoken(0.0, Answer(401, refusal(401, "UNAUTHORIZED").fields, ahead))
            case Act.DUPLICATE:
                return Spoken(0.0, refusal(400, "DUPLICATE_DYNAMIC_QR_REQUEST"))
            case Act.PORTAL:
                return Spoken(0.0, Answer(200, {}, {}, page=PAGE))
        return None

    def _create_code(self, number: str, fields: Mapping[str, object], operation: Operation) -> Answer:
        if number in self.book.codes:
            return refusal(400, "DUPLICATE_DYNAMIC_QR_REQUEST")
        code = self.book.create_code(number, _yen(fields) or 0)
        if self.pace.pays_by_itself:
            self.phone_reads(self.book.url_of(code))
        data = {"codeId": code.code_id, "url": self.book.url_of(code), "expiryDate": code.expires_at_s}
        return done(201, "SUCCESS", {**data, "merchantPaymentId": number})

    def phone_reads(self, url: str) -> bool:
        """The citizen's phone has read a code, and does with it as the script says; False for a code that is none."""
        number = next((number for number, code in self.book.codes.items() if self.book.url_of(code) == url), None)
        if number is None:
            return False
        operation = self._operations.setdefault(number, Operation(Act.APPROVE))  # a code of an earlier run is as good
        operation.is_read, operation.due_s = True, self.wall_s() + self.pace.pays_s
        amount_yen = self.book.codes[number].amount_yen
        match operation.act:
            case Act.ABANDON | Act.TOO_LATE:
                pass
            case Act.DECLINE | Act.USER_CANCELS:
                state = "FAILED" if operation.act is Act.DECLINE else "CANCELED"
                operation.due = partial(self.book.fail, number, state)
            case _:
                paid_yen = amount_yen + (operation.act is Act.WRONG_AMOUNT)
                operation.due = partial(self._citizen_pays, number, paid_yen, operation)
        return True

    def _citizen_pays(self, number: str, amount_yen: int, operation: Operation) -> None:
        if self.book.is_payable(number):
            self.book.pay(number, amount_yen)
            if operation.act is Act.LOST_REPLY:
                operation.mute_until_s = self.wall_s() + MUTE_S

    def _charge(self, number: str, fields: Mapping[str, object], operation: Operation) -> Answer:
        wallet_code, amount_yen = str(fields.get("userAuthorizationId", "")), _yen(fields) or 0
        known = self.book.payments.get(number)
        if known is not None:
            return done(200, "SUCCESS", _payment_data(number, known))
        if wallet_code in self._spent or not wallet_code.isdecimal():
            return refusal(401, "EXPIRED_USER_AUTHORIZATION_ID")
        if operation.act is Act.DECLINE:
            return refusal(400, "NO_SUFFICIENT_FUND")
        self._spent.add(wallet_code)
        last4, paid_yen = wallet_code[-4:], amount_yen + (operation.act is Act.WRONG_AMOUNT)
        if operation.act is Act.DECIDES_LATER:
            operation.due, operation.due_s = partial(self.book.pay, number, paid_yen, last4), self.wall_s() + DECIDES_S
            return done(201, "SUCCESS", {"status": "CREATED", "acceptedAt": 0, "requestedAt": 0})
        paid = self.book.pay(number, paid_yen, last4)
        if operation.act is Act.PREVIOUS:
            return self._of_before(number) or done(201, "SUCCESS", _payment_data(number, paid))
        return done(201, "SUCCESS", _payment_data(number, paid))

    def _refund(self, number: str, fields: Mapping[str, object], operation: Operation) -> Answer:
        payment_id, amount_yen = str(fields.get("paymentId", "")), _yen(fields) or 0
        payment = self.book.payment_by_id(payment_id)
        if payment is None:
            return refusal(404, "RESOURCE_NOT_FOUND")
        if operation.act is Act.DECLINE:
            return refusal(400, "REFUND_WINDOW_EXCEED")
        if operation.act is Act.OTHER_SALE:
            payment_id = next(x.payment_id for x in self.book.payments.values() if x.payment_id != payment_id)
        if (number, payment_id) not in self.book.refunds and payment.refunded_yen + amount_yen > payment.amount_yen:
            return refusal(400, "REFUND_LIMIT_EXCEEDED")
        if operation.act is Act.WRONG_AMOUNT:
            amount_yen -= 1
        self.book.refund(number, payment_id, amount_yen)
        return done(200, "SUCCESS", _refund_data(number, payment_id, self.book.refunds[number, payment_id]))

    def _tell_payment(self, number: str, *, is_code: bool) -> Spoken:
        operation = self._operations.get(number)
        if operation is not None and self.wall_s() < operation.mute_until_s:
            return Spoken(NEVER_S, None)
        payment = self.book.payments.get(number)
        if payment is not None:
            if operation is not None and operation.act is Act.PREVIOUS and operation.left > 0:
                operation.left -= 1
                before = self._of_before(number)
                if before is not None:
                    return Spoken(0.0, before)
            return Spoken(0.0, done(200, "SUCCESS", _payment_data(number, payment)))
        code = self.book.codes.get(number)
        if code is not None and is_code and not code.is_deleted:
            return Spoken(0.0, done(200, "SUCCESS", {"status": "CREATED", "acceptedAt": 0, "requestedAt": 0}))
        return Spoken(0.0, refusal(400, "DYNAMIC_QR_PAYMENT_NOT_FOUND" if is_code else "RESOURCE_NOT_FOUND"))

    def _tell_refund(self, number: str, payment_id: str) -> Spoken:
        keys = sorted((key for key in self.book.refunds if key[0] == number), key=lambda key: key[1] != payment_id)
        if not keys:
            return Spoken(0.0, refusal(404, "NO_SUCH_REFUND_ORDER"))
        return Spoken(0.0, done(200, "SUCCESS", _refund_data(*keys[0], self.book.refunds[keys[0]])))

    def _delete_code(self, code_id: str) -> Spoken:
        number = next((number for number, code in self.book.codes.items() if code.code_id == code_id), "")
        operation = self._operations.get(number)
        if (
            operation is not None
            and operation.act is Act.TOO_LATE
            and operation.is_read
            and self.book.is_payable(number)
        ):
            self.book.pay(number, self.book.codes[number].amount_yen)
        if not self.book.delete_code(code_id):
            return Spoken(0.0, refusal(404, "DYNAMIC_QR_NOT_FOUND"))
        return Spoken(0.0, done(200, "SUCCESS", {}))

    def _of_before(self, number: str) -> Answer | None:
        """What is told of the payment before; None where there is none."""
        others = [(name, paid) for name, paid in self.book.payments.items() if name != number and paid.payment_id]
        return done(200, "SUCCESS", _payment_data(*others[-1])) if others else None


def done(status: int, code: str, data: Mapping[str, object]) -> Answer:
    """An answer to what was done."""
    return Answer(status, {"resultInfo": {"code": code, "message": code, "codeId": "08100001"}, "data": dict(data)}, {})


def refusal(status: int, code: str) -> Answer:
    """An answer to what was not."""
    return Answer(status, {"resultInfo": {"code": code, "message": code, "codeId": "08100023"}, "data": None}, {})


def _payment_data(number: str, payment: Payment) -> dict[str, object]:
    return {
        "merchantPaymentId": number,
        "paymentId": payment.payment_id,
        "status": payment.state,
        "amount": {"amount": payment.amount_yen, "currency": "JPY"},
        "acceptedAt": payment.at_s,
    }


def _refund_data(number: str, payment_id: str, amount_yen: int) -> dict[str, object]:
    amount = {"amount": amount_yen, "currency": "JPY"}
    return {"status": "CREATED", "merchantRefundId": number, "paymentId": payment_id, "amount": amount}


def _yen(fields: Mapping[str, object]) -> int | None:
    amount = fields.get("amount")
    yen = amount.get("amount") if isinstance(amount, dict) and amount.get("currency") == "JPY" else None
    return yen if type(yen) is int and yen > 0 else None
