"""What the desk does only with a second person's PIN: another tender, void, refund. Refuses the clerk's own."""

from drivers.payment.api import PaymentDevice
from kiosk.domain.ids import OperationId, SaleId
from kiosk.domain.operation import Operation, OperationKind, State
from kiosk.domain.operator import Act
from kiosk.domain.record import Actor
from kiosk.runtime.shift import Errands, Shift
from kiosk.runtime.till import Till
from kiosk.services.charge import MakeContext
from kiosk.services.close_follow_up import close_follow_up
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.notices import FollowUpRecorded, OtherTenderApproved, RefundRecorded
from kiosk.services.refund_payment import refund_payment, refundable
from kiosk.services.request_refund import request_refund
from kiosk.services.sign_in import PinGate, approve
from kiosk.services.take_payment import OtherTender
from kiosk.services.tell_books import tell_sales
from kiosk.services.void_payment import void_payment, voidable


class Approvals:
    """Implements kiosk.presenters.desk.Approvals; every check runs on the desk's worker."""

    def __init__(self, counter: Counter, gate: PinGate, errands: Errands, till: Till, shift: Shift) -> None:
        self._counter, self._gate, self._errands, self._till, self._shift = counter, gate, errands, till, shift
        self._other_tenders: dict[OperationId, Actor] = {}

    def other_tender(self, operation_id: OperationId, approver_id: str, approver_pin: str) -> None:
        def work() -> None:
            approver = self.second_person(Act.OTHER_TENDER, approver_id, approver_pin)
            if self._counter.operation(operation_id).state is not State.IN_DOUBT:
                raise RefusalError("not_in_doubt")
            self._other_tenders[operation_id] = approver
            self._counter.tell(OtherTenderApproved(operation_id))

        self._errands.run(work)

    def void(self, sale_id: SaleId, approver_id: str, approver_pin: str) -> None:
        def work() -> None:
            actor = self._shift.permitted(Act.SELL)
            approver = self.second_person(Act.VOID, approver_id, approver_pin)
            books = self._counter.journal.books()
            paid = voidable(self._counter, books, books.sale(sale_id))

            def take_back(device: PaymentDevice, make_context: MakeContext) -> Operation:
                return void_payment(self._counter, sale_id, device, make_context, actor=actor, approver=approver)

            self._till.take_back(paid, take_back, actor)

        self._errands.run(work)

    def refund(self, sale_id: SaleId, reason: str, approver_id: str, approver_pin: str) -> None:
        def work() -> None:
            actor = self._shift.permitted(Act.SELL)
            approver = self.second_person(Act.REFUND, approver_id, approver_pin)
            paid = refundable(self._counter, self._counter.journal.books(), sale_id, can_void=False)

            def take_back(device: PaymentDevice, make_context: MakeContext) -> Operation:
                return refund_payment(
                    self._counter, sale_id, reason, device, make_context, actor=actor, approver=approver
                )

            self._till.take_back(paid, take_back, actor)

        self._errands.run(work)

    def request_refund(self, sale_id: SaleId, reason: str, approver_id: str, approver_pin: str) -> None:
        def work() -> None:
            actor = self._shift.permitted(Act.SELL)
            approver = self.second_person(Act.REFUND, approver_id, approver_pin)
            self._counter.tell(
                RefundRecorded(request_refund(self._counter, sale_id, reason, actor=actor, approver=approver))
            )
            tell_sales(self._counter)

        self._errands.run(work)

    def close_follow_up(
        self, operation_id: OperationId, *, charged: bool, evidence: str, approver_id: str, approver_pin: str
    ) -> None:
        def work() -> None:
            actor = self._shift.permitted(Act.SELL)
            approver = self.second_person(Act.RESOLVE, approver_id, approver_pin)
            close_follow_up(
                self._counter, operation_id, charged=charged, evidence=evidence, actor=actor, approver=approver
            )
            self._counter.tell(FollowUpRecorded(operation_id, charged))
            tell_sales(self._counter)

        self._errands.run(work)

    def second_person(self, act: Act, operator_id: str, pin: str) -> Actor:
        """Whoever approves ``act``. Raises RefusalError: wrong PIN, the same person, or not permitted."""
        actor = self._shift.permitted(Act.SELL)
        second = self._gate.identify(operator_id, pin, act=act, actor=actor)
        approve(second, act=act, actor=actor)
        return second.actor

    def instead(self, operation_id: OperationId | None) -> OtherTender | None:
        """The approval given for an operation in doubt. Raises RefusalError("approval_needed") where there is none."""
        if operation_id is None:
            return None
        approver = self._other_tenders.get(operation_id)
        if approver is None:
            raise RefusalError("approval_needed")
        return OtherTender(operation_id, approver)

    def used(self, operation: Operation) -> None:
        """An approval serves one payment: once that is taken, another needs another."""
        original = operation.prepared.original_operation_id
        if original and operation.prepared.operation_kind is OperationKind.SALE:
            self._other_tenders.pop(original, None)

    def forget(self) -> None:
        """Nobody's approval outlives the clerk's shift."""
        self._other_tenders.clear()
