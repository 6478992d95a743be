"""Reads the ``[device]`` table of a printer profile (TOML): how the printer confirms a job and holds back the line."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum

from drivers.printer.escpos.driver import CompletionReply, EscposSettings


class PrinterSettingsError(ValueError):
    """A printer profile that cannot be used; one line: file, line, field, what would be right."""


class FlowControl(StrEnum):
    """How a full printer stops us: a byte (XON/XOFF) or a wire (its DTR to our CTS)."""

    XON_XOFF = "xonxoff"
    RTS_CTS = "rtscts"


@dataclass(frozen=True, slots=True)
class EscposDevice:
    """What the driver and its serial line have to know of one model."""

    settings: EscposSettings
    flow_control: FlowControl


_FIELDS = {"completion": CompletionReply, "flow_control": FlowControl}


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
        allowed = [entry.value for entry in _FIELDS[field]]
        if value not in allowed:
            problem = f"must be one of {', '.join(allowed)}, is {value!r}"
            raise PrinterSettingsError(f"{_place(source_name, text, field)}: {field}: {problem}")
    for field in _FIELDS:
        if field not in table:
            raise PrinterSettingsError(f"{source_name}: {field}: is missing in [device]")
    settings = EscposSettings(completion=CompletionReply(table["completion"]))
    return EscposDevice(settings, FlowControl(table["flow_control"]))


def _place(source_name: str, text: str, field: str) -> str:
    pattern = re.compile(rf"\s*{re.escape(field)}\s*=")
    numbers = (number for number, line in enumerate(text.splitlines(), start=1) if pattern.match(line))
    number = next(numbers, None)
    return source_name if number is None else f"{source_name}:{number}"
