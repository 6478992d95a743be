"""A driver's context in which many seconds pass in one. Owns time and what goes wrong at the counter's own end."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Literal

from drivers.context import Wake
from drivers.errors import DeviceError, NotDurableError
from drivers.http import HttpAnswer, HttpClient, HttpRequest
from drivers.payment.api import Approved, Declined, Entry, Form, Phase, ShownCode, TerminalSlip
from drivers.payment.paypay.driver import SHOW_CODE, WALLET_FIELD
from drivers.transport import ByteStream
from kiosk.runtime.live_context import Record, commit_durably

PHONE_S = 10.0
ANSWER_S_MIN = 0.5
"""Of our own seconds: a busy machine takes so long for a handshake, and a fault is to be one that was meant."""


class PowerCutError(BaseException):
    """The program ends here. Not an Exception: nothing of the product may catch it."""


class Fault(StrEnum):
    """What strikes the counter itself; the provider's faults are the words of its script, and its kills."""

    CUT_BEFORE = "power cut before a request"
    CUT_AFTER = "power cut before an answer is read"
    NOT_DURABLE = "disk full"
    CANCEL = "clerk cancels"


CHANCES = {Fault.CUT_BEFORE: 0.01, Fault.CUT_AFTER: 0.02, Fault.NOT_DURABLE: 0.03, Fault.CANCEL: 0.01}
"""Of each moment in which it could."""


@dataclass(frozen=True, slots=True)
class FastClock:
    """``fast`` seconds pass in one from the epoch ``since_s`` on, here and at the provider."""

    since_s: float
    fast: float

    def wall_s(self) -> float:
        """The epoch as everybody in this made-up world has it."""
        return self.since_s + (time.time() - self.since_s) * self.fast

    def sleep(self, seconds: float) -> None:
        """Let so many of its seconds pass."""
        time.sleep(max(0.0, seconds / self.fast))


class FastContext:
    """One operation at one counter."""

    def __init__(
        self,
        clock: FastClock,
        random: Random,
        record: Record,
        read_code: Callable[[str], None],
        struck: "Counter[str]",
    ) -> None:
        """``read_code``: a phone opens what a shown code holds. ``struck`` counts the faults."""
        self._clock, self._random, self._record, self._read_code = clock, random, record, read_code
        self._struck = struck

    def now_s(self) -> float:
        return self._clock.wall_s()

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        raise AssertionError(f"a service has no line of bytes, not {line} until {deadline_s}")

    def exchange(
        self, client: HttpClient, request: HttpRequest, deadline_s: float
    ) -> HttpAnswer | Literal[Wake.TIMED_OUT]:
        if self._strikes(Fault.CUT_BEFORE):
            raise PowerCutError
        try:
            answer = client.send(request, max(ANSWER_S_MIN, (deadline_s - self.now_s()) / self._clock.fast))
        finally:
            if self._strikes(Fault.CUT_AFTER):
                raise PowerCutError
        return Wake.TIMED_OUT if answer is None else answer

    def pause(self, until_s: float) -> Wake:
        if self._strikes(Fault.CANCEL):
            return Wake.CANCEL
        self._clock.sleep(until_s - self.now_s())
        return Wake.TIMED_OUT

    def ask(self, form: Form, deadline_s: float) -> Entry | Wake:
        """The citizen holds a phone under the scanner, or has none that shows a code."""
        if self._random.random() < 0.5:
            return Entry(SHOW_CODE)
        return Entry(form.answers[0], {WALLET_FIELD: f"9000818188{self._random.randrange(10**14):014d}"})

    def commit(self, result: Approved | Declined) -> None:
        if self._strikes(Fault.NOT_DURABLE):
            raise NotDurableError("disk full")
        commit_durably(self._record, result)

    def show(self, phase: Phase) -> None:
        assert phase

    def show_code(self, code: ShownCode | None) -> None:
        if code is not None:
            self._read_code(code.text)

    def print_slip(self, slip: TerminalSlip) -> None:
        raise AssertionError(f"a service prints nothing here, not {slip.copy}")

    def _strikes(self, fault: Fault) -> bool:
        if self._random.random() >= CHANCES[fault]:
            return False
        self._struck[fault] += 1
        return True


def phone(client: HttpClient, base_url: str) -> Callable[[str], None]:
    """A citizen's phone: it opens the address that a symbol holds, and has no luck while the provider is away."""

    def read(url: str) -> None:
        try:
            client.send(HttpRequest("GET", url.removeprefix(base_url)), PHONE_S)
        except DeviceError:
            return

    return read
