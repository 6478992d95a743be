"""HTTPS against a real TLS server that behaves badly: what has left is sent once, and what has not is told as such."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.errors import LineLostError, PortMissingError
from drivers.http import HttpRequest
from drivers.transport import ANSWER_BYTES_MAX, CONNECTS_MAX, HttpsClient
from tests.certificates import certificate

BODY = '{"amount":600,"説明":"証明書"}'.encode()
REQUEST = HttpRequest("POST", "/v2/codes?x=%2F", {"Authorization": "hmac OPA-Auth:key"}, BODY)
WAIT_S = 5.0
Serve = Callable[[ssl.SSLSocket], None]


def _answer(body: bytes = b"{}", *, status: str = "200 OK", length: int | None = None, extra: str = "") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Length: {len(body) if length is None else length}\r\nX-Clock: 1\r\n{extra}\r\n"
    )
    return head.encode() + body


class BadServer:
    """Reads one request on each connection, and then does what it is told to."""

    def __init__(self, folder: Path, serve: Serve) -> None:
        self.pem = certificate(folder)
        self.heard: list[bytes] = []
        self._serve = serve
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.pem)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                client.settimeout(WAIT_S)
                with contextlib.suppress(OSError), self._tls.wrap_socket(client, server_side=True) as line:
                    self.heard.append(self._read(line))
                    self._serve(line)

    @staticmethod
    def _read(line: ssl.SSLSocket) -> bytes:
        heard = b""
        while not heard.endswith(BODY) and not (heard.startswith(b"GET") and heard.endswith(b"\r\n\r\n")):
            received = line.recv(4096)
            if not received:
                break
            heard += received
        return heard

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[Callable[[Serve], BadServer]]:
    made: list[BadServer] = []

    def make(serve: Serve) -> BadServer:
        made.append(BadServer(tmp_path, serve))
        return made[-1]

    yield make
    for server in made:
        server.close()


def _says(said: bytes) -> Serve:
    return lambda line: line.sendall(said)


def _hangs_up(_: ssl.SSLSocket) -> None:
    """Without a word."""


def _is_mute(line: ssl.SSLSocket) -> None:
    line.recv(1)  # until the client has had enough


def _client(server: BadServer) -> HttpsClient:
    return HttpsClient(server.url + "/", ca_file=str(server.pem))


def test_the_very_bytes_go_out_and_the_answer_comes_back_whole(make_server: Callable[[Serve], BadServer]) -> None:
    server = make_server(_says(_answer('{"名":1}'.encode(), status="429 Too Many Requests")))
    answer = _client(server).send(REQUEST, WAIT_S)
    assert answer is not None
    assert (answer.status, answer.headers["x-clock"], answer.body) == (429, "1", '{"名":1}'.encode())
    (heard,) = server.heard
    head, _, body = heard.partition(b"\r\n\r\n")
    assert body == BODY
    assert head.startswith(b"POST /v2/codes?x=%2F HTTP/1.1\r\n")
    assert b"Authorization: hmac OPA-Auth:key" in head


def test_a_question_has_no_body_and_no_type(make_server: Callable[[Serve], BadServer]) -> None:
    server = make_server(_says(_answer()))
    assert _client(server).send(HttpRequest("GET", "/v2/payments/op-1"), WAIT_S) is not None
    assert b"content-type" not in server.heard[0].lower()


@pytest.mark.parametrize(
    "serve",
    [
        _hangs_up,
        _says(_answer(b"{}", length=100)),
        _says(b"SSH-2.0-OpenSSH_9.2\r\n"),
        _says(_answer(b"x" * (ANSWER_BYTES_MAX + 1))),
    ],
    ids=["hangs up", "cut in the body", "another protocol", "too long"],
)
def test_what_has_left_and_was_not_answered_is_lost_and_sent_once(
    make_server: Callable[[Serve], BadServer], serve: Serve
) -> None:
    server = make_server(serve)
    with pytest.raises(LineLostError):
        _client(server).send(REQUEST, WAIT_S)
    assert len(server.heard) == 1


def test_an_answer_that_does_not_come_in_time_is_none(make_server: Callable[[Serve], BadServer]) -> None:
    server = make_server(_is_mute)
    began_s = time.monotonic()
    assert _client(server).send(REQUEST, 0.3) is None
    assert time.monotonic() - began_s < WAIT_S
    assert len(server.heard) == 1


def test_an_answer_cut_in_its_head_has_no_word_in_it(make_server: Callable[[Serve], BadServer]) -> None:
    server = make_server(_says(b"HTTP/1.1 200 OK\r\nContent-Le"))
    answer = _client(server).send(REQUEST, WAIT_S)
    assert answer is not None
    assert answer.body == b""
    assert len(server.heard) == 1


def test_an_answer_in_chunks_is_put_together(make_server: Callable[[Serve], BadServer]) -> None:
    chunks = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{"\r\n4\r\na":1\r\n1\r\n}\r\n'
    answer = _client(make_server(_says(chunks + b"0\r\n\r\n"))).send(REQUEST, WAIT_S)
    assert answer is not None
    assert answer.body == b'{"a":1}'
    with pytest.raises(LineLostError):
        _client(make_server(_says(chunks))).send(REQUEST, WAIT_S)


def test_an_answer_that_trickles_is_none_once_its_time_is_over(make_server: Callable[[Serve], BadServer]) -> None:
    def trickle(line: ssl.SSLSocket) -> None:
        line.sendall(_answer(b"", length=1000))
        for _ in range(20):
            line.sendall(b" ")
            time.sleep(0.05)

    assert _client(make_server(trickle)).send(REQUEST, 0.3) is None


def test_a_redirect_is_told_and_never_followed(make_server: Callable[[Serve], BadServer]) -> None:
    server = make_server(_says(_answer(status="307 Temporary Redirect", extra="Location: /elsewhere\r\n")))
    answer = _client(server).send(REQUEST, WAIT_S)
    assert answer is not None
    assert answer.status == 307
    assert len(server.heard) == 1


def test_a_netrc_of_this_machine_does_not_replace_the_signature(
    make_server: Callable[[Serve], BadServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    server = make_server(_says(_answer()))
    _client(server).send(REQUEST, WAIT_S)
    assert b"Basic" not in server.heard[0]
    assert b"hmac OPA-Auth:key" in server.heard[0]


def test_a_server_nobody_vouches_for_gets_nothing(make_server: Callable[[Serve], BadServer]) -> None:
    server = make_server(_says(_answer()))
    with pytest.raises(PortMissingError, match="certificate is not trusted"):
        HttpsClient(server.url).send(REQUEST, WAIT_S)
    assert server.heard == []


def test_a_certificate_of_another_host_gets_nothing(make_server: Callable[[Serve], BadServer]) -> None:
    server = make_server(_says(_answer()))
    other = HttpsClient(server.url.replace("127.0.0.1", "localhost"), ca_file=str(server.pem))
    with pytest.raises(PortMissingError, match="certificate is not trusted"):
        other.send(REQUEST, WAIT_S)
    assert server.heard == []


def test_a_port_where_nobody_listens_has_been_told_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(PortMissingError, match="cannot be reached"):
        HttpsClient(f"https://127.0.0.1:{port}").send(REQUEST, WAIT_S)


def test_a_name_that_is_none_has_been_told_nothing() -> None:
    with pytest.raises(PortMissingError):
        HttpsClient("https://no-such-host.invalid").send(REQUEST, WAIT_S)


def test_a_server_that_is_mute_from_the_first_byte_has_not_answered() -> None:
    """It takes the connection and says nothing of TLS: that nothing has left is not told as certain."""
    with socket.create_server(("127.0.0.1", 0), backlog=CONNECTS_MAX) as server:
        client = HttpsClient(f"https://127.0.0.1:{server.getsockname()[1]}")
        assert client.send(REQUEST, 0.3) is None


def test_no_error_tells_what_was_sent(make_server: Callable[[Serve], BadServer]) -> None:
    with pytest.raises(LineLostError) as caught:
        _client(make_server(_hangs_up)).send(REQUEST, WAIT_S)
    assert "hmac" not in str(caught.value)
    assert "600" not in str(caught.value)
