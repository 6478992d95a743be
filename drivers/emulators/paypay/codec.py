"""The emulated provider's own HTTP and signatures. Owns reading requests and writing answers; knows no payment.

RFC 9112: one request with Content-Length on a connection, one answer. The signature as the provider documents it.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from urllib.parse import parse_qs, unquote

HEAD_BYTES_MAX = 16 * 1024
BODY_BYTES_MAX = 64 * 1024
_REASONS = {200: "OK", 201: "Created", 202: "Accepted", 429: "Too Many Requests"}
_AUTHORIZATION = re.compile(
    r"hmac OPA-Auth:(?P<key>[^:]+):(?P<mac>[^:]+):(?P<nonce>[^:]+):(?P<epoch>\d{1,12}):(?P<digest>[^:]+)", re.ASCII
)


class BadRequestError(Exception):
    """Bytes that are no request of ours."""


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's parts, unquoted."""
        return tuple(unquote(part) for part in self.path.strip("/").split("/"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: JSON, or ``page`` as it is. ``is_cut``: the connection ends in the middle of it."""

    status: int
    fields: Mapping[str, object]
    headers: Mapping[str, str]
    page: bytes = b""
    is_cut: bool = False


class RequestReader:
    """Bytes of one connection in, its one request out."""

    def __init__(self) -> None:
        self._heard = b""

    def receive(self, received: bytes) -> Request | None:
        """The request once it is whole. Raises BadRequestError."""
        self._heard += received
        head, end, body = self._heard.partition(b"\r\n\r\n")
        if not end:
            if len(self._heard) > HEAD_BYTES_MAX:
                raise BadRequestError("a head too long")
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = headers.get("content-length", "0")
        if not re.fullmatch(r"\d{1,6}", length, re.ASCII) or int(length) > BODY_BYTES_MAX:
            raise BadRequestError("Content-Length")
        if len(body) < int(length):
            return None
        words = first.split(" ")
        if len(words) != 3 or not words[1].startswith("/"):
            raise BadRequestError("request line")
        path, _, query = words[1].partition("?")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        return Request(words[0], path, asked, headers, body[: int(length)])


def is_signed(request: Request, api_key: str, secret: str) -> bool:
    """Whether the signature is that of this very request with these keys."""
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if found is None or found["key"] != api_key:
        return False
    kind, digest = "empty", "empty"
    if request.body:
        kind = request.headers.get("content-type", "")
        digest = base64.b64encode(hashlib.md5(kind.encode() + request.body).digest()).decode()  # noqa: S324 - its choice
    text = "\n".join((request.path, request.method, found["nonce"], found["epoch"], kind, digest))
    mac = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
    return hmac.compare_digest(mac.encode(), found["mac"].encode()) and digest == found["digest"]


def signed_at(request: Request) -> int:
    """The epoch in a signature; 0 where there is none."""
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    return int(found["epoch"]) if found else 0


def body_fields(request: Request) -> dict[str, object]:
    """The JSON object of a body; empty for anything else."""
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def http_date(wall_s: float) -> str:
    """An epoch as the Date header has it."""
    return formatdate(wall_s, usegmt=True)


def answer_bytes(answer: Answer, wall_s: float) -> bytes:
    """The answer as it goes out."""
    body = answer.page or json.dumps(answer.fields, ensure_ascii=False).encode()
    headers = {
        "Date": http_date(wall_s),
        "Content-Type": "text/html" if answer.page else "application/json;charset=UTF-8",
        "Connection": "close",
        **answer.headers,
        "Content-Length": str(len(body)),
    }
    lines = [f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Error')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    whole = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    return whole[: len(whole) - len(body) // 2] if answer.is_cut else whole
