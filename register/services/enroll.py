"""Brings a kiosk's key into the register by a one-time code. Owns codes and keys; refuses a code used or expired.

A code is looked up by its hash: how long that takes tells nothing about the code. Guesses are limited in register.api.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from kiosk.domain.batch import key_id_of
from kiosk.domain.record import GENESIS_HASH
from register.domain.clock import NowMs
from register.domain.event import EventKind
from register.domain.names import check_kiosk_id
from register.domain.refusal import Refused, Rule, Unusable
from register.services.authenticate import note_misuse
from register.store import events, kiosks
from register.store.engine import writing

CODE_LIFE_MS = 15 * 60 * 1000
"""Long enough to walk to the counter, short enough for a code left on a note."""
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Thirty-two characters nobody confuses when reading them out (no 0 O 1 I)."""
CODE_CHARS = 12
"""Sixty random bits: ten guesses a minute within its life hit it once in 10^16."""
CODE_TAG = b"counter-kiosk/enrolment-code/1\x00"
PUBLIC_KEY_BYTES = 32
VALID_KEYS_MAX = 2
"""The key in use and its successor during rotation."""

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The kiosk's key is known; its journal goes on in ``epoch``."""

    kiosk_id: str
    epoch: int
    key_id: str


def issue_code(
    engine: Engine,
    kiosk_id: str,
    *,
    counter_code: str,
    counter_name: str,
    new_epoch: bool,
    now_ms: NowMs,
    random_bytes: RandomBytes,
) -> str:
    """Make a code for one kiosk, as a person reads it; the one before it ends. ``new_epoch`` is for a lost journal.

    Raises Unusable for a kiosk id of the wrong form.
    """
    check_kiosk_id(kiosk_id)
    plain = "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in random_bytes(CODE_CHARS))
    with writing(engine) as connection:
        kiosk = kiosks.kiosk_row(connection, kiosk_id, lock=True)
        if kiosk is None:
            kiosks.add_kiosk(connection, _new_kiosk(kiosk_id, counter_code, counter_name))
        elif counter_code or counter_name:
            kiosks.update_kiosk(connection, kiosk_id, counter_code=counter_code, counter_name=counter_name)
        kiosks.end_codes(connection, kiosk_id, now_ms())
        row = kiosks.CodeRow(kiosk_id, new_epoch, now_ms() + CODE_LIFE_MS, "")
        kiosks.add_code(connection, _code_hash(plain), row)
        told = "for a new epoch" if new_epoch else ""
        events.add_event(connection, kiosk_id, now_ms(), EventKind.CODE_ISSUED, detail=told)
    return "-".join(plain[start : start + 4] for start in range(0, CODE_CHARS, 4))


def enroll(engine: Engine, *, code: str, kiosk_id: str, public_key: bytes, now_ms: NowMs) -> Enrolled | Refused:
    """Exchange a code for a known key. Repeating it with the same key (a lost answer) gives the same answer."""
    answer = _enroll(engine, code=code, kiosk_id=kiosk_id, public_key=public_key, now_ms=now_ms)
    if isinstance(answer, Refused) and answer.rule is Rule.CODE_REFUSED:
        note_misuse(engine, kiosk_id, EventKind.CODE_REFUSED, "", now_ms())
    return answer


def _enroll(engine: Engine, *, code: str, kiosk_id: str, public_key: bytes, now_ms: NowMs) -> Enrolled | Refused:
    if len(public_key) != PUBLIC_KEY_BYTES:
        return Refused(Rule.INVALID, "public_key: an Ed25519 public key has 32 bytes")
    key_id = key_id_of(public_key)
    refused = Refused(Rule.CODE_REFUSED, "the code is unknown, used, expired or for another kiosk: make a new one")
    with writing(engine) as connection:
        code_hash = _code_hash(code)
        kiosk = kiosks.kiosk_row(connection, kiosk_id, lock=True)  # before its codes, as everywhere
        found = kiosks.code_row(connection, code_hash)
        if found is None or kiosk is None or found.kiosk_id != kiosk_id or now_ms() > found.expires_ms:
            return refused
        if found.used_key_id:
            return Enrolled(kiosk_id, kiosk.epoch, key_id) if found.used_key_id == key_id else refused
        known = kiosks.key_row(connection, kiosk_id, key_id)
        if known is not None:
            return Refused(Rule.CODE_REFUSED, "this key has been enrolled before: make a new key")
        kiosks.use_code(connection, code_hash, key_id)
        epoch = _admit(connection, kiosk, kiosks.KeyRow(kiosk_id, key_id, public_key, now_ms(), None), found.new_epoch)
    return Enrolled(kiosk_id, epoch, key_id)


