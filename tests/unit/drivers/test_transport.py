import errno
import os
import socket
import termios
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.errors import LineLostError, PortBusyError, PortMissingError
from drivers.transport import (
    DSR_CHUNK_BYTES,
    READ_CHUNK_BYTES_MAX,
    MemoryLine,
    SerialLine,
    SerialSettings,
    TcpLine,
    parse_tcp_address,
    tcp_opener,
)

Port = tuple[int, str]


@pytest.fixture
def port() -> Iterator[Port]:
    near, far = os.openpty()
    tty.setraw(far)
    name = os.ttyname(far)
    os.close(far)
    yield near, name
    try:
        os.close(near)
    except OSError:
        assert True  # a test has pulled the port out


def test_a_serial_line_carries_every_byte(port: Port) -> None:
    near, name = port
    line = SerialLine(SerialSettings(name))
    line.write(bytes(range(256)))
    assert os.read(near, 1000) == bytes(range(256))
    os.write(near, bytes(range(256)))
    heard = b""
    while len(heard) < 256:
        heard += line.read(1.0)
    assert heard == bytes(range(256))
    assert line.read(0.0) == b""
    line.close()
    line.close()


def test_one_read_is_bounded(port: Port) -> None:
    near, name = port
    line = SerialLine(SerialSettings(name))
    os.set_blocking(near, False)
    os.write(near, b"a" * 4000)
    assert 0 < len(line.read(1.0)) <= READ_CHUNK_BYTES_MAX
    line.close()


def test_a_port_is_held_by_one_program(port: Port) -> None:
    _, name = port
    line = SerialLine(SerialSettings(name))
    with pytest.raises(PortBusyError, match="held by another program"):
        SerialLine(SerialSettings(name))
    line.close()
    SerialLine(SerialSettings(name)).close()


def test_a_missing_port_is_named(tmp_path: Path) -> None:
    with pytest.raises(PortMissingError, match="no-such-port"):
        SerialLine(SerialSettings(str(tmp_path / "no-such-port")))


def test_a_pulled_out_port_is_a_lost_line(port: Port) -> None:
    near, name = port
    line = SerialLine(SerialSettings(name))
    os.close(near)
    with pytest.raises(LineLostError, match="reading"):
        line.read(1.0)
    with pytest.raises(LineLostError, match="writing"):
        line.write(b"a")
    line.close()


def test_settings_that_the_system_refuses_are_told_as_a_port_and_as_a_line(
    port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyserial lets termios.error through, which is no OSError."""

    def refuse(*_: object) -> None:
        raise termios.error(errno.EIO, os.strerror(errno.EIO))

    _, name = port
    line = SerialLine(SerialSettings(name))
    monkeypatch.setattr("serial.serialposix.termios.tcgetattr", refuse)
    with pytest.raises(LineLostError, match="reading"):
        line.read(0.5)
    line.close()
    monkeypatch.undo()
    monkeypatch.setattr("serial.serialposix.termios.tcflush", refuse)
    with pytest.raises(PortMissingError, match="cannot be opened"):
        SerialLine(SerialSettings(name))


def test_a_closed_line_is_lost(port: Port) -> None:
    _, name = port
    line = SerialLine(SerialSettings(name))
    line.close()
    with pytest.raises(LineLostError):
        line.read(0.1)
    with pytest.raises(LineLostError):
        line.write(b"a")


def test_a_tcp_line_carries_bytes_and_is_lost_with_the_other_side() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        accepted: list[socket.socket] = []
        thread = threading.Thread(target=lambda: accepted.append(server.accept()[0]))
        thread.start()
        line = TcpLine("127.0.0.1", server.getsockname()[1])
        thread.join()
        far = accepted[0]
        line.write(b"hello")
        assert far.recv(10) == b"hello"
        assert line.read(0.0) == b""
        far.sendall(b"there")
        assert line.read(5.0) == b"there"
        far.close()
        with pytest.raises(LineLostError, match="closed by the other side"):
            line.read(5.0)
        line.close()
        with pytest.raises(LineLostError):
            line.write(b"a")
        with pytest.raises(LineLostError):
            line.read(0.0)


def test_nobody_at_the_other_end_of_tcp() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
    with pytest.raises(PortMissingError, match="no answer"):
        TcpLine("127.0.0.1", number)


def test_a_memory_line_has_two_ends() -> None:
    near, far = MemoryLine.pair()
    near.write(b"hello")
    assert far.read(0.0) == b"hello"
    assert far.read(0.01) == b""
    near.close()
    near.close()
    with pytest.raises(LineLostError, match="closed by the other side"):
        far.read(0.0)
    with pytest.raises(LineLostError):
        far.write(b"a")
    with pytest.raises(LineLostError):
        near.read(0.0)


@pytest.mark.parametrize(
    ("port", "address"),
    [
        ("tcp://192.0.2.7:20007", ("192.0.2.7", 20007)),
        ("tcp://terminal-1.example:1", ("terminal-1.example", 1)),
        ("tcp://[2001:db8::7]:20007", ("2001:db8::7", 20007)),
        ("/dev/ttyUSB0", None),
        ("COM3", None),
    ],
)
def test_a_network_port_names_host_and_port(port: str, address: tuple[str, int] | None) -> None:
    assert parse_tcp_address(port) == address


@pytest.mark.parametrize(
    "port", ["tcp://", "tcp://host", "tcp://host:0", "tcp://host:65536", "tcp://u@h:1", "tcp://h:x"]
)
def test_a_malformed_network_port_is_missing(port: str) -> None:
    with pytest.raises(ValueError, match="tcp://host:port"):
        parse_tcp_address(port)
    with pytest.raises(PortMissingError, match="tcp://host:port"):
        tcp_opener(port)()


def test_a_connection_is_kept_alive() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = tcp_opener(f"tcp://127.0.0.1:{server.getsockname()[1]}")()
        assert isinstance(line, TcpLine)
        held = line._socket.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        line.close()
    assert held


class DsrPort:
    """A serial port whose other end pulls its DTR: a pseudo-terminal has no such wire."""

    port = "wired"

    def __init__(self, fd: int) -> None:
        self.fd, self.dsr, self.flushes = fd, True, 0

    def flush(self) -> None:
        self.flushes += 1


def test_a_line_held_by_dsr_gives_small_pieces_and_none_while_held(monkeypatch: pytest.MonkeyPatch) -> None:
    near, far = os.openpty()
    tty.setraw(far)
    line = SerialLine(SerialSettings(os.ttyname(far), dsr=True))
    opened = line._port
    assert opened.fd is not None
    wire = DsrPort(opened.fd)
    monkeypatch.setattr(line, "_port", wire)
    assert line.write_some(b"x" * 100) == DSR_CHUNK_BYTES
    wire.dsr = False
    assert line.write_some(b"x" * 100) == 0
    assert (os.read(near, 100), wire.flushes) == (b"x" * DSR_CHUNK_BYTES, 1)
    opened.close()
    os.close(near)
    os.close(far)
