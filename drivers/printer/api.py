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
    RECOVERABLE = "recoverable"
    """Stopped by something that is mended by now; waits to be told to go on."""
    SILENT = "silent"
    CANNOT_TELL = "cannot_tell"
    """All bytes are taken, and this model never says whether they are on paper."""
    NOT_RECORDED = "not_recorded"
    """The journal would not take the intent, so nothing was sent."""
    NO_DRAWER = "no_drawer"
    """No drawer opens through this printer."""
    FILE_NOT_WRITTEN = "file_not_written"
    """Documents are files here, and this one could not be made: no room, or no permission."""


@dataclass(frozen=True, slots=True)
class PrinterHealth:
    """Status at one moment."""

    online: bool
    paper: Paper
    fault: PrintFault | None = None
    drawer_open: bool | None = None
    finished_late: tuple[int, ...] = ()
    """Numbers of jobs that ended as unknown, and of which the printer has said since that they are done."""


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


class Request(StrEnum):
    """What somebody at the counter wants of a job that waits."""

    RESUME = "resume"
    """It is mended: go on. No printer's cutter moves before a person has said so."""
    GIVE_UP = "give_up"
    """Wait no longer. What has been sent may still come out."""
    OPEN_DRAWER = "open_drawer"


class PrintWatch(Protocol):
    """Whoever follows one job. The driver's wait ends early (``Wake.CANCEL``) when there is a new request."""

    def begin(self) -> None:
        """The first byte is about to leave; returns when that is durable. Raises NotDurableError: nothing is sent."""

    def waiting(self, fault: PrintFault | None) -> None:
        """The job is kept and waits for a person to mend this; None when it goes on."""

    def request(self) -> Request | None:
        """The oldest request not yet taken."""


class Unwatched:
    """Follows a job that nobody records and nobody stands beside."""

    def begin(self) -> None:
        """Nothing to record."""

    def waiting(self, fault: PrintFault | None) -> None:
        """Nobody to tell."""

    def request(self) -> Request | None:
        return None


UNWATCHED = Unwatched()


@dataclass(frozen=True, slots=True)
class DrawerOutcome:
    """Whether the drawer is open now; None where its sensor cannot be read."""

    is_open: bool | None
    fault: PrintFault | None = None


class PrinterDevice(Protocol):
    """One receipt printer. Every method runs on its one worker and raises no DeviceError."""

    def print(self, job: PrintJob, context: DeviceContext, watch: PrintWatch = UNWATCHED) -> PrintOutcome:
        """Print one job and wait for its completion; what a person can mend is waited for."""

    def open_drawer(self, context: DeviceContext, *, with_sound: bool = False) -> DrawerOutcome:
        """Open the cash drawer behind the printer and read its state back."""

    def check_health(self, context: DeviceContext) -> PrinterHealth:
        """Ask for status; prints nothing."""
