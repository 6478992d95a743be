"""What can happen to one system call of a process, as strace is told to make it happen. Owns strace's command line."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

STRUCK = "(INJECTED"
"""What strace writes behind a call that it made fail."""


class Fault(StrEnum):
    """What happens at the call. A kill comes at its entry: nothing of this call takes effect."""

    KILL = "KILL"
    EIO = "EIO"
    ENOSPC = "ENOSPC"

    @property
    def injection(self) -> str:
        return "signal=KILL" if self is Fault.KILL else f"error={self}"


LASTING = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "unlink", "rename", "mkdir", "openat")
"""Calls that change a disk or a line: what an end between two of them leaves behind differs."""
SENDING = ("connect", "sendto", "recvfrom")
"""Calls on the connection to the register. strace cannot filter connections by path, and does not need to."""
LOOKING = (
    *("read", "pread64", "pselect6", "fcntl", "flock", "ioctl", "lseek", "mmap"),
    *("fstat", "newfstatat", "stat", "lstat", "fchown", "close"),
)
"""Calls that change nothing outside of the process, and can fail all the same."""


@dataclass(frozen=True, slots=True)
class Instant:
    """The ``number``-th call of this kind (from 1), and every one after it where ``always``."""

    call: str
    number: int
    fault: Fault
    always: bool = False

    def __str__(self) -> str:
        return f"{self.call}/{self.number}{'+' if self.always else ''}/{self.fault}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads what ``str`` writes. Raises ValueError."""
        call, number, fault = text.split("/")
        if call not in (*LASTING, *LOOKING, *SENDING):
            raise ValueError(f"{call}: no call that is swept")
        return cls(call, int(number.removesuffix("+")), Fault(fault), number.endswith("+"))

    @property
    def injection(self) -> str:
        """strace counts each kind of call for itself, in each thread."""
        return f"inject=?{self.call}:{self.fault.injection}:when={self.number}{'+' if self.always else ''}"


def watching(log: Path, calls: Sequence[str], paths: Sequence[Path], *instants: Instant) -> list[str]:
    """strace in front of a command: ``calls`` on ``paths`` (anywhere, where there are none) are counted and struck.

    With a filter in the kernel the process stops at these calls alone, so that it is hardly slower; a signal that is
    due at such a stop is never delivered, so that a kill has to do without.
    """
    filtering = [] if any(instant.fault is Fault.KILL for instant in instants) else ["--seccomp-bpf"]
    words = ["strace", *filtering, "-f", "-y", "-qq", "-s", "0", "-o", str(log)]
    words += ["-e", f"trace={','.join(f'?{call}' for call in calls)}", "-e", "signal=none"]
    for path in paths:
        words += ["-P", str(path)]
    for instant in instants:
        words += ["-e", instant.injection]
    return words


def count_calls(log: Path) -> Counter[str]:
    """How often the busiest thread of the process made each call."""
    found: dict[str, Counter[str]] = {}
    for line in log.read_text("utf-8", "replace").splitlines():
        thread, _, rest = line.partition(" ")
        name, paren, _ = rest.strip().partition("(")
        if paren and name.isidentifier():
            found.setdefault(thread, Counter())[name] += 1
    most: Counter[str] = Counter()
    for counted in found.values():
        most |= counted
    return most


def strikes(log: Path) -> int:
    """How many calls strace made fail."""
    return log.read_text("utf-8", "replace").count(STRUCK) if log.exists() else 0
