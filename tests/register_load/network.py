"""A network between kiosks and registers that loses, doubles, delays and repeats. Owns the faults; reads no entry."""

import http.client
import threading
from collections import Counter, deque
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

ANSWER_WAIT_S = 40.0
"""Longer than the client's own wait."""
KEPT_REQUESTS = 40
"""Old requests that may come once more, of all kiosks."""


class Trouble(StrEnum):
    """What the network does to a request."""

    REQUEST_LOST = "request lost"
    REQUEST_CUT = "request cut"
    ANSWER_LOST = "answer lost after the commit"
    DOUBLED = "doubled, at both registers at once"
    OLD_AGAIN = "an older request again first"


CHANCE = {
    Trouble.REQUEST_LOST: 0.03,
    Trouble.REQUEST_CUT: 0.02,
    Trouble.ANSWER_LOST: 0.06,
    Trouble.DOUBLED: 0.06,
    Trouble.OLD_AGAIN: 0.08,
}


@dataclass(frozen=True)
class Request:
    """As it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes


class Network:
    """Serves on a port of its own and carries each request to one of the registers. Faults stop with ``calm``."""

    def __init__(self, ports: list[int], seed: int) -> None:
        self.ports = ports
        self.seen: Counter[str] = Counter()
        self._random, self._lock, self._calm = Random(seed), threading.Lock(), False
        self._old: deque[Request] = deque(maxlen=KEPT_REQUESTS)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def calm(self) -> None:
        self._calm = True

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def carry(self, request: Request) -> Response | None:
        """What the kiosk hears; None for silence."""
        trouble, port, old = self._draw(request)
        if trouble is Trouble.REQUEST_LOST:
            return None
        if trouble is Trouble.REQUEST_CUT:
            self._forward(port, request, whole=False)
            return None
        if old is not None:
            self._forward(port, old)
        twin: threading.Thread | None = None
        if trouble is Trouble.DOUBLED:
            other = self.ports[-1] if port == self.ports[0] else self.ports[0]
            twin = threading.Thread(target=self._forward, args=(other, request))
            twin.start()
        response = self._forward(port, request)
        if twin is not None:
            twin.join()
        return None if trouble is Trouble.ANSWER_LOST else response

    def _draw(self, request: Request) -> tuple[Trouble | None, int, Request | None]:
        with self._lock:
            port = self._random.choice(self.ports)
            point, chosen, old = self._random.random(), None, None
            for trouble, chance in CHANCE.items():
                if 0 <= point < chance and not self._calm:
                    chosen = trouble
                point -= chance
            if chosen is Trouble.OLD_AGAIN and self._old:
                old = self._random.choice(self._old)
            if request.path.endswith(("/journal", "/heartbeat")):
                self._old.append(request)
            if chosen is not None:
                self.seen[chosen] += 1
        return chosen, port, old

    def _forward(self, port: int, request: Request, *, whole: bool = True) -> Response | None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_WAIT_S)
        try:
            if not whole:
                connection.putrequest(request.method, request.path)
                for name, value in request.headers.items():
                    connection.putheader(name, value)
                connection.endheaders(request.body[: len(request.body) // 2])
                return None
            connection.request(request.method, request.path, request.body, request.headers)
            answer = connection.getresponse()
            response = Response(answer.status, dict(answer.getheaders()), answer.read())
        except (OSError, http.client.HTTPException):
            self._count("no answer")
            return None
        finally:
            connection.close()
        self._count(f"HTTP {response.status}")
        return response

    def _count(self, what: str) -> None:
        with self._lock:
            self.seen[what] += 1


def _handler_of(network: Network) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kept = {name: value for name, value in self.headers.items() if name not in ("Host", "Connection")}
            response = network.carry(Request(self.command, self.path, kept, body))
            if response is None:
                self.close_connection = True
                return
            self.send_response(response.status)
            for name, value in response.headers.items():
                if name.lower() not in ("date", "connection"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_POST = _handle  # noqa: N815 - the names the library calls

        def log_message(self, *_: object) -> None:
            """Nothing of a request is written down."""

    return Handler
