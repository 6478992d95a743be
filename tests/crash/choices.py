"""Which pictures of a disk to look at: of every moment, every subset of what is pending, or a fair choice of them.

With up to ten pending changes: all subsets. With more: all that came before each moment, all with one left out, the
newest alone, and subsets by chance. A subset without the newest change was a picture of an earlier moment already;
after a mark all are looked at again, for more is promised. Every write is torn as well: after each sector, before each
sector, every other one, the rest old or scrambled, with all that was pending before it and with nothing of it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.crash.disk import Tear, Written
from tests.crash.recording import Point, Recording
from tests.crash.strace_log import Mark, Sync

PENDING_ALL_SUBSETS_MAX = 10
EVERY_OTHER = 0x5555_5555_5555_5555


@dataclass(frozen=True, slots=True)
class Choice:
    """One picture: the moment, its pending changes by bit, and what is torn of them by number."""

    point: int
    mask: int
    tears: tuple[tuple[int, Tear], ...] = ()

    def __str__(self) -> str:
        """``57:3ff`` or ``57:3ff:4=1f,6=3s``; what --replay takes."""
        torn = ",".join(f"{number}={tear.kept:x}{'s' * tear.scrambled}" for number, tear in self.tears)
        return f"{self.point}:{self.mask:x}" + (f":{torn}" if torn else "")

    @classmethod
    def parse(cls, text: str) -> "Choice":
        """Raises ValueError for anything else than ``str`` gives."""
        point, mask, torn = (*text.split(":"), "")[:3]
        tears = [each.partition("=") for each in torn.split(",") if each]
        return cls(
            int(point),
            int(mask, 16),
            tuple((int(number), Tear(int(kept.rstrip("s"), 16), kept.endswith("s"))) for number, _, kept in tears),
        )


def foremost(recorded: Recording) -> Iterator[Choice]:
    """What no run leaves out: at every moment all that is pending, and its newest spoiled where that is small."""
    for number, point in enumerate(recorded.points):
        yield Choice(number, _all(point))
        newest = point.moment.pending[-1] if point.moment.pending and not isinstance(point.step, Mark | Sync) else None
        if isinstance(newest, Written) and newest.sectors() == 1:
            yield Choice(number, _all(point), ((len(point.moment.pending) - 1, Tear(0, scrambled=True)),))


def systematic(recorded: Recording) -> Iterator[Choice]:
    """Everything but chance, for a run that has the time; what is foremost and whole is not repeated."""
    for number, point in enumerate(recorded.points):
        if not isinstance(point.step, Sync):
            yield from (Choice(number, mask) for mask in _masks(point))
        if not isinstance(point.step, Mark | Sync):
            yield from _torn(number, point)


def by_chance(recorded: Recording, dice: random.Random) -> Iterator[Choice]:
    """Without end: a moment, a subset that is nearly all, about half or nearly nothing, sometimes torn in places."""
    moments = [number for number, point in enumerate(recorded.points) if point.moment.pending]
    while moments:
        number = dice.choice(moments)
        pending = recorded.points[number].moment.pending
        share = dice.choice((0.1, 0.5, 0.9))
        mask = sum(1 << bit for bit in range(len(pending)) if dice.random() < share)
        torn = [
            (bit, _tear_by_chance(change, dice))
            for bit, change in enumerate(pending)
            if mask >> bit & 1 and isinstance(change, Written) and dice.random() < 2 / len(pending)
        ]
        yield Choice(number, mask, tuple(torn))


def _all(point: Point) -> int:
    return (1 << len(point.moment.pending)) - 1


def _masks(point: Point) -> Iterator[int]:
    count = len(point.moment.pending)
    everything = _all(point)
    again = isinstance(point.step, Mark)
    if count <= PENDING_ALL_SUBSETS_MAX:
        newest = 0 if again or not count else 1 << (count - 1)
        yield from (mask for mask in range(everything) if mask & newest == newest)
        return
    yield 1 << (count - 1)
    yield from (everything & ~(1 << bit) for bit in range(count if again else count - 1))
    if again:
        yield from ((1 << length) - 1 for length in range(count))


def _torn(number: int, point: Point) -> Iterator[Choice]:
    bit = len(point.moment.pending) - 1
    newest = point.moment.pending[bit]
    if not isinstance(newest, Written):
        return
    sectors = newest.sectors()
    whole = (1 << sectors) - 1
    kept = {(1 << first) - 1 for first in range(1, sectors)} | {
        whole & ~((1 << first) - 1) for first in range(1, sectors)
    }
    kept |= {whole & EVERY_OTHER, whole & ~EVERY_OTHER, 0} - {whole}
    for mask in {_all(point), 1 << bit}:
        for arrived in sorted(kept):
            yield Choice(number, mask, ((bit, Tear(arrived)),))
            yield Choice(number, mask, ((bit, Tear(arrived, scrambled=True)),))


def _tear_by_chance(change: Written, dice: random.Random) -> Tear:
    return Tear(dice.getrandbits(change.sectors()), scrambled=dice.random() < 0.25)
