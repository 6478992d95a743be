"""Doubts at a running counter: taken up by themselves, and settled by one side at a time."""

import threading
from collections.abc import Iterator

import pytest

from drivers.payment import api
from kiosk.domain.operation import Requested, State
from kiosk.services.notices import DayChanged, OperatorSignedIn, PaymentFinished, Refused, SalesListed
from kiosk.services.take_payment import prepare_sale
from tests.unit.kiosk.conftest import CLERK, CREDIT, Bench, ScriptedDevice, approved
from tests.unit.kiosk.runtime.rig import WAIT_S, Rig, WaitingDevice


@pytest.fixture
def open_rig(bench: Bench) -> Iterator[Rig]:
    """A counter with a clerk and an open day."""
    rig = Rig(bench)
    rig.desk.start()
    rig.desk.sign_in("yamada", "1234")
    rig.until(OperatorSignedIn)
    rig.desk.open_day()
    rig.until(DayChanged)
    rig.until(SalesListed)
    yield rig
    rig.stop()


def test_what_the_disk_refused_is_taken_up_without_a_restart(open_rig: Rig, bench: Bench) -> None:
    """The window showed it as unknown; a full disk must not keep it from the queue of doubts until the next start."""
    operation = prepare_sale(bench.counter, bench.offer(), CREDIT, CLERK.actor)
    bench.counter.record(operation, Requested(1), CLERK.actor)
    open_rig.device = ScriptedDevice(inquiries=[approved()])
    open_rig.desk.refresh_status()
    assert open_rig.until(SalesListed).unsettled[0].state is State.IN_DOUBT
    assert open_rig.until(PaymentFinished).operation.state is State.APPROVED
    assert open_rig.device.charged == []


def test_a_running_payment_is_not_taken_for_a_stranded_one(open_rig: Rig, bench: Bench) -> None:
    waiting = WaitingDevice()
    open_rig.device = waiting
    open_rig.desk.pay(bench.offer(), CREDIT)
    assert waiting.waiting.wait(WAIT_S)
    open_rig.desk.refresh_status()
    open_rig.desk.sign_in("yamada", "0000")
    assert open_rig.until(Refused) == Refused("pin_wrong"), "the desk's worker has looked"
    open_rig.desk.cancel_payment()
    assert open_rig.until(PaymentFinished).operation.state is State.DECLINED
    assert "operation_outcome_unknown" not in bench.kinds()


def test_nobody_settles_what_a_device_is_being_asked_about(open_rig: Rig, bench: Bench) -> None:
    class Slow(ScriptedDevice):
        def query_last_transaction(
            self, request: api.AuthorizationRequest, context: api.PaymentContext
        ) -> api.InquiryOutcome:
            begun.set()
            assert answered.wait(WAIT_S)
            return api.OutcomeUnknown(api.UnknownReason.UNANSWERED)

    begun, answered = threading.Event(), threading.Event()
    open_rig.device = Slow(sales=[api.OutcomeUnknown(api.UnknownReason.SILENCE)])
    open_rig.desk.pay(bench.offer(), CREDIT)
    operation = open_rig.until(PaymentFinished).operation
    assert begun.wait(WAIT_S)

    def resolve() -> None:
        open_rig.desk.resolve(
            operation.prepared.operation_id,
            charged=True,
            evidence="端末の控え",
            approver_id="suzuki",
            approver_pin="1234",
        )

    resolve()
    assert open_rig.until(Refused) == Refused("inquiry_running")
    answered.set()
    open_rig.until(SalesListed)
    resolve()
    assert open_rig.until(PaymentFinished).operation.state is State.APPROVED
