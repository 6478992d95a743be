"""The emulated provider behind TLS: a thread for each connection, one request on each. Owns sockets; knows no payment.

Beside the provider's own paths it answers what a citizen's phone opens: the address that a code's symbol holds.
"""

import contextlib
import socket
import ssl
import threading
import time
from pathlib import Path

from drivers.emulators.paypay import codec
from drivers.emulators.paypay.codec import Answer, BadRequestError, Request, RequestReader
from drivers.emulators.paypay.provider import Provider, Spoken
from drivers.emulators.pty_shell import StopSignal

HOST = "127.0.0.1"
"""An emulated provider takes money from nobody but this machine."""
READ_S = 10.0
CHUNK_BYTES = 4096
TICK_S = 0.05
PHONE = b"<html><body>OK</body></html>"


class HttpsShell:
    """Runs one provider behind one port; 0 takes a free one."""

    def __init__(self, port: int, certificate: Path, key: Path | None, *, fast: float = 1.0) -> None:
        """``key`` None: it is in the certificate's file. ``fast``: so many of the provider's seconds pass in one.

        Raises OSError, ssl.SSLError for a certificate that cannot be used.
        """
        self._fast = fast
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate, key)
        self._listener = socket.create_server((HOST, port))
        self._listener.settimeout(TICK_S)
        self._lock = threading.Lock()

    @property
    def base_url(self) -> str:
        """Where it listens, as a counter file writes it."""
        return f"https://{HOST}:{self._listener.getsockname()[1]}"

    def run(self, provider: Provider, stop: StopSignal) -> None:
        """Serve until ``stop``; what is due happens though nobody asks."""
        with self._listener:
            while not stop.is_set:
                with self._lock:
                    provider.tick()
                with contextlib.suppress(TimeoutError):
                    client, _ = self._listener.accept()
                    threading.Thread(target=self._serve, args=(client, provider), daemon=True).start()

    def _serve(self, client: socket.socket, provider: Provider) -> None:
        client.settimeout(READ_S)
        with contextlib.suppress(OSError, BadRequestError), self._tls.wrap_socket(client, server_side=True) as line:
            request = _read(line)
            if request is None:
                return
            with self._lock:
                spoken = self._handle(request, provider)
            if _is_left_alone(line, spoken.delay_s / self._fast) and spoken.answer is not None:
                line.sendall(codec.answer_bytes(spoken.answer, provider.wall_s()))

    def _handle(self, request: Request, provider: Provider) -> Spoken:
        url = self.base_url + request.path
        if request.method == "GET" and provider.phone_reads(url):
            return Spoken(0.0, Answer(200, {}, {}, page=PHONE))
        return provider.handle(request)


def _read(line: ssl.SSLSocket) -> Request | None:
    """The connection's request; None when it ends without one. Raises BadRequestError, OSError."""
    reader = RequestReader()
    while received := line.recv(CHUNK_BYTES):
        request = reader.receive(received)
        if request is not None:
            return request
    return None


def _is_left_alone(line: ssl.SSLSocket, delay_s: float) -> bool:
    """Wait, but not longer than the client does: it hangs up when it has had enough."""
    ends_s = time.monotonic() + delay_s
    while (left_s := ends_s - time.monotonic()) > 0:
        line.settimeout(left_s)
        try:
            if not line.recv(1):
                return False
        except TimeoutError:
            break
    line.settimeout(READ_S)
    return True
