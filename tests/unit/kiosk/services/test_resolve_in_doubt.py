"""Recovery, inquiry and a person's finding: nothing is charged, everything is kept with its evidence."""

from dataclasses import replace

import pytest

from drivers.payment import api
from kiosk.domain.operation import Operation, Requested, State
from kiosk.domain.operator import Act
from kiosk.services.counter import RefusalError
from kiosk.services.resolve_in_doubt import inquire, recover, resolve_by_person
from kiosk.services.sign_in import approve
from kiosk.services.take_payment import prepare_sale, take_payment
from tests.unit.kiosk.conftest import (
    CHIEF,
    CLERK,
    CREDIT,
    MONDAY,
    Bench,
    QuietContext,
    ScriptedDevice,
    UnreadableJournal,
    approved,
)


def doubtful(bench: Bench) -> Operation:
    unknown = api.OutcomeUnknown(api.UnknownReason.SILENCE)
    device = ScriptedDevice(sales=[unknown], inquiries=[api.OutcomeUnknown(api.UnknownReason.UNANSWERED)])
    return take_payment(bench.counter, bench.offer(), CREDIT, device, QuietContext, CLERK.actor)


def settle(bench: Bench, operation: Operation) -> None:
    resolve_by_person(
        bench.counter,
        operation.prepared.operation_id,
        charged=False,
        evidence="端末の控え",
        actor=CLERK.actor,
        approver=CHIEF.actor,
    )


def test_what_was_only_prepared_is_abandoned_at_start(open_bench: Bench) -> None:
    prepare_sale(open_bench.counter, open_bench.offer(), CREDIT, CLERK.actor)
    assert recover(open_bench.counter) == ()
    assert open_bench.kinds()[-1] == "operation_abandoned"
    assert open_bench.journal.books().unsettled() == ()


def test_what_was_requested_is_in_doubt_at_start(open_bench: Bench) -> None:
    prepared = prepare_sale(open_bench.counter, open_bench.offer(), CREDIT, CLERK.actor)
    open_bench.counter.record(prepared, Requested(1), CLERK.actor)
    (operation,) = recover(open_bench.counter)
    assert (operation.state, operation.reason) == (State.IN_DOUBT, "restarted")
    (again,) = recover(open_bench.counter)
    assert again == operation, "a second start adds nothing"


def test_an_inquiry_can_show_that_nothing_was_charged(open_bench: Bench) -> None:
    operation = doubtful(open_bench)
    device = ScriptedDevice(inquiries=[api.NotCharged("last slip 0230 = baseline 0230")])
    settled = inquire(open_bench.counter, operation, device, QuietContext(None, None))
    assert (settled.state, settled.reason) == (State.NOT_CHARGED, "last slip 0230 = baseline 0230")
    assert device.charged == []


def test_an_answer_that_comes_after_two_people_have_settled_it_changes_nothing(open_bench: Bench) -> None:
    operation = doubtful(open_bench)

    class Slow(ScriptedDevice):
        def query_last_transaction(
            self, request: api.AuthorizationRequest, context: api.PaymentContext
        ) -> api.InquiryOutcome:
            settle(open_bench, operation)
            return super().query_last_transaction(request, context)

    device = Slow(inquiries=[api.OutcomeUnknown(api.UnknownReason.UNANSWERED)])
    assert inquire(open_bench.counter, operation, device, QuietContext(None, None)).state is State.NOT_CHARGED
    assert open_bench.kinds()[-1] == "operation_resolved_not_charged"


def test_a_device_is_not_asked_about_what_is_settled(open_bench: Bench) -> None:
    operation = doubtful(open_bench)
    settle(open_bench, operation)
    device = ScriptedDevice()
    assert inquire(open_bench.counter, operation, device, QuietContext(None, None)).state is State.NOT_CHARGED
    assert device.asked == []


@pytest.mark.parametrize(("charged", "state"), [(True, State.APPROVED), (False, State.NOT_CHARGED)])
def test_a_person_settles_it_with_evidence_and_a_second_person(open_bench: Bench, charged: bool, state: State) -> None:
    operation = doubtful(open_bench)
    settled = resolve_by_person(
        open_bench.counter,
        operation.prepared.operation_id,
        charged=charged,
        evidence="端末の控え 伝票0231",
        actor=CLERK.actor,
        approver=CHIEF.actor,
    )
    assert settled.state is state
    last = open_bench.journal.entries_after(0, count_max=1000, bytes_max=10**9)[-1].canonical.decode()
    assert '"evidence":"端末の控え 伝票0231"' in last
    assert '"approver":{"name":"鈴木","operator_id":"suzuki"' in last
    total = sum(t.amount_yen for t in open_bench.journal.books().totals(MONDAY))
    assert total == (300 if charged else 0)


@pytest.mark.parametrize("evidence", ["", "   ", "長" * 201])
def test_no_evidence_no_resolution(open_bench: Bench, evidence: str) -> None:
    operation = doubtful(open_bench)
    with pytest.raises(RefusalError, match="evidence_needed"):
        resolve_by_person(
            open_bench.counter,
            operation.prepared.operation_id,
            charged=True,
            evidence=evidence,
            actor=CLERK.actor,
            approver=CHIEF.actor,
        )
    assert open_bench.journal.books().operation(operation.prepared.operation_id) == operation


def test_a_settled_operation_cannot_be_resolved_again(open_bench: Bench) -> None:
    device = ScriptedDevice(sales=[approved()])
    paid = take_payment(open_bench.counter, open_bench.offer(), CREDIT, device, QuietContext, CLERK.actor)
    with pytest.raises(RefusalError, match="not_in_doubt"):
        resolve_by_person(
            open_bench.counter,
            paid.prepared.operation_id,
            charged=False,
            evidence="x",
            actor=CLERK.actor,
            approver=CHIEF.actor,
        )


def test_the_second_person_is_another_one_who_may() -> None:
    approve(CHIEF, act=Act.RESOLVE, actor=CLERK.actor)
    with pytest.raises(RefusalError, match="approver_same_person"):
        approve(CHIEF, act=Act.RESOLVE, actor=CHIEF.actor)
    with pytest.raises(RefusalError, match="approver_may_not"):
        approve(CLERK, act=Act.RESOLVE, actor=CHIEF.actor)


def test_nothing_is_asked_while_the_journal_cannot_be_read(open_bench: Bench) -> None:
    operation = doubtful(open_bench)
    device = ScriptedDevice(inquiries=[approved()])
    blind = replace(open_bench.counter, journal=UnreadableJournal(open_bench.journal))
    assert inquire(blind, operation, device, QuietContext(None, None)) == operation
    assert device.asked == []
    assert inquire(open_bench.counter, operation, device, QuietContext(None, None)).state is State.APPROVED
