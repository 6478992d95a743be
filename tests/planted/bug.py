"""A planted bug and how it comes to life. Owns the one changed line, in memory; refuses one that is not there."""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

ROOT = Path(__file__).resolve().parents[2]


class UprootedError(Exception):
    """The list says something that the source does not; one line."""


@dataclass(frozen=True, slots=True)
class Bug:
    """One line of the product said wrongly, and the tests that must notice."""

    name: str
    """What the product would do, in a few words."""
    file: str
    old: str
    """What stands in ``file`` exactly once: a line or part of one; further whole lines only to tell where."""
    new: str
    """The same with one line changed."""
    caught_by: tuple[str, ...]
    """Test functions, as pytest names them; every one of them must say no."""

    @property
    def module(self) -> str:
        """The module that the bug is in."""
        return self.file.removesuffix(".py").replace("/", ".")


def planted_source(bug: Bug, root: Path = ROOT) -> str:
    """The source of ``bug.file`` with the bug in it. Raises UprootedError."""
    path = root / bug.file
    if not path.is_file():
        raise UprootedError(f"{bug.name}: there is no {bug.file}: plant the bug where the code has gone")
    source = path.read_text("utf-8")
    found = source.count(bug.old)
    if found != 1:
        raise UprootedError(f"{bug.name}: {bug.file} holds {found} times, not once: {bug.old.strip()}")
    before, after = source.splitlines(), source.replace(bug.old, bug.new).splitlines()
    if len(before) != len(after) or sum(a != b for a, b in zip(before, after, strict=True)) != 1:
        raise UprootedError(f"{bug.name}: changes more or less than one line of {bug.file}")
    return source.replace(bug.old, bug.new)


class Ground(importlib.abc.MetaPathFinder):
    """Gives one module's import another source. Before that module is imported, or not at all."""

    def __init__(self, bug: Bug) -> None:
        """Raises UprootedError."""
        self.bug, self._source = bug, planted_source(bug)
        self.grown = False
        """The module was imported with the bug in it."""
        if bug.module in sys.modules:
            raise UprootedError(f"{bug.name}: {bug.module} was imported before the bug was planted")

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """See importlib.abc.MetaPathFinder."""
        if fullname != self.bug.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = _Planter(fullname, spec.origin, self)
        return spec

    def compile(self, origin: str) -> CodeType:
        """The module's code with the bug in it."""
        self.grown = True
        return compile(self._source, origin, "exec", dont_inherit=True)


class _Planter(importlib.machinery.SourceFileLoader):
    """Reads the planted source where the file's own would be read; nothing of it is cached."""

    def __init__(self, fullname: str, path: str, ground: Ground) -> None:
        super().__init__(fullname, path)
        self._ground = ground

    def get_code(self, fullname: str) -> CodeType:
        return self._ground.compile(self.path)
