import socket
import threading
from pathlib import Path

import pytest

from drivers.payment.api import Capabilities, Media
from kiosk.devices import open_payment_device
from kiosk.profile import DeviceProfile
from kiosk.runtime.live_context import LivePaymentContext
from kiosk.services.notices import Notice


def test_a_zvt_terminal_can_void_refund_and_settle() -> None:
    device = open_payment_device(DeviceProfile("terminal", "zvt", "/dev/ttyUSB0", 9600, {"password": "123456"}))
    assert device.capabilities == Capabilities(
        frozenset({Media.CREDIT}), can_inquire=True, can_void=True, can_refund=True, can_daily_log=True
    )


@pytest.mark.parametrize("scheme", ["tcp", "serial"])
def test_the_port_decides_whether_messages_are_framed(scheme: str, tmp_path: Path) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, number = server.getsockname()
        port = f"tcp://{host}:{number}" if scheme == "tcp" else str(tmp_path / "none")
        device = open_payment_device(DeviceProfile("terminal", "zvt", port, 9600, {"mirrors_receipt": 1}))

        def serve() -> None:
            client, _ = server.accept()
            heard.append(client.recv(100))
            client.close()

        served = threading.Thread(target=serve, daemon=True)
        served.start()
        health = device.check_health(LivePaymentContext(list[Notice]().append, lambda _: None))
        if scheme == "tcp":
            served.join(10.0)
            assert heard == [bytes.fromhex("060006000000" + "0e0392")], "a raw registration, no DLE STX"
        assert not health.ready
