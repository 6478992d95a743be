"""The single-instance lock of a journal directory. Owns the lock file; refuses a second holder."""

import contextlib
import errno
import os
import sys
from pathlib import Path

from kiosk.journal.errors import JournalLockedError

LOCK_NAME = "journal.lock"
HELD = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK})
"""How systems say that somebody else holds a lock; anything else is the disk's own fault."""

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class DirectoryLock:
    """Held from construction to ``release``, or to the death of the process: the system drops it then."""

    def __init__(self, directory: Path) -> None:
        """Raises JournalLockedError when another process, or another journal in this one, holds it; or OSError."""
        path = directory / LOCK_NAME
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            if error.errno not in HELD:
                raise
            raise JournalLockedError(
                f"{path}: the journal is in use by another kiosk process; close that one first"
            ) from error

    def release(self) -> None:
        with contextlib.suppress(OSError):  # the system drops it all the same
            os.close(self._descriptor)
