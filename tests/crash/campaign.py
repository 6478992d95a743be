"""Many pictures of one recording's disk, each opened and judged, and of the starts on some. Owns the counts."""

import hashlib
import math
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from tests.crash.choices import Choice, by_chance, foremost, systematic
from tests.crash.disk import Image, Named, Resized
from tests.crash.judge import Found, Opener, judge
from tests.crash.recording import (
    Point,
    Recording,
    Start,
    memory_folder,
    record_recoveries,
    record_stories,
    write_image,
)
from tests.crash.stage import STATE
from tests.crash.stories import STORIES, Story

RECOVERY_SHARE = 0.2
"""Of all images, those of a cut while the program was starting on an earlier one."""
IMAGES_PER_RECOVERY = 250
RECOVERIES_MAX = 64
"""Starts recorded in one process."""
CHANCE_SHARE = 0.2
"""Of a choice that cannot hold every systematic image, those by chance."""
THOROUGH_EVERY = 100
AGAIN = "/"
"""Between the choice of a first cut and that of a second, while the program was starting."""
LONG_SHARE = 0.25
"""What a story on a full log gets of another's images: each is ten times as large."""


@dataclass
class Tally:
    """What a recording's images were like. ``failures``: the choice that shows each, and what is wrong with it."""

    points: int = 0
    images: int = 0
    distinct: int = 0
    torn: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.points += other.points
        self.images += other.images
        self.distinct += other.distinct
        self.torn += other.torn
        self.failures += other.failures
        self.kinds += other.kinds


@dataclass
class Outcome:
    """One story's images, those of the starts after a cut among them, and how long it took."""

    name: str
    direct: Tally
    recovery: Tally
    seconds: float


class Examiner:
    """Builds images in one folder and has them opened; an image that was seen before is not opened again."""

    def __init__(self, recorded: Recording, folder: Path) -> None:
        self.recorded = recorded
        self.seen: dict[bytes, Found] = {}
        self._opener, self._folder = Opener(recorded, folder), folder / STATE
        self._digests = {
            id(content): hashlib.sha256(content).digest()
            for content in {
                id(each): each for point in recorded.points for each in point.moment.contents.values()
            }.values()
        }
        """Of contents as they stand on the disk; of most files an image holds just these."""
        self._kinds: set[Found] = set()

    def examine(self, choice: Choice, tally: Tally) -> str:
        """What is wrong with one image; empty when nothing is."""
        point = self.recorded.points[choice.point]
        found = self.found(point.moment.image(choice.mask, dict(choice.tears)))
        problem = judge(point.expected, found)
        tally.images += 1
        tally.torn += bool(choice.tears)
        if problem:
            tally.failures.append((str(choice), problem))
            tally.kinds[problem.partition(":")[0]] += 1
        return problem

    def found(self, image: Image) -> Found:
        """The product's word on an image. One in a hundred, and the first of its kind, is verified as by an auditor."""
        key = self._key(image)
        found = self.seen.get(key)
        if found is None:
            self._lay(image)
            found = self._opener.look(thoroughly=len(self.seen) % THOROUGH_EVERY == 0)
            if not found.problem and found not in self._kinds:
                self._kinds.add(found)
                self._lay(image)
                found = self._opener.look(thoroughly=True)
            self.seen[key] = found
        return found

    def start_of(self, choice: Choice) -> Start:
        """The image as the start of another recording."""
        point = self.recorded.points[choice.point]
        image = point.moment.image(choice.mask, dict(choice.tears))
        found = self.found(image)
        return Start(image, found.entries, found.witness, found.sync, point.expected.asked, str(choice))

    def _key(self, image: Image) -> bytes:
        state = hashlib.sha256()
        for name, content in sorted(image.items()):
            state.update(name.encode() + b"\0" + (self._digests.get(id(content)) or hashlib.sha256(content).digest()))
        return state.digest()

    def _lay(self, image: Image) -> None:
        """Make the folder hold these files and no others; every file of an image lies in the journal's folder."""
        if self._folder.exists():
            for path in self._folder.iterdir():
                path.unlink()
            self._folder.rmdir()
        if image:
            self._folder.mkdir()
        for name, content in image.items():
            (self._folder.parent / name).write_bytes(content)


def examine(recorded: Recording, images: int, seed: str) -> tuple[Tally, list[Start]]:
    """So many images of one recording; and some of them as the starts of recordings of their own."""
    tally, dice = Tally(points=len(recorded.points)), random.Random(seed)
    wanted = max(1, round(images * RECOVERY_SHARE / IMAGES_PER_RECOVERY))
    kept: list[Choice] = []
    with memory_folder() as folder:
        examiner = Examiner(recorded, folder)
        for choice in islice(choices(recorded, images, dice), images):
            if examiner.examine(choice, tally):
                continue
            if len(kept) < wanted:
                kept.append(choice)
            elif (place := dice.randrange(tally.images)) < wanted:
                kept[place] = choice  # so every image has the same chance
        tally.distinct = len(examiner.seen)
        return tally, [examiner.start_of(choice) for choice in kept]


