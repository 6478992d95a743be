"""The directory of a journal. Owns making its names durable, its own included; refuses to make or remove any."""

import os
from contextlib import suppress
from pathlib import Path


def sync_directory(directory: Path) -> None:
    """Return when every name in it, and its own name in all those above, is on the disk. Raises OSError.

    Whoever made the directory (the log, the enrolment or the journal) may have left its own name unsynced: a power cut
    could then take the whole of it away, entries that were acknowledged included. What lies above may belong to
    somebody else, or to a file system that syncs no directories: then we have not made it, or nothing is to be done.
    Where the system has no such call (Windows), it keeps names by itself.
    """
    if os.name != "posix":
        return
    _sync(directory)
    for above in directory.absolute().parents:
        with suppress(OSError):
            _sync(above)


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
