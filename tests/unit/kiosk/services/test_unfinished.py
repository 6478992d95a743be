"""処理未了: what the brand's rule makes of it, what is kept, and that nothing is charged by itself."""

import json
from dataclasses import replace
from datetime import date

import pytest

from drivers.payment import api
from kiosk.domain.operation import BY_RULE, Approved, Operation, OutcomeUnknown, State
from kiosk.domain.record import OperationEvent, parse_record
from kiosk.domain.unfinished import Treatment, UnfinishedRule
from kiosk.services.close_day import close_day
from kiosk.services.close_follow_up import close_follow_up
from kiosk.services.counter import Counter, RefusalError
from kiosk.services.resolve_in_doubt import inquire, resolve_by_person
from kiosk.services.take_payment import take_payment
from kiosk.services.void_payment import void_payment
from tests.unit.kiosk.conftest import CHIEF, CLERK, CREDIT, MONDAY, Bench, QuietContext, ScriptedDevice, approved

APRIL = date(2024, 4, 1)
RULES = (
    UnfinishedRule("交通系IC", Treatment.NEXT_TOUCH, APRIL, 55),
    UnfinishedRule("nanaco", Treatment.SALE, APRIL),
    UnfinishedRule("iD", Treatment.NOT_CONCLUDED, APRIL),
)
BY_HAND = api.Capabilities(frozenset(api.Media), can_inquire=False, can_void=True)
LINKED = replace(BY_HAND, can_inquire=True)


def counter_of(bench: Bench) -> Counter:
    return replace(bench.counter, unfinished_rules=RULES)


def unfinished(brand: str) -> api.OutcomeUnknown:
    return api.OutcomeUnknown(api.UnknownReason.UNFINISHED, brand, "00231")


def pay(bench: Bench, device: ScriptedDevice) -> Operation:
    return take_payment(counter_of(bench), bench.offer(), CREDIT, device, QuietContext, CLERK.actor)


def by_hand(brand: str) -> ScriptedDevice:
    return ScriptedDevice(sales=[unfinished(brand)], capabilities=BY_HAND)


def events(bench: Bench) -> list[object]:
    entries = bench.journal.entries_after(0, count_max=1000, bytes_max=10**9)
    bodies = [parse_record(each.canonical, each.prev_hash).body for each in entries]
    return [body.event for body in bodies if isinstance(body, OperationEvent)]


def test_no_sale_until_the_next_touch_waits_with_its_deadline(open_bench: Bench) -> None:
    device = by_hand("交通系IC")
    operation = pay(open_bench, device)
    assert (operation.state, operation.reason) == (State.IN_DOUBT, "unfinished")
    assert operation.seen is not None
    assert (operation.seen.brand, operation.seen.slip_number) == ("交通系IC", "00231")
    assert operation.seen.rule == RULES[0]
    assert operation.seen.inquire_by == date(2027, 1, 17)
    assert len(device.charged) == 1
    assert device.asked == []
    assert open_bench.journal.books().unsettled() == (operation,), "as the read models have it"


def test_the_touch_settles_it(open_bench: Bench) -> None:
    operation = pay(open_bench, by_hand("交通系IC"))
    device = ScriptedDevice(inquiries=[approved(slip_number="00232")], capabilities=BY_HAND)
    settled = inquire(counter_of(open_bench), operation, device, QuietContext(None, None))
    assert (settled.state, settled.provisional) == (State.APPROVED, False)
    assert open_bench.journal.books().history.follow_ups() == ()


def test_a_sale_by_the_rule_says_so_and_is_followed_up(open_bench: Bench) -> None:
    operation = pay(open_bench, by_hand("nanaco"))
    assert (operation.state, operation.provisional) == (State.APPROVED, True)
    assert operation.result is not None
    assert (operation.result.brand, operation.result.slip_number) == ("nanaco", "00231")
    unknown, sale = events(open_bench)[-2:]
    assert isinstance(unknown, OutcomeUnknown)
    assert unknown.seen is not None
    assert unknown.seen.rule == RULES[1]
    assert isinstance(sale, Approved)
    assert sale.source == BY_RULE
    assert open_bench.journal.books().history.follow_ups() == (operation,)
    assert open_bench.journal.books().totals(MONDAY)[0].amount_yen == 300


