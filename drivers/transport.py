"""Lines to the world: serial, TCP, memory, and HTTPS. Owns opening and closing; refuses to know what bytes mean."""

import contextlib
import os
import queue
import select
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from drivers.errors import LineLostError, PortBusyError, PortMissingError
from drivers.http import HttpAnswer, HttpRequest

if TYPE_CHECKING:  # the window paints before any library for the network is loaded
    import requests

READ_CHUNK_BYTES_MAX = 4096
"""One read never returns more: keeps a babbling device from filling memory between two looks at the clock."""
WRITE_TIMEOUT_S = 5.0
"""A write that does not drain by then means the line is gone (ZVT T2 and T3 are 5 s as well)."""
TCP_SCHEME = "tcp://"
HTTPS_SCHEME = "https://"
TCP_PORT_MAX = 65_535
KEEP_ALIVE_IDLE_S = 30
"""A firewall forgets a silent connection after minutes: so often the system asks the other end whether it is there."""
KEEP_ALIVE_GAP_S = 5
KEEP_ALIVE_PROBES = 3
CONNECT_WAIT_S = 3.0
"""A server that does not accept within this is out of reach for now."""
CONNECTS_MAX = 2
"""A connection that fails is tried once more: nothing has left yet. What has left is never sent again from here."""
ANSWER_BYTES_MAX = 64 * 1024
"""Answers of a payment service are a few kilobytes; a portal's page is cut here."""
_TERMINAL_ERRORS: tuple[type[Exception], ...] = ()
with contextlib.suppress(ImportError):  # Windows has no such settings
    import termios

    _TERMINAL_ERRORS = (termios.error,)


class ByteStream(Protocol):
    """An open line."""

    def read(self, timeout_s: float) -> bytes:
        """Return what has arrived, waiting at most ``timeout_s`` for the first byte; ``b""`` when nothing came.

        Raises LineLostError when the line is gone.
        """

    def write(self, data: bytes) -> None:
        """Hand all of ``data`` to the line. Raises LineLostError when it cannot; some bytes may have left by then."""

    def close(self) -> None:
        """Close; closing twice is allowed."""


@runtime_checkable
class HeldLine(ByteStream, Protocol):
    """A line that the other side may hold back (XOFF, CTS, DSR), and that never waits for it."""

    def write_some(self, data: bytes) -> int:
        """Hand over as much as goes now and return how many bytes; 0 while held back. Raises LineLostError."""


DSR_CHUNK_BYTES = 16
"""The wire is looked at so often where the system does not: a printer's buffer has more room left than this."""

OpenLine = Callable[[], ByteStream]
"""Opens a fresh line. Raises PortMissingError or PortBusyError."""


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """How to open a serial port. ``stop_bits`` is 1 or 2, ``parity`` one of N E O."""

    port: str
    baud: int = 9600
    data_bits: int = 8
    parity: str = "N"
    stop_bits: int = 1
    xonxoff: bool = False
    rtscts: bool = False
    dsr: bool = False
    """The other side stops us with its DTR at our DSR: no system does that by itself, so ``write_some`` looks."""


class SerialLine:
    """A serial port held exclusively."""

    def __init__(self, settings: SerialSettings) -> None:
        import serial  # here, not at the top: the window paints before any port is opened

        self._gated_by_dsr = settings.dsr
        # pyserial raises TypeError on a port closed mid-read, and lets through what the system says of its settings
        self._lost: tuple[type[Exception], ...] = (serial.SerialException, OSError, TypeError, *_TERMINAL_ERRORS)
        try:
            self._port = serial.Serial(
                port=settings.port,
                baudrate=settings.baud,
                bytesize=settings.data_bits,
                parity=settings.parity,
                stopbits=settings.stop_bits,
                xonxoff=settings.xonxoff,
                rtscts=settings.rtscts,
                write_timeout=WRITE_TIMEOUT_S,
                exclusive=True,
            )
        except self._lost as error:
            busy = "exclusively lock" in str(error) or "Access is denied" in str(error)
            kind = PortBusyError if busy else PortMissingError
            raise kind(f"{settings.port}: {'held by another program' if busy else 'cannot be opened'}") from error

    def read(self, timeout_s: float) -> bytes:
        try:
            if self._port.timeout != timeout_s:
                self._port.timeout = timeout_s
            first = bytes(self._port.read(1))
            if not first:
                return b""
            waiting = min(self._port.in_waiting, READ_CHUNK_BYTES_MAX - 1)
            return first + bytes(self._port.read(waiting)) if waiting else first
        except self._lost as error:
            raise LineLostError(f"{self._port.port}: lost while reading") from error

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except self._lost as error:
            raise LineLostError(f"{self._port.port}: lost while writing") from error

    def write_some(self, data: bytes) -> int:
        """See HeldLine. Without a descriptor (Windows) the system holds back, and what outlasts its timeout is lost."""
        try:
            if self._gated_by_dsr:
                if not self._port.dsr:
                    return 0
                data = data[:DSR_CHUNK_BYTES]
            descriptor = getattr(self._port, "fd", None)
            if descriptor is None:
                self.write(data)
                return len(data)
            taken = os.write(descriptor, data)
            if self._gated_by_dsr:
                self._port.flush()
        except BlockingIOError:
            return 0
        except self._lost as error:
            raise LineLostError(f"{self._port.port}: lost while writing") from error
        return taken

    def close(self) -> None:
        with contextlib.suppress(*self._lost):
            self._port.close()


