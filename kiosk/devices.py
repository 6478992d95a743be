"""From a profile's device names to drivers: the one table that knows every vendor. Opens nothing."""

from collections.abc import Callable
from pathlib import Path

from drivers.payment.api import PaymentDevice
from drivers.printer.api import PrinterDevice
from drivers.transport import ByteStream, OpenLine, SerialLine, SerialSettings
from kiosk.profile import DeviceProfile, PrinterProfile
from receipts.paper import PaperProfile, parse_paper_profile

ZVT_STOP_BITS = 2
"""PA00P015: 8 data bits, no parity, 2 stop bits."""


def open_payment_device(device: DeviceProfile) -> PaymentDevice:
    """The driver of a payment device; its line is opened when it is first needed."""
    return DRIVERS[device.driver](device)


def open_printer(printer: PrinterProfile) -> PrinterDevice:
    """The driver of the receipt printer; its line is opened when it is first needed."""
    from drivers.printer.escpos.driver import EscposPrinter

    return EscposPrinter(_serial(printer.port, printer.baud))


def read_paper(folder: Path, printer: PrinterProfile) -> PaperProfile:
    """The printer's profile from ``config/printers``. Raises PaperProfileError."""
    path = folder / f"{printer.paper}.toml"
    return parse_paper_profile(path.read_text("utf-8"), f"config/printers/{path.name}")


def _zvt(device: DeviceProfile) -> PaymentDevice:
    from drivers.payment.zvt.driver import ZvtSettings, ZvtTerminal

    settings = ZvtSettings(password=str(device.options.get("password", "000000")))
    return ZvtTerminal(_serial(device.port, device.baud, stop_bits=ZVT_STOP_BITS), settings)


def _attended(_: DeviceProfile) -> PaymentDevice:
    from drivers.payment.attended.driver import AttendedTerminal

    return AttendedTerminal()


def _cash(_: DeviceProfile) -> PaymentDevice:
    from drivers.payment.cash.driver import CashDrawer

    return CashDrawer()


def _serial(port: str, baud: int, *, stop_bits: int = 1) -> OpenLine:
    def open_line() -> ByteStream:
        return SerialLine(SerialSettings(port=port, baud=baud, stop_bits=stop_bits))

    return open_line


DRIVERS: dict[str, Callable[[DeviceProfile], PaymentDevice]] = {"zvt": _zvt, "attended": _attended, "cash": _cash}
"""Driver names as counter files write them. A driver is imported when a counter uses it."""
LINKED = frozenset({"zvt"})
"""Drivers with a line whose health is worth showing."""
