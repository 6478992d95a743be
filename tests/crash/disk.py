"""A disk that may lose power: what is certainly on it, what may be, and every picture of it that a cut may leave.

Owns the rule of what a sync promises; refuses to know what the files mean. The rule is POSIX's, stricter than any
file system in use: a file's sync keeps its bytes and its length, and only a folder's sync keeps the names in it. Until
then a write, a new length, a name made, moved or removed has happened or has not, each for itself and in any order; of
a write any of its 512-byte sectors. (ext4, XFS and NTFS keep names in order by journals of their own, and a new file's
name with the file's first sync: every picture that they can leave is among these.)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from posixpath import dirname

from tests.crash.strace_log import Create, Mark, Rename, Step, Sync, Truncate, Unlink, Write

SECTOR_BYTES = 512
_SCRAMBLE = bytes(byte ^ 0xA5 for byte in range(256))
VOLATILE = "-shm"
"""SQLite's index of its log: shared memory, made anew by the first who opens the database."""

Image = dict[str, bytes]
"""Every file by its path below the root."""


@dataclass(frozen=True, slots=True)
class Written:
    file: int
    offset: int
    data: bytes

    def sectors(self) -> int:
        """How many sectors of the disk it touches."""
        return (self.offset + len(self.data) - 1) // SECTOR_BYTES - self.offset // SECTOR_BYTES + 1


@dataclass(frozen=True, slots=True)
class Resized:
    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Named:
    """Names of one folder set to files, or to nothing, all at once."""

    folder: str
    names: tuple[tuple[str, int | None], ...]


Change = Written | Resized | Named


@dataclass(frozen=True, slots=True)
class Tear:
    """A write of which only some sectors arrived; ``scrambled``: the others hold neither the old nor the new."""

    kept: int
    """One bit for each sector it touches."""
    scrambled: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """The disk between two calls."""

    names: Mapping[str, int]
    contents: Mapping[int, bytes]
    pending: tuple[Change, ...]

    def image(self, mask: int, tears: Mapping[int, Tear] | None = None) -> Image:
        """With those pending changes whose bit is set, in their order; of a torn one the kept sectors."""
        names = dict(self.names)
        changed: dict[int, bytearray] = {}
        for number, change in enumerate(self.pending):
            if not mask >> number & 1:
                continue
            if isinstance(change, Named):
                for path, file in change.names:
                    if file is None:
                        names.pop(path, None)
                    else:
                        names[path] = file
                continue
            content = changed.get(change.file)
            if content is None:
                content = changed[change.file] = bytearray(self.contents[change.file])
            _apply(content, change, (tears or {}).get(number))
        found = {path: bytes(changed.get(file, self.contents[file])) for path, file in names.items() if file != FOLDER}
        return {path: content for path, content in found.items() if _is_reachable(path, names)}


FOLDER = 0
"""The number of every folder: a folder has names and no bytes."""


def _is_reachable(path: str, names: Mapping[str, int]) -> bool:
    folder = dirname(path)
    return not folder or (folder in names and _is_reachable(folder, names))


def _apply(content: bytearray, change: Written | Resized, tear: Tear | None) -> None:
    if isinstance(change, Resized):
        if change.size < len(content):
            del content[change.size :]
        else:
            content.extend(bytes(change.size - len(content)))
        return
    if tear is None:
        _write(content, change.offset, change.data)
        return
    first = change.offset // SECTOR_BYTES
    for number in range(change.sectors()):
        begin = max(change.offset, (first + number) * SECTOR_BYTES)
        end = min(change.offset + len(change.data), (first + number + 1) * SECTOR_BYTES)
        data = change.data[begin - change.offset : end - change.offset]
        if tear.kept >> number & 1:
            _write(content, begin, data)
        elif tear.scrambled:
            _write(content, begin, data.translate(_SCRAMBLE))


def _write(content: bytearray, offset: int, data: bytes) -> None:
    if offset > len(content):
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


@dataclass
class Disk:
    """Fed with the steps of one process. Paths are relative to the root, which is there and stays."""

    lies: bool = False
    """Its syncs promise and do nothing."""
    names: dict[str, int] = field(default_factory=dict)
    contents: dict[int, bytes] = field(default_factory=lambda: {FOLDER: b""})
    pending: list[Change] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=lambda: {"": FOLDER})
    """The names as the running process sees them."""

    @classmethod
    def holding(cls, image: Image, *, lies: bool = False) -> "Disk":
        """A disk with these files on it, long since synced."""
        disk = cls(lies=lies)
        for path, content in image.items():
            for folder in _folders(path):
                disk.names[folder] = FOLDER
            disk.names[path] = len(disk.contents)
            disk.contents[disk.names[path]] = content
        disk._seen |= disk.names
        return disk

    def moment(self) -> Moment:
        return Moment(dict(self.names), dict(self.contents), tuple(self.pending))

    def feed(self, step: Step) -> bool:
        """Whether it has changed anything."""
        if isinstance(step, Mark) or step.path.endswith(VOLATILE):
            return False
        if isinstance(step, Sync):
            return self._sync(step.path)
        changes = list(self._changes(step))
        self.pending += changes
        return bool(changes)

    def _changes(self, step: Write | Truncate | Create | Rename | Unlink) -> Iterable[Change]:
        match step:
            case Write(path, offset, data):
                yield Written(self._seen[path], offset, data)
            case Truncate(path, size):
                yield Resized(self._seen[path], size)
            case Create(path) if path in self._seen:
                pass
            case Create(path, is_folder):
                file = FOLDER if is_folder else len(self.contents)
                self.contents.setdefault(file, b"")
                self._seen[path] = file
                yield Named(dirname(path), ((path, file),))
            case Unlink(path):
                del self._seen[path]
                yield Named(dirname(path), ((path, None),))
            case Rename(path, to):
                file = self._seen[to] = self._seen.pop(path)
                yield Named(dirname(to), ((path, None), (to, file)))

    def _sync(self, path: str) -> bool:
        if self.lies or not self.pending:
            return False
        if self._seen[path] == FOLDER:
            kept = [isinstance(change, Named) and change.folder == path for change in self.pending]
        else:
            file = self._seen[path]
            kept = [not isinstance(change, Named) and change.file == file for change in self.pending]
        for change, is_kept in zip(self.pending, kept, strict=True):
            if is_kept:
                self._keep(change)
        self.pending = [change for change, is_kept in zip(self.pending, kept, strict=True) if not is_kept]
        return any(kept)

    def _keep(self, change: Change) -> None:
        if isinstance(change, Named):
            for path, file in change.names:
                if file is None:
                    self.names.pop(path, None)
                else:
                    self.names[path] = file
            return
        content = bytearray(self.contents[change.file])
        _apply(content, change, None)
        self.contents[change.file] = bytes(content)


def _folders(path: str) -> Iterable[str]:
    while path := dirname(path):
        yield path
