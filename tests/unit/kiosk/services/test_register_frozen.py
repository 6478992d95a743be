"""A journal that is not the one the register holds: no money moves into it, and what is open is still settled."""

from collections.abc import Callable

import pytest

from drivers.payment import api
from kiosk.domain.cart import Cart, Exemption, Offer, make_offer
from kiosk.domain.operation import State
from kiosk.services.close_day import close_day
from kiosk.services.counter import RefusalError
from kiosk.services.resolve_in_doubt import resolve_by_person
from kiosk.services.take_free_sale import take_free_sale
from kiosk.services.take_payment import take_payment
from kiosk.services.void_payment import void_payment
from tests.unit.kiosk.conftest import (
    CAPABLE,
    CASH,
    CHIEF,
    CLERK,
    CREDIT,
    RESIDENT,
    Bench,
    QuietContext,
    ScriptedDevice,
    approved,
)

JOURNAL_RULES = ("fork", "frozen", "rolled_back", "wrong_epoch")


def freeze(bench: Bench, rule: str) -> None:
    bench.journal.set_frozen(f"{rule}: entry 4 is not the one acknowledged before")


def take(bench: Bench, device: ScriptedDevice) -> State:
    return take_payment(bench.counter, bench.offer(), CREDIT, device, QuietContext, CLERK.actor).state


@pytest.mark.parametrize("rule", JOURNAL_RULES)
def test_nothing_is_charged_while_the_register_holds_another_journal(open_bench: Bench, rule: str) -> None:
    device = ScriptedDevice(sales=[approved()])
    freeze(open_bench, rule)
    before = open_bench.journal.head()
    with pytest.raises(RefusalError, match="register_frozen"):
        take(open_bench, device)
    assert (device.charged, open_bench.journal.head()) == ([], before)
    open_bench.journal.set_frozen("")
    assert take(open_bench, device) is State.APPROVED


@pytest.mark.parametrize("rule", ["key_revoked", "unknown_key"])
def test_a_key_that_is_refused_stops_nobody(open_bench: Bench, rule: str) -> None:
    """The journal is whole: what is sold now is sent once the counter is enrolled again."""
    freeze(open_bench, rule)
    assert take(open_bench, ScriptedDevice(sales=[approved()])) is State.APPROVED


def free_offer() -> Offer:
    cart = Cart().add(RESIDENT).exempt(Exemption("welfare", "生活保護"))
    return make_offer(cart, (CREDIT, CASH))


def test_neither_void_nor_free_sale_begins(open_bench: Bench) -> None:
    device = ScriptedDevice(sales=[approved(), approved()])
    device.capabilities = api.Capabilities(CAPABLE.media, can_inquire=True, can_void=True)
    sale_id = take_payment(
        open_bench.counter, open_bench.offer(), CREDIT, device, QuietContext, CLERK.actor
    ).prepared.sale_id
    freeze(open_bench, "rolled_back")
    refused: tuple[Callable[[], object], ...] = (
        lambda: void_payment(
            open_bench.counter, sale_id, device, QuietContext, actor=CLERK.actor, approver=CHIEF.actor
        ),
        lambda: take_free_sale(open_bench.counter, free_offer(), CLERK.actor),
    )
    for begin in refused:
        with pytest.raises(RefusalError, match="register_frozen"):
            begin()
    assert len(device.charged) == 1


def test_a_doubt_is_settled_and_the_day_closed_all_the_same(open_bench: Bench) -> None:
    device = ScriptedDevice(
        sales=[api.OutcomeUnknown(api.UnknownReason.SILENCE)], inquiries=[api.OutcomeUnknown(api.UnknownReason.SILENCE)]
    )
    operation = take_payment(open_bench.counter, open_bench.offer(), CREDIT, device, QuietContext, CLERK.actor)
    freeze(open_bench, "fork")
    settled = resolve_by_person(
        open_bench.counter,
        operation.prepared.operation_id,
        charged=False,
        evidence="slip",
        actor=CLERK.actor,
        approver=CHIEF.actor,
    )
    assert settled.state is State.NOT_CHARGED
    close_day(open_bench.counter, CLERK.actor)
    assert open_bench.journal.books().day().open_date is None
