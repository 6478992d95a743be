"""Stories played by a real process under strace: the disk at every moment of it, and what must hold there.

Owns the processes; refuses to judge a picture of the disk.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.books import Entry
from kiosk.journal.entries import STORED
from kiosk.journal.inspection import inspecting
from tests.crash.disk import VOLATILE, Disk, Image, Moment
from tests.crash.played import CONTROL, NONE
from tests.crash.stage import STATE, Lines, Stage
from tests.crash.stories import Story
from tests.crash.strace_log import CALLS, DATA_BYTES_MAX, Mark, Reader, Rename, Step

ROOT = Path(__file__).resolve().parents[2]
PROCESS_S_MAX = 120
NO_SYNC = "0 "
"""What the register's row says in a new journal."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the process had been told by the journal when the power went, and what it could be told next."""

    entries_min: int
    """So many were acknowledged."""
    entries_max: int
    """So many had been handed over."""
    witness_min: int
    """The head file had promised to remember this one."""
    syncs: frozenset[str]
    """What the register's row may say."""
    asked: frozenset[str]
    """Operations for which a device had been asked to move money."""


@dataclass(frozen=True, slots=True)
class Point:
    """A moment right after a call or a mark."""

    step: Step
    moment: Moment
    expected: Expected


@dataclass(frozen=True, slots=True)
class Start:
    """What was there before the process: files, entries, the head file's and the register's word."""

    image: Image
    entries: int = 0
    witness: int = 0
    sync: str = NO_SYNC
    asked: frozenset[str] = frozenset()
    cut: str = ""
    """The choice that left it, where an earlier cut did."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One story on one folder. ``truth`` is every entry that was ever appended there, in order."""

    name: str
    day: int
    epoch: int | None
    points: tuple[Point, ...]
    truth: tuple[Entry, ...]


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder in memory where the machine has such a place; it is gone afterwards."""
    shm = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="crash-", dir=shm if shm.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def read_image(folder: Path) -> Image:
    """Every file below a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.endswith(VOLATILE))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def write_image(folder: Path, image: Image) -> None:
    for name, content in image.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def record_stories(stories: Sequence[Story], *, control: str = "") -> list[Recording]:
    """Play them in one process, one after the other. ``control`` spoils the journal; "lie" spoils the disk instead."""
    with memory_folder() as folder, ExitStack() as stack:
        words: list[str] = []
        starts: list[Start] = []
        for story in stories:
            place = folder / story.name
            place.mkdir()
            lines = Lines(_terminal(stack, place, story), _printer(stack, place, story))
            root = place / "root"
            root.mkdir()
            starts.append(_prepare(root, story, lines))
            words += ["play", story.name, str(root), lines.terminal or NONE, lines.printer or NONE]
        steps = _trace(folder, words, control)
        return [
            _recording(story.name, start, story.day, story.epoch, folder / story.name / "root", steps, control == "lie")
            for story, start in zip(stories, starts, strict=True)
        ]


def record_recoveries(starts: Sequence[tuple[Recording, Start]]) -> list[Recording]:
    """What the program does on each image when it starts again, every one as a recording of its own."""
    with memory_folder() as folder:
        words: list[str] = []
        for number, (recorded, start) in enumerate(starts):
            root = folder / str(number)
            root.mkdir()
            write_image(root, start.image)
            words += ["recover", str(root), str(recorded.day), str(recorded.epoch or 0)]
        steps = _trace(folder, words, "")
        return [
            _recording(recorded.name, start, recorded.day, recorded.epoch, folder / str(number), steps, lies=False)
            for number, (recorded, start) in enumerate(starts)
        ]


def _terminal(stack: ExitStack, place: Path, story: Story) -> str:
    if not story.terminal:
        return ""
    options = ["--ledger", str(place / "ledger.jsonl"), "--answers", story.terminal, "--speed", "0", "--baud", "0"]
    return _emulator(stack, "drivers.emulators.terminal", place / "terminal", options)


def _printer(stack: ExitStack, place: Path, story: Story) -> str:
    if not story.prints:
        return ""
    options = ["--out", str(place / "paper"), "--speed", "1000", "--baud", "0"]
    return _emulator(stack, "drivers.emulators.printer", place / "printer", options)


