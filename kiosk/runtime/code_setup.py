"""The payment code at the desk: told, enrolled, tried out. Owns who may; refuses what one person asks alone."""

from kiosk.domain.operator import Act
from kiosk.runtime.approvals import Approvals
from kiosk.runtime.shift import Errands, Shift
from kiosk.services.counter import Counter
from kiosk.services.enroll_code import enroll_code, issued_code
from kiosk.services.notices import CodeKnown
from kiosk.services.record_code_test import TRIAL_YEN, record_code_test, trial_code
from kiosk.services.show_code import code_shown


class CodeSetup:
    """Implements kiosk.presenters.desk.CodeSetup on the desk's worker."""

    def __init__(self, counter: Counter, errands: Errands, shift: Shift, approvals: Approvals) -> None:
        self._counter, self._errands, self._shift, self._approvals = counter, errands, shift, approvals

    def tell(self, device: str) -> None:
        def work() -> None:
            self._shift.permitted(Act.SELL)
            self._tell(device)

        self._errands.run(work)

    def enroll(self, device: str, text: str, approver_id: str, approver_pin: str) -> None:
        def work() -> None:
            actor = self._shift.permitted(Act.SELL)
            issued_code(text)
            approver = self._approvals.second_person(Act.SET_UP_CODE, approver_id, approver_pin)
            enroll_code(self._counter, device, text, actor=actor, approver=approver)
            self._tell(device, recorded=True)

        self._errands.run(work)

    def try_out(self, device: str, brand: str) -> None:
        def work() -> None:
            self._shift.permitted(Act.SELL)
            self._tell(device, brand)

        self._errands.run(work)

    def record_test(self, device: str, brand: str, *, passed: bool, approver_id: str, approver_pin: str) -> None:
        def work() -> None:
            approver = self._approvals.second_person(Act.SET_UP_CODE, approver_id, approver_pin)
            actor = self._shift.permitted(Act.SELL)
            record_code_test(self._counter, device, brand, passed=passed, actor=actor, approver=approver)
            self._tell(device, recorded=True)

        self._errands.run(work)

    def _tell(self, device: str, trial_of: str = "", *, recorded: bool = False) -> None:
        code = self._counter.journal.books().history.payment_code(device)
        store = issued_code(code.text).store.name_ja if code.text else ""
        trial = None
        if trial_of:
            trial = code_shown(trial_code(self._counter, device, trial_of), symbol=self._counter.symbol).code
        self._counter.tell(CodeKnown(code, store, trial, TRIAL_YEN if trial else 0, recorded))
