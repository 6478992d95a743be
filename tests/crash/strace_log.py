"""The log of ``strace -f -y -xx`` read as steps on files below one folder. Refuses calls that it does not know.

Data that reach a file in another way than these calls would be missed, so such a call is an error and not skipped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

CALLS = (
    "open,openat,creat,close,lseek,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,rename,renameat,"
    "renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,sync,syncfs,"
    "sync_file_range,msync,mmap,sendfile,copy_file_range,dup,dup2,dup3"
)
"""Everything that can change a file or a name, and what tells where a write goes."""
DATA_BYTES_MAX = 1_000_000
"""Longest write that is logged whole."""

_LINE = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+= (-?\d+|0x[0-9a-f]+)(?:<([^>]*)>)?", re.ASCII)
_FILE = re.compile(r"^(\d+)<([^>]*)>", re.ASCII)
_MAPPED = re.compile(r"\d+<([^>]*)>", re.ASCII)
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?', re.ASCII)
_UNFINISHED = ("<unfinished", "resumed>")


@dataclass(frozen=True, slots=True)
class Write:
    path: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Create:
    """A new empty file, or a new folder."""

    path: str
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class Rename:
    path: str
    to: str


@dataclass(frozen=True, slots=True)
class Unlink:
    path: str


@dataclass(frozen=True, slots=True)
class Sync:
    """Of a file or of a folder."""

    path: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What the process said on its standard output."""

    text: str


Step = Write | Truncate | Create | Rename | Unlink | Sync | Mark


class UnknownCallError(Exception):
    """A call on a recorded file that the model of the disk does not have."""


def _text(coded: str) -> str:
    return bytes.fromhex(coded.replace("\\x", "")).decode()


class Reader:
    """Steps on files whose path begins with ``root``; other files are nobody's business here."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._offsets: dict[int, int] = {}

    def steps(self, lines: Iterator[str]) -> Iterator[Step]:
        """One process with one thread. Raises UnknownCallError."""
        for line in lines:
            if any(word in line for word in _UNFINISHED):
                raise UnknownCallError(f"two threads at once: {line[:200]}")
            found = _LINE.match(line)
            if found is not None and not found[3].startswith("-"):
                yield from self._steps(found[1], found[2], found[3], found[4] or "")

    def _steps(self, call: str, arguments: str, result: str, opened: str) -> Iterator[Step]:
        file = _FILE.match(arguments)
        descriptor, path = (int(file[1]), _text(file[2])) if file else (-1, "")
        match call:
            case "open" | "openat" | "creat":
                yield from self._open(arguments, int(result), _text(opened))
            case "write" if descriptor == 1:
                yield from (Mark(text) for text in self._data(arguments, int(result)).decode().splitlines())
            case "lseek":
                self._offsets[descriptor] = int(result)
            case "close":
                self._offsets.pop(descriptor, None)
            case "mkdir" | "mkdirat" | "rename" | "renameat" | "renameat2" | "unlink" | "unlinkat":
                yield from self._name(call, [_text(coded) for coded, _ in _STRING.findall(arguments)])
            case "mmap":
                self._check_mapping(arguments)
            case _ if file is None or not self._is_ours(path):
                self._check_paths(call, arguments)
            case "write" | "pwrite64" | "ftruncate" | "fsync" | "fdatasync":
                yield from self._change(call, descriptor, path, arguments, int(result))
            case _:
                raise UnknownCallError(f"{call}({arguments[:200]})")

    def _open(self, arguments: str, descriptor: int, path: str) -> Iterator[Step]:
        self._offsets[descriptor] = 0
        if not self._is_ours(path) or "O_DIRECTORY" in arguments:
            return
        if "O_APPEND" in arguments:
            raise UnknownCallError(f"open({arguments[:200]})")
        if "O_CREAT" in arguments:
            yield Create(path)
        if "O_TRUNC" in arguments:
            yield Truncate(path, 0)

    def _name(self, call: str, paths: list[str]) -> Iterator[Step]:
        ours = [path for path in paths if self._is_ours(path)]
        if not ours:
            return
        match call, ours:
            case (("mkdir" | "mkdirat"), [path]):
                yield Create(path, is_folder=True)
            case (("unlink" | "unlinkat"), [path]):
                yield Unlink(path)
            case (("rename" | "renameat" | "renameat2"), [path, to]):
                yield Rename(path, to)
            case _:
                raise UnknownCallError(f"{call} {paths}")

    def _change(self, call: str, descriptor: int, path: str, arguments: str, result: int) -> Iterator[Step]:
        match call:
            case "pwrite64":
                yield Write(path, int(arguments.rpartition(", ")[2]), self._data(arguments, result))
            case "write":
                offset = self._offsets[descriptor]
                self._offsets[descriptor] = offset + result
                yield Write(path, offset, self._data(arguments, result))
            case "ftruncate":
                yield Truncate(path, int(arguments.rpartition(", ")[2]))
            case _:
                yield Sync(path)

    def _data(self, arguments: str, written: int) -> bytes:
        found = _STRING.search(arguments)
        if found is None or found[2]:
            raise UnknownCallError(f"a write that is not logged whole: {arguments[:200]}")
        return bytes.fromhex(found[1].replace("\\x", ""))[:written]

    def _check_mapping(self, arguments: str) -> None:
        """Bytes stored into a mapped file would be seen by nobody; SQLite's index of its log is made anew anyway."""
        file = _MAPPED.search(arguments)
        path = _text(file[1]) if file else ""
        if self._is_ours(path) and "PROT_WRITE" in arguments and not path.endswith("-shm"):
            raise UnknownCallError(f"mmap({arguments[:200]})")

    def _check_paths(self, call: str, arguments: str) -> None:
        """No call that is not modelled may name a recorded file, wherever in its arguments."""
        if any(self._is_ours(_text(coded)) for coded, _ in _STRING.findall(arguments) if call != "write"):
            raise UnknownCallError(f"{call}({arguments[:200]})")

    def _is_ours(self, path: str) -> bool:
        return path.startswith(self._root)