def _emulator(stack: ExitStack, module: str, link: Path, options: list[str]) -> str:
    command = [sys.executable, "-m", module, "--link", str(link), *options]
    process = stack.enter_context(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
    stack.callback(process.terminate)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("ready ")
    return str(link)


def _prepare(root: Path, story: Story, lines: Lines) -> Start:
    """What the program before this one left behind; killed, it left its log."""
    if story.before is None:
        return Start({})
    with Stage(root, lambda _: None, run="before", lines=lines) as stage:
        story.before(stage)
        left = read_image(root)
        status = stage.journal.books().sync_status()
    if story.killed:
        shutil.rmtree(root / STATE)
        write_image(root, left)
    if story.aged is not None:
        story.aged(root / STATE)
    seq = status.head_seq
    return Start(read_image(root), seq, seq, f"{status.acked_seq} {status.frozen_reason}")


def _trace(folder: Path, words: list[str], control: str) -> dict[str, list[Step]]:
    """Run the process under strace; its steps by the folder they were made in, from that folder's mark on."""
    log = folder / "strace.log"
    options = ["-f", "-y", "-xx", "-qq", "-s", str(DATA_BYTES_MAX), "--seccomp-bpf", "-e", "signal=none"]
    command = ["strace", *options, "-e", f"trace={CALLS}", "-o", str(log)]
    command += [sys.executable, "-m", "tests.crash.played", *words]
    environment = {**os.environ, CONTROL: control, "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PROCESS_S_MAX, check=False
    )
    assert ran.returncode == 0, f"the recorded process failed:\n{ran.stderr[-4000:]}"
    found: dict[str, list[Step]] = {}
    with log.open(encoding="ascii") as lines:
        for step in Reader(f"{folder}/").steps(lines):
            if isinstance(step, Mark) and step.text.startswith("folder "):
                current = found[step.text.removeprefix("folder ")] = []
            else:
                current.append(step)
    log.unlink()
    return found


def _recording(
    name: str, start: Start, day: int, epoch: int | None, root: Path, steps: Mapping[str, list[Step]], lies: bool
) -> Recording:
    truth = _entries(root / STATE)
    mine = [_below(root, step) for step in steps[str(root)] if _is_below(root, step)]
    disk = Disk.holding(start.image, lies=lies)
    points: list[Point] = []
    for step, expected in zip(mine, _expectations(mine, start, len(truth)), strict=True):
        if disk.feed(step) or isinstance(step, Mark):
            points.append(Point(step, disk.moment(), expected))
    return Recording(name, day, epoch, tuple(points), truth)


def _is_below(root: Path, step: Step) -> bool:
    """The root itself is there and stays: what is synced above it makes no difference."""
    return isinstance(step, Mark) or Path(step.path).is_relative_to(root)


def _below(root: Path, step: Step) -> Step:
    """The step with its paths relative to the root."""
    match step:
        case Mark():
            return step
        case Rename(path, to):
            return Rename(_relative(root, path), _relative(root, to))
        case _:
            return replace(step, path=_relative(root, step.path))


def _relative(root: Path, path: str) -> str:
    return path.removeprefix(str(root)).removeprefix("/")


def _expectations(steps: Sequence[Step], start: Start, total: int) -> Iterator[Expected]:
    """What must hold after each step: no less than the last mark said, no more than the next one will say."""
    entries, witness, sync, asked = start.entries, start.witness, start.sync, start.asked
    coming_entries = _coming(steps, "durable ", str(total))
    coming_sync = _coming(steps, "sync ", "")
    for step, most, next_sync in zip(steps, coming_entries, coming_sync, strict=True):
        match step.text.partition(" ") if isinstance(step, Mark) else ("", "", ""):
            case "opened", _, _:
                witness = entries
            case "durable", _, seq:
                entries = witness = int(seq)
            case "sync", _, row:
                sync = row
            case "asked", _, operation_id:
                asked |= {operation_id}
        yield Expected(entries, int(most), witness, frozenset({sync, next_sync or sync}), asked)


def _coming(steps: Sequence[Step], word: str, last: str) -> list[str]:
    """For every step what the next mark of a kind after it says; ``last`` where none follows."""
    found = [last]
    for step in reversed(steps[1:]):
        says = isinstance(step, Mark) and step.text.startswith(word)
        found.append(step.text.removeprefix(word) if isinstance(step, Mark) and says else found[-1])
    return found[::-1]


def _entries(state: Path) -> tuple[Entry, ...]:
    with inspecting(state) as look:
        return tuple(Entry(*rest) for _, _, _, *rest in look.session.each(STORED))
