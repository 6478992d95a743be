"""The operation table: every pair of state and event, the present ones and the absent ones."""

from datetime import date
from itertools import product
from typing import get_args

import pytest

from kiosk.domain.ids import OperationId, PaymentId, SaleId
from kiosk.domain.money import NOTHING, Yen
from kiosk.domain.operation import (
    FINAL,
    TRANSITIONS,
    UNSETTLED,
    Abandoned,
    Approved,
    Declined,
    DeviceBaseline,
    DeviceResult,
    Event,
    NotCharged,
    NotSent,
    Operation,
    OperationKind,
    OutcomeUnknown,
    Prepared,
    Reported,
    Requested,
    ResolvedCharged,
    ResolvedNotCharged,
    State,
    TransitionError,
    apply,
)
from kiosk.domain.tender import TenderKind

PREPARED = Prepared(
    sale_id=SaleId("s"),
    payment_id=PaymentId("p"),
    operation_id=OperationId("o"),
    operation_kind=OperationKind.SALE,
    business_date=date(2026, 11, 23),
    tender=TenderKind.CREDIT,
    tender_name="クレジットカード",
    trustee_name="例示カード株式会社",
    device="terminal",
    amount_yen=Yen(600),
    lines=(),
    taxes=(),
)
RESULT = DeviceResult(brand="VISA", slip_number="00012")
EVENTS: dict[type[Event], Event] = {
    Requested: Requested(7, DeviceBaseline("T1", "00011", "6")),
    Abandoned: Abandoned("cancelled"),
    Reported: Reported(approved=True, amount_yen=Yen(600), result=RESULT, code="00"),
    Approved: Approved(Yen(600), RESULT),
    Declined: Declined("balance", "51"),
    NotSent: NotSent("offline"),
    OutcomeUnknown: OutcomeUnknown("silent"),
    NotCharged: NotCharged("inquiry"),
    ResolvedCharged: ResolvedCharged("slip seen", RESULT),
    ResolvedNotCharged: ResolvedNotCharged("phoned"),
}
# Written out a second time, by what the terminal and the disk can do, so that a slip in the table shows.
LEGAL = {
    State.PREPARED: {Requested: State.REQUESTED, Abandoned: State.ABANDONED},
    State.REQUESTED: {
        Reported: State.REPORTED,
        Approved: State.APPROVED,
        Declined: State.DECLINED,
        NotSent: State.NOT_SENT,
        OutcomeUnknown: State.IN_DOUBT,
    },
    State.REPORTED: {
        Reported: State.REPORTED,
        Approved: State.APPROVED,
        Declined: State.DECLINED,
        OutcomeUnknown: State.IN_DOUBT,
    },
    State.IN_DOUBT: {
        OutcomeUnknown: State.IN_DOUBT,
        Approved: State.APPROVED,
        NotCharged: State.NOT_CHARGED,
        ResolvedCharged: State.APPROVED,
        ResolvedNotCharged: State.NOT_CHARGED,
    },
}
PAIRS = list(product(State, get_args(Event)))


def test_every_event_has_an_example() -> None:
    assert set(EVENTS) == set(get_args(Event))


@pytest.mark.parametrize(("state", "event_type"), PAIRS, ids=[f"{s}-{e.__name__}" for s, e in PAIRS])
def test_every_pair(state: State, event_type: type[Event]) -> None:
    operation = Operation(PREPARED, state, sequence_number=7)
    target = LEGAL.get(state, {}).get(event_type)
    if target is None:
        assert (state, event_type) not in TRANSITIONS
        with pytest.raises(TransitionError, match=f"{event_type.__name__} is not possible in state {state}"):
            apply(operation, EVENTS[event_type])
    else:
        assert TRANSITIONS[state, event_type] is target
        after = apply(operation, EVENTS[event_type])
        assert after.state is target
        assert after.prepared is PREPARED


def test_nothing_leaves_a_final_state_and_every_unsettled_state_has_a_way_out() -> None:
    assert frozenset(State) == FINAL | UNSETTLED
    assert not {state for state, _ in TRANSITIONS} & FINAL
    reaches_final = set(FINAL)
    while more := {s for (s, _), target in TRANSITIONS.items() if target in reaches_final} - reaches_final:
        reaches_final |= more
    assert reaches_final == set(State)


def test_only_an_approval_moves_money() -> None:
    for state in State:
        expected = PREPARED.amount_yen if state is State.APPROVED else NOTHING
        assert Operation(PREPARED, state).charged_yen == expected


@pytest.mark.parametrize("amount_yen", [0, 599, 601, 6_000])
@pytest.mark.parametrize("state", [State.REQUESTED, State.REPORTED, State.IN_DOUBT])
def test_an_altered_amount_is_never_approved(state: State, amount_yen: int) -> None:
    with pytest.raises(TransitionError, match=f"approved {amount_yen} for a request of 600"):
        apply(Operation(PREPARED, state), Approved(Yen(amount_yen), RESULT))


def test_what_a_request_leaves() -> None:
    after = apply(Operation(PREPARED), EVENTS[Requested])
    assert (after.sequence_number, after.baseline) == (7, DeviceBaseline("T1", "00011", "6"))


def test_a_report_keeps_its_result_only_when_it_approves() -> None:
    requested = apply(Operation(PREPARED), Requested(7))
    good = apply(requested, EVENTS[Reported])
    assert (good.result, good.code) == (RESULT, "00")
    bad = apply(good, Reported(approved=False, amount_yen=Yen(600), result=RESULT, code="51"))
    assert (bad.state, bad.result, bad.code) == (State.REPORTED, None, "51")


def test_an_approval_wipes_the_doubt_before_it() -> None:
    doubt = apply(apply(Operation(PREPARED), Requested(7)), OutcomeUnknown("silent"))
    assert doubt.reason == "silent"
    after = apply(doubt, Approved(Yen(600), RESULT, "inquiry"))
    assert (after.result, after.reason, after.code) == (RESULT, "", "")


@pytest.mark.parametrize(
    ("event", "result", "reason"),
    [
        (ResolvedCharged("slip seen", RESULT), RESULT, "slip seen"),
        (NotCharged("inquiry"), None, "inquiry"),
        (ResolvedNotCharged("phoned"), None, "phoned"),
    ],
)
def test_evidence_is_kept(event: Event, result: DeviceResult | None, reason: str) -> None:
    reported = apply(apply(Operation(PREPARED), Requested(7)), EVENTS[Reported])
    after = apply(apply(reported, OutcomeUnknown("silent")), event)
    assert (after.result, after.reason) == (result, reason)


def test_a_decline_keeps_reason_and_code_and_no_result() -> None:
    reported = apply(apply(Operation(PREPARED), Requested(7)), EVENTS[Reported])
    after = apply(reported, Declined("balance", "51"))
    assert (after.reason, after.code, after.result) == ("balance", "51", None)


@pytest.mark.parametrize(("state", "event"), [(State.REQUESTED, NotSent("x")), (State.PREPARED, Abandoned("x"))])
def test_why_nothing_was_sent_is_kept(state: State, event: Event) -> None:
    assert apply(Operation(PREPARED, state), event).reason == "x"
