"""This machine's serial ports, and lines to them by name or USB identity. Owns asking the system; refuses to guess."""

from dataclasses import replace

from drivers.ports import ListedPort, resolve
from drivers.transport import OpenLine, SerialLine, SerialSettings


def list_serial_ports() -> tuple[ListedPort, ...]:
    """Every serial port that the system knows now, by name."""
    from serial.tools.list_ports import comports  # here: it walks /sys, which no start-up waits for

    return tuple(
        ListedPort(
            name=str(port.device),
            vendor=port.vid,
            product=port.pid,
            serial_number=port.serial_number or "",
            description=port.product or port.description or "",
        )
        for port in sorted(comports())
    )


def serial_opener(settings: SerialSettings) -> OpenLine:
    """Opens ``settings.port``, looked up anew each time: after a night, or a pulled plug, it may have another name."""
    return lambda: SerialLine(replace(settings, port=resolve(settings.port, list_serial_ports)))
