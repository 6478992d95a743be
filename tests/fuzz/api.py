"""Generated requests made meaningful: signed with an enrolled key, in their kiosk's place. Owns no expectation."""

import gzip
import hashlib
import itertools
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from kiosk.domain.batch import LINE_END, Purpose, Statement, key_proof_bytes
from kiosk.domain.record import GENESIS_HASH, canonical_json
from register.api.app import NewKeyBody
from register.api.reference import SENT_AT
from tests.fuzz import records
from tests.unit.register.kiosk_side import KioskSide

PLAN_BYTES = 8
"""What one record of a generated batch is made from."""
PURPOSES = {
    "journal": Purpose.JOURNAL,
    "head": Purpose.HEAD,
    "heartbeat": Purpose.HEARTBEAT,
    "keys": Purpose.ADD_KEY,
    "retire": Purpose.RETIRE_KEY,
}
LOST = frozenset({"fork", "frozen", "rolled_back", "key_revoked", "wrong_epoch"})
"""After one of these a kiosk is of no more use here."""
_numbers = itertools.count(1)


@dataclass
class Caller:
    """One enrolled kiosk and where its journal stands at the register."""

    engine: Engine
    side: KioskSide = field(init=False)
    seq: int = 0
    hash: bytes = GENESIS_HASH

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self.side = KioskSide(f"fuzz-{next(_numbers)}")
        self.side.enroll_at(self.engine)
        self.seq, self.hash = 0, GENESIS_HASH

    def batch(self, plan: bytes) -> bytes:
        """Records that follow the newest one, some with hostile values; the last piece of a plan may be left raw."""
        pieces = [plan[at : at + PLAN_BYTES] for at in range(0, len(plan), PLAN_BYTES)] or [b""]
        lines = [
            records.spoiled(piece, kiosk_id=self.side.kiosk_id, epoch=self.side.epoch, seq=self.seq + number)
            if len(piece) != PLAN_BYTES - 1
            else piece
            for number, piece in enumerate(pieces, start=1)
        ]
        return b"".join(line + LINE_END for line in lines)

    def sign(self, sent: dict[str, Any]) -> dict[str, Any]:
        """``sent`` is what requests takes. What is well formed becomes true; the signature fits the rest."""
        url = str(sent["url"])
        purpose = PURPOSES.get(url.rstrip("/").rpartition("/")[2])
        if purpose is None:
            return sent
        headers = {name: str(value) for name, value in dict(sent.get("headers") or {}).items()}
        body = _body_of(sent)
        if purpose is Purpose.JOURNAL:
            body = self.batch(body)
        elif purpose is Purpose.ADD_KEY:
            body = self._proven(body)
        told = self._told(headers)
        kiosk_id = re.search(r"/v1/kiosks/([^/]*)/", url)
        if kiosk_id and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", kiosk_id[1]):
            url = url.replace(f"/kiosks/{kiosk_id[1]}/", f"/kiosks/{self.side.kiosk_id}/", 1)
        if "Kiosk-Signature" in told and re.fullmatch("[0-9a-f]{128}", told["Kiosk-Signature"]):
            told["Kiosk-Signature"] = self._signature(purpose, told, body)
        if told.get("Content-Encoding") == "gzip":
            body = gzip.compress(body, mtime=0)
        return {
            **{key: value for key, value in sent.items() if key != "json"},
            "url": url,
            "headers": told,
            "data": body,
        }

    def _told(self, headers: dict[str, str]) -> dict[str, str]:
        true = {
            "Kiosk-Epoch": (r"[1-9]\d{0,5}", str(self.side.epoch)),
            "Kiosk-First-Seq": (r"[1-9]\d{0,15}", str(self.seq + 1)),
            "Kiosk-Prev-Hash": ("[0-9a-f]{64}", self.hash.hex()),
            "Kiosk-Sent-At": (SENT_AT, datetime.now(UTC).isoformat(timespec="milliseconds")),
            "Kiosk-Key-Id": ("[0-9a-f]{16}", self.side.key_id),
        }
        return {
            name: true[name][1] if name in true and re.fullmatch(true[name][0], value, re.ASCII) else value
            for name, value in headers.items()
        }

    def _signature(self, purpose: Purpose, told: dict[str, str], body: bytes) -> str:
        entries = purpose is Purpose.JOURNAL
        first_seq = told.get("Kiosk-First-Seq", "0") if entries else "0"
        statement = Statement(
            purpose=purpose,
            kiosk_id=self.side.kiosk_id,
            epoch=_number(told.get("Kiosk-Epoch", "")),
            first_seq=_number(first_seq),
            prev_hash=told.get("Kiosk-Prev-Hash", "") if entries else "",
            body_sha256=hashlib.sha256(body).hexdigest(),
            sent_at=told.get("Kiosk-Sent-At", ""),
        )
        return self.side.private.sign(statement.signing_bytes()).hex()

    def _proven(self, body: bytes) -> bytes:
        """A new key whose secret somebody holds, where a well-formed one was asked for."""
        try:
            NewKeyBody.model_validate_json(body)
        except ValueError:
            return body
        new = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(body).digest())
        public = new.public_key().public_bytes_raw()
        proof = new.sign(key_proof_bytes(self.side.kiosk_id, self.side.key_id, public))
        return canonical_json({"public_key": public.hex(), "proof": proof.hex()})

    @property
    def place(self) -> dict[str, str]:
        """Headers that ``sign`` makes true."""
        return {
            "Kiosk-Epoch": "1",
            "Kiosk-First-Seq": "1",
            "Kiosk-Prev-Hash": "0" * 64,
            "Kiosk-Sent-At": "2026-11-23T10:15:02Z",
            "Kiosk-Key-Id": "0" * 16,
            "Kiosk-Signature": "0" * 128,
        }

    def request(self, what: str, url: str) -> dict[str, Any]:
        """A whole, signed request that the register grants, as requests takes it."""
        head: dict[str, Any] = {"epoch": self.side.epoch, "head_seq": 0, "head_hash": "0" * 64, "oldest_unacked_at": ""}
        bodies = {
            "journal": b"",
            "head": b"",
            "heartbeat": canonical_json(head),
            "keys": canonical_json({"public_key": "0" * 64, "proof": "0" * 128}),
            "retire": canonical_json({"key_id": "0" * 16}),
        }
        path = "keys/retire" if what == "retire" else what
        headers = self.place
        if what != "journal":
            del headers["Kiosk-First-Seq"], headers["Kiosk-Prev-Hash"]
        address = f"{url}/v1/kiosks/{self.side.kiosk_id}/{path}"
        method = "GET" if what == "head" else "POST"
        return self.sign({"method": method, "url": address, "headers": headers, "data": bodies[what]})

    def hear(self, status: int, said: dict[str, Any]) -> None:
        """Keep up with the register; a kiosk that it has given up is replaced."""
        if status == 200 and "ack_seq" in said:
            self.seq, self.hash = said["ack_seq"], bytes.fromhex(said["ack_hash"])
        elif said.get("rule") in LOST:
            self.renew()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 16 else 0


def _body_of(sent: dict[str, Any]) -> bytes:
    if "json" in sent:
        return json.dumps(_whole(sent["json"])).encode()
    data = sent.get("data", b"")
    return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data or b"")


def _whole(value: Any) -> Any:
    """JSON Schema calls 1.0 an integer; the register takes none, whoever asks, and tests of its own say so."""
    match value:
        case float():
            return int(value) if value.is_integer() else value
        case dict():
            return {key: _whole(each) for key, each in value.items()}
        case list():
            return [_whole(each) for each in value]
        case _:
            return value
