"""The register over HTTP, as one kiosk sees it. Owns signing, sessions and reading answers; refuses to decide."""

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from drivers.codes.card_number import mask_card_numbers
from kiosk.domain.batch import (
    HEADER_EPOCH,
    HEADER_FIRST_SEQ,
    HEADER_KEY_ID,
    HEADER_PREV_HASH,
    HEADER_SENT_AT,
    HEADER_SIGNATURE,
    LINE_END,
    Purpose,
    Statement,
    key_proof_bytes,
)
from kiosk.domain.books import Entry
from kiosk.domain.codec import INTEGER_MAX
from kiosk.domain.record import Head, canonical_json
from kiosk.sync.keys import Enrolment, SigningKey

CONNECT_WAIT_S = 5.0
"""A register that does not accept within this is out of reach for now."""
ANSWER_WAIT_S = 30.0
"""Longer than the slowest commit; a lost answer costs one repeated batch."""
ANSWER_BYTES_MAX = 64 * 1024
"""Every answer is a few hundred bytes; a portal's page is cut here."""
GZIP_LEVEL = 3
"""Journal bytes shrink to about an eighth; higher levels cost time for little."""
RETRY_AFTER_S_MAX = 3600
"""A register may not put a kiosk off for longer than this at once."""

_RULE = re.compile(r"[a-z_]{1,40}")
"""How a register writes its rules: words of ours, no figures."""

Verify = bool | str
"""As requests has it: True for the system's authorities, or the path of a CA file."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: an HTTP status and a JSON object."""

    status: int
    fields: Mapping[str, object] = field(default_factory=dict)
    retry_after_s: float | None = None

    def text(self, name: str) -> str:
        """A text field, or empty."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def words(self, name: str) -> str:
        """A text field for people to read: a proxy may put anything there, so card numbers in it are masked."""
        return mask_card_numbers(self.text(name))

    @property
    def rule(self) -> str:
        """The rule of a refusal, or empty where it is none of a register's words."""
        told = self.text("rule")
        return told if _RULE.fullmatch(told) else ""

    def number(self, name: str) -> int | None:
        """A field with an integer from 0 to 2^53 - 1, or None: nothing of ours counts further."""
        value = self.fields.get(name)
        return value if type(value) is int and 0 <= value <= INTEGER_MAX else None


class NoAnswer(Exception):  # noqa: N818 - a state of the world
    """Nobody answered as the register does; whether the request was taken is unknown."""


