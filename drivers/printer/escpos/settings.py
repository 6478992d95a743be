"""What is to be known of a printer model: the ``[device]`` table (TOML) of its profile. Refuses paper and fonts."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum

from drivers.printer.escpos.protocol import DrawerPulse, drawer_pulse


class PrinterSettingsError(ValueError):
    """A printer profile that cannot be used; one line: file, line, field, what would be right."""


class CompletionReply(StrEnum):
    """How a printer says that a job is done."""

    GS_H = "gs_h"
    """GS ( H: sent when printing is completed."""
    GS_R = "gs_r"
    """GS r 1: sent when everything before it is processed; the best that older models offer."""
    NONE = "none"
    """Not at all: whether a document is on paper, only a person can say."""


class FlowControl(StrEnum):
    """How a full printer stops us: a byte (XON/XOFF) or a wire, its DTR to our CTS or to our DSR."""

    XON_XOFF = "xonxoff"
    RTS_CTS = "rtscts"
    DSR = "dsr"


DRAWER_PIN = 2
"""Of the drawer connector: the first drawer. A second one is on pin 5."""


@dataclass(frozen=True, slots=True)
class EscposSettings:
    """Waits, sizes and parts of one printer model."""

    completion: CompletionReply = CompletionReply.GS_H
    chunk_bytes: int = 256
    """Between chunks we listen: at 9,600 baud every 0.3 s."""
    write_timeout_s: float = 5.0
    """A printer that takes no byte for so long stands still; it only does not say why."""
    status_timeout_s: float = 1.0
    """A real-time answer takes milliseconds even when the printer is offline."""
    completion_timeout_s: float = 15.0
    """From the last byte: a one-meter report at 100 mm/s, and the cut."""
    settle_s: float = 3.0
    """A printer that never tells is listened to for so long: a slip that met the end of its paper says so by then."""
    fault_patience_s: float = 180.0
    """How long a job is kept for a clerk to reload paper, who may be serving the next citizen meanwhile."""
    job_s_max: float = 600.0
    """A printer whose faults come and go keeps nobody waiting longer than this for one job."""
    drawer: DrawerPulse | None = None
    drawer_open_bit: bool | None = True
    """The level of the drawer's sensor when it is open; None for a drawer without one."""
    sounds: bool = False

    @property
    def pulse(self) -> bytes:
        """What opens the drawer; empty without one."""
        return b"" if self.drawer is None else drawer_pulse(self.drawer, DRAWER_PIN)

    @property
    def opens_at_once(self) -> bool:
        """Whether the drawer opens even while the printer stands still."""
        return self.drawer is DrawerPulse.DLE_DC4


@dataclass(frozen=True, slots=True)
class EscposDevice:
    """What the driver and its serial line have to know of one model."""

    settings: EscposSettings
    flow_control: FlowControl


_FIELDS: dict[str, tuple[str, ...]] = {
    "completion": tuple(CompletionReply),
    "flow_control": tuple(FlowControl),
    "drawer": ("none", *DrawerPulse),
    "drawer_open": ("high", "low", "unread"),
    "sound": ("none", "esc_a"),
}
_REQUIRED = ("completion", "flow_control")
_LEVELS = {"high": True, "low": False, "unread": None}


def parse_escpos_device(text: str, source_name: str) -> EscposDevice:
    """Read ``[device]``; other tables belong to other rooms. Raises PrinterSettingsError with one line."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, a number of too many digits, brackets too deep
        raise PrinterSettingsError(f"{source_name}: not valid TOML: {error}") from error
    table = document.get("device")
    if not isinstance(table, dict):
        raise PrinterSettingsError(f"{source_name}: [device]: the table is missing")
    for field, value in table.items():
        if field not in _FIELDS:
            problem = f"is not known here; allowed: {', '.join(sorted(_FIELDS))}"
            raise PrinterSettingsError(f"{_place(source_name, text, field)}: {field}: {problem}")
        if value not in _FIELDS[field]:
            problem = f"must be one of {', '.join(_FIELDS[field])}, is {value!r}"
            raise PrinterSettingsError(f"{_place(source_name, text, field)}: {field}: {problem}")
    for field in _REQUIRED:
        if field not in table:
            raise PrinterSettingsError(f"{source_name}: {field}: is missing in [device]")
    pulse = table.get("drawer", "none")
    settings = EscposSettings(
        completion=CompletionReply(table["completion"]),
        drawer=None if pulse == "none" else DrawerPulse(pulse),
        drawer_open_bit=_LEVELS[table.get("drawer_open", "high")],
        sounds=table.get("sound", "none") != "none",
    )
    return EscposDevice(settings, FlowControl(table["flow_control"]))


def _place(source_name: str, text: str, field: str) -> str:
    pattern = re.compile(rf"\s*{re.escape(field)}\s*=")
    numbers = (number for number, line in enumerate(text.splitlines(), start=1) if pattern.match(line))
    number = next(numbers, None)
    return source_name if number is None else f"{source_name}:{number}"
