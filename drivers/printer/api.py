"""The receipt printer interface, in UnifiedPOS POSPrinter words. Owns print outcomes and status; refuses layout."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from drivers.context import DeviceContext


class Paper(StrEnum):
    """UnifiedPOS RecEmpty / RecNearEnd."""

    OK = "ok"
    NEAR_END = "near_end"
    END = "end"
    UNKNOWN = "unknown"


class PrintFault(StrEnum):
    """Why a job is not on paper, in words a clerk can act on."""

    PORT_MISSING = "port_missing"
    PORT_BUSY = "port_busy"
    LINE_LOST = "line_lost"
    OFFLINE = "offline"
    COVER_OPEN = "cover_open"
    PAPER_END = "paper_end"
    CUTTER = "cutter"
    OVERHEATED = "overheated"
    UNRECOVERABLE = "unrecoverable"
    SILENT = "silent"
    FILE_NOT_WRITTEN = "file_not_written"
    """Documents are files here, and this one could not be made: no room, or no permission."""


@dataclass(frozen=True, slots=True)
class PrinterHealth:
    """Status at one moment."""

    online: bool
    paper: Paper
    fault: PrintFault | None = None
    drawer_open: bool | None = None


@dataclass(frozen=True, slots=True)
class PrintJob:
    """Finished bytes for one document. ``job_number`` (0-9999) is echoed by printers that report completion."""

    job_number: int
    data: bytes
    name: str = ""
    """What its file is called where documents are files: a serial number; a paper printer has no use for it."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer said that the job's paper is done. ``paper`` is its state afterwards."""

    paper: Paper


@dataclass(frozen=True, slots=True)
class PrintUnknown:
    """Bytes left us and no completion came: paper may or may not be there. A person looks; any resend is 再発行."""

    fault: PrintFault


@dataclass(frozen=True, slots=True)
class PrintFailed:
    """Nothing of this job is or will be on paper: it was never sent."""

    fault: PrintFault


PrintOutcome = Printed | PrintUnknown | PrintFailed


class PrinterDevice(Protocol):
    """One receipt printer. Every method runs on its one worker and raises no DeviceError."""

    def print(self, job: PrintJob, context: DeviceContext) -> PrintOutcome:
        """Print one job and wait for its completion."""

    def check_health(self, context: DeviceContext) -> PrinterHealth:
        """Ask for status; prints nothing."""
