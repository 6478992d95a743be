"""The head file beside the database. Owns a fixed record of the newest entry; refuses to judge what a mismatch means.

A damaged write-ahead log can shorten the database to an earlier, entirely valid state; only something outside it can
tell. The file has two slots a page apart, written in turn and in place: a torn write can spoil the slot being written,
never the one before it, and an overwrite in place needs a single sync without any directory entry to make durable.
"""

import contextlib
import hashlib
import os
import struct
from pathlib import Path

from kiosk.domain.record import GENESIS_HASH, Head
from kiosk.journal.directory import sync_directory
from kiosk.journal.errors import JournalError

HEAD_NAME = "journal.head"

_MAGIC = b"CKHEAD01"
_FIELDS = struct.Struct(">8sQQ32s")
_SLOT_BYTES = _FIELDS.size + hashlib.sha256().digest_size
"""88 bytes: below the 512 a disk writes at once."""
_SLOT_STEP_BYTES = 4096
"""One page and one physical sector per slot, so that no write ever touches both."""
_SLOTS = 2

_sync = os.fsync if not hasattr(os, "fdatasync") else os.fdatasync


def _encode(head: Head) -> bytes:
    fields = _FIELDS.pack(_MAGIC, head.epoch, head.seq, head.hash)
    return fields + hashlib.sha256(fields).digest()


def _decode(slot: bytes) -> Head | None:
    fields, check = slot[: _FIELDS.size], slot[_FIELDS.size : _SLOT_BYTES]
    if len(slot) < _SLOT_BYTES or hashlib.sha256(fields).digest() != check:
        return None
    magic, epoch, seq, digest = _FIELDS.unpack(fields)
    return Head(epoch, seq, digest) if magic == _MAGIC else None


def read_head(path: Path) -> Head | None:
    """What the file says, or None when there is none. Raises JournalError when no slot can be read."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    slots = [_decode(content[n * _SLOT_STEP_BYTES :][:_SLOT_BYTES]) for n in range(_SLOTS)]
    heads = [head for head in slots if head is not None]
    if not heads:
        raise JournalError(f"{path}: damaged; compare the journal with the central register before it is used again")
    return max(heads, key=lambda head: (head.epoch, head.seq))


def create_head(path: Path, epoch: int) -> None:
    """Make the file for an empty journal, durable with its directory entry and the directory's own."""
    blank = _encode(Head(epoch, 0, GENESIS_HASH)).ljust(_SLOT_STEP_BYTES, b"\0") * _SLOTS
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(blank)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_directory(path.parent)


class HeadFile:
    """The file held open for writing."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("r+b", buffering=0)
        slots = [_decode(path.read_bytes()[n * _SLOT_STEP_BYTES :][:_SLOT_BYTES]) for n in range(_SLOTS)]
        keys = [(head.epoch, head.seq) if head else (-1, -1) for head in slots]
        self._next_slot = keys.index(min(keys))

    def write(self, head: Head) -> None:
        """Return when the head is on the disk. Raises OSError; the older slot is then still good."""
        self._file.seek(self._next_slot * _SLOT_STEP_BYTES)
        self._file.write(_encode(head))
        _sync(self._file.fileno())
        self._next_slot = (self._next_slot + 1) % _SLOTS

    def close(self) -> None:
        with contextlib.suppress(OSError):  # every head was synced when it was written
            self._file.close()
