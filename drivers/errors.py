"""What can go wrong between us and a device; every driver raises these and nothing else."""


class DeviceError(Exception):
    """The environment failed: a port, a line, a disk. The text is for support, never for a citizen's eyes."""


class PortMissingError(DeviceError):
    """No such port, or the machine that should answer does not."""


class PortBusyError(DeviceError):
    """Another program holds the port (exclusive open refused)."""


class LineLostError(DeviceError):
    """The line was open and is gone: unplugged, hung up, or a write did not drain in time."""


class ProtocolError(DeviceError):
    """Bytes that the protocol does not allow; names the rule, never the bytes."""


class NotDurableError(DeviceError):
    """The journal could not make a record durable; the driver must not acknowledge what it has just heard."""
