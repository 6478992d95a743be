import select
import socket
import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from drivers.emulators.pty_shell import HANG_UP, Output, StopSignal
from drivers.emulators.tcp_shell import TcpShell

WAIT_S = 10.0


class EchoCore:
    """Says everything back; hangs up on a "!"."""

    wake_at_s: float | None = None

    def __init__(self) -> None:
        self.opened = 0

    def line_opened(self) -> None:
        self.opened += 1

    def step(self, now_s: float, received: bytes) -> Sequence[Output]:
        del now_s
        return [(0.0, HANG_UP if received == b"!" else received)]


@pytest.fixture
def core() -> EchoCore:
    return EchoCore()


@pytest.fixture
def port(core: EchoCore) -> Iterator[int]:
    stop = StopSignal()
    shell = TcpShell(core, 0, time.monotonic, piece_bytes=2)
    served = threading.Thread(target=shell.run, args=(stop,))
    served.start()
    yield int(shell.name.rpartition(":")[2])
    stop.set()
    served.join(WAIT_S)
    stop.close()


def _read(client: socket.socket, size: int) -> bytes:
    heard = b""
    while len(heard) < size and select.select([client], [], [], WAIT_S)[0] and (more := client.recv(size)):
        heard += more
    return heard


def test_it_carries_every_byte_in_pieces(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), WAIT_S) as client:
        client.sendall(b"abcdefg")
        assert client.recv(100) in (b"ab", b"abcd", b"abcdef", b"abcdefg")
        client.sendall(b"hi")
        assert _read(client, 2) != b""


def test_a_second_connection_is_closed_and_a_later_one_served(port: int, core: EchoCore) -> None:
    with socket.create_connection(("127.0.0.1", port), WAIT_S) as first:
        first.sendall(b"a")
        assert _read(first, 1) == b"a"
        with socket.create_connection(("127.0.0.1", port), WAIT_S) as second:
            assert _read(second, 1) == b""
        first.sendall(b"!")
        assert _read(first, 1) == b""
    with socket.create_connection(("127.0.0.1", port), WAIT_S) as third:
        third.sendall(b"c")
        assert _read(third, 1) == b"c"
    assert core.opened == 2
