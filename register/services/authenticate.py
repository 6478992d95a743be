"""Says whose request this is. Owns the order: key known, signature right, key not revoked; refuses the rest."""

from sqlalchemy import Engine

from register.domain.clock import NowMs
from register.domain.event import EventKind
from register.domain.refusal import Refused, Rule
from register.domain.submission import Submission
from register.store import events, kiosks
from register.store.engine import reading, writing


def authenticate(engine: Engine, submission: Submission, now_ms: NowMs) -> Refused | None:
    """None when a valid key of this kiosk signed exactly this request. A known key that is misused is an alarm."""
    with reading(engine) as connection:
        key = kiosks.key_row(connection, submission.kiosk_id, submission.key_id)
    if key is None:
        return Refused(Rule.UNKNOWN_KEY, "this kiosk is not enrolled with this key")
    if not submission.signed_by(key.public_key):
        note_misuse(engine, submission.kiosk_id, EventKind.SIGNATURE_REFUSED, submission.key_id, now_ms())
        return Refused(Rule.BAD_SIGNATURE, "the signature does not fit the request")
    if key.revoked_ms is not None:
        note_misuse(engine, submission.kiosk_id, EventKind.KEY_REFUSED, submission.key_id, now_ms())
        return Refused(Rule.KEY_REVOKED, "this key has been revoked: enrol the kiosk again")
    return None


def note_misuse(engine: Engine, kiosk_id: str, kind: EventKind, key_id: str, at_ms: int) -> None:
    """Keep it for a person and raise the alarm, once an hour; looked up without a lock first."""
    with reading(engine) as connection:
        if events.is_repeated(connection, kiosk_id, at_ms, kind, key_id):
            return
    with writing(engine) as connection:
        if kiosks.kiosk_row(connection, kiosk_id, lock=True) is None:
            return
        if not events.is_repeated(connection, kiosk_id, at_ms, kind, key_id):
            events.add_event(connection, kiosk_id, at_ms, kind, key_id=key_id)
