"""Lines are opened by name, or by what is plugged in."""

import os
import tty

import pytest

from drivers.errors import PortMissingError
from drivers.ports import ListedPort
from drivers.transport import SerialSettings
from kiosk import ports


def test_the_system_can_be_asked() -> None:
    assert all(isinstance(port, ListedPort) and port.name for port in ports.list_serial_ports())


def test_a_port_is_looked_up_at_every_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged: list[ListedPort] = []
    monkeypatch.setattr(ports, "list_serial_ports", lambda: plugged)
    open_line = ports.serial_opener(SerialSettings("usb:0403:6001:A1"))
    with pytest.raises(PortMissingError, match="not plugged in"):
        open_line()
    for _ in range(2):
        near, far = os.openpty()
        tty.setraw(far)
        plugged[:] = [ListedPort(os.ttyname(far), 0x0403, 0x6001, "A1")]
        line = open_line()
        line.write(b"here")
        assert os.read(near, 10) == b"here"
        line.close()
        os.close(far)
        os.close(near)
