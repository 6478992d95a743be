"""The real PayPay driver over real TLS against the emulated provider, which runs as a process of its own."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Literal

import pytest

from drivers.context import Wake
from drivers.emulators.paypay.ledger import EntryKind, standing
from drivers.http import HttpAnswer, HttpClient, HttpRequest
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Declined,
    DeclineReason,
    Entry,
    Form,
    Media,
    NotSent,
    NotSentReason,
    Original,
    OutcomeUnknown,
    Phase,
    ShownCode,
    TerminalSlip,
    TransactionType,
    UnknownReason,
)
from drivers.payment.paypay.driver import WALLET_FIELD, PayPay, PayPaySettings, Presents
from drivers.payment.paypay.protocol import Keys
from drivers.transport import ByteStream
from tests.provider.process import KEYS, START_S_MAX, ProviderProcess

LOOK_S = 0.05
WALLET = "900081818812345678901234"


@dataclass
class NetContext:
    """A payment context with the real clock; its citizen holds a new code under the scanner for each charge."""

    phases: list[Phase] = field(default_factory=list)
    codes: list[ShownCode | None] = field(default_factory=list)
    committed: list[Approved | Declined] = field(default_factory=list)
    cancel: threading.Event = field(default_factory=threading.Event)
    wallets: Iterator[int] = field(default_factory=lambda: count(time.time_ns()))

    def now_s(self) -> float:
        return time.monotonic()

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        raise AssertionError(f"a service has no line of bytes, not {line} until {deadline_s}")

    def exchange(
        self, client: HttpClient, request: HttpRequest, deadline_s: float
    ) -> HttpAnswer | Literal[Wake.TIMED_OUT]:
        answer = client.send(request, max(LOOK_S, deadline_s - self.now_s()))
        return Wake.TIMED_OUT if answer is None else answer

    def pause(self, until_s: float) -> Wake:
        return Wake.CANCEL if self.cancel.wait(max(0.0, until_s - self.now_s())) else Wake.TIMED_OUT

    def ask(self, form: Form, deadline_s: float) -> Entry | Wake:
        return Entry(form.answers[0], {WALLET_FIELD: f"9000818188{next(self.wallets) % 10**14:014d}"})

    def commit(self, result: Approved | Declined) -> None:
        self.committed.append(result)

    def show(self, phase: Phase) -> None:
        self.phases.append(phase)

    def show_code(self, code: ShownCode | None) -> None:
        self.codes.append(code)

    def print_slip(self, slip: TerminalSlip) -> None:
        raise AssertionError(f"a service prints nothing here, not {slip.copy}")


class Provider(ProviderProcess):
    """One provider process, and drivers that know its address."""

    def __init__(self, folder: Path, answers: str, **options: float | bool) -> None:
        super().__init__(folder, answers, **options)
        self._sequence = 0

    def driver(self, presents: Presents = Presents.CITIZEN, *, keys: Keys = KEYS, ca_file: str | None = None) -> PayPay:
        settings = PayPaySettings(presents=presents)
        return PayPay(
            self.client(ca_file=ca_file), keys, settings, wall_s=time.time, new_nonce=lambda: os.urandom(4).hex()
        )

    def request(self, amount_yen: int) -> AuthorizationRequest:
        self._sequence += 1
        return AuthorizationRequest(f"op-{self._sequence}", self._sequence, amount_yen, Media.CODE)

    def sell(self, driver: PayPay, amount_yen: int) -> AuthorizationOutcome:
        return driver.authorize_sales(self.request(amount_yen), NetContext())

    @property
    def standing(self) -> dict[str, int]:
        return standing(self.book())


MakeProvider = Callable[..., Provider]


@pytest.fixture
def make_provider(tmp_path: Path) -> Iterator[MakeProvider]:
    made: list[Provider] = []

    def make(answers: str = "", **options: float | bool) -> Provider:
        made.append(Provider(tmp_path, answers, **options))
        return made[-1]

    yield make
    for provider in made:
        provider.stop()


def test_a_citizens_code_is_charged_and_the_payment_given_back(make_provider: MakeProvider) -> None:
    provider = make_provider()
    driver, context = provider.driver(), NetContext()
    sold = driver.authorize_sales(provider.request(600), context)
    assert isinstance(sold, Approved)
    assert context.committed == [sold]
    assert provider.standing == {"op-1": 600}
    original = Original(sold.slip_number, sold.approval_code, sold.transaction_number, sold.terminal_id)
    void = AuthorizationRequest("void-1", 2, 600, Media.CODE, transaction_type=TransactionType.VOID, original=original)
    assert isinstance(driver.authorize_void(void, NetContext()), Approved)
    assert provider.standing == {}


def test_a_shown_code_is_paid_by_whoever_reads_it(make_provider: MakeProvider) -> None:
    provider, context = make_provider(pays_by_itself=True, pays_s=0.2), NetContext()
    sold = provider.driver(Presents.COUNTER).authorize_sales(provider.request(450), context)
    assert isinstance(sold, Approved)
    shown, *_, last = context.codes
    assert shown is not None
    assert shown.text.startswith(provider.base_url)
    assert last is None
    assert provider.standing == {"op-1": 450}


def test_a_code_that_is_taken_back_can_be_paid_by_nobody(make_provider: MakeProvider) -> None:
    provider, context = make_provider(), NetContext()
    context.cancel.set()
    outcome = provider.driver(Presents.COUNTER).authorize_sales(provider.request(450), context)
    assert outcome == Declined(DeclineReason.CANCELED, "")
    assert [entry.kind for entry in provider.book()] == [EntryKind.CODE, EntryKind.DELETED]


def test_a_wrong_secret_takes_nothing_and_health_says_so(make_provider: MakeProvider) -> None:
    provider = make_provider()
    driver = provider.driver(keys=replace(KEYS, secret="another-secret"))
    assert provider.sell(driver, 600) == Declined(DeclineReason.KEYS_REFUSED, "UNAUTHORIZED")
    assert not driver.check_health(NetContext()).ready
    assert provider.driver().check_health(NetContext()).ready
    assert provider.book() == ()


def test_a_clock_that_is_minutes_wrong_is_named(make_provider: MakeProvider) -> None:
    provider = make_provider(clock_ahead_s=600)
    outcome = provider.sell(provider.driver(), 600)
    assert isinstance(outcome, Declined)
    assert outcome.reason is DeclineReason.CLOCK_WRONG
    assert provider.book() == ()


def test_a_server_nobody_vouches_for_gets_no_request(make_provider: MakeProvider) -> None:
    provider = make_provider()
    assert provider.sell(provider.driver(ca_file=""), 600) == NotSent(NotSentReason.SERVICE_UNREACHABLE)
    assert provider.book() == ()


@pytest.mark.parametrize("answer", ["cut", "error-done", "garbled"])
def test_a_charge_whose_answer_is_lost_is_in_doubt_and_found(make_provider: MakeProvider, answer: str) -> None:
    provider = make_provider(answer)
    driver, request = provider.driver(), provider.request(600)
    assert isinstance(driver.authorize_sales(request, NetContext()), OutcomeUnknown)
    found = driver.query_last_transaction(request, NetContext())
    assert isinstance(found, Approved)
    assert found.amount_yen == 600
    assert provider.standing == {"op-1": 600}


def test_a_provider_killed_before_it_answers_has_kept_the_payment(make_provider: MakeProvider) -> None:
    provider = make_provider("slow:20")
    driver, request = provider.driver(), provider.request(600)
    outcomes: list[AuthorizationOutcome] = []
    clerk = threading.Thread(target=lambda: outcomes.append(driver.authorize_sales(request, NetContext())))
    clerk.start()
    ends_s = time.monotonic() + START_S_MAX
    while not provider.book():
        assert time.monotonic() < ends_s, "no payment in the book"
        time.sleep(LOOK_S)
    provider.kill()
    clerk.join(START_S_MAX)
    assert outcomes == [OutcomeUnknown(UnknownReason.SERVICE_SILENT)]
    provider.start_again()
    assert isinstance(driver.query_last_transaction(request, NetContext()), Approved)
    assert [entry.kind for entry in provider.book()] == [EntryKind.PAID]


def test_nothing_that_is_logged_tells_keys_a_signature_or_a_wallets_code(
    make_provider: MakeProvider, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever the HTTP library thinks worth a line: a sale, a lost answer, a refusal, and a provider that is gone."""
    caplog.set_level(logging.DEBUG)
    provider, context = make_provider("approve, cut, unauthorized"), NetContext(wallets=count(int(WALLET[-14:])))
    driver = provider.driver()
    told = [repr(driver.authorize_sales(provider.request(600), context)) for _ in range(3)]
    provider.kill()
    told.append(repr(driver.authorize_sales(provider.request(600), context)))
    told.append(repr(driver.check_health(context)))
    provider.start_again()
    lines = [record.getMessage() for record in caplog.records]
    assert any("/v2/payments" in line for line in lines), "the library's lines were heard"
    seen = "\n".join((*told, *lines, *capfd.readouterr()))
    for secret in (KEYS.secret, KEYS.api_key, "OPA-Auth", WALLET[:-1]):
        assert secret not in seen
