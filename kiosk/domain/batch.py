"""What a kiosk says to the central register: limits, header names and the bytes it signs. Refuses to sign or send."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.record import canonical_json

JOURNAL_REFUSALS = frozenset({"fork", "frozen", "rolled_back", "wrong_epoch"})
"""Rules of refusals that mean: this journal is not the one the register holds. Nothing more may be sold into it."""
KEY_REFUSALS = frozenset({"key_revoked", "unknown_key"})
"""Rules that mean: the journal is whole, and its key is not taken. What is sold is sent once the kiosk is enrolled."""
BATCH_ENTRIES_MAX = 200
"""Entries in one request: a lost answer repeats this much at most."""
BATCH_BYTES_MAX = 512 * 1024
"""Bytes of one batch before compression, line ends included: twice the largest record."""
SIGNING_TAG = b"counter-kiosk/sync/1\x00"
"""Keeps a signature made for the register from ever fitting another purpose."""
KEY_PROOF_TAG = b"counter-kiosk/new-key/1\x00"
"""The same for what a new key signs before it is taken."""
LINE_END = b"\n"
"""Ends every record of a batch. Canonical JSON (RFC 8785) escapes control characters, so no record contains one."""

HEADER_EPOCH = "Kiosk-Epoch"
HEADER_FIRST_SEQ = "Kiosk-First-Seq"
HEADER_PREV_HASH = "Kiosk-Prev-Hash"
HEADER_SENT_AT = "Kiosk-Sent-At"
HEADER_KEY_ID = "Kiosk-Key-Id"
HEADER_SIGNATURE = "Kiosk-Signature"


class Purpose(StrEnum):
    """What a signature is for; one made for one request is refused by every other."""

    JOURNAL = "journal"
    HEARTBEAT = "heartbeat"
    HEAD = "head"
    ADD_KEY = "add_key"
    RETIRE_KEY = "retire_key"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed of a request. ``sent_at`` is ISO 8601 with offset; hashes are lower-case hexadecimal.

    ``first_seq`` is 0 and ``prev_hash`` empty where the request carries no entries.
    """

    purpose: Purpose
    kiosk_id: str
    epoch: int
    first_seq: int
    prev_hash: str
    body_sha256: str
    """Of the body before compression, so that it can be checked again from the stored entries years later."""
    sent_at: str

    def signing_bytes(self) -> bytes:
        """Tag and RFC 8785 object: what Ed25519 (RFC 8032) signs."""
        return SIGNING_TAG + canonical_json(
            {
                "body_sha256": self.body_sha256,
                "epoch": self.epoch,
                "first_seq": self.first_seq,
                "kiosk_id": self.kiosk_id,
                "prev_hash": self.prev_hash,
                "purpose": self.purpose.value,
                "sent_at": self.sent_at,
            }
        )


def key_id_of(public_key: bytes) -> str:
    """Name of an Ed25519 public key (32 bytes): the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def key_proof_bytes(kiosk_id: str, old_key_id: str, public_key: bytes) -> bytes:
    """What a new key (Ed25519, 32 bytes) signs to follow ``old_key_id``: that its secret is at hand, and for whom."""
    return KEY_PROOF_TAG + canonical_json(
        {"kiosk_id": kiosk_id, "old_key_id": old_key_id, "public_key": public_key.hex()}
    )
