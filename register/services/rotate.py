"""Changes a kiosk's key by requests the kiosk signs. Owns the order: the new one in first, the old one out after."""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Engine

from kiosk.domain.batch import key_id_of, key_proof_bytes
from register.domain.clock import NowMs
from register.domain.event import EventKind
from register.domain.refusal import Refused, Rule
from register.domain.submission import Submission
from register.services.authenticate import authenticate
from register.services.enroll import withdraw_keys
from register.store import events, kiosks
from register.store.engine import writing


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that wants to follow the one that signs the request. ``proof`` shows that somebody holds its secret."""

    public_key: bytes
    """32 bytes (RFC 8032)."""
    proof: bytes
    """64 bytes, over ``key_proof_bytes``."""


@dataclass(frozen=True, slots=True)
class KeyStanding:
    """``key_id`` is valid from now on (added), or no longer (retired)."""

    key_id: str
    valid: bool


def add_key(engine: Engine, submission: Submission, new: NewKey, now_ms: NowMs) -> KeyStanding | Refused:
    """Take a second key beside the signing one; a third is retired. Harmless to repeat."""
    refused = authenticate(engine, submission, now_ms)
    if refused is not None:
        return refused
    kiosk_id, key_id = submission.kiosk_id, key_id_of(new.public_key)
    if not _is_proven(new, kiosk_id, submission.key_id):
        return Refused(Rule.BAD_SIGNATURE, "the new key's own signature does not fit")
    with writing(engine) as connection:
        kiosks.kiosk_row(connection, kiosk_id, lock=True)
        known = {row.key_id: row for row in kiosks.key_rows(connection, kiosk_id)}
        if known[submission.key_id].revoked_ms is not None:
            return Refused(Rule.KEY_REVOKED, "this key has been revoked meanwhile")
        if key_id in known:
            if known[key_id].revoked_ms is None:
                return KeyStanding(key_id, valid=True)
            return Refused(Rule.INVALID, "the new key has been valid before and is no longer: make another")
        at_ms = now_ms()
        others = [each for each in known if each != submission.key_id]
        withdraw_keys(connection, kiosk_id, others, EventKind.KEY_RETIRED, at_ms)
        kiosks.add_key(connection, kiosks.KeyRow(kiosk_id, key_id, new.public_key, at_ms, None))
        events.add_event(
            connection, kiosk_id, at_ms, EventKind.KEY_ADDED, key_id=key_id, detail=f"by {submission.key_id}"
        )
    return KeyStanding(key_id, valid=True)


def retire_key(engine: Engine, submission: Submission, key_id: str, now_ms: NowMs) -> KeyStanding | Refused:
    """Take the key out that the signing one has followed. Harmless to repeat."""
    refused = authenticate(engine, submission, now_ms)
    if refused is not None:
        return refused
    if key_id == submission.key_id:
        return Refused(Rule.INVALID, "key_id: a key cannot retire itself")
    with writing(engine) as connection:
        kiosks.kiosk_row(connection, submission.kiosk_id, lock=True)
        withdraw_keys(connection, submission.kiosk_id, [key_id], EventKind.KEY_RETIRED, now_ms())
    return KeyStanding(key_id, valid=False)


def _is_proven(new: NewKey, kiosk_id: str, old_key_id: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(new.public_key).verify(
            new.proof, key_proof_bytes(kiosk_id, old_key_id, new.public_key)
        )
    except (InvalidSignature, ValueError):
        return False
    return True
