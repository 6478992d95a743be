"""One push of journal entries, or a heartbeat when there are none. Owns what an answer means; refuses threads."""

from dataclasses import dataclass
from typing import assert_never

from kiosk.domain.batch import BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, JOURNAL_REFUSALS, KEY_REFUSALS
from kiosk.domain.books import Entry
from kiosk.sync.client import Answer, NoAnswer, RegisterClient
from kiosk.sync.ports import SyncJournal

FREEZING = JOURNAL_REFUSALS | KEY_REFUSALS
"""Refusals no repetition cures: a person has to look."""
OVERTAKEN = "stale_heartbeat"
"""A batch of ours was there first: the register knows more than this heartbeat says."""
OK, CONFLICT = 200, 409
BUSY = frozenset({429, 502, 503, 504})
_BODY_BYTES_MAX = BATCH_BYTES_MAX - BATCH_ENTRIES_MAX
"""Leaves room for the line ends."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """The register holds everything up to ``ack_seq``; ``more`` says whether entries are waiting."""

    ack_seq: int
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class UpToDate:
    """Nothing to send; the register heard the heartbeat."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No answer, or asked to wait. Whether entries were taken is unknown, and sending them again is safe."""

    reason: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class RefusedByRegister:
    """The register says no. ``frozen`` when only a person can go on."""

    rule: str
    detail: str
    frozen: bool


PushResult = Pushed | UpToDate | Unreachable | RefusedByRegister


@dataclass(frozen=True, slots=True)
class _Gap:
    expected_seq: int


def push_once(journal: SyncJournal, client: RegisterClient) -> PushResult:
    """Send the next batch after what is acknowledged, or a heartbeat; acknowledge in the journal what was taken.

    A register that has less than it acknowledged (an older copy restored) is sent the missing entries again.
    """
    status = journal.books().sync_status()
    entries = _entries_after(journal, status.acked_seq)
    if not entries:
        return _heartbeat(journal, client, was_frozen=bool(status.frozen_reason))
    result = _send(journal, client, entries)
    if isinstance(result, _Gap):
        entries = _entries_after(journal, result.expected_seq - 1) if result.expected_seq > 0 else ()
        result = _send(journal, client, entries) if entries else _Gap(result.expected_seq)
    match result:
        case _Gap(expected_seq):
            return RefusedByRegister("gap", f"the register expects entry {expected_seq}", frozen=False)
        case Pushed() if status.frozen_reason:
            journal.set_frozen("")
        case RefusedByRegister():
            _freeze(journal, result, status.frozen_reason)
        case Pushed() | Unreachable() | UpToDate():
            pass
        case _:
            assert_never(result)
    return result


def _entries_after(journal: SyncJournal, seq: int) -> tuple[Entry, ...]:
    return journal.entries_after(seq, count_max=BATCH_ENTRIES_MAX, bytes_max=_BODY_BYTES_MAX)


def _send(journal: SyncJournal, client: RegisterClient, entries: tuple[Entry, ...]) -> PushResult | _Gap:
    try:
        answer = client.post_journal(entries)
    except NoAnswer as error:
        return Unreachable(str(error))
    if answer.status != OK:
        expected_seq = answer.number("expected_seq")
        if answer.status == CONFLICT and answer.text("rule") == "gap" and expected_seq is not None:
            return _Gap(expected_seq)
        return _refusal(answer)
    last = entries[-1]
    if answer.number("ack_seq") != last.seq or answer.text("ack_hash") != last.hash.hex():
        return Unreachable("the acknowledgement is not for what was sent")
    journal.acknowledge(last.seq, last.hash)
    return Pushed(last.seq, len(entries), journal.head().seq > last.seq)


def _heartbeat(journal: SyncJournal, client: RegisterClient, *, was_frozen: bool) -> PushResult:
    said_at = client.now_iso()  # before the head is read: a batch that holds more was sent later, and says so
    head = journal.head()
    try:
        answer = client.post_heartbeat(
            head, sent_at=said_at, oldest_unacked_at=journal.books().sync_status().oldest_unacked_at
        )
    except NoAnswer as error:
        return Unreachable(str(error))
    if answer.status != OK:
        refused = _refusal(answer)
        if isinstance(refused, RefusedByRegister):
            if refused.rule == OVERTAKEN:
                return UpToDate()
            _freeze(journal, refused, journal.books().sync_status().frozen_reason)
        return refused
    held_seq = answer.number("head_seq")
    if held_seq is None:
        return Unreachable("the answer to a heartbeat lacks head_seq")
    if was_frozen:
        journal.set_frozen("")
    if held_seq < head.seq:
        return _resend(journal, client, held_seq)
    return UpToDate()


def _resend(journal: SyncJournal, client: RegisterClient, held_seq: int) -> PushResult:
    """The register holds less than it acknowledged, or something new has just been written."""
    entries = _entries_after(journal, held_seq)
    if not entries:
        return UpToDate()
    result = _send(journal, client, entries)
    if isinstance(result, _Gap):
        return RefusedByRegister("gap", f"the register expects entry {result.expected_seq}", frozen=False)
    if isinstance(result, RefusedByRegister):
        _freeze(journal, result, journal.books().sync_status().frozen_reason)
    return result


def _refusal(answer: Answer) -> RefusedByRegister | Unreachable:
    if answer.status in BUSY:
        return Unreachable(answer.words("detail") or f"HTTP {answer.status}", answer.retry_after_s)
    rule, detail = answer.rule, answer.words("detail")
    if not rule:
        return Unreachable(f"HTTP {answer.status} without a register's answer")
    return RefusedByRegister(rule, detail, frozen=rule in FREEZING)


def _freeze(journal: SyncJournal, refused: RefusedByRegister, reason_now: str) -> None:
    reason = f"{refused.rule}: {refused.detail}"
    if refused.frozen and reason != reason_now:
        journal.set_frozen(reason)
