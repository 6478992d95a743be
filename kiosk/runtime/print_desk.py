"""What the clerk says and wants of printer and drawer. Owns who may; refuses to touch either itself."""

from drivers.printer.api import Request
from kiosk.domain.ids import SaleId
from kiosk.domain.operation import Operation, State
from kiosk.domain.operator import Act
from kiosk.domain.tender import TenderKind
from kiosk.runtime.print_room import PrintRoom
from kiosk.runtime.shift import Errands, Shift
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.issue_receipt import confirm_paper
from kiosk.services.open_drawer import record_drawer
from kiosk.services.tell_books import tell_sales


class PrintDesk:
    """Implements kiosk.presenters.desk.PrintDesk."""

    def __init__(self, counter: Counter, errands: Errands, shift: Shift, room: PrintRoom) -> None:
        self._counter, self._errands, self._shift, self._room = counter, errands, shift, room

    def reprint(self, sale_id: SaleId) -> None:
        self._errands.attempt(lambda: self._room.issue(sale_id, self._shift.permitted(Act.REPRINT)))

    def confirm(self, sale_id: SaleId, *, came_out: bool) -> None:
        def work() -> None:
            confirm_paper(self._counter, sale_id, self._shift.permitted(Act.REPRINT), came_out=came_out)
            tell_sales(self._counter)

        self._errands.run(work)

    def resume(self) -> None:
        self._want(Request.RESUME)

    def give_up(self) -> None:
        self._want(Request.GIVE_UP)

    def open_drawer(self, reason: str) -> None:
        def work() -> None:
            actor = self._shift.permitted(Act.OPEN_DRAWER)
            if not self._room.has_drawer:
                raise RefusalError("no_drawer")
            record_drawer(self._counter, reason, actor)
            self._room.open_drawer(with_sound=True)

        self._errands.run(work)

    def cash_moved(self, operation: Operation) -> None:
        """A sale in cash, or its void, is durable: notes go in, change comes out."""
        if operation.state is State.APPROVED and operation.prepared.tender is TenderKind.CASH:
            self._room.open_drawer()

    def _want(self, request: Request) -> None:
        def attempt() -> None:
            self._shift.permitted(Act.REPRINT)
            self._room.request(request)

        self._errands.attempt(attempt)
