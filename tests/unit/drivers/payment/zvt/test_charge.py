"""Charges with a terminal played by hand, for what the emulated one never does."""

from collections import deque

import pytest

from drivers.emulators.pty_shell import Output
from drivers.emulators.terminal.codec import ACK, NAK, Unwrapper, message, wrap
from drivers.payment.api import (
    Approved,
    AuthorizationOutcome,
    AuthorizationRequest,
    Baseline,
    Declined,
    DeclineReason,
    Media,
    NotSent,
    NotSentReason,
    OutcomeUnknown,
    UnknownReason,
)
from tests.unit.drivers.payment.zvt.virtual_counter import VirtualCounter

STARTED = ACK + wrap(message("80 00"))
CARD = wrap(message("04 FF", b"\x0a"))
FIELDS = "0400000000060049039287023229131000010b000976"
APPROVED = wrap(message("04 0F", bytes.fromhex("2700" + FIELDS)))
DECLINED = wrap(message("04 0F", bytes.fromhex("2705" + FIELDS)))
EUROS = wrap(message("04 0F", bytes.fromhex("2700" + FIELDS.replace("490392", "490978"))))
FOREIGN = wrap(message("04 0F", bytes.fromhex("2700" + FIELDS.replace("2913100001", "2999999999"))))
OLD = wrap(message("04 0F", bytes.fromhex("2700" + FIELDS.replace("0b000976", "0b000974"))))
DAMAGED = APPROVED[:-1] + bytes([APPROVED[-1] ^ 1])
WITHOUT_RESULT = wrap(message("04 0F", bytes.fromhex(FIELDS)))
COMPLETED = wrap(message("06 0F"))
ABORTED = wrap(message("06 1E", b"\x6c"))
BUSY = wrap(message("84 9C"))
BASELINE = Baseline("13100001", "0231", "000975")


class PlayedTerminal:
    """Registers by itself; then sends the next of ``chunks`` for every message it hears, after an ACK for replies."""

    wake_at_s: float | None = None

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = deque(chunks)
        self._unwrapper = Unwrapper()
        self._registering = False
        self.heard: list[str] = []

    def step(self, now_s: float, received: bytes) -> list[Output]:
        out: list[Output] = []
        for event in self._unwrapper.take(now_s, received):
            if isinstance(event, bytes):
                self.heard.append(event[:2].hex(" "))
                out.append((0.01, self._answer(event[:2])))
        return [part for part in out if part[1]]

    def _answer(self, command: bytes) -> bytes:
        if command == b"\x06\x00":
            self._registering = True
            return STARTED + wrap(message("06 0F", bytes.fromhex("2913100001")))
        if self._registering:
            self._registering = False
            return ACK
        chunk = self._chunks.popleft() if self._chunks else b""
        return ACK + chunk if command[0] in (0x80, 0x84) else chunk


def _charge(*chunks: bytes) -> tuple[AuthorizationOutcome, PlayedTerminal, VirtualCounter]:
    terminal = PlayedTerminal(*chunks)
    counter = VirtualCounter(core=terminal)
    request = AuthorizationRequest("op", 1, 600, Media.CREDIT, BASELINE)
    outcome = counter.driver.authorize_sales(request, counter)
    terminal.heard = terminal.heard[2:]  # without the registration
    return outcome, terminal, counter


def test_a_charge_without_an_ack_is_not_sent_again() -> None:
    outcome, terminal, _ = _charge()
    assert outcome == OutcomeUnknown(UnknownReason.SILENCE)
    assert terminal.heard == ["06 01"]


def test_a_charge_the_line_refused_is_sent_again_twice() -> None:
    outcome, terminal, _ = _charge(NAK, NAK, STARTED + APPROVED, COMPLETED, b"")
    assert isinstance(outcome, Approved)
    assert terminal.heard == ["06 01"] * 3 + ["80 00"] * 2
    outcome, terminal, _ = _charge(NAK, NAK, NAK, NAK)
    assert outcome == OutcomeUnknown(UnknownReason.SILENCE)
    assert terminal.heard == ["06 01"] * 3


def test_busy_after_a_copy_of_the_charge_proves_nothing() -> None:
    outcome, _, _ = _charge(NAK, ACK + BUSY)
    assert outcome == OutcomeUnknown(UnknownReason.PROTOCOL)


def test_a_start_heard_while_we_wait_to_repeat_a_refused_charge_proves_that_a_copy_runs() -> None:
    outcome, terminal, _ = _charge(ACK + BUSY + STARTED)
    assert outcome == OutcomeUnknown(UnknownReason.PROTOCOL)
    assert terminal.heard.count("06 01") == 1