def test_no_rule_makes_a_sale_of_what_has_no_slip(open_bench: Bench) -> None:
    nameless = ScriptedDevice(sales=[replace(unfinished("nanaco"), slip_number="")], capabilities=BY_HAND)
    assert pay(open_bench, nameless).state is State.IN_DOUBT
    assert open_bench.journal.books().totals(MONDAY) == ()


def test_what_was_not_concluded_may_be_run_again_at_once(open_bench: Bench) -> None:
    operation = pay(open_bench, by_hand("iD"))
    assert operation.state is State.NOT_CHARGED
    assert "iD" in operation.reason
    assert "2024-04-01" in operation.reason
    again = pay(open_bench, ScriptedDevice(sales=[approved()], capabilities=BY_HAND))
    assert again.state is State.APPROVED
    assert open_bench.journal.books().history.follow_ups() == ()


@pytest.mark.parametrize("brand", ["", "PiTaPa"])
def test_a_brand_without_a_rule_waits_for_two_people(open_bench: Bench, brand: str) -> None:
    operation = pay(open_bench, by_hand(brand))
    assert operation.state is State.IN_DOUBT
    assert operation.seen is not None
    assert operation.seen.rule == UnfinishedRule(brand, Treatment.PERSON)


@pytest.mark.parametrize(("brand", "state"), [("nanaco", State.APPROVED), ("iD", State.NOT_CHARGED)])
def test_a_linked_terminal_is_asked_before_its_brands_rule_decides(open_bench: Bench, brand: str, state: State) -> None:
    silent = api.OutcomeUnknown(api.UnknownReason.SILENCE)
    device = ScriptedDevice(sales=[unfinished(brand)], inquiries=[silent], capabilities=LINKED)
    assert pay(open_bench, device).state is state
    assert len(device.asked) == 1
    found = ScriptedDevice(sales=[unfinished("iD")], inquiries=[approved()], capabilities=LINKED)
    settled = pay(open_bench, found)
    assert (settled.state, settled.provisional) == (State.APPROVED, False), "the terminal's own word is better"


def test_no_rule_speaks_of_a_void(open_bench: Bench) -> None:
    sale = pay(open_bench, ScriptedDevice(sales=[approved()], capabilities=BY_HAND))
    void = void_payment(
        counter_of(open_bench),
        sale.prepared.sale_id,
        by_hand("iD"),
        QuietContext,
        actor=CLERK.actor,
        approver=CHIEF.actor,
    )
    assert void.state is State.IN_DOUBT


def test_two_people_free_the_terminal_for_now_and_finance_closes_it_later(open_bench: Bench) -> None:
    counter, operation = counter_of(open_bench), pay(open_bench, by_hand("交通系IC"))
    people = {"actor": CLERK.actor, "approver": CHIEF.actor}
    operation_id = operation.prepared.operation_id
    settled = resolve_by_person(
        counter,
        operation_id,
        charged=False,
        evidence="処理未了の控え",
        provisional=True,
        actor=CLERK.actor,
        approver=CHIEF.actor,
    )
    assert (settled.state, settled.provisional) == (State.NOT_CHARGED, True)
    books = open_bench.journal.books()
    assert books.unsettled() == ()
    assert books.history.follow_ups() == (settled,)
    close_follow_up(counter, operation_id, charged=True, evidence="入金明細", **people)
    assert books.history.follow_ups() == ()
    assert books.totals(MONDAY) == (), "what was booked stays"
    with pytest.raises(RefusalError, match="follow_up_unknown"):
        close_follow_up(counter, operation_id, charged=False, evidence="入金明細", **people)
    entry = open_bench.journal.entries_after(0, count_max=1000, bytes_max=10**9)[-1]
    record = json.loads(entry.canonical)
    assert record["header"]["approver"]["operator_id"] == "suzuki"
    close_day(counter, CHIEF.actor)


def test_another_amount_is_kept_and_only_two_people_settle_it(open_bench: Bench) -> None:
    took = api.OutcomeUnknown(api.UnknownReason.MISMATCH, "iD", "00231", 3000)
    operation = pay(open_bench, ScriptedDevice(sales=[took], capabilities=BY_HAND))
    assert operation.state is State.IN_DOUBT
    assert operation.seen is not None
    assert operation.seen.amount_yen == 3000
    device = ScriptedDevice(inquiries=[api.NotCharged("looked")], capabilities=BY_HAND)
    with pytest.raises(RefusalError, match="two_people_needed"):
        inquire(counter_of(open_bench), operation, device, QuietContext(None, None))
    assert device.asked == []
