"""Takes a batch of journal entries into the books. Owns the order of checks; refuses only what breaks integrity."""

import hashlib
import logging
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from kiosk.domain.batch import BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, LINE_END
from kiosk.domain.operation import Prepared
from kiosk.domain.record import OperationEvent
from register.domain.clock import NowMs, iso_of
from register.domain.entries import BrokenEntry, Entry, Flag, FlagRule, read_entry
from register.domain.event import EventKind
from register.domain.projection import Projection
from register.domain.refusal import Refused, Rule
from register.domain.submission import Submission
from register.services.authenticate import authenticate
from register.store import events, kiosks, ledger
from register.store.engine import writing

SKEW_MS_MAX = 120_000
"""A kiosk clock further off than this is flagged; its times are kept as they are."""
QUARANTINE_ROWS_MAX = 20
"""Per kiosk: a person needs the first few; a kiosk that repeats itself must not fill the disk (10 MB at most)."""

_alarm = logging.getLogger("register.alarm")


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Everything up to ``ack_seq`` is durable here."""

    ack_seq: int
    ack_hash: bytes
    server_time: str


def accept_batch(engine: Engine, submission: Submission, now_ms: NowMs) -> Acknowledged | Refused:
    """Check a batch and take it in one transaction; the answer is returned after the commit."""
    refused = authenticate(engine, submission, now_ms)
    if refused is not None:
        return refused
    lines = _split(submission.body)
    if isinstance(lines, Refused):
        return lines
    received_ms = now_ms()
    try:
        entries = _read(submission, lines)
    except BrokenEntry as error:
        with writing(engine) as connection:
            _quarantine(connection, submission, error.rule, str(error), received_ms)
        return Refused(error.rule, str(error))
    with writing(engine) as connection:
        return _take(connection, submission, entries, received_ms)


def _split(body: bytes) -> list[bytes] | Refused:
    if len(body) > BATCH_BYTES_MAX:
        return Refused(Rule.TOO_LARGE, f"a batch holds at most {BATCH_BYTES_MAX} bytes")
    if not body.endswith(LINE_END):
        return Refused(Rule.INVALID, "a batch is lines of records, each ended by a line feed")
    lines = body.split(LINE_END)[:-1]
    if len(lines) > BATCH_ENTRIES_MAX:
        return Refused(Rule.TOO_LARGE, f"a batch holds at most {BATCH_ENTRIES_MAX} entries, this has {len(lines)}")
    return lines


def _read(submission: Submission, lines: list[bytes]) -> list[Entry]:
    """Outside the lock: the chain is checked from the stated previous hash, which the lock then compares."""
    entries: list[Entry] = []
    prev_hash = submission.prev_hash
    for seq, line in enumerate(lines, start=submission.first_seq):
        entry = read_entry(line, kiosk_id=submission.kiosk_id, epoch=submission.epoch, seq=seq, prev_hash=prev_hash)
        prev_hash = entry.hash
        entries.append(entry)
    return entries


def _take(
    connection: Connection, submission: Submission, entries: list[Entry], received_ms: int
) -> Acknowledged | Refused:
    kiosk = kiosks.kiosk_row(connection, submission.kiosk_id, lock=True)
    assert kiosk is not None
    if kiosk.frozen_rule:
        return Refused(Rule.FROZEN, kiosk.frozen_detail, {"reason": kiosk.frozen_rule})
    if submission.epoch != kiosk.epoch:
        return Refused(Rule.WRONG_EPOCH, f"this kiosk is in epoch {kiosk.epoch}", {"epoch": kiosk.epoch})
    expected_seq = kiosk.head_seq + 1
    if submission.first_seq > expected_seq:
        return Refused(Rule.GAP, f"expected entry {expected_seq}", {"expected_seq": expected_seq})
    if not _continues(connection, kiosk, submission, entries):
        detail = f"entry {min(kiosk.head_seq, entries[-1].seq)} is not the one acknowledged before"
        _quarantine(connection, submission, Rule.FORK, detail, received_ms)
        freeze(connection, submission.kiosk_id, Rule.FORK, detail, received_ms)
        return Refused(Rule.FORK, detail)
    fresh = entries[kiosk.head_seq - submission.first_seq + 1 :]
    if fresh:
        _store(connection, submission, fresh, received_ms)
    return Acknowledged(entries[-1].seq, entries[-1].hash, iso_of(received_ms))


def _continues(connection: Connection, kiosk: kiosks.KioskRow, submission: Submission, entries: list[Entry]) -> bool:
    """Whether the newest entry both sides have is the same; the chain then vouches for all before it."""
    shared_seq = min(kiosk.head_seq, entries[-1].seq)
    if shared_seq < submission.first_seq:
        stated = submission.prev_hash
    else:
        stated = entries[shared_seq - submission.first_seq].hash
    if shared_seq == kiosk.head_seq:
        return stated == kiosk.head_hash
    return stated == ledger.hash_at(connection, kiosk.kiosk_id, kiosk.epoch, shared_seq)


def _store(connection: Connection, submission: Submission, fresh: list[Entry], received_ms: int) -> None:
    kiosk_id, epoch, last = submission.kiosk_id, submission.epoch, fresh[-1]
    ids = {each.body.operation_id for each in fresh if isinstance(each.body, Prepared | OperationEvent)}
    projection = Projection(
        epoch,
        ledger.operations_named(connection, kiosk_id, ids),
        lambda day: ledger.net_of_day(connection, kiosk_id, epoch, day),
    )
    for entry in fresh:
        projection.take(entry)
    skew_ms = abs(received_ms - submission.sent_ms)
    if skew_ms > SKEW_MS_MAX:
        detail = f"the kiosk's clock differs by {skew_ms // 1000} s"
        projection.flags.append(Flag(fresh[0].seq, FlagRule.CLOCK_SKEW, detail, fresh[0].business_date))
    ledger.add_entries(connection, kiosk_id, epoch, fresh, received_ms)
    ledger.add_projection(connection, kiosk_id, projection)
    ledger.add_batch(
        connection,
        (
            kiosk_id,
            epoch,
            last.seq,
            submission.first_seq,
            submission.prev_hash,
            submission.key_id,
            submission.sent_at,
            submission.signature,
            received_ms,
        ),
    )
    kiosks.update_kiosk(
        connection,
        kiosk_id,
        head_seq=last.seq,
        head_hash=last.hash,
        batch_sent_ms=submission.sent_ms,
        batch_received_ms=received_ms,
    )


def freeze(connection: Connection, kiosk_id: str, rule: Rule, detail: str, at_ms: int) -> None:
    """Stop taking entries from a kiosk until a person thaws it or enrols it anew, and raise the alarm."""
    kiosks.update_kiosk(connection, kiosk_id, frozen_rule=rule.value, frozen_detail=detail)
    events.add_event(connection, kiosk_id, at_ms, EventKind.FROZEN, detail=f"{rule.value}: {detail}")


def _quarantine(connection: Connection, submission: Submission, rule: Rule, detail: str, received_ms: int) -> None:
    body_sha256 = hashlib.sha256(submission.body).digest()
    kiosks.kiosk_row(connection, submission.kiosk_id, lock=True)
    if ledger.is_quarantined(connection, submission.kiosk_id, body_sha256):
        return
    _alarm.error("kiosk %s: batch quarantined, %s: %s", submission.kiosk_id, rule.value, detail)
    if ledger.quarantine_count(connection, submission.kiosk_id) >= QUARANTINE_ROWS_MAX:
        return
    ledger.add_quarantine(
        connection,
        (
            submission.kiosk_id,
            body_sha256,
            submission.epoch,
            submission.first_seq,
            submission.prev_hash,
            submission.key_id,
            submission.sent_at,
            submission.signature,
            submission.body,
            rule.value,
            detail,
            received_ms,
        ),
    )
