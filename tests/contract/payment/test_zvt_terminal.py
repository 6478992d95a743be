"""The real driver on a real port against the emulated terminal, which runs as a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from drivers.context import Wake
from drivers.emulators.terminal.ledger import LedgerEntry, net_approved_yen, read_ledger
from drivers.errors import NotDurableError
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    BrandTotal,
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
    UnknownReason,
)
from drivers.payment.zvt.driver import ZvtSettings, ZvtTerminal
from drivers.payment.zvt.link import Framing, Timers
from drivers.transport import ByteStream, SerialLine, SerialSettings, tcp_opener
from tests.unit.drivers.payment.no_server import NoServer

TIMERS = Timers(t2_s=2.0, t3_s=2.0, t4_s=3.0, busy_pause_s=0.2, inquiry_s_max=20.0)
"""Short, so that silence is soon over; T1 as the standard has it."""
LOOK_S = 0.02
START_S_MAX = 20.0


@dataclass
class PortContext(NoServer):
    """A payment context with the real clock. ``cancel_when`` asks to stop when that phase is shown."""

    is_durable: bool = True
    cancel_when: Phase | None = None
    when_shown: dict[Phase, Callable[[], None]] = field(default_factory=dict)
    phases: list[Phase] = field(default_factory=list)
    committed: list[Approved | Declined] = field(default_factory=list)
    slips: list[TerminalSlip] = field(default_factory=list)
    _cancel: bool = False

    def now_s(self) -> float:
        return time.monotonic()

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        while True:
            left_s = deadline_s - time.monotonic()
            if received := line.read(max(0.0, min(LOOK_S, left_s))):
                return received
            if self._cancel:
                self._cancel = False
                return Wake.CANCEL
            if left_s <= 0:
                return Wake.TIMED_OUT

    def ask(self, form: Form, deadline_s: float) -> Entry | Wake:
        raise AssertionError(f"this driver asks nobody, not {form.name} until {deadline_s}")

    def commit(self, result: Approved | Declined) -> None:
        if not self.is_durable:
            raise NotDurableError("disk full")
        self.committed.append(result)

    def show(self, phase: Phase) -> None:
        self.phases.append(phase)
        if phase is self.cancel_when:
            self._cancel = True
        self.when_shown.get(phase, lambda: None)()

    def show_code(self, code: ShownCode | None) -> None:
        raise AssertionError(f"a terminal has no code to show, not {code}")

    def print_slip(self, slip: TerminalSlip) -> None:
        self.slips.append(slip)


class Counter:
    """One terminal process and one driver on its port."""

    def __init__(self, folder: Path, answers: str, *options: str) -> None:
        self.port, self._ledger = folder / "terminal", folder / "ledger.jsonl"
        self.address = ""
        self.process = self._start(answers, *options)
        self.driver = self.new_driver("--unconfirmed mirror" in " ".join(options))

    def new_driver(self, mirrors_receipt: bool = False) -> ZvtTerminal:
        if self.address:
            settings = ZvtSettings(timers=TIMERS, framing=Framing.TCP, mirrors_receipt=mirrors_receipt)
            return ZvtTerminal(tcp_opener(self.address), settings)
        serial = SerialSettings(str(self.port), baud=9600, stop_bits=2)
        return ZvtTerminal(lambda: SerialLine(serial), ZvtSettings(timers=TIMERS, mirrors_receipt=mirrors_receipt))

    def _start(self, answers: str, *options: str) -> "subprocess.Popen[str]":
        place = [] if "--tcp" in options else ["--link", str(self.port)]
        command = [sys.executable, "-m", "drivers.emulators.terminal", *place]
        command += ["--ledger", str(self._ledger), "--answers", answers, "--speed", "0", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        ready, _, name = process.stdout.readline().strip().partition(" ")
        assert ready == "ready"
        assert name == str(self.port) or (not place and name.startswith("tcp://127.0.0.1:"))
        self.address = "" if place else name
        return process

    def restart(self, *options: str) -> None:
        self.stop()
        self.process = self._start("", *options)

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
        return AuthorizationRequest("op", 1, amount_yen, Media.CREDIT, self.driver.read_baseline(context))

    def sell(self, amount_yen: int, context: PortContext | None = None) -> AuthorizationOutcome:
        context = context or PortContext()
        return self.driver.authorize_sales(self.request(amount_yen, context), context)

    def book(self) -> tuple[LedgerEntry, ...]:
        return read_ledger(self._ledger)

    def wait_for_book(self, entries: int) -> None:
        until_s = time.monotonic() + START_S_MAX
        while len(self.book()) < entries and time.monotonic() < until_s:
            time.sleep(LOOK_S)
        assert len(self.book()) == entries

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


def test_three_sales_are_in_both_books(make_counter: MakeCounter) -> None:
    counter = make_counter()
    outcomes = [counter.sell(amount_yen) for amount_yen in (300, 450, 1200)]
    assert [outcome.brand for outcome in outcomes if isinstance(outcome, Approved)] == ["Visa", "Mastercard", "JCB"]
    assert counter.taken_yen == 1950
    assert [entry.amount_yen for entry in counter.book()] == [300, 450, 1200]


def test_the_terminal_stamps_how_long_its_line_waited(make_counter: MakeCounter, tmp_path: Path) -> None:
    file = tmp_path / "stamps"
    counter = make_counter("", "--stamps", str(file))
    began_s = time.monotonic()
    assert isinstance(counter.sell(300), Approved)
    counter.stop()
    stamps = [json.loads(line) for line in file.read_text("ascii").splitlines()]
    assert {frozenset(stamp) for stamp in stamps} == {frozenset(("way", "bytes", "at_s"))}, "never what crossed it"
    assert {stamp["way"] for stamp in stamps} == {"sent", "heard"}
    times_s = [began_s, *(stamp["at_s"] for stamp in stamps), time.monotonic()]
    assert times_s == sorted(times_s)


def test_a_decline_takes_nothing(make_counter: MakeCounter) -> None:
    counter = make_counter("decline,decline:6C")
    assert counter.sell(300) == Declined(DeclineReason.CARD_REFUSED, "05")
    assert counter.sell(300) == Declined(DeclineReason.TIMED_OUT, "6C")
    assert counter.taken_yen == 0


def test_a_busy_terminal_is_asked_again(make_counter: MakeCounter) -> None:
    counter, context = make_counter("busy:2"), PortContext()
    assert isinstance(counter.sell(300, context), Approved)
    assert Phase.BUSY in context.phases
    assert counter.taken_yen == 300


def test_a_terminal_that_stays_busy_was_not_charged(make_counter: MakeCounter) -> None:
    counter = make_counter("busy:99")
    assert counter.sell(300) == NotSent(NotSentReason.TERMINAL_BUSY)


def test_a_slow_terminal_tells_its_states(make_counter: MakeCounter) -> None:
    counter, context = make_counter("slow:3"), PortContext()
    assert isinstance(counter.sell(300, context), Approved)
    assert [phase for phase in context.phases if phase in (Phase.WAIT_CARD, Phase.PROCESSING, Phase.FINISHING)] == [
        Phase.WAIT_CARD,
        Phase.PROCESSING,
        Phase.FINISHING,
    ]


def test_silence_is_unknown_and_the_inquiry_shows_that_nothing_happened(make_counter: MakeCounter) -> None:
    counter, context = make_counter("approve,silent"), PortContext()
    counter.sell(500)
    request = counter.request(600, context)
    assert counter.driver.authorize_sales(request, context) == OutcomeUnknown(UnknownReason.SILENCE)
    assert isinstance(counter.driver.query_last_transaction(request, context), NotCharged)
    assert counter.taken_yen == 500


@pytest.mark.parametrize("answer", ["lost-reply", "cut"])
def test_a_lost_approval_is_found(make_counter: MakeCounter, answer: str) -> None:
    counter, context = make_counter(f"approve,{answer}"), PortContext()
    counter.sell(500)
    request = counter.request(600, context)
    assert isinstance(counter.driver.authorize_sales(request, context), OutcomeUnknown)
    found = counter.driver.query_last_transaction(request, context)
    assert isinstance(found, Approved)
    assert found.amount_yen == 600
    assert counter.taken_yen == 1100


def test_cancel_before_the_card_ends_the_sale(make_counter: MakeCounter) -> None:
    counter = make_counter("", "--speed", "0.2")  # the citizen takes five seconds to find the card
    context = PortContext(cancel_when=Phase.WAIT_CARD)
    assert counter.sell(300, context) == Declined(DeclineReason.CANCELED, "6C")
    assert Phase.CANCELING in context.phases
    assert counter.taken_yen == 0


def test_a_killed_terminal_is_unknown_and_answers_after_its_restart(make_counter: MakeCounter) -> None:
    counter = make_counter("approve", "--speed", "0.5")
    context = PortContext()
    counter.sell(500)
    request = counter.request(600, context)
    context.when_shown[Phase.WAIT_CARD] = counter.kill
    assert counter.driver.authorize_sales(request, context) == OutcomeUnknown(UnknownReason.LINE_LOST)
    assert counter.driver.query_last_transaction(request, context) == OutcomeUnknown(UnknownReason.UNANSWERED)
    counter.restart()
    assert isinstance(counter.driver.query_last_transaction(request, context), NotCharged)
    assert isinstance(counter.sell(700), Approved)
    assert counter.taken_yen == 1200


def test_what_is_not_durable_is_not_confirmed_and_the_terminal_takes_it_back(make_counter: MakeCounter) -> None:
    counter, context = make_counter("", "--ack-wait-s", "0.5"), PortContext()
    counter.sell(500)
    request = counter.request(600, context)
    context.is_durable = False
    assert counter.driver.authorize_sales(request, context) == OutcomeUnknown(UnknownReason.NOT_DURABLE)
    counter.wait_for_book(3)
    assert counter.taken_yen == 500
    assert isinstance(counter.driver.query_last_transaction(request, context), NotCharged)


def test_a_terminal_that_keeps_unconfirmed_sales_tells_of_them(make_counter: MakeCounter) -> None:
    counter, context = make_counter("", "--ack-wait-s", "0.5", "--unconfirmed", "keep"), PortContext()
    counter.sell(500)
    request = counter.request(600, context)
    context.is_durable = False
    assert isinstance(counter.driver.authorize_sales(request, context), OutcomeUnknown)
    assert isinstance(counter.driver.query_last_transaction(request, PortContext()), Approved)
    assert counter.taken_yen == 1100


def test_the_port_belongs_to_one_program(make_counter: MakeCounter) -> None:
    counter = make_counter()
    counter.sell(300)
    second = ZvtTerminal(lambda: SerialLine(SerialSettings(str(counter.port), stop_bits=2)))
    context = PortContext()
    assert second.authorize_sales(counter.request(300, context), context) == NotSent(NotSentReason.PORT_BUSY)
    assert counter.taken_yen == 300


@pytest.mark.parametrize("pieces", ["0", "1", "7"])
def test_over_tcp_every_split_reads_the_same(make_counter: MakeCounter, pieces: str) -> None:
    counter, context = make_counter("approve,approve,decline,cut", "--tcp", "0", "--pieces", pieces), PortContext()
    first = counter.sell(300)
    assert isinstance(first, Approved)
    assert isinstance(counter.sell(450), Approved)
    assert counter.sell(450) == Declined(DeclineReason.CARD_REFUSED, "05")
    request = counter.request(600, context)
    assert counter.driver.authorize_sales(request, context) == OutcomeUnknown(UnknownReason.LINE_LOST)
    assert isinstance(counter.driver.query_last_transaction(request, context), Approved)
    original = Original(first.slip_number, transaction_number=first.transaction_number, terminal_id=first.terminal_id)
    void = replace(counter.request(300, context), original=original)
    assert isinstance(counter.driver.authorize_void(void, context), Approved)
    log = counter.driver.access_daily_log(DailyLogKind.SETTLEMENT, context)
    assert log == DailyLog((BrandTotal("JCB", 1, 600), BrandTotal("Mastercard", 1, 450)), settled=True)
    assert counter.taken_yen == 1050


def test_over_tcp_silence_is_unknown_and_a_second_register_is_refused(make_counter: MakeCounter) -> None:
    counter, context = make_counter("approve,silent", "--tcp", "0"), PortContext()
    counter.sell(500)
    second = counter.new_driver()
    assert second.authorize_sales(counter.request(500, context), context) == NotSent(NotSentReason.NO_ANSWER)
    request = counter.request(600, context)
    assert counter.driver.authorize_sales(request, context) == OutcomeUnknown(UnknownReason.SILENCE)
    assert isinstance(counter.driver.query_last_transaction(request, context), NotCharged)
    assert counter.taken_yen == 500


def test_a_terminal_that_vanished_over_night_is_found_again_before_anything_is_sent(make_counter: MakeCounter) -> None:
    counter = make_counter("", "--tcp", "0")
    counter.sell(500)
    counter.kill()
    assert counter.sell(600) == NotSent(NotSentReason.PORT_MISSING)
    counter.restart("--tcp", counter.address.rpartition(":")[2])
    assert isinstance(counter.sell(600), Approved)
    assert counter.taken_yen == 1100


def test_the_bytes_keep_the_pace_of_the_line(make_counter: MakeCounter) -> None:
    counter = make_counter()
    counter.sell(300)
    began_s = time.monotonic()
    counter.sell(300)
    assert time.monotonic() - began_s > 0.2  # about 250 bytes at 9,600 baud with 11 bits each


def test_it_ends_cleanly_on_sigterm(make_counter: MakeCounter) -> None:
    counter = make_counter()
    assert counter.stop() == 0
    assert not counter.port.is_symlink()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--answers", "aprove"], "answer 'aprove' is not known"),
        (["--answers", "busy:x"], "'x' is not a number"),
        (["--speed", "-1"], "--speed and --baud must not be negative"),
        (["--terminal-id", "12"], "--terminal-id must be 8 digits"),
        (["--script", "/nowhere/script"], "No such file"),
        (["--last-slip", "10000"], "--last-slip must be 0 to 9999"),
    ],
)
def test_a_bad_command_line_is_refused_in_one_line(tmp_path: Path, options: list[str], message: str) -> None:
    command = [sys.executable, "-m", "drivers.emulators.terminal", "--link", str(tmp_path / "t")]
    command += ["--ledger", str(tmp_path / "l"), *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=START_S_MAX, check=False)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("answers", "options", "code"),
    [
        ("approve", ("--currency", "0978"), "6F"),
        ("decline:6F", (), "6F"),
        ("decline:C6", (), "C6"),
        ("decline:CB", (), "CB"),
    ],
)
def test_a_terminal_that_takes_no_yen_takes_nothing_and_says_so(
    make_counter: MakeCounter, answers: str, options: tuple[str, ...], code: str
) -> None:
    counter = make_counter(answers, *options)
    assert counter.sell(300) == Declined(DeclineReason.CURRENCY_REFUSED, code)
    assert counter.taken_yen == 0
