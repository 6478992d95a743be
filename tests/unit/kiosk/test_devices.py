import socket
import threading
from pathlib import Path

from drivers.payment.api import Capabilities, Media
from drivers.payment.zvt.slips import CHARACTER_SETS
from kiosk.devices import open_payment_device
from kiosk.profile import DeviceProfile
from kiosk.profile_drivers import DRIVERS
from kiosk.runtime.live_context import LivePaymentContext, no_slip
from kiosk.services.notices import Notice


def test_a_zvt_terminal_can_void_refund_and_settle() -> None:
    device = open_payment_device(DeviceProfile("terminal", "zvt", "/dev/ttyUSB0", 9600, {"password": "123456"}))
    assert device.capabilities == Capabilities(
        frozenset({Media.CREDIT}), can_inquire=True, can_void=True, can_refund=True, can_daily_log=True
    )


def test_a_counter_file_may_name_every_character_set_that_the_driver_reads() -> None:
    assert DRIVERS["zvt"].options["character_set"] == tuple(CHARACTER_SETS)


def test_a_network_port_hears_raw_messages() -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, number = server.getsockname()
        options: dict[str, str | int] = {"mirrors_receipt": 1}
        device = open_payment_device(DeviceProfile("terminal", "zvt", f"tcp://{host}:{number}", 9600, options))

        def serve() -> None:
            client, _ = server.accept()
            heard.append(client.recv(100))
            client.close()

        served = threading.Thread(target=serve, daemon=True)
        served.start()
        health = device.check_health(LivePaymentContext(list[Notice]().append, lambda _: None, no_slip))
        served.join(10.0)
    assert heard == [bytes.fromhex("060006000000" + "0e0392")], "a raw registration, no DLE STX"
    assert not health.ready


def test_a_serial_port_that_is_not_there_is_not_ready(tmp_path: Path) -> None:
    device = open_payment_device(DeviceProfile("terminal", "zvt", str(tmp_path / "none"), 9600, {}))
    assert not device.check_health(LivePaymentContext(list[Notice]().append, lambda _: None, no_slip)).ready