def choices(recorded: Recording, images: int, dice: random.Random) -> Iterator[Choice]:
    """The foremost; then all the others and chance for what is left, or where they are too many a choice of each."""
    first = list(foremost(recorded))
    if len(first) > images // 2:
        first = dice.sample(first, images // 2)
    rest = list(systematic(recorded))
    room = images - len(first)
    if len(rest) > room:
        rest = dice.sample(rest, max(0, round(room * (1 - CHANCE_SHARE))))
    return chain(first, rest, by_chance(recorded, dice))


def examine_stories(stories: Sequence[Recording], images: Mapping[str, int], seed: int) -> list[Outcome]:
    """So many images of each story by name: most of its own, the others of the starts that follow on some of them."""
    outcomes: dict[str, Outcome] = {}
    starts: list[tuple[Recording, Start]] = []
    again: dict[str, int] = {}
    for recorded in stories:
        began = time.monotonic()
        restarted = round(images[recorded.name] * RECOVERY_SHARE)
        direct, left = examine(recorded, images[recorded.name] - restarted, f"{seed} {recorded.name}")
        starts += [(recorded, start) for start in left]
        again[recorded.name] = math.ceil(restarted / len(left)) if left else 0
        outcomes[recorded.name] = Outcome(recorded.name, direct, Tally(), time.monotonic() - began)
    for first in range(0, len(starts), RECOVERIES_MAX):
        batch = starts[first : first + RECOVERIES_MAX]
        for number, (restart, (_, start)) in enumerate(zip(record_recoveries(batch), batch, strict=True), start=first):
            began = time.monotonic()
            tally, _ = examine(restart, again[restart.name], f"{seed} {restart.name} {number}")
            tally.failures = [(f"{start.cut}{AGAIN}{choice}", problem) for choice, problem in tally.failures]
            outcomes[restart.name].recovery.add(tally)
            outcomes[restart.name].seconds += time.monotonic() - began
    return list(outcomes.values())


def shares(names: Sequence[str], images: int) -> dict[str, int]:
    """How many images each story gets of a total, rounded up."""
    weights = {name: LONG_SHARE if STORIES[name].killed else 1.0 for name in names}
    return {name: math.ceil(images * weight / sum(weights.values())) for name, weight in weights.items()}


def replay(story: Story, text: str, control: str, folder: Path) -> tuple[str, list[str]]:
    """One image again: what is wrong with it, and which changes it has. Its files are left in ``folder``.

    Raises ValueError for a text that is no choice of this story.
    """
    (recorded,) = record_stories([story], control=control)
    first, _, second = text.partition(AGAIN)
    if second:
        with memory_folder() as place:
            start = Examiner(recorded, place).start_of(_checked(recorded, first))
        (recorded,) = record_recoveries([(recorded, start)])
    choice = _checked(recorded, second or first)
    with memory_folder() as place:
        problem = Examiner(recorded, place).examine(choice, Tally())
    point = recorded.points[choice.point]
    write_image(folder, point.moment.image(choice.mask, dict(choice.tears)))
    return problem, list(explain(point, choice))


def _checked(recorded: Recording, text: str) -> Choice:
    choice = Choice.parse(text)
    pending = len(recorded.points[choice.point].moment.pending) if choice.point < len(recorded.points) else -1
    if choice.mask >= 1 << max(pending, 0) or any(number >= pending for number, _ in choice.tears):
        raise ValueError(f"{text}: this story has no such image")
    return choice


def explain(point: Point, choice: Choice) -> Iterator[str]:
    """Which changes had reached the disk, one line each."""
    yield f"after {_brief(point.step)}; expected {point.expected}"
    tears = dict(choice.tears)
    for number, change in enumerate(point.moment.pending):
        arrived = "arrived" if choice.mask >> number & 1 else "lost   "
        if tear := tears.get(number):
            arrived = f"torn {tear.kept:b}{' scrambled' if tear.scrambled else ''}"
        match change:
            case Named(_, names):
                what = ", ".join(f"{path} -> {'nothing' if file is None else f'file {file}'}" for path, file in names)
            case Resized(file, size):
                what = f"{_name(point, file)} cut to {size} bytes"
            case _:
                what = f"{_name(point, change.file)} {len(change.data)} bytes at {change.offset}"
        yield f"{arrived} {number:3} {what}"


def _brief(step: object) -> str:
    text = repr(step)
    return text if len(text) < 120 else f"{text[:117]}..."


def _name(point: Point, file: int) -> str:
    names = dict(point.moment.names)
    for change in point.moment.pending:
        if isinstance(change, Named):
            names |= {path: each for path, each in change.names if each is not None}
    return next((path for path, each in names.items() if each == file), f"file {file}")
