"""What two people found in an operator's portal, with the portal's own number of it: kept whole, for codes alone."""

from dataclasses import replace

import pytest

from drivers.payment import api
from kiosk.domain.operation import Operation, State
from kiosk.domain.tender import Tender
from kiosk.services.counter import RefusalError
from kiosk.services.resolve_in_doubt import inquire, resolve_by_person
from kiosk.services.take_payment import take_payment
from tests.unit.kiosk.conftest import CHIEF, CLERK, CREDIT, Bench, QuietContext, ScriptedDevice
from tests.unit.kiosk.services.test_enroll_code import CODE

NUMBER = "04813557201846"


def doubtful(bench: Bench, tender: Tender) -> Operation:
    lost = api.OutcomeUnknown(api.UnknownReason.NO_COMPLETION, "d払い")
    device = ScriptedDevice(sales=[lost], capabilities=replace(ScriptedDevice().capabilities, can_inquire=False))
    offer = replace(bench.offer(), tenders=(CODE, CREDIT))
    operation = take_payment(bench.counter, offer, tender, device, QuietContext, CLERK.actor)
    assert (operation.state, operation.reason) == (State.IN_DOUBT, "no_completion")
    assert device.asked == [], "whoever has just looked is not asked at once"
    return operation


def resolve(bench: Bench, operation: Operation, reference: str, *, charged: bool) -> Operation:
    return resolve_by_person(
        bench.counter,
        operation.prepared.operation_id,
        charged=charged,
        evidence="事業者の管理画面",
        actor=CLERK.actor,
        approver=CHIEF.actor,
        reference=reference,
    )


@pytest.mark.parametrize("charged", [True, False])
def test_the_portals_number_is_kept_whole(open_bench: Bench, charged: bool) -> None:
    operation = resolve(open_bench, doubtful(open_bench, CODE), f" {NUMBER} ", charged=charged)
    assert operation.state is (State.APPROVED if charged else State.NOT_CHARGED)
    entry = open_bench.journal.entries_after(0, count_max=1000, bytes_max=10**9)[-1]
    assert f'"reference":"{NUMBER}"'.encode() in entry.canonical


def test_whose_application_it_was_is_not_asked_again(open_bench: Bench) -> None:
    counter = replace(open_bench.counter, brands={CODE.kind: CODE.brands})
    operation = doubtful(open_bench, CODE)
    found = api.Approved(300, api.Media.CODE, "d払い", "", "", payment_last4="4821")
    device = ScriptedDevice(inquiries=[found], capabilities=replace(ScriptedDevice().capabilities, can_inquire=False))
    inquire(counter, operation, device, QuietContext(operation, None), CLERK.actor)
    assert [request.brands for request in device.asked] == [("d払い",)]


@pytest.mark.parametrize("wrong", ["受付番号", "1" * 33, "12\n34"])
def test_what_is_no_number_is_refused(open_bench: Bench, wrong: str) -> None:
    operation = doubtful(open_bench, CODE)
    with pytest.raises(RefusalError) as refused:
        resolve(open_bench, operation, wrong, charged=True)
    assert refused.value.rule == "reference_wrong"


def test_where_a_card_was_used_no_number_is_taken_that_could_be_its_own(open_bench: Bench) -> None:
    operation = doubtful(open_bench, CREDIT)
    with pytest.raises(RefusalError) as refused:
        resolve(open_bench, operation, "4111111111111111", charged=True)
    assert refused.value.rule == "reference_wrong"
