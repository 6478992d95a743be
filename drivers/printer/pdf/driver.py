"""A printer that is a folder: each finished document becomes a file of its own. Refuses to write over one.

For a counter without a printer: the clerk prints or hands over the files. What is acknowledged outlives a power cut.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from drivers.context import DeviceContext
from drivers.errors import NotDurableError
from drivers.printer.api import (
    UNWATCHED,
    DrawerOutcome,
    Paper,
    Printed,
    PrinterHealth,
    PrintFailed,
    PrintFault,
    PrintJob,
    PrintOutcome,
    PrintWatch,
)

ENDING = ".pdf"
COPIES_MAX = 1000
"""Files of one name: a number is used once, so a second one is a copy, and a thousandth is a loop."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+", re.ASCII)


class FolderPrinter:
    """A PrinterDevice whose paper is a folder; it is made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def print(self, job: PrintJob, context: DeviceContext, watch: PrintWatch = UNWATCHED) -> PrintOutcome:
        """Write the job under a name of its own, synced; a file that could not be finished is taken away."""
        del context
        try:
            watch.begin()
        except NotDurableError:
            return PrintFailed(PrintFault.NOT_RECORDED)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path, descriptor = self._open(job)
        except OSError:
            return PrintFailed(PrintFault.FILE_NOT_WRITTEN)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(job.data)
                file.flush()
                os.fsync(file.fileno())
            self._sync_folder()
        except OSError:
            with suppress(OSError):
                path.unlink()
            return PrintFailed(PrintFault.FILE_NOT_WRITTEN)
        return Printed(Paper.OK)

    def check_health(self, context: DeviceContext) -> PrinterHealth:
        """Whether the folder, or the nearest one above it that is there, can be written to."""
        del context
        place = next(path for path in (self._folder, *self._folder.absolute().parents) if path.exists())
        if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
            return PrinterHealth(online=True, paper=Paper.OK)
        return PrinterHealth(online=False, paper=Paper.UNKNOWN, fault=PrintFault.FILE_NOT_WRITTEN)

    def open_drawer(self, context: DeviceContext, *, with_sound: bool = False) -> DrawerOutcome:
        """A folder has none."""
        del context, with_sound
        return DrawerOutcome(None, PrintFault.NO_DRAWER)

    def _open(self, job: PrintJob) -> tuple[Path, int]:
        """A file that was not there. Raises OSError."""
        name = _UNSAFE.sub("-", job.name).strip("-") or f"job-{job.job_number:04}"
        for copy in range(1, COPIES_MAX):
            path = self._folder / f"{name}{'' if copy == 1 else f'-{copy}'}{ENDING}"
            with suppress(FileExistsError):
                return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        raise FileExistsError(name)

    def _sync_folder(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