class RegisterClient:
    """Signed requests of one kiosk. One thread, one request at a time."""

    def __init__(
        self, enrolment: Enrolment, key: SigningKey, *, now_iso: Callable[[], str], verify: Verify = True
    ) -> None:
        """``now_iso`` gives the wall time in ISO 8601 with offset."""
        self._enrolment = enrolment
        self._key = key
        self._now_iso = now_iso
        self._session = open_session(verify)

    @property
    def epoch(self) -> int:
        """The epoch the register gave this kiosk."""
        return self._enrolment.epoch

    def close(self) -> None:
        self._session.close()

    def post_journal(self, entries: Sequence[Entry]) -> Answer:
        """Send entries, in order and without gaps. Raises NoAnswer."""
        first = entries[0]
        body = b"".join(entry.canonical + LINE_END for entry in entries)
        return self._request(
            "POST",
            "journal",
            self._headers(
                Purpose.JOURNAL, body, epoch=first.epoch, first_seq=first.seq, prev_hash=first.prev_hash.hex()
            )
            | {"Content-Encoding": "gzip", "Content-Type": "application/jsonl"},
            gzip.compress(body, GZIP_LEVEL, mtime=0),
        )

    def now_iso(self) -> str:
        """The wall time that goes out with a request."""
        return self._now_iso()

    def post_heartbeat(self, head: Head, *, sent_at: str, oldest_unacked_at: str) -> Answer:
        """Say how far the journal was at ``sent_at``. Raises NoAnswer."""
        body = canonical_json(
            {
                "epoch": head.epoch,
                "head_seq": head.seq,
                "head_hash": head.hash.hex(),
                "oldest_unacked_at": oldest_unacked_at,
            }
        )
        headers = self._headers(Purpose.HEARTBEAT, body, epoch=head.epoch, sent_at=sent_at)
        return self._request("POST", "heartbeat", headers | {"Content-Type": "application/json"}, body)

    def get_head(self) -> Answer:
        """Ask what the register holds. Raises NoAnswer."""
        return self._request("GET", "head", self._headers(Purpose.HEAD, b"", epoch=self._enrolment.epoch), b"")

    def post_key(self, successor: SigningKey) -> Answer:
        """Ask the register to take a second key beside this client's. Raises NoAnswer."""
        proof = successor.sign(key_proof_bytes(self._enrolment.kiosk_id, self._key.key_id, successor.public_key))
        body = canonical_json({"public_key": successor.public_key.hex(), "proof": proof.hex()})
        return self._request("POST", "keys", self._headers(Purpose.ADD_KEY, body, epoch=self.epoch), body)

    def post_retire(self, key_id: str) -> Answer:
        """Ask the register to refuse an older key of this kiosk from now on. Raises NoAnswer."""
        body = canonical_json({"key_id": key_id})
        return self._request("POST", "keys/retire", self._headers(Purpose.RETIRE_KEY, body, epoch=self.epoch), body)

    def _headers(
        self,
        purpose: Purpose,
        body: bytes,
        *,
        epoch: int,
        first_seq: int = 0,
        prev_hash: str = "",
        sent_at: str | None = None,
    ) -> dict[str, str]:
        statement = Statement(
            purpose=purpose,
            kiosk_id=self._enrolment.kiosk_id,
            epoch=epoch,
            first_seq=first_seq,
            prev_hash=prev_hash,
            body_sha256=hashlib.sha256(body).hexdigest(),
            sent_at=sent_at or self._now_iso(),
        )
        headers = {
            HEADER_EPOCH: str(epoch),
            HEADER_SENT_AT: statement.sent_at,
            HEADER_KEY_ID: self._key.key_id,
            HEADER_SIGNATURE: self._key.sign(statement.signing_bytes()).hex(),
        }
        if purpose is Purpose.JOURNAL:
            headers |= {HEADER_FIRST_SEQ: str(first_seq), HEADER_PREV_HASH: prev_hash}
        return headers

    def _request(self, method: str, what: str, headers: dict[str, str], body: bytes) -> Answer:
        url = f"{self._enrolment.url}/v1/kiosks/{self._enrolment.kiosk_id}/{what}"
        return send(self._session, method, url, headers, body)


def open_session(verify: Verify) -> requests.Session:
    """A session that repeats a request once on a broken connection: every request here may be repeated."""
    session = requests.Session()
    session.verify = verify
    session.max_redirects = 0
    repeat = Retry(
        total=1,
        connect=0,
        read=1,
        redirect=0,
        status=0,
        other=0,
        allowed_methods=("GET", "POST"),
        backoff_factor=0,
        respect_retry_after_header=False,  # waiting is the pacing's, not the socket's
    )
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=repeat)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def send(session: requests.Session, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
    """One request and its JSON answer. Raises NoAnswer when what answers is not the register."""
    try:
        with session.request(
            method,
            url,
            headers=headers,
            data=body or None,
            timeout=(CONNECT_WAIT_S, ANSWER_WAIT_S),
            verify=session.verify,  # said again: an environment's CA bundle would come before the session's
            allow_redirects=False,
            stream=True,
        ) as response:
            content = response.raw.read(ANSWER_BYTES_MAX + 1, decode_content=True)
            status, retry_after = response.status_code, response.headers.get("Retry-After", "")
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:  # HTTPError: a body that breaks off
        raise NoAnswer(type(error).__name__) from error
    fields = _object_of(content)
    if fields is None and status not in (429, 502, 503, 504):
        raise NoAnswer(f"HTTP {status} without a register's answer")
    return Answer(status, fields or {}, _seconds(retry_after))


def _object_of(content: bytes) -> dict[str, object] | None:
    if len(content) > ANSWER_BYTES_MAX:
        return None
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _seconds(text: str) -> float | None:
    """Retry-After in seconds (RFC 9110 section 10.2.3); its date form is not used by the register."""
    return float(min(int(text[:9]), RETRY_AFTER_S_MAX)) if text.isascii() and text.isdecimal() else None