def test_a_refusal_from_before_the_ack_belongs_to_something_else() -> None:
    outcome, _, _ = _charge(BUSY + STARTED + APPROVED, COMPLETED, b"")
    assert isinstance(outcome, Approved)


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        ("84 83", NotSent(NotSentReason.NOT_SUPPORTED)),
        ("84 6F", Declined(DeclineReason.CURRENCY_REFUSED, "6F")),
        ("84 F0", Declined(DeclineReason.END_OF_DAY_NEEDED, "F0")),
    ],
)
def test_a_refusal_to_start_is_certain(refusal: str, outcome: AuthorizationOutcome) -> None:
    assert _charge(ACK + wrap(message(refusal)))[0] == outcome


def test_an_approval_told_twice_is_recorded_once() -> None:
    outcome, terminal, counter = _charge(STARTED + APPROVED + APPROVED, b"", COMPLETED, b"")
    assert isinstance(outcome, Approved)
    assert counter.committed == [outcome]
    assert terminal.heard == ["06 01", "80 00", "80 00", "80 00"]


@pytest.mark.parametrize(
    ("chunks", "reason"),
    [
        ((STARTED + COMPLETED,), UnknownReason.PROTOCOL),
        ((STARTED + APPROVED, ABORTED), UnknownReason.PROTOCOL),
        ((STARTED + APPROVED, DECLINED), UnknownReason.PROTOCOL),
        ((STARTED + DECLINED, APPROVED), UnknownReason.PROTOCOL),
        ((STARTED + DECLINED, COMPLETED), UnknownReason.PROTOCOL),
        ((STARTED + EUROS,), UnknownReason.MISMATCH),
        ((STARTED + FOREIGN,), UnknownReason.MISMATCH),
        ((STARTED + OLD,), UnknownReason.MISMATCH),
        ((STARTED + DAMAGED + ABORTED,), UnknownReason.PROTOCOL),
        ((STARTED + WITHOUT_RESULT,), UnknownReason.PROTOCOL),
        ((STARTED + wrap(message("06 1E")),), UnknownReason.PROTOCOL),
    ],
)
def test_contradictions_are_unknown(chunks: tuple[bytes, ...], reason: UnknownReason) -> None:
    outcome, _, _ = _charge(*chunks)
    assert outcome == OutcomeUnknown(reason)


@pytest.mark.parametrize("chunk", [EUROS, FOREIGN, OLD, WITHOUT_RESULT])
def test_what_cannot_be_booked_gets_no_positive_reply(chunk: bytes) -> None:
    _, terminal, counter = _charge(STARTED + chunk)
    assert terminal.heard == ["06 01"]
    assert counter.committed == []


def test_print_lines_are_taken_and_unknown_commands_refused() -> None:
    printed = wrap(message("06 D1", b"\x00Kundenbeleg"))
    strange = wrap(message("04 0D"))
    outcome, terminal, _ = _charge(STARTED + CARD, printed, strange, APPROVED, COMPLETED, b"")
    assert isinstance(outcome, Approved)
    assert terminal.heard == ["06 01", "80 00", "80 00", "84 83", "80 00", "80 00"]


def test_a_completion_told_twice_is_answered_twice() -> None:
    outcome, terminal, _ = _charge(STARTED + APPROVED, COMPLETED + COMPLETED, b"", b"")
    assert isinstance(outcome, Approved)
    assert terminal.heard[:2] == ["06 01", "80 00"]
    assert set(terminal.heard[2:]) == {"80 00"}


def test_a_decline_heard_whole_after_damage_is_a_decline() -> None:
    assert _charge(STARTED + DAMAGED + DECLINED, ABORTED, b"")[0] == Declined(DeclineReason.CARD_REFUSED, "05")


def test_nothing_but_damage_is_given_up() -> None:
    outcome, _, _ = _charge(STARTED + DAMAGED * 10)
    assert outcome == OutcomeUnknown(UnknownReason.PROTOCOL)


def test_the_driver_opens_the_line_anew_after_an_unknown_outcome() -> None:
    outcome, terminal, counter = _charge()
    assert isinstance(outcome, OutcomeUnknown)
    counter.driver.authorize_sales(AuthorizationRequest("op", 2, 600, Media.CREDIT, BASELINE), counter)
    assert terminal.heard.count("06 00") == 1


def test_a_late_answer_to_the_abort_cannot_reach_the_next_charge() -> None:
    terminal = PlayedTerminal(STARTED + CARD, b"", ACK + ABORTED, b"", STARTED + APPROVED, COMPLETED, b"")
    counter = VirtualCounter(core=terminal)
    request = AuthorizationRequest("op", 1, 600, Media.CREDIT, BASELINE)
    counter.cancel_at_s = 0.5  # registered and waiting for the card by then
    assert counter.driver.authorize_sales(request, counter) == Declined(DeclineReason.CANCELED, "6C")
    assert "06 b0" in terminal.heard
    assert counter.driver.authorize_sales(request, counter) != OutcomeUnknown(UnknownReason.SILENCE)
    assert "06 00" in terminal.heard[terminal.heard.index("06 b0") :]  # the line was opened anew