def revoke(engine: Engine, kiosk_id: str, *, key_id: str | None, now_ms: NowMs) -> int:
    """Revoke one key of a kiosk, or all and its codes; how many keys were valid. Raises Unusable: unknown kiosk."""
    with writing(engine) as connection:
        if kiosks.kiosk_row(connection, kiosk_id, lock=True) is None:
            raise Unusable(f"--kiosk {kiosk_id}: no such kiosk")
        key_ids = [row.key_id for row in kiosks.key_rows(connection, kiosk_id)]
        chosen = [each for each in key_ids if key_id in (None, each)]
        if key_id is None:
            kiosks.end_codes(connection, kiosk_id, now_ms())
        return withdraw_keys(connection, kiosk_id, chosen, EventKind.KEY_REVOKED, now_ms())


def withdraw_keys(connection: Connection, kiosk_id: str, key_ids: list[str], kind: EventKind, at_ms: int) -> int:
    """Refuse these keys from now on, and remember why; how many of them were valid. Under the kiosk's lock."""
    valid = [row.key_id for row in kiosks.key_rows(connection, kiosk_id) if row.revoked_ms is None]
    withdrawn = [key_id for key_id in valid if key_id in key_ids]
    kiosks.revoke_keys(connection, kiosk_id, withdrawn, at_ms)
    for key_id in withdrawn:
        events.add_event(connection, kiosk_id, at_ms, kind, key_id=key_id)
    return len(withdrawn)


def _admit(connection: Connection, kiosk: kiosks.KioskRow, key: kiosks.KeyRow, new_epoch: bool) -> int:
    valid = [row.key_id for row in kiosks.key_rows(connection, kiosk.kiosk_id) if row.revoked_ms is None]
    surplus = valid if new_epoch else valid[: max(0, len(valid) + 1 - VALID_KEYS_MAX)]
    withdraw_keys(connection, kiosk.kiosk_id, surplus, EventKind.KEY_RETIRED, key.enrolled_ms)
    kiosks.add_key(connection, key)
    events.add_event(connection, kiosk.kiosk_id, key.enrolled_ms, EventKind.ENROLLED, key_id=key.key_id)
    if not new_epoch:
        return kiosk.epoch
    epoch = kiosk.epoch + 1 if kiosk.head_seq else kiosk.epoch
    kiosks.update_kiosk(
        connection,
        kiosk.kiosk_id,
        epoch=epoch,
        head_seq=0,
        head_hash=GENESIS_HASH,
        frozen_rule="",
        frozen_detail="",
    )
    return epoch


def _new_kiosk(kiosk_id: str, counter_code: str, counter_name: str) -> kiosks.KioskRow:
    return kiosks.KioskRow(
        kiosk_id=kiosk_id,
        counter_code=counter_code,
        counter_name=counter_name,
        epoch=1,
        head_seq=0,
        head_hash=GENESIS_HASH,
        frozen_rule="",
        frozen_detail="",
        batch_sent_ms=0,
        batch_received_ms=0,
        heartbeat_ms=0,
        reported_seq=0,
        oldest_unacked_at="",
    )


def _code_hash(code: str) -> bytes:
    """Spaces, hyphens and lower case are how people type a code."""
    plain = "".join(character for character in code.upper() if character not in " -")
    return hashlib.sha256(CODE_TAG + plain.encode("utf-8", "replace")).digest()
