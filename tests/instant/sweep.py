"""Every instant of a sale, one case each. Owns which cases there are and how one is run; refuses to print."""

import shutil
import tempfile
from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from pathlib import Path
from threading import Lock
from typing import Self

from tests.instant.books import Evidence, Finding, canonical, read_rows
from tests.instant.calls import LASTING, LOOKING, SENDING, Fault, Instant, count_calls
from tests.instant.counter import NEXT_SALE, STRUCK_SALE, Counter, Installed, Ran, copy_books
from tests.instant.register_side import Register, acknowledged_seq

MARGIN = 3
"""How far a sweep goes beyond the calls that were counted: a line's bytes do not always come in the same pieces."""
KILLED = frozenset({*LASTING, *SENDING, "read"})
"""An end before a ``read`` leaves on the line what the terminal has said."""
KILLED_CODE = -9


class Scene(StrEnum):
    """What the sale finds."""

    FIRST = "first"
    """Nothing: the journal is made, the day is opened, the terminal has sold nothing yet."""
    DAILY = "daily"
    """A day in which the terminal has sold once."""
    SENDING = "sending"
    """The same, with a register, on the connection to it."""
    REGISTER = "register"
    """The same, and it is the register that is killed."""


REGISTERED = frozenset({Scene.SENDING, Scene.REGISTER})
SWEPT: dict[Scene, tuple[tuple[str, ...], ...]] = {
    Scene.FIRST: (LASTING, LOOKING),
    Scene.DAILY: (LASTING, LOOKING),
    Scene.SENDING: (SENDING,),
    Scene.REGISTER: (LASTING, SENDING),
}
"""Calls that are counted together: on the same files."""


@dataclass(frozen=True, slots=True)
class Case:
    """One instant of one scene."""

    scene: Scene
    instant: Instant

    def __str__(self) -> str:
        return f"{self.scene}/{self.instant}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads what ``str`` writes. Raises ValueError."""
        scene, _, instant = text.partition("/")
        return cls(Scene(scene), Instant.parse(instant))


@dataclass(frozen=True, slots=True)
class Result:
    """``struck`` is how often the fault did; 0 when the sale was over before."""

    case: Case
    struck: int
    finding: Finding


class Stage:
    """Runs cases of one installed product, each in a fresh folder below ``folder``."""

    def __init__(self, installed: Installed, folder: Path) -> None:
        self._installed, self._folder = installed, folder
        self._making = Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def played_by(self, command: Sequence[str]) -> "Stage":
        """The same stage, but another program is struck and started again."""
        return Stage(replace(self._installed, kiosk=tuple(command)), self._folder)

    def count(self, scene: Scene) -> Tally[str]:
        """The calls of a sale that nothing strikes, by whoever would be struck."""
        found: Tally[str] = Tally()
        for calls in SWEPT[scene]:
            with self._counter(scene) as counter:
                if scene in REGISTERED:
                    found += self._count_sending(scene, counter, calls)
                else:
                    counter.sell(STRUCK_SALE, calls=calls)
                    found += count_calls(counter.log)
            shutil.rmtree(counter.folder)
        return found

    def run(self, case: Case, *, keep: bool = False) -> Result:
        """One sale that is struck, a clean start with the next sale, and every book compared."""
        with self._counter(case.scene) as counter, Register(self._installed, counter.folder) as register:
            before_seq = 0 if case.scene is Scene.FIRST else read_rows(counter.state)[-1].seq
            wrong: tuple[str, ...] = ()
            if case.scene in REGISTERED:
                struck, hits, wrong = self._send_struck(case, counter, register)
            else:
                struck, hits = _struck(counter, case.instant)
            following = counter.sell(NEXT_SALE)
            counter.rest()
            finding = Evidence(counter.state, counter.ledger, counter.paper, before_seq, struck, following).judge()
            if case.scene in REGISTERED:
                wrong = (*wrong, *_unsent(counter, register))
        if not keep:
            shutil.rmtree(counter.folder)
        return Result(case, hits, replace(finding, violations=(*finding.violations, *wrong)))

    def _send_struck(self, case: Case, counter: Counter, register: Register) -> tuple[Ran, int, tuple[str, ...]]:
        """Who sells, or who is sent to, is struck; afterwards a register serves again."""
        call = case.instant.call
        wrong: tuple[str, ...] = ()
        if case.scene is Scene.REGISTER:
            register.start(register.watching(counter.folder / "register.log", [call], case.instant))
            counter.register_url = register.url
            struck, hits = counter.sell(STRUCK_SALE), 0
        else:
            register.start()
            counter.register_url = register.url
            struck, hits = _struck(counter, case.instant)
        if register.stop() == KILLED_CODE:
            hits = 1
        acknowledged, held = acknowledged_seq(counter.state), register.held()
        if held[:acknowledged] != canonical(counter.state)[:acknowledged]:
            wrong = (f"forgotten: {acknowledged} entries were acknowledged, and the register has {len(held)}",)
        register.start()
        counter.register_url = register.url
        return struck, hits, wrong

    def _count_sending(self, scene: Scene, counter: Counter, calls: Sequence[str]) -> Tally[str]:
        log = counter.folder / "count.log"
        is_register = scene is Scene.REGISTER
        with Register(self._installed, counter.folder) as register:
            register.start(register.watching(log, calls) if is_register else ())
            counter.register_url = register.url
            counter.sell(STRUCK_SALE, calls=() if is_register else calls)
        return count_calls(log if is_register else counter.log)

    def _counter(self, scene: Scene) -> Counter:
        """A counter in a fresh folder that holds what the scene begins with."""
        folder = Path(tempfile.mkdtemp(prefix=f"{scene}-", dir=self._folder))
        if scene is not Scene.FIRST:
            folder.rmdir()
            copy_books(self._before(registered=scene in REGISTERED), folder)
        return Counter(self._installed, folder)

    def _before(self, *, registered: bool) -> Path:
        """A counter that has sold once; made when it is first needed."""
        folder = self._folder / ("before-registered" if registered else "before")
        with self._making:
            if not folder.exists():
                with Counter(self._installed, folder) as counter, Register(self._installed, folder) as register:
                    if registered:
                        code = register.invite()
                        register.start()
                        counter.register_url = register.url
                        counter.enroll(code)
                    ran = counter.sell(NEXT_SALE)
                    assert ran.code == 0, ran.error
                    counter.rest()
        return folder


def _struck(counter: Counter, instant: Instant) -> tuple[Ran, int]:
    ran = counter.sell(STRUCK_SALE, calls=[instant.call], instant=instant)
    return ran, int(ran.code == KILLED_CODE) if instant.fault is Fault.KILL else ran.struck


def _unsent(counter: Counter, register: Register) -> Iterator[str]:
    held, ours = register.held(), canonical(counter.state)
    if held != ours:
        yield f"unsent: the journal has {len(ours)} entries, the register {len(held)}"


def cases_of(scene: Scene, counted: Tally[str]) -> Iterator[Case]:
    """Every instant: a kill at what lasts, errors at everything, a full disk where something may need room."""
    for calls in SWEPT[scene]:
        for call in calls:
            if call in KILLED and counted[call]:
                for number in range(1, counted[call] + MARGIN + 1):
                    yield Case(scene, Instant(call, number, Fault.KILL))
            if scene is Scene.REGISTER:
                continue  # what a register's own disk refuses is its own affair: nothing is acknowledged
            faults = (Fault.EIO, Fault.ENOSPC) if call in LASTING else (Fault.EIO,)
            for number, fault, always in product(range(1, counted[call] + 1), faults, (False, True)):
                yield Case(scene, Instant(call, number, fault, always))
