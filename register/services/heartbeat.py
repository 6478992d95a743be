"""Hears how far a kiosk is, and tells it how far we are. Owns the check that a head never goes back."""

from dataclasses import dataclass

from sqlalchemy import Engine

from register.domain.clock import NowMs, iso_of
from register.domain.refusal import Refused, Rule
from register.domain.submission import Submission
from register.services.accept_batch import freeze
from register.services.authenticate import authenticate
from register.store import kiosks
from register.store.engine import reading, writing

REQUEST_LIFE_MS = 300_000
"""A heartbeat may hang in the network this long behind a newer batch; longer than any client or proxy waits."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a kiosk says of its journal."""

    epoch: int
    head_seq: int
    head_hash: bytes
    oldest_unacked_at: str


@dataclass(frozen=True, slots=True)
class RegisterHead:
    """What the register holds of a kiosk."""

    epoch: int
    seq: int
    hash: bytes
    frozen_rule: str
    frozen_detail: str
    server_time: str


def read_head(engine: Engine, submission: Submission, now_ms: NowMs) -> RegisterHead | Refused:
    """What the register holds, for a kiosk that resumes; answered to a frozen kiosk too."""
    refused = authenticate(engine, submission, now_ms)
    if refused is not None:
        return refused
    with reading(engine) as connection:
        kiosk = kiosks.kiosk_row(connection, submission.kiosk_id)
    assert kiosk is not None
    return _head_of(kiosk, now_ms())


def hear_heartbeat(engine: Engine, submission: Submission, beat: Heartbeat, now_ms: NowMs) -> RegisterHead | Refused:
    """Compare heads. A kiosk that knows less than we acknowledged has lost entries and is frozen."""
    refused = authenticate(engine, submission, now_ms)
    if refused is not None:
        return refused
    with writing(engine) as connection:
        kiosk = kiosks.kiosk_row(connection, submission.kiosk_id, lock=True)
        assert kiosk is not None
        received_ms = now_ms()
        if kiosk.frozen_rule:
            return Refused(Rule.FROZEN, kiosk.frozen_detail, {"reason": kiosk.frozen_rule})
        if beat.epoch != kiosk.epoch:
            return Refused(Rule.WRONG_EPOCH, f"this kiosk is in epoch {kiosk.epoch}", {"epoch": kiosk.epoch})
        overtaken = submission.sent_ms <= kiosk.batch_sent_ms
        if overtaken and received_ms - kiosk.batch_received_ms < REQUEST_LIFE_MS:
            return Refused(Rule.STALE_HEARTBEAT, "a newer batch has overtaken this heartbeat")
        if beat.head_seq < kiosk.head_seq:
            detail = f"journal rolled back: the kiosk ends at {beat.head_seq}, acknowledged up to {kiosk.head_seq}"
            freeze(connection, kiosk.kiosk_id, Rule.ROLLED_BACK, detail, received_ms)
            return Refused(Rule.ROLLED_BACK, detail)
        if beat.head_seq == kiosk.head_seq and beat.head_hash != kiosk.head_hash:
            detail = f"entry {kiosk.head_seq} is not the one acknowledged before"
            freeze(connection, kiosk.kiosk_id, Rule.FORK, detail, received_ms)
            return Refused(Rule.FORK, detail)
        kiosks.update_kiosk(
            connection,
            kiosk.kiosk_id,
            heartbeat_ms=received_ms,
            reported_seq=beat.head_seq,
            oldest_unacked_at=beat.oldest_unacked_at,
        )
    return _head_of(kiosk, received_ms)


def _head_of(kiosk: kiosks.KioskRow, now_ms: int) -> RegisterHead:
    return RegisterHead(
        kiosk.epoch, kiosk.head_seq, kiosk.head_hash, kiosk.frozen_rule, kiosk.frozen_detail, iso_of(now_ms)
    )
