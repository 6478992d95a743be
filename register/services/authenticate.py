"""Says whose request this is. Owns the order: key known, signature right, key not revoked; refuses the rest."""

from sqlalchemy import Engine

from register.domain.refusal import Refused, Rule
from register.domain.submission import Submission
from register.store import kiosks
from register.store.engine import reading


def authenticate(engine: Engine, submission: Submission) -> Refused | None:
    """None when a valid key of this kiosk signed exactly this request."""
    with reading(engine) as connection:
        key = kiosks.key_row(connection, submission.kiosk_id, submission.key_id)
    if key is None:
        return Refused(Rule.UNKNOWN_KEY, "this kiosk is not enrolled with this key")
    if not submission.signed_by(key.public_key):
        return Refused(Rule.BAD_SIGNATURE, "the signature does not fit the request")
    if key.revoked_ms is not None:
        return Refused(Rule.KEY_REVOKED, "this key has been revoked: enrol the kiosk again")
    return None
