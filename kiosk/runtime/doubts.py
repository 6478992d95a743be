"""Operations whose outcome nobody knows, taken up at start and while running. Owns their turn; asks by the till."""

from collections import deque
from collections.abc import Iterable

from kiosk.domain.operation import Operation, State
from kiosk.domain.record import SYSTEM, NotDurable
from kiosk.runtime.till import Till
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.notices import Refused
from kiosk.services.resolve_in_doubt import recover


class Doubts:
    """Linked devices are asked one after the other (``ask_next``); what an unlinked one did waits for the clerk."""

    def __init__(self, counter: Counter, till: Till) -> None:
        self._counter, self._till = counter, till
        self._later: deque[Operation] = deque()

    def take_up(self) -> None:
        """At start: everything the last run left. A disk that refuses is told; ``take_up_stranded`` tries again."""
        try:
            self._ask_later(recover(self._counter))
        except NotDurable:
            self._counter.tell(Refused("journal_not_durable"))

    def take_up_stranded(self) -> bool:
        """An outcome the disk would not take is in doubt from now on; nothing is charged or asked meanwhile.

        True when there was one and the journal has it; where the disk still refuses, the next call tries again.
        """
        found: list[Operation] = []
        self._till.while_idle(lambda: found.extend(self._stranded()))
        self._ask_later(found)
        return bool(found)

    def ask_next(self) -> None:
        """The device of the next one is asked, unless a payment runs: its end comes back here."""
        if self._later:
            operation = self._later.popleft()
            try:
                self._till.inquire(operation, SYSTEM)
            except RefusalError:
                self._later.appendleft(operation)

    def _ask_later(self, operations: Iterable[Operation]) -> None:
        linked = {name for name, station in self._till.stations.items() if station.linked}
        self._later.extend(each for each in operations if each.prepared.device in linked)

    def _stranded(self) -> tuple[Operation, ...]:
        try:
            unsettled = self._counter.journal.books().unsettled()
            stranded = {each.prepared.operation_id for each in unsettled if each.state is not State.IN_DOUBT}
            if not stranded:
                return ()
            return tuple(each for each in recover(self._counter) if each.prepared.operation_id in stranded)
        except NotDurable:
            return ()
