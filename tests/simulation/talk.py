"""A person and the running product: what is asked at the desk, and what comes back. Owns waiting; decides nothing."""

from collections import deque
from collections.abc import Callable

from kiosk.runtime.desk import Desk
from kiosk.services.notices import Notice, OperatorSignedIn, OperatorSignedOut, Refused
from tests.simulation.clockwork import Task
from tests.simulation.kiosk_side import CounterSide
from tests.simulation.process import PIN

CLERK = "suzuki"
WAIT_S_MAX = 900.0
"""Longer than anything the product may keep a clerk waiting."""
TRIES_MAX = 30


class Talk:
    """One clerk's talk; ``task`` is who waits. The product may go and come back meanwhile."""

    def __init__(self, counter: CounterSide) -> None:
        self.counter, self.world = counter, counter.world
        self.task: Task | None = None
        self._inbox: deque[Notice] = deque()
        self._signed_in_at: Desk | None = None
        counter.on_notice = self.hear

    def sign_out(self) -> None:
        self.ask(lambda desk: desk.sign_out(), lambda _: True)
        self._signed_in_at = None

    def ask(self, act: Callable[[Desk], None], ends: Callable[[Notice], bool]) -> Notice | None:
        """Do something at the running desk and wait for its answer; None when the process went meanwhile."""
        desk = self.at_desk()
        self._inbox.clear()
        act(desk)
        return self._await(desk, ends)

    def _await(self, desk: Desk, ends: Callable[[Notice], bool]) -> Notice | None:
        until_s = self.world.now_s + WAIT_S_MAX
        while True:
            while self._inbox:
                notice = self._inbox.popleft()
                if ends(notice):
                    return notice
            if self.counter.desk() is not desk:
                return None
            if self.world.now_s >= until_s:
                self.world.problem(f"{self.counter.name}: no answer within {WAIT_S_MAX:.0f} s")
                return None
            assert self.task is not None
            self.task.wait(min(until_s, self.world.now_s + 30.0))

    def at_desk(self) -> Desk:
        """A running product with somebody signed in."""
        for _ in range(TRIES_MAX):
            desk = self._running()
            if desk is self._signed_in_at:
                return desk
            self._inbox.clear()
            desk.sign_in(CLERK, PIN)
            self._await(desk, lambda n: isinstance(n, OperatorSignedIn | Refused))
            if desk is not self._signed_in_at:
                self.world.sleep(5.0)
        self.world.problem(f"{self.counter.name}: nobody can sign in")
        return self._running()

    def _running(self) -> Desk:
        while (desk := self.counter.desk()) is None:
            self.world.sleep(1.0)
        return desk

    def hear(self, notice: Notice) -> None:
        if isinstance(notice, OperatorSignedIn):
            self._signed_in_at = self.counter.desk()
        elif isinstance(notice, OperatorSignedOut):
            self._signed_in_at = None
        self._inbox.append(notice)
        if self.task is not None:
            self.task.wake()
