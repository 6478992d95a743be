"""From a profile's device names to drivers: the one table that knows every vendor. Opens nothing."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path

from drivers.display.api import CharacterSet, LineDisplay
from drivers.payment.api import PaymentDevice
from drivers.printer.api import PrinterDevice
from drivers.scanner.api import ScannerDevice
from drivers.transport import TCP_SCHEME, SerialSettings, tcp_opener
from kiosk.paths import CONFIG
from kiosk.ports import serial_opener
from kiosk.profile import DeviceProfile, PrinterProfile
from kiosk.profile_side import DisplayProfile, ScannerProfile
from receipts.paper import PaperProfile, PaperProfileError, parse_paper_profile

ZVT_STOP_BITS = 2
"""PA00P015: 8 data bits, no parity, 2 stop bits."""


def open_payment_device(device: DeviceProfile) -> PaymentDevice:
    """The driver of a payment device; its line is opened when it is first needed. Raises ProfileError."""
    create = DRIVERS.get(device.driver)
    if create is None:
        from kiosk.plugins import open_third_party

        return open_third_party(device)
    return create(device)


def is_linked(device: DeviceProfile) -> bool:
    """Whether the device has a line whose health is worth showing."""
    return device.driver in LINKED or (device.driver not in DRIVERS and bool(device.port))


SLIPS_FOLDER = "documents"
"""Beside the journal: what a counter without a printer has instead of paper."""


def open_printer(printer: PrinterProfile, state: Path) -> PrinterDevice:
    """The driver of the receipt printer; its line is opened, or its folder made, when it is first needed."""
    if printer.driver == "pdf":
        from drivers.printer.pdf.driver import FolderPrinter

        return FolderPrinter(state / SLIPS_FOLDER)
    from drivers.printer.escpos.driver import EscposPrinter
    from drivers.printer.escpos.settings import FlowControl, parse_escpos_device

    device = parse_escpos_device(*_printer_file(printer))
    line = SerialSettings(
        port=printer.port,
        baud=printer.baud,
        xonxoff=device.flow_control is FlowControl.XON_XOFF,
        rtscts=device.flow_control is FlowControl.RTS_CTS,
        dsr=device.flow_control is FlowControl.DSR,
    )
    return EscposPrinter(serial_opener(line), device.settings)


def open_scanner(scanner: ScannerProfile) -> ScannerDevice:
    """The driver of the scanner on a line; the line is opened when it is first listened to."""
    from drivers.scanner.lines.driver import LineScanner

    return LineScanner(serial_opener(SerialSettings(port=scanner.port, baud=scanner.baud)))


def open_display(display: DisplayProfile) -> LineDisplay:
    """The driver of the citizen's line display; its line is opened with the first text."""
    from drivers.display.line20.driver import Line20Display

    line = SerialSettings(port=display.port, baud=display.baud)
    return Line20Display(serial_opener(line), characters=CharacterSet(display.characters))


def read_paper(printer: PrinterProfile) -> PaperProfile:
    """What the printer's paper and font can do, from ``config/printers``. Raises PaperProfileError."""
    return parse_paper_profile(*_printer_file(printer))


def _printer_file(printer: PrinterProfile) -> tuple[str, str]:
    """Text and name of the printer's profile. Raises PaperProfileError."""
    path = CONFIG / "printers" / f"{printer.paper}.toml"
    name = f"config/printers/{path.name}"
    try:
        return path.read_text("utf-8"), name
    except (OSError, UnicodeDecodeError) as error:
        raise PaperProfileError(
            f"{name}: cannot be read: name a file of config/printers in the counter's file"
        ) from error


def _zvt(device: DeviceProfile) -> PaymentDevice:
    from drivers.payment.zvt.driver import ZvtSettings, ZvtTerminal
    from drivers.payment.zvt.link import Framing

    is_network = device.port.startswith(TCP_SCHEME)
    settings = ZvtSettings(
        password=str(device.options.get("password", "000000")),
        framing=Framing.TCP if is_network else Framing.SERIAL,
        mirrors_receipt=bool(device.options.get("mirrors_receipt", 0)),
        prints_here=bool(device.options.get("prints_here", 0)),
        character_set=str(device.options.get("character_set", "cp437")),
    )
    line = SerialSettings(port=device.port, baud=device.baud, stop_bits=ZVT_STOP_BITS)
    return ZvtTerminal(tcp_opener(device.port) if is_network else serial_opener(line), settings)


def _stxlrc(device: DeviceProfile) -> PaymentDevice:
    from drivers.payment.stxlrc.driver import StxLrcTerminal

    line = SerialSettings(port=device.port, baud=device.baud)
    return StxLrcTerminal(serial_opener(line))


def _attended(device: DeviceProfile) -> PaymentDevice:
    from drivers.payment.attended.driver import AttendedTerminal

    return AttendedTerminal(training=device.training)


def _jpqr(device: DeviceProfile) -> PaymentDevice:
    from drivers.payment.jpqr.driver import JpqrCounter

    return JpqrCounter(training=device.training)


def _cash(device: DeviceProfile) -> PaymentDevice:
    from drivers.payment.cash.driver import CashDrawer

    return CashDrawer(training=device.training)


def _paypay(device: DeviceProfile) -> PaymentDevice:
    """Raises ProviderKeysError."""
    from drivers.payment.paypay.driver import PayPay, PayPaySettings, Presents
    from drivers.payment.paypay.protocol import Counter
    from drivers.transport import HttpsClient
    from kiosk.provider_keys import keys_of

    def text(name: str) -> str:
        return str(device.options.get(name, ""))

    presents = Presents(text("presents") or Presents.EITHER)
    settings = PayPaySettings(Counter(text("store_id"), text("terminal_id"), text("description")), presents)
    client = HttpsClient(device.port, ca_file=text("ca_file"))
    return PayPay(client, keys_of(device), settings, wall_s=time.time, new_nonce=lambda: secrets.token_hex(4))


DRIVERS: dict[str, Callable[[DeviceProfile], PaymentDevice]] = {
    "zvt": _zvt,
    "attended": _attended,
    "jpqr": _jpqr,
    "cash": _cash,
    "stxlrc": _stxlrc,
    "paypay": _paypay,
}
"""Driver names as counter files write them. A driver is imported when a counter uses it."""
LINKED = frozenset({"zvt", "stxlrc", "paypay"})
"""Drivers with a line whose health is worth showing."""
