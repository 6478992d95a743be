"""Who is at the counter, and errands on the desk's worker. Owns permissions in force; turns refusals into notices."""

from collections.abc import Callable

from kiosk.domain.operator import Act, Operator
from kiosk.domain.record import Actor
from kiosk.runtime.worker import Jobs, WorkerBusyError
from kiosk.services.counter import RefusalError
from kiosk.services.notices import Notice, Refused


class Shift:
    """The operator now signed in; nobody at start."""

    def __init__(self) -> None:
        self.operator: Operator | None = None

    def permitted(self, act: Act) -> Actor:
        """The actor for ``act``. Raises RefusalError("sign_in_first") or ("not_permitted")."""
        if self.operator is None:
            raise RefusalError("sign_in_first")
        if not self.operator.may(act):
            raise RefusalError("not_permitted")
        return self.operator.actor


class Errands:
    """Work that needs no device, one after the other; a refusal is told, not raised."""

    def __init__(self, worker: Jobs, tell: Callable[[Notice], None]) -> None:
        self._worker, self._tell = worker, tell

    def run(self, work: Callable[[], None]) -> None:
        """Queue ``work``; returns at once."""
        try:
            self._worker.submit(lambda: self.attempt(work))
        except WorkerBusyError:
            self._tell(Refused("desk_busy"))

    def attempt(self, work: Callable[[], None]) -> None:
        """Do ``work`` now, on the calling thread."""
        try:
            work()
        except RefusalError as refusal:
            self._tell(Refused(refusal.rule, refusal.minutes))
