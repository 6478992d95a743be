"""What days from many seeds add up to: the one line, and the table of faults. Owns their form; plays nothing."""

import hashlib
from collections import Counter
from collections.abc import Iterator

from tests.simulation.day import Outcome
from tests.simulation.faults import KILLS, Fault, Moment
from tests.simulation.moments import why_not

COLUMN = 13


class Figures:
    """Adds outcomes up, in the order of their seeds."""

    def __init__(self) -> None:
        self.payments = self.yen = self.lost = self.doubled = self.stuck = 0
        self.table: Counter[tuple[Fault, Moment]] = Counter()
        self.last_seed = -1
        self.is_ok = True
        self._traces: list[str] = []

    def add(self, outcome: Outcome) -> None:
        self.payments += outcome.payments
        self.yen += outcome.yen
        self.lost += outcome.lost
        self.doubled += outcome.doubled
        self.stuck += outcome.stuck
        self.table.update(outcome.table)
        self.last_seed = outcome.seed
        self.is_ok = self.is_ok and outcome.is_ok
        self._traces.append(outcome.trace)

    @property
    def trace(self) -> str:
        """Of a single seed its own; of several the hash over theirs."""
        return self._traces[0] if len(self._traces) == 1 else hashlib.sha256("".join(self._traces).encode()).hexdigest()

    @property
    def faults(self) -> int:
        return self.table.total()

    def hits(self) -> dict[Fault, int]:
        """How often each kind struck."""
        found = dict.fromkeys(Fault, 0)
        for (kind, _), count in self.table.items():
            found[kind] += count
        return found

    def line(self, first_seed: int, *, seconds: float, commit: str, sqlite: str, replay: str) -> str:
        """``YEN OK|LOST ...``; people script against it."""
        hits = self.hits()
        least = min(hits, key=lambda kind: hits[kind])
        words = {
            "seeds": f"{first_seed}..{self.last_seed}",
            "payments": self.payments,
            "yen": self.yen,
            "faults": self.faults,
            "kills": sum(hits[kind] for kind in KILLS),
            "lost": self.lost,
            "doubled": self.doubled,
            "stuck": self.stuck,
            "least_hit": f"{least}:{hits[least]}",
            "rate": f"{self.payments / seconds:.0f}/s",
            "trace": self.trace[:16],
            "commit": commit,
            "sqlite": sqlite,
        }
        said = " ".join(f"{name}={value}" for name, value in words.items())
        return f"YEN {'OK' if self.is_ok else 'LOST'} {said} replay: {replay}"

    def never_hit(self) -> list[tuple[Fault, Moment]]:
        """Pairs that can happen and did not: they were not tested."""
        return [
            (kind, moment)
            for kind in Fault
            for moment in Moment
            if not self.table[kind, moment] and why_not(kind, moment) is None
        ]

    def rows(self) -> Iterator[str]:
        """The table of fault by moment; a pair that cannot be is a dash, and why it cannot stands below."""
        yield f"{'fault':26}" + "".join(f"{moment:>{COLUMN}}" for moment in Moment)
        reasons: dict[str, list[str]] = {}
        for kind in Fault:
            cells = []
            for moment in Moment:
                count, reason = self.table[kind, moment], why_not(kind, moment)
                cells.append(str(count) if count or reason is None else "-")
                if reason and not count and kind not in reasons.setdefault(reason, []):
                    reasons[reason].append(kind)
            yield f"{kind:26}" + "".join(f"{cell:>{COLUMN}}" for cell in cells)
        for reason, kinds in reasons.items():
            yield f"- {', '.join(kinds)}: {reason}"
