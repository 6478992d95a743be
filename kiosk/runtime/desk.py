"""What the windows ask, carried to the right worker (kiosk.presenters.desk.Desk). Never blocks, never raises."""

from kiosk.domain.cart import Offer
from kiosk.domain.ids import OperationId
from kiosk.domain.operation import Operation, State
from kiosk.domain.operator import Act
from kiosk.domain.record import Actor, NotDurable
from kiosk.domain.tender import Tender
from kiosk.runtime.approvals import Approvals
from kiosk.runtime.archive import Archive
from kiosk.runtime.closing import Closing
from kiosk.runtime.code_setup import CodeSetup
from kiosk.runtime.doubts import Doubts
from kiosk.runtime.print_desk import PrintDesk
from kiosk.runtime.print_room import PrintRoom
from kiosk.runtime.shift import Errands, Shift
from kiosk.runtime.status_board import StatusBoard
from kiosk.runtime.till import Till
from kiosk.services.checkpoint_day import checkpoint_last_day
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.issue_receipt import recover_documents
from kiosk.services.notices import (
    Answer,
    FreeSaleFinished,
    OperatorSignedIn,
    OperatorSignedOut,
    PaymentFinished,
    Refused,
)
from kiosk.services.open_day import open_day
from kiosk.services.resolve_in_doubt import resolve_by_person
from kiosk.services.sign_in import PinGate, sign_in, sign_out
from kiosk.services.take_free_sale import take_free_sale
from kiosk.services.tell_books import tell_day, tell_sales


class Desk:
    """The product behind the windows."""

    def __init__(
        self, counter: Counter, gate: PinGate, errands: Errands, till: Till, print_room: PrintRoom, board: StatusBoard
    ) -> None:
        self._counter, self._gate, self._errands = counter, gate, errands
        self._till, self._print_room, self._board = till, print_room, board
        self._doubts = Doubts(counter, till)
        self._shift = Shift()
        self.approvals = Approvals(counter, gate, errands, till, self._shift)
        self.archive = Archive(counter, errands, self._shift)
        self.code_setup = CodeSetup(counter, errands, self._shift, self.approvals)
        self.printing = PrintDesk(counter, errands, self._shift, print_room)
        self._closing = Closing(counter, till.stations, errands, self._shift, print_room)

    def start(self) -> None:
        """Settle what the last run left, then tell the window the day, its sales and every light."""

        def work() -> None:
            self._doubts.take_up()
            self._take_up_paper()
            checkpoint_last_day(self._counter)
            tell_day(self._counter)
            tell_sales(self._counter)
            self._doubts.ask_next()
            self.refresh_status()

        self._errands.run(work)

    def sign_in(self, operator_id: str, pin: str) -> None:
        def work() -> None:
            operator = self._gate.identify(operator_id, pin, act=Act.SIGN_IN)
            sign_in(self._counter, operator)
            self._shift.operator = operator
            self._counter.tell(OperatorSignedIn(operator))

        self._errands.run(work)

    def sign_out(self) -> None:
        def work() -> None:
            if self._shift.operator is not None:
                sign_out(self._counter, self._shift.operator)
            self._shift.operator = None
            self.approvals.forget()
            self._counter.tell(OperatorSignedOut())

        self._errands.run(work)

    def open_day(self) -> None:
        def work() -> None:
            open_day(self._counter, self._shift.permitted(Act.OPEN_DAY))
            tell_day(self._counter)
            tell_sales(self._counter)

        self._errands.run(work)

    def close_day(self, *, confirmed: bool = False) -> None:
        self._errands.run(lambda: self._closing.close(confirmed=confirmed))

    def pay(self, offer: Offer, tender: Tender | None, instead_of: OperationId | None = None) -> None:
        """Take the payment for a frozen offer; ``tender`` None for a zero-yen total."""
        if tender is not None:
            sold = tender

            def pay() -> None:
                instead = self.approvals.instead(instead_of)
                self._till.pay(offer, sold, self._shift.permitted(Act.SELL), instead)

            self._errands.attempt(pay)
            return

        def work() -> None:
            actor = self._shift.permitted(Act.SELL)
            sale = take_free_sale(self._counter, offer, actor)
            self._counter.tell(FreeSaleFinished(sale))
            self._print_room.issue(sale.sale_id, actor)
            tell_sales(self._counter)

        self._errands.run(work)

    def cancel_payment(self) -> None:
        self._till.cancel()
        self._closing.cancel()

    def answer(self, answer: Answer) -> None:
        self._till.answer(answer)

    def inquire(self, operation_id: OperationId) -> None:
        def work() -> None:
            actor = self._shift.permitted(Act.SELL)
            self._till.inquire(self._counter.operation(operation_id), actor)

        self._errands.run(work)

    def resolve(
        self,
        operation_id: OperationId,
        *,
        charged: bool,
        evidence: str,
        approver_id: str,
        approver_pin: str,
        provisional: bool = False,
        reference: str = "",
    ) -> None:
        def work() -> None:
            actor = self._shift.permitted(Act.SELL)
            approver = self.approvals.second_person(Act.RESOLVE, approver_id, approver_pin)
            if self._till.is_busy(self._counter.operation(operation_id).prepared.device):
                raise RefusalError("inquiry_running")
            operation = resolve_by_person(
                self._counter,
                operation_id,
                charged=charged,
                evidence=evidence,
                actor=actor,
                approver=approver,
                provisional=provisional,
                reference=reference,
            )
            self._counter.tell(PaymentFinished(operation))
            self.payment_finished(operation, actor)

        self._errands.run(work)

    def list_sales(self) -> None:
        self._errands.run(lambda: tell_sales(self._counter))

    def refresh_status(self) -> None:
        def work() -> None:
            self._board.show()
            if self._doubts.take_up_stranded():
                tell_sales(self._counter)
                self._doubts.ask_next()
            self._till.check()
            self._print_room.check()

        self._errands.run(work)

    def _take_up_paper(self) -> None:
        """At start: what may be on paper is asked for. A disk that refuses is told; the next start asks again."""
        try:
            recover_documents(self._counter)
        except NotDurable:
            self._counter.tell(Refused("journal_not_durable"))

    def payment_finished(self, operation: Operation, actor: Actor) -> None:
        """What follows every outcome: the slip of a paid sale, and the list of sales."""
        if operation.state is State.APPROVED:
            self.approvals.used(operation)
            self.printing.cash_moved(operation)
            self._print_room.issue(operation.prepared.sale_id, actor)
        self.list_sales()
        self._doubts.ask_next()
