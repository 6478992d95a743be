"""HTTP requests to values: bounded bodies, strict headers, signed submissions. Refuses before anything is believed."""

import asyncio
import zlib
from collections.abc import Mapping

from starlette.requests import ClientDisconnect, Request

from kiosk.domain.batch import (
    BATCH_BYTES_MAX,
    HEADER_EPOCH,
    HEADER_FIRST_SEQ,
    HEADER_KEY_ID,
    HEADER_PREV_HASH,
    HEADER_SENT_AT,
    HEADER_SIGNATURE,
    Purpose,
)
from kiosk.domain.codec import INTEGER_MAX
from register.domain.clock import unix_ms_of
from register.domain.names import is_kiosk_id
from register.domain.refusal import Refused, Rule
from register.domain.submission import Submission

SMALL_BODY_BYTES_MAX = 4096
"""Enrolments and heartbeats take a few hundred bytes."""
WIRE_BYTES_MAX = BATCH_BYTES_MAX + 4096
"""A compressed batch; gzip makes what it cannot compress slightly larger."""
BODY_WAIT_S = 30
"""A kiosk on the slowest line sends 512 KB within this; a sender that trickles must not hold a place."""
EPOCH_MAX = 1_000_000
"""Far above any number of re-imagings."""
_HASH_BYTES = 32
_SIGNATURE_BYTES = 64
_GZIP_WBITS = 16 + zlib.MAX_WBITS


class Rejected(Exception):  # noqa: N818 - carries a refusal to the edge
    """A request that is not even well formed."""

    def __init__(self, rule: Rule, detail: str) -> None:
        super().__init__(detail)
        self.refused = Refused(rule, detail)


async def read_body(request: Request, bytes_max: int) -> bytes:
    """The body as sent, at most ``bytes_max`` bytes within BODY_WAIT_S. Raises Rejected."""
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and int(stated[:19]) > bytes_max:
        raise Rejected(Rule.TOO_LARGE, f"the body may take {bytes_max} bytes")
    received = bytearray()
    try:
        async with asyncio.timeout(BODY_WAIT_S):
            async for piece in request.stream():
                received += piece
                if len(received) > bytes_max:
                    raise Rejected(Rule.TOO_LARGE, f"the body may take {bytes_max} bytes")
    except TimeoutError as error:
        raise Rejected(Rule.SLOW_BODY, f"the body did not arrive within {BODY_WAIT_S} s") from error
    except ClientDisconnect as error:
        raise Rejected(Rule.INVALID, "the body was cut short") from error  # nobody is there to read this
    return bytes(received)


def decompress(body: bytes, encoding: str) -> bytes:
    """Undo ``Content-Encoding``, never making more than one batch. Raises Rejected."""
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise Rejected(Rule.INVALID, "Content-Encoding: gzip or none")
    reader = zlib.decompressobj(_GZIP_WBITS)
    try:
        plain = reader.decompress(body, BATCH_BYTES_MAX + 1)
    except zlib.error as error:
        raise Rejected(Rule.INVALID, "the body is not gzip") from error
    if len(plain) > BATCH_BYTES_MAX:
        raise Rejected(Rule.TOO_LARGE, f"a batch holds at most {BATCH_BYTES_MAX} bytes")
    if not reader.eof or reader.unused_data:
        raise Rejected(Rule.INVALID, "the body is not one whole gzip member")
    return plain


def submission_of(request: Request, purpose: Purpose, kiosk_id: str, body: bytes) -> Submission:
    """The signed request. Raises Rejected for a missing or malformed header."""
    headers = request.headers
    if not is_kiosk_id(kiosk_id):
        raise Rejected(Rule.INVALID, "kiosk_id: 1 to 64 ASCII letters, digits, dots, hyphens or underscores")
    entries = purpose is Purpose.JOURNAL
    sent_at = _header(headers, HEADER_SENT_AT)
    try:
        sent_ms = unix_ms_of(sent_at)
    except (ValueError, OverflowError) as error:
        raise Rejected(Rule.INVALID, f"{HEADER_SENT_AT}: write ISO 8601 with offset") from error
    key_id = _header(headers, HEADER_KEY_ID)
    if len(key_id) != 16 or not key_id.isascii() or not key_id.isalnum():
        raise Rejected(Rule.INVALID, f"{HEADER_KEY_ID}: 16 hexadecimal digits")
    return Submission(
        purpose=purpose,
        kiosk_id=kiosk_id,
        epoch=_number(headers, HEADER_EPOCH, 1, EPOCH_MAX),
        first_seq=_number(headers, HEADER_FIRST_SEQ, 1, INTEGER_MAX) if entries else 0,
        prev_hash=_octets(headers, HEADER_PREV_HASH, _HASH_BYTES) if entries else b"",
        sent_at=sent_at,
        sent_ms=sent_ms,
        key_id=key_id,
        signature=_octets(headers, HEADER_SIGNATURE, _SIGNATURE_BYTES),
        body=body,
    )


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name)
    if value is None:
        raise Rejected(Rule.INVALID, f"{name}: missing")
    return value


def _number(headers: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = _header(headers, name)
    if (
        text.isascii()
        and text.isdecimal()
        and len(text) <= 16
        and text == str(int(text))
        and least <= int(text) <= most
    ):
        return int(text)
    raise Rejected(Rule.INVALID, f"{name}: a number from {least} to {most}, without leading zeros")


def _octets(headers: Mapping[str, str], name: str, count: int) -> bytes:
    text = _header(headers, name)
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if len(value) != count or text != value.hex():
        raise Rejected(Rule.INVALID, f"{name}: {count * 2} lower-case hexadecimal digits")
    return value
