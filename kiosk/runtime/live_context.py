"""The driver's context with real time and threads. Owns waiting, cancelling and the question to the clerk."""

import queue
import threading
import time
from collections.abc import Callable
from typing import Literal, Protocol

from drivers.context import OVERDUE_S_MAX, Wake
from drivers.errors import NotDurableError
from drivers.http import HttpAnswer, HttpClient, HttpRequest
from drivers.payment import api
from drivers.transport import ByteStream
from kiosk.domain.record import NotDurable
from kiosk.services.notices import Answer, CodeShown, Notice, PaymentProgress, Question, QuestionField, Refused
from kiosk.services.show_code import code_shown

Record = Callable[[api.Approved | api.Declined], None]
"""Makes a reported result durable. Raises NotDurable."""
SLICE_S = 0.02
"""Longest time a cancel waits while a line is silent; bytes end the wait at once."""


class CounterContext(api.PaymentContext, Protocol):
    """A driver's context with the counter's side of it."""

    def cancel(self) -> None:
        """Ask the running wait to end with CANCEL; from any thread."""

    def answer(self, answer: Answer) -> None:
        """Hand over the clerk's reply; from any thread."""


PrintSlip = Callable[[api.TerminalSlip], None]
"""Queues a terminal's slip for the printer; never waits and never raises."""
OpenContext = Callable[[Callable[[Notice], None], Record, PrintSlip], CounterContext]
"""Makes the context of one job on a payment device."""


class LiveDeviceContext:
    """Time and bytes for any driver."""

    def __init__(self) -> None:
        self._cancel = threading.Event()

    def cancel(self) -> None:
        """Ask the running wait to end with CANCEL; from any thread."""
        self._cancel.set()

    def now_s(self) -> float:
        return time.monotonic()

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        """See drivers.context.DeviceContext.receive."""
        while True:
            left_s = deadline_s - time.monotonic()
            if left_s < -OVERDUE_S_MAX:
                return Wake.TIMED_OUT
            data = line.read(max(0.0, min(left_s, SLICE_S)))
            if data:
                return data
            if self._take_cancel():
                return Wake.CANCEL
            if left_s <= 0:
                return Wake.TIMED_OUT

    def exchange(
        self, client: HttpClient, request: HttpRequest, deadline_s: float
    ) -> HttpAnswer | Literal[Wake.TIMED_OUT]:
        """See drivers.payment.api.PaymentContext.exchange."""
        answer = client.send(request, max(SLICE_S, deadline_s - time.monotonic()))
        return Wake.TIMED_OUT if answer is None else answer

    def pause(self, until_s: float) -> Wake:
        """See drivers.payment.api.PaymentContext.pause."""
        if self._cancel.wait(max(0.0, until_s - time.monotonic())):
            self._cancel.clear()
            return Wake.CANCEL
        return Wake.TIMED_OUT

    def _take_cancel(self) -> bool:
        if not self._cancel.is_set():
            return False
        self._cancel.clear()
        return True


class LivePaymentContext(LiveDeviceContext):
    """What a payment driver gets, for one job on one device."""

    def __init__(
        self,
        tell: Callable[[Notice], None],
        record: Record,
        print_slip: PrintSlip,
        shown: Callable[[api.ShownCode | None], CodeShown] = code_shown,
    ) -> None:
        """``shown`` draws a code for the citizen."""
        super().__init__()
        self._shown = shown
        self._tell, self._record, self._print_slip = tell, record, print_slip
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()

    def answer(self, answer: Answer) -> None:
        """Hand over the clerk's reply; from any thread."""
        self._answers.put(answer)

    def ask(self, form: api.Form, deadline_s: float) -> api.Entry | Wake:
        """See drivers.payment.api.PaymentContext.ask."""
        while not self._answers.empty():
            self._answers.get()  # a reply to an earlier question, late
        self._tell(_question(form))
        while True:
            left_s = deadline_s - time.monotonic()
            try:
                reply = self._answers.get(timeout=max(0.0, min(left_s, SLICE_S)))
            except queue.Empty:
                if self._take_cancel():
                    return Wake.CANCEL
                if left_s <= 0:
                    return Wake.TIMED_OUT
                continue
            if rule := broken_rule(form, reply):
                self._tell(Refused(rule))
                continue
            return api.Entry(reply.answer, reply.values)

    def commit(self, result: api.Approved | api.Declined) -> None:
        """See drivers.payment.api.PaymentContext.commit."""
        commit_durably(self._record, result)

    def show(self, phase: api.Phase) -> None:
        self._tell(PaymentProgress(phase))

    def show_code(self, code: api.ShownCode | None) -> None:
        """See drivers.payment.api.PaymentContext.show_code."""
        self._tell(self._shown(code))

    def print_slip(self, slip: api.TerminalSlip) -> None:
        """See drivers.payment.api.PaymentContext.print_slip."""
        self._print_slip(slip)


def no_slip(_: api.TerminalSlip) -> None:
    """For questions to a device, after which it prints nothing that anybody needs."""


def commit_durably(record: Record, result: api.Approved | api.Declined) -> None:
    """Record a reported result. Raises NotDurableError, as drivers expect it."""
    try:
        record(result)
    except NotDurable as error:
        raise NotDurableError("journal") from error


def broken_rule(form: api.Form, reply: Answer) -> str:
    """The catalogue key of the first rule a reply breaks, or empty. Only the main answer needs the fields."""
    if reply.answer not in form.answers:
        return "answer_unknown"
    if reply.answer != form.answers[0]:
        return ""
    for field in form.fields:
        value = reply.values.get(field.name, "")
        if not value and field.required:
            return "field_required"
        if field.length_max and len(value) > field.length_max:
            return "field_too_long"
        if value and len(value) < field.length_min:
            return "field_too_short"
        digits = field.kind in (api.FieldKind.DIGITS, api.FieldKind.YEN)
        if value and digits and not (value.isascii() and value.isdigit()):
            return "field_digits"
        if value and field.kind is api.FieldKind.CHOICE and value not in field.choices:
            return "field_choice"
    return ""


def _question(form: api.Form) -> Question:
    fields = tuple(
        QuestionField(field.name, field.kind, field.length_max, field.required, field.choices, field.length_min)
        for field in form.fields
    )
    return Question(form.name, form.amount_yen, fields, form.answers)
