"""A signed request as it arrived. Owns the check of its signature; refuses to look up keys."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.domain.batch import Purpose, Statement


@dataclass(frozen=True, slots=True)
class Submission:
    """Header values, checked for shape only, and the body before compression."""

    purpose: Purpose
    kiosk_id: str
    epoch: int
    first_seq: int
    prev_hash: bytes
    """Empty where the request carries no entries."""
    sent_at: str
    sent_ms: int
    key_id: str
    signature: bytes
    body: bytes

    def signed_by(self, public_key: bytes) -> bool:
        """Whether ``public_key`` (Ed25519, 32 bytes) made the signature over exactly this request."""
        return is_signed(
            public_key,
            self.signature,
            Statement(
                purpose=self.purpose,
                kiosk_id=self.kiosk_id,
                epoch=self.epoch,
                first_seq=self.first_seq,
                prev_hash=self.prev_hash.hex(),
                body_sha256=hashlib.sha256(self.body).hexdigest(),
                sent_at=self.sent_at,
            ),
        )


def is_signed(public_key: bytes, signature: bytes, statement: Statement) -> bool:
    """Ed25519 (RFC 8032) over the statement's signing bytes."""
    return fits(public_key, signature, statement.signing_bytes())


def fits(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether ``public_key`` (Ed25519, 32 bytes) made the signature over exactly this message."""
    try:
        _key_of(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=1024)
def _key_of(public_key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public_key)
