"""A port keeps its identity when its name changes."""

import pytest

from drivers.errors import PortMissingError
from drivers.ports import ListedPort, resolve

TERMINAL = ListedPort("/dev/ttyUSB0", 0x0403, 0x6001, "A10KZP45", "FT232R")
OTHER = ListedPort("/dev/ttyUSB1", 0x0403, 0x6001, "B2", "FT232R")
BOARD = ListedPort("/dev/ttyS0")


def nobody() -> list[ListedPort]:
    raise AssertionError("a plain name needs no list")


@pytest.mark.parametrize("name", ["/dev/ttyUSB0", "COM3", "/tmp/usb:0403:6001"])
def test_a_plain_name_is_left_alone(name: str) -> None:
    assert resolve(name, nobody) == name


@pytest.mark.parametrize("at", ["/dev/ttyUSB0", "/dev/ttyUSB7", "COM12"])
def test_a_device_is_found_wherever_it_is_plugged_in(at: str) -> None:
    moved = ListedPort(at, TERMINAL.vendor, TERMINAL.product, TERMINAL.serial_number)
    assert resolve("usb:0403:6001:A10KZP45", lambda: [BOARD, OTHER, moved]) == at
    assert resolve("usb:0403:6001", lambda: [BOARD, moved]) == at


def test_two_alike_need_the_serial_number() -> None:
    with pytest.raises(PortMissingError, match="2 ports have this identity"):
        resolve("usb:0403:6001", lambda: [TERMINAL, OTHER])


@pytest.mark.parametrize("port", ["usb:0403:6001:a10kzp45", "usb:0403:6002", "usb:1a86:7523"])
def test_another_device_does_not_stand_in(port: str) -> None:
    with pytest.raises(PortMissingError, match="not plugged in"):
        resolve(port, lambda: [TERMINAL, OTHER, BOARD])


@pytest.mark.parametrize(
    "port", ["usb:", "usb:403:6001", "usb:0403", "usb:0403:6001:", "usb:0403:6001:a b", "usb:０403:6001"]
)
def test_a_wrong_notation_is_told(port: str) -> None:
    with pytest.raises(PortMissingError, match="write usb:VID:PID"):
        resolve(port, nobody)


def test_the_identity_a_port_offers_finds_it_again() -> None:
    for listed in (TERMINAL, OTHER, ListedPort("COM9", 0x1A86, 0x7523, "two words")):
        assert resolve(listed.identity, lambda: [TERMINAL, OTHER, ListedPort("COM9", 0x1A86, 0x7523)]) == listed.name
    assert BOARD.identity == ""
