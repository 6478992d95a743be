"""Serial ports by USB identity. Owns the ``usb:`` notation and the choice; lists no port itself, opens nothing.

A port's name follows the order of plugging in; vendor, product and serial number stay with the device.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from drivers.errors import PortMissingError

PREFIX = "usb:"
PORTS_MAX = 256
"""A machine that lists more is listing something else."""

_IDENTITY = re.compile(r"usb:([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?::([\x21-\x7e]{1,64}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ListedPort:
    """A serial port as the system names it now. ``vendor`` and ``product`` are None where it is not on USB."""

    name: str
    vendor: int | None = None
    product: int | None = None
    serial_number: str = ""
    description: str = ""

    @property
    def identity(self) -> str:
        """What to write into a counter file so that the port is found again; empty where it is not on USB."""
        if self.vendor is None or self.product is None:
            return ""
        whole = f"{PREFIX}{self.vendor:04x}:{self.product:04x}"
        told = f"{whole}:{self.serial_number}"
        return told if self.serial_number and _IDENTITY.fullmatch(told) else whole


ListPorts = Callable[[], Iterable[ListedPort]]


def resolve(port: str, list_ports: ListPorts) -> str:
    """The name to open for ``port``: itself, or where ``usb:VID:PID[:SERIAL]`` (four hex digits each) is plugged in.

    Ask again at every opening: that is when the name may have changed. Raises PortMissingError when nothing fits, when
    two ports do (money must not go to whichever was listed first), or when the notation is wrong.
    """
    if not port.startswith(PREFIX):
        return port
    identity = _IDENTITY.fullmatch(port)
    if identity is None:
        raise PortMissingError(f"{port}: write usb:VID:PID or usb:VID:PID:SERIAL, such as usb:0403:6001:A10KZP45")
    vendor, product, serial_number = int(identity[1], 16), int(identity[2], 16), identity[3]
    names = sorted(
        {
            listed.name
            for listed in list(list_ports())[:PORTS_MAX]
            if (listed.vendor, listed.product) == (vendor, product)
            and (serial_number is None or listed.serial_number == serial_number)
        }
    )
    if not names:
        raise PortMissingError(f"{port}: not plugged in")
    if len(names) > 1:
        raise PortMissingError(f"{port}: {len(names)} ports have this identity: add the serial number")
    return names[0]
