"""Virtual time: one seed, one clock, tasks that take turns. Owns order; refuses the machine's clock and randomness."""

import hashlib
import heapq
import itertools
import traceback
from collections.abc import Callable
from random import Random

from greenlet import getcurrent, greenlet

STEPS_MAX = 20_000_000
"""A world that takes more steps goes round in circles."""


class Killed(BaseException):
    """The process this task belongs to is gone. Nothing a task does afterwards reaches anything."""


_Due = tuple[float, int, Callable[[], None]]
"""When, in which order among those due together, and what. No two numbers are equal, so work is never compared."""


class Task:
    """Something that runs until it waits."""

    def __init__(self, world: "World", name: str, work: Callable[[], None]) -> None:
        self.name = name
        self._world, self._work = world, work
        self._greenlet = greenlet(self._run, parent=world.hub)
        self._parked = 0
        """Which wait this is: a wake for an earlier one comes to nothing."""
        self.is_killed = False
        self.frozen_until_s = 0.0
        """The machine has no time for this task before then."""

    @property
    def is_over(self) -> bool:
        return self._greenlet.dead

    def wait(self, until_s: float | None = None) -> None:
        """Park until ``wake`` or ``until_s``. Raises Killed. To be called by the task itself."""
        if self.is_killed:
            raise Killed(self.name)
        self._parked += 1
        if until_s is not None:
            self._resume_at(until_s)
        self._world.hub.switch()
        if self.is_killed:
            raise Killed(self.name)

    def wake(self) -> None:
        """Go on now, if it waits."""
        self._resume_at(self._world.now_s)

    def kill(self) -> None:
        """From the hub alone: the task ends where it waits, its ``finally`` blocks included."""
        assert getcurrent() is self._world.hub
        self.is_killed = True
        if self._greenlet.dead:
            return
        if self._greenlet:
            self._world.current = self
            self._greenlet.throw(Killed(self.name))
            self._world.current = None
        else:
            self._work = _nothing

    def _resume_at(self, at_s: float) -> None:
        parked = self._parked

        def resume() -> None:
            if parked != self._parked or self._greenlet.dead or self.is_killed:
                return
            if self._world.now_s < self.frozen_until_s:
                self._world.at(self.frozen_until_s, resume)
            else:
                self._switch()

        self._world.at(at_s, resume)

    def start(self) -> None:
        """From the hub: run until the first wait."""
        if not self.is_killed:
            self._switch()

    def _switch(self) -> None:
        self._world.current = self
        self._greenlet.switch()
        self._world.current = None

    def _run(self) -> None:
        try:
            self._work()
        except Killed:
            pass
        except Exception as error:  # noqa: BLE001 - a bug of the product's or ours ends this world's run, told with its place
            if not self.is_killed:
                place = traceback.extract_tb(error.__traceback__)[-1]
                self._world.problem(
                    f"bug in {self.name}: {type(error).__name__}: {error} ({place.name}:{place.lineno})"
                )


def _nothing() -> None:
    """What a task does that was killed before it began."""


class World:
    """One run from one seed. ``note`` goes into the trace hash: two runs of a seed must give the same."""

    def __init__(self, seed: int, *, keep_transcript: bool = False) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.now_s = 0.0
        self.hub = getcurrent()
        self.current: Task | None = None
        self.problems: list[str] = []
        self.transcript: list[str] | None = [] if keep_transcript else None
        self._due: list[_Due] = []
        self._numbers = itertools.count()
        self._digest = hashlib.sha256()

    @property
    def trace(self) -> str:
        return self._digest.hexdigest()

    def note(self, text: str) -> None:
        """Something happened."""
        line = f"{self.now_s:10.3f} {text}"
        self._digest.update(line.encode() + b"\n")
        if self.transcript is not None:
            self.transcript.append(line)

    def problem(self, text: str) -> None:
        """An invariant does not hold."""
        self.note(f"PROBLEM {text}")
        self.problems.append(text)

    def at(self, at_s: float, work: Callable[[], None]) -> None:
        """``work`` runs on the hub; it may not wait."""
        heapq.heappush(self._due, (max(self.now_s, at_s), next(self._numbers), work))

    def after(self, delay_s: float, work: Callable[[], None]) -> None:
        self.at(self.now_s + delay_s, work)

    def spawn(self, name: str, work: Callable[[], None]) -> Task:
        """A task that begins at once, after what is due now."""
        task = Task(self, name, work)
        self.after(0.0, task.start)
        return task

    def sleep(self, seconds: float) -> None:
        """For tasks."""
        task = self.current
        assert task is not None, "only a task sleeps"
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            task.wait(until_s)

    def run(self, until_s: float, done: Callable[[], bool] = lambda: False) -> bool:
        """Let time pass, at most to ``until_s``; True as soon as ``done``. From the hub."""
        for _ in range(STEPS_MAX):
            if done():
                return True
            if not self._due or self._due[0][0] > until_s:
                self.now_s = max(self.now_s, until_s)
                return done()
            self.now_s, _, work = heapq.heappop(self._due)
            work()
        self.problem(f"still busy after {STEPS_MAX} steps")
        return False
