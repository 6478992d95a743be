"""HTTP on a plain line, for kits and simulations that cut it. Owns one request and its answer; refuses TLS and ports.

RFC 9112 as far as it is needed: a request with Content-Length, an answer with Content-Length, and the line is done.
"""

from collections.abc import Callable

from drivers.context import Wake
from drivers.errors import LineLostError
from drivers.http import HttpAnswer, HttpRequest
from drivers.transport import ANSWER_BYTES_MAX, ByteStream, OpenLine

Receive = Callable[[ByteStream, float], bytes | Wake]
"""Waits for bytes on a line until a deadline, as DeviceContext.receive does, but for no cancel."""
_HEAD_END = b"\r\n\r\n"


class HttpByLine:
    """An HttpClient whose server is at the other end of each line that is opened."""

    def __init__(self, open_line: OpenLine) -> None:
        self._open_line = open_line

    def send(self, request: HttpRequest, timeout_s: float) -> HttpAnswer | None:
        """Not for drivers: they wait in their context."""
        raise AssertionError(f"a driver waits in its context, not {timeout_s} s for {request.method} {request.path}")

    def converse(self, request: HttpRequest, receive: Receive, deadline_s: float) -> HttpAnswer | None:
        """See drivers.http.HttpClient.send; the waiting is done in ``receive``."""
        line = self._open_line()
        try:
            line.write(_request_bytes(request))
            heard = b""
            while (answer := _answer(heard)) is None:
                more = receive(line, deadline_s)
                if isinstance(more, Wake):
                    return None
                heard += more
                if len(heard) > ANSWER_BYTES_MAX:
                    raise LineLostError("an answer too long")
            return answer
        finally:
            line.close()


def _request_bytes(request: HttpRequest) -> bytes:
    headers = {"Host": "provider.example", **request.headers, "Content-Length": str(len(request.body))}
    lines = [f"{request.method} {request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + _HEAD_END + request.body


def _answer(heard: bytes) -> HttpAnswer | None:
    """The answer when it is whole. Raises LineLostError for what is none."""
    head, end, body = heard.partition(_HEAD_END)
    if not end:
        return None
    status_line, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    try:
        status, size_bytes = int(status_line.split(" ")[1]), int(headers["content-length"])
    except (IndexError, KeyError, ValueError) as error:
        raise LineLostError("no HTTP answer") from error
    return HttpAnswer(status, headers, body[:size_bytes]) if len(body) >= size_bytes else None
