"""The real stxlrc driver on a real port against its emulated terminal, which runs as a process of its own."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drivers.context import Wake
from drivers.emulators.stxlrc.ledger import LedgerEntry, net_approved_yen, read_ledger
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    DailyLog,
    DailyLogKind,
    Declined,
    DeclineReason,
    Entry,
    Form,
    Media,
    NotCharged,
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
from drivers.payment.stxlrc.driver import StxLrcSettings, StxLrcTerminal
from drivers.payment.stxlrc.link import Timers
from drivers.transport import ByteStream, SerialLine, SerialSettings
from tests.unit.drivers.payment.no_server import NoServer

TIMERS = Timers(ack_s=2.0, answer_s=2.0, charge_s=3.0, inquiry_s_max=20.0)
"""Short, so that silence is soon over."""
LOOK_S = 0.02
START_S_MAX = 20.0
BAUD = 115_200


@dataclass
class PortContext(NoServer):
    """A payment context with the real clock."""

    when_shown: dict[Phase, Callable[[], None]] = field(default_factory=dict)
    phases: list[Phase] = field(default_factory=list)
    committed: list[Approved | Declined] = field(default_factory=list)

    def now_s(self) -> float:
        return time.monotonic()

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        while True:
            left_s = deadline_s - time.monotonic()
            if received := line.read(max(0.0, min(LOOK_S, left_s))):
                return received
            if left_s <= 0:
                return Wake.TIMED_OUT

    def ask(self, form: Form, deadline_s: float) -> Entry | Wake:
        raise AssertionError(f"this driver asks nobody, not {form.name} until {deadline_s}")

    def commit(self, result: Approved | Declined) -> None:
        self.committed.append(result)

    def show(self, phase: Phase) -> None:
        self.phases.append(phase)
        self.when_shown.get(phase, lambda: None)()

    def show_code(self, code: ShownCode | None) -> None:
        raise AssertionError(f"a terminal has no code to show, not {code}")

    def print_slip(self, slip: TerminalSlip) -> None:
        raise AssertionError(f"this terminal has a printer of its own, not {slip.copy}")


class Counter:
    """One terminal process and one driver on its port."""

    def __init__(self, folder: Path, answers: str, *options: str) -> None:
        self.port, self._ledger = folder / "terminal", folder / "ledger.jsonl"
        self.process = self._start(answers, *options)
        serial = SerialSettings(str(self.port), baud=BAUD)
        self.driver = StxLrcTerminal(lambda: SerialLine(serial), StxLrcSettings(timers=TIMERS))
        self._sequence = 0

    def _start(self, answers: str, *options: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "drivers.emulators.stxlrc", "--link", str(self.port)]
        command += ["--ledger", str(self._ledger), "--answers", answers, "--speed", "0", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == f"ready {self.port}\n"
        return process

    def restart(self) -> None:
        self.stop()
        self.process = self._start("")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(START_S_MAX)

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(START_S_MAX)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def request(self, amount_yen: int, context: PortContext) -> AuthorizationRequest:
        self._sequence += 1
        baseline = self.driver.read_baseline(context)
        return AuthorizationRequest("op", self._sequence, amount_yen, Media.CREDIT, baseline)

    def sell(self, amount_yen: int, context: PortContext | None = None) -> AuthorizationOutcome:
        context = context or PortContext()
        return self.driver.authorize_sales(self.request(amount_yen, context), context)

    def book(self) -> tuple[LedgerEntry, ...]:
        return read_ledger(self._ledger)

    @property
    def taken_yen(self) -> int:
        return net_approved_yen(self.book())


MakeCounter = Callable[..., Counter]


@pytest.fixture
def make_counter(tmp_path: Path) -> Iterator[MakeCounter]:
    counters: list[Counter] = []

    def make(answers: str = "", *options: str) -> Counter:
        counters.append(Counter(tmp_path, answers, *options))
        return counters[-1]

    yield make
    for counter in counters:
        counter.driver.close()
        counter.stop()


def test_a_day_of_sales_a_void_and_the_close(make_counter: MakeCounter) -> None:
    counter, context = make_counter(), PortContext()
    sales = [counter.sell(amount_yen) for amount_yen in (300, 450, 1200)]
    approved = [sale for sale in sales if isinstance(sale, Approved)]
    assert [sale.brand for sale in approved] == ["Visa", "Mastercard", "American Express"]
    first = approved[0]
    original = Original(first.slip_number, first.approval_code, first.transaction_number, first.terminal_id)
    void = AuthorizationRequest("void", 9, 300, Media.CREDIT, transaction_type=TransactionType.VOID, original=original)
    assert isinstance(counter.driver.authorize_void(void, context), Approved)
    assert counter.taken_yen == 1650
    log = counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, context)
    assert isinstance(log, DailyLog)
    assert log.settled
    assert sum(total.amount_yen for total in log.totals) == 1650
    assert counter.driver.check_health(context).ready


def test_a_decline_takes_nothing(make_counter: MakeCounter) -> None:
    counter = make_counter("decline,decline:07")
    assert counter.sell(300) == Declined(DeclineReason.CARD_REFUSED, "01")
    assert counter.sell(300) == Declined(DeclineReason.CANCELED, "07")
    assert counter.taken_yen == 0


@pytest.mark.parametrize("answer", ["silent", "stall", "refuse"])
def test_silence_is_unknown_and_the_inquiry_shows_that_nothing_happened(make_counter: MakeCounter, answer: str) -> None:
    counter, context = make_counter(f"approve,{answer}"), PortContext()
    counter.sell(500)
    request = counter.request(600, context)
    assert isinstance(counter.driver.authorize_sales(request, context), OutcomeUnknown)
    assert isinstance(counter.driver.query_last_transaction(request, context), NotCharged)
    assert counter.taken_yen == 500


@pytest.mark.parametrize("answer", ["lost-reply", "cut", "corrupt-all", "wrong-echo"])
def test_a_lost_approval_is_found(make_counter: MakeCounter, answer: str) -> None:
    counter, context = make_counter(f"approve,{answer}", "--ack-wait-s", "0.3"), PortContext()
    counter.sell(500)
    request = counter.request(600, context)
    assert isinstance(counter.driver.authorize_sales(request, context), OutcomeUnknown)
    found = counter.driver.query_last_transaction(request, context)
    assert isinstance(found, Approved)
    assert found.amount_yen == 600
    assert counter.taken_yen == 1100


def test_a_reply_damaged_once_costs_nothing(make_counter: MakeCounter) -> None:
    counter = make_counter("corrupt,duplicate,previous")
    assert all(isinstance(counter.sell(amount_yen), Approved) for amount_yen in (300, 400, 500))
    assert [entry.amount_yen for entry in counter.book()] == [300, 400, 500]


def test_a_wrong_amount_goes_to_a_person(make_counter: MakeCounter) -> None:
    counter, context = make_counter("wrong-amount", "--ack-wait-s", "0.3"), PortContext()
    request = counter.request(600, context)
    assert counter.driver.authorize_sales(request, context) == OutcomeUnknown(UnknownReason.MISMATCH)
    assert context.committed == []
    assert counter.driver.query_last_transaction(request, context) == OutcomeUnknown(UnknownReason.MISMATCH)


def test_a_killed_terminal_is_unknown_and_answers_after_its_restart(make_counter: MakeCounter) -> None:
    counter, context = make_counter("approve,slow:300", "--speed", "1"), PortContext()
    counter.sell(500)
    request = counter.request(600, context)
    context.when_shown[Phase.PROCESSING] = counter.kill
    assert counter.driver.authorize_sales(request, context) == OutcomeUnknown(UnknownReason.LINE_LOST)
    assert counter.driver.query_last_transaction(request, context) == OutcomeUnknown(UnknownReason.UNANSWERED)
    counter.restart()
    assert isinstance(counter.driver.query_last_transaction(request, context), NotCharged)
    assert isinstance(counter.sell(700), Approved)
    assert counter.taken_yen == 1200


def test_the_port_belongs_to_one_program(make_counter: MakeCounter) -> None:
    counter = make_counter()
    counter.sell(300)
    second = StxLrcTerminal(lambda: SerialLine(SerialSettings(str(counter.port), baud=BAUD)))
    context = PortContext()
    assert second.authorize_sales(counter.request(300, context), context) == NotSent(NotSentReason.PORT_BUSY)
    assert counter.taken_yen == 300


def test_it_ends_cleanly_on_sigterm(make_counter: MakeCounter) -> None:
    counter = make_counter()
    assert counter.stop() == 0
    assert not counter.port.is_symlink()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--answers", "aprove"], "answer 'aprove' is not known"),
        (["--speed", "-1"], "--speed and --baud must not be negative"),
        (["--terminal-id", "123456789"], "--terminal-id must be 1 to 8 letters and digits"),
        (["--operation-before", "-1"], "--operation-before must be 0 to 999999"),
        (["--script", "/nowhere/script"], "No such file"),
    ],
)
def test_a_bad_command_line_is_refused_in_one_line(tmp_path: Path, options: list[str], message: str) -> None:
    command = [sys.executable, "-m", "drivers.emulators.stxlrc", "--link", str(tmp_path / "t")]
    command += ["--ledger", str(tmp_path / "l"), *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=START_S_MAX, check=False)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert ended.stderr.count("\n") == 1