class TcpLine:
    """A TCP connection treated as a line."""

    def __init__(self, host: str, port: int, *, connect_timeout_s: float = 5.0) -> None:
        self._name = f"{host}:{port}"
        try:
            self._socket = socket.create_connection((host, port), timeout=connect_timeout_s)
        except OSError as error:
            raise PortMissingError(f"{self._name}: no answer") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _keep_alive(self._socket)

    def read(self, timeout_s: float) -> bytes:
        try:
            ready, _, _ = select.select([self._socket], [], [], timeout_s)
            if not ready:
                return b""
            data = self._socket.recv(READ_CHUNK_BYTES_MAX)
        except (OSError, ValueError) as error:
            raise LineLostError(f"{self._name}: lost while reading") from error
        if not data:
            raise LineLostError(f"{self._name}: closed by the other side")
        return data

    def write(self, data: bytes) -> None:
        try:
            self._socket.settimeout(WRITE_TIMEOUT_S)
            self._socket.sendall(data)
        except OSError as error:
            raise LineLostError(f"{self._name}: lost while writing") from error

    def close(self) -> None:
        self._socket.close()


def _keep_alive(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    finer = {
        "TCP_KEEPIDLE": KEEP_ALIVE_IDLE_S,
        "TCP_KEEPINTVL": KEEP_ALIVE_GAP_S,
        "TCP_KEEPCNT": KEEP_ALIVE_PROBES,
    }
    for name, value in finer.items():
        if (option := getattr(socket, name, None)) is not None:  # not every system has all three
            connection.setsockopt(socket.IPPROTO_TCP, option, value)


def parse_tcp_address(port: str) -> tuple[str, int] | None:
    """Host and port of ``tcp://host:port``; None for a serial port's name. Raises ValueError for a malformed one."""
    if not port.startswith(TCP_SCHEME):
        return None
    host, _, number = port.removeprefix(TCP_SCHEME).rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    well_formed = host and not set(host) & set("/@?# ") and number.isascii() and number.isdecimal()
    if not well_formed or not 0 < int(number) <= TCP_PORT_MAX:
        raise ValueError("a network port is tcp://host:port with a port of 1 to 65535, such as tcp://192.0.2.7:20007")
    return host, int(number)


def tcp_opener(port: str) -> OpenLine:
    """Opens ``tcp://host:port``; a malformed one is a port that is missing."""

    def open_line() -> ByteStream:
        try:
            address = parse_tcp_address(port)
        except ValueError as error:
            raise PortMissingError(f"{port}: {error}") from error
        if address is None:
            raise PortMissingError(f"{port}: not a network port")
        return TcpLine(*address)

    return open_line


class HttpsClient:
    """A server behind a base URL: TLS, one connection for each request, no redirects, no credentials of its own.

    A fresh connection costs a tenth of a second, and a request on it cannot meet one that the server has just closed:
    what fails before is certain not to have left, what fails afterwards is never sent again by itself.
    """

    def __init__(self, base_url: str, *, ca_file: str = "") -> None:
        """``ca_file``: a PEM file of the authority that vouches for the server; empty for those the system trusts."""
        self._base_url = base_url.rstrip("/")
        self._verify: bool | str = ca_file or True

    def send(self, request: HttpRequest, timeout_s: float) -> HttpAnswer | None:
        """See drivers.http.HttpClient.send."""
        import requests
        from urllib3.exceptions import HTTPError

        ends_s = time.monotonic() + timeout_s
        try:
            with _fresh_session() as session, self._open(session, request, timeout_s) as response:
                body = _read_body(response, ends_s)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return None if body is None else HttpAnswer(response.status_code, headers, body)
        except requests.ConnectTimeout as error:
            raise PortMissingError(f"{self._base_url}: no answer") from error
        except requests.Timeout:
            return None
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise self._judged(error) from error

    def _open(self, session: "requests.Session", request: HttpRequest, timeout_s: float) -> "requests.Response":
        return session.request(
            request.method,
            self._base_url + request.path,
            headers={"Accept-Encoding": "identity", **request.headers},
            data=request.body or None,
            timeout=(min(CONNECT_WAIT_S, timeout_s), timeout_s),
            verify=self._verify,
            allow_redirects=False,
            stream=True,
        )

    def _judged(self, error: Exception) -> PortMissingError | LineLostError:
        """Whether anything can have left: not before there was a connection whose certificate is trusted."""
        import requests
        from urllib3.exceptions import ConnectTimeoutError

        reason = getattr(error.args[0] if error.args else None, "reason", None)
        if isinstance(reason, ConnectTimeoutError) or isinstance(error, requests.exceptions.ProxyError):
            return PortMissingError(f"{self._base_url}: cannot be reached")
        cause = reason.args[0] if reason is not None and reason.args else None
        if isinstance(cause, ssl.SSLCertVerificationError):
            return PortMissingError(f"{self._base_url}: its certificate is not trusted ({cause.verify_message})")
        return LineLostError(f"{self._base_url}: lost ({type(error).__name__})")


def _fresh_session() -> "requests.Session":
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    session = requests.Session()
    session.auth = lambda prepared: prepared  # otherwise a .netrc of this machine would replace a signature
    connects = Retry(
        total=CONNECTS_MAX - 1,
        connect=CONNECTS_MAX - 1,
        read=False,  # told as what it is, never sent again
        redirect=0,
        status=0,
        other=0,
        allowed_methods=("GET", "DELETE", "POST"),  # all of them: before there is a connection nothing is sent
        respect_retry_after_header=False,  # waiting is the driver's, in its context
    )
    session.mount("https://", HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=connects))
    return session


