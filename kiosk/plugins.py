"""Payment drivers that other packages bring. Owns finding and checking them; refuses a misfit in one line.

A package names a function under the entry-point group ``counter_kiosk.payment_drivers``; the function gets an OpenLine
(which opens nothing until it is called) and the options of the counter's file as they stand there, and returns a
drivers.payment.api.PaymentDevice.
"""

from importlib.metadata import EntryPoint, entry_points

from drivers.errors import PortMissingError
from drivers.payment.api import API_VERSION, Capabilities, PaymentDevice
from drivers.transport import ByteStream, OpenLine, SerialSettings
from kiosk.domain.tender import RefundWay
from kiosk.ports import serial_opener
from kiosk.profile import CounterProfile, DeviceProfile
from kiosk.profile_drivers import DRIVERS, PAYMENT_DRIVER_GROUP
from kiosk.profile_source import ProfileError

METHODS = tuple(name for name in vars(PaymentDevice) if not name.startswith("_") and name != "capabilities")
"""What the interface asks of a driver."""


class PluginError(ProfileError):
    """A third-party driver that cannot be used: what, where and what to do, in one line."""


def check_third_party(profile: CounterProfile) -> None:
    """Make every third-party driver of a counter once, without opening anything. Raises PluginError."""
    for device in profile.devices:
        if device.driver in DRIVERS:
            continue
        capabilities = open_third_party(device).capabilities
        if capabilities.training:
            raise _error(device, "is in training mode: nothing it approves is money: switch that off, or --training")
        refunding = any(each.refund is RefundWay.TERMINAL for each in profile.tenders if each.device == device.name)
        if refunding and not capabilities.can_refund:
            raise _error(device, "cannot refund: write refund = 'transfer' for its tenders, or name another device")
        media = {medium.value for medium in capabilities.media}
        for kind in profile.kinds_on(device.name):
            if kind.value not in media:
                raise _error(device, f"cannot take {kind.value}, only {', '.join(sorted(media))}: name another device")


def open_third_party(device: DeviceProfile) -> PaymentDevice:
    """The driver that a package brings under the name in the counter's file. Raises PluginError."""
    found = _entry_point(device)
    try:
        create = found.load()
    except Exception as error:  # another package may fail in any way: it must not end the kiosk with a trace
        raise _error(device, f"{found.value} cannot be loaded ({_said(error)}): install the driver anew") from error
    try:
        made = create(_opener(device), dict(device.options))
    except Exception as error:  # as above
        raise _error(device, f"{found.value} refused its options: {_said(error)}") from error
    missing = [name for name in METHODS if not callable(getattr(made, name, None))]
    if missing:
        raise _error(device, f"{found.value} has no {', '.join(missing)}: this is no driver of interface {API_VERSION}")
    capabilities = getattr(made, "capabilities", None)
    if not isinstance(capabilities, Capabilities):
        raise _error(device, f"{found.value} does not tell its Capabilities: install a driver that does")
    if capabilities.api_version != API_VERSION:
        told = f"speaks interface version {capabilities.api_version}, this kiosk {API_VERSION}"
        raise _error(device, f"{found.value} {told}: install the driver's release for version {API_VERSION}")
    device_made: PaymentDevice = made
    return device_made


def _entry_point(device: DeviceProfile) -> EntryPoint:
    found = tuple(entry_points(group=PAYMENT_DRIVER_GROUP, name=device.driver))
    if not found:
        raise _error(device, "no installed package brings this driver: install it or name another")
    if len({each.value for each in found}) > 1:
        raise _error(device, f"brought by {' and '.join(each.value for each in found)}: remove one of the packages")
    return found[0]


def _opener(device: DeviceProfile) -> OpenLine:
    if device.port:
        return serial_opener(SerialSettings(port=device.port, baud=device.baud))

    def no_line() -> ByteStream:
        raise PortMissingError(f"device {device.name}: the counter's file names no port")

    return no_line


def _said(error: Exception) -> str:
    """Another package's error on one line of ours."""
    first = (str(error).splitlines() or [""])[0]
    return first or type(error).__name__


def _error(device: DeviceProfile, problem: str) -> PluginError:
    return PluginError(f"device {device.name}: driver {device.driver}: {problem}")
