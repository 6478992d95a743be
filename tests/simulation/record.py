"""Outcomes kept on disk while a long run goes on, so that it can be interrupted. Owns the file; plays nothing."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.simulation.day import Outcome
from tests.simulation.faults import Fault, Moment


class OtherRunError(ValueError):
    """The file is of a run with other seeds, arguments or code."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One line that says which run, then a line for each seed, in order."""

    path: Path
    outcomes: tuple[Outcome, ...]
    """Of the seeds played before."""
    seconds: float
    """How long they took."""

    @classmethod
    def open(cls, path: Path, **run: object) -> Self:
        """Begin a file, or go on with one. Raises OtherRunError, or OSError."""
        head = json.dumps(run)
        if not path.exists():
            path.write_text(f"{head}\n", encoding="utf-8")
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        if not lines or lines[0] != f"{head}\n":
            raise OtherRunError(f"{path} is of another run ({lines[0].strip() if lines else 'empty'}), this is {head}")
        whole = [line for line in lines[1:] if line.endswith("\n")]
        if len(whole) < len(lines) - 1:  # the last line was being written
            path.write_text("".join((lines[0], *whole)), encoding="utf-8")
        kept = [json.loads(line) for line in whole]
        return cls(path, tuple(_outcome(each) for each in kept), kept[-1]["seconds"] if kept else 0.0)

    def keep(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        """Pass them on, each kept first."""
        began = time.monotonic() - self.seconds
        with self.path.open("a", encoding="utf-8") as file:
            for outcome in outcomes:
                if outcome.is_ok:  # one that is not is played again, and told
                    seconds = round(time.monotonic() - began, 3)
                    file.write(f"{json.dumps(_plain(outcome) | {'seconds': seconds})}\n")
                    file.flush()
                yield outcome


_NUMBERS = ("seed", "trace", "payments", "yen", "lost", "doubled", "stuck")


def _plain(outcome: Outcome) -> dict[str, Any]:
    plain: dict[str, Any] = {name: getattr(outcome, name) for name in _NUMBERS}
    return plain | {"table": [[kind, moment, count] for (kind, moment), count in sorted(outcome.table.items())]}


def _outcome(plain: dict[str, Any]) -> Outcome:
    table = Counter({(Fault(kind), Moment(moment)): count for kind, moment, count in plain["table"]})
    return Outcome(**{name: plain[name] for name in _NUMBERS}, table=table, problems=[])