def _read_body(response: "requests.Response", ends_s: float) -> bytes | None:
    """All of it; None when it is not whole in time. Raises LineLostError for more than any answer has."""
    body = bytearray()
    while chunk := response.raw.read1(READ_CHUNK_BYTES_MAX):  # what is there: an answer in drops must not take for ever
        body += chunk
        if len(body) > ANSWER_BYTES_MAX:
            raise LineLostError("an answer of no payment service: too long")
        if time.monotonic() > ends_s:
            return None
    return bytes(body)


class MemoryLine:
    """One end of an in-process line; ``MemoryLine.pair()`` gives both. Closing one end loses the other."""

    def __init__(self, inbox: "queue.Queue[bytes | None]", outbox: "queue.Queue[bytes | None]") -> None:
        self._inbox, self._outbox = inbox, outbox
        self._open = True

    @staticmethod
    def pair() -> tuple["MemoryLine", "MemoryLine"]:
        left: queue.Queue[bytes | None] = queue.Queue()
        right: queue.Queue[bytes | None] = queue.Queue()
        return MemoryLine(left, right), MemoryLine(right, left)

    def read(self, timeout_s: float) -> bytes:
        if not self._open:
            raise LineLostError("memory line: closed")
        try:
            data = self._inbox.get(timeout=timeout_s) if timeout_s > 0 else self._inbox.get_nowait()
        except queue.Empty:
            return b""
        if data is None:
            self._open = False
            raise LineLostError("memory line: closed by the other side")
        return data

    def write(self, data: bytes) -> None:
        if not self._open:
            raise LineLostError("memory line: closed")
        self._outbox.put(bytes(data))

    def close(self) -> None:
        if self._open:
            self._open = False
            self._outbox.put(None)
