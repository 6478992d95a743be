"""Our day beside an emulated terminal's, both real: what only one side knows, what differs, voids, refunds, brands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from drivers.payment import api
from kiosk.domain.daily_log import BrandDifference, differences, needs_confirmation
from kiosk.domain.ids import SaleId
from kiosk.domain.money import Yen
from kiosk.domain.operation import Operation
from kiosk.domain.record import BrandCount, DailyLogCompared
from kiosk.domain.tender import TenderKind
from kiosk.runtime.live_context import LivePaymentContext, Record, no_slip
from kiosk.services.close_day import close_day
from kiosk.services.compare_daily_log import compare_daily_log, review
from kiosk.services.open_day import open_day
from kiosk.services.refund_payment import refund_payment
from kiosk.services.take_payment import take_payment
from kiosk.services.void_payment import void_payment
from tests.contract.payment import test_stxlrc_terminal as stxlrc
from tests.contract.payment import test_zvt_terminal as zvt
from tests.unit.kiosk import conftest as kiosk_side
from tests.unit.kiosk.conftest import CHIEF, CLERK, CREDIT, Bench, ScriptedDevice, approved, item

bench, open_bench = kiosk_side.bench, kiosk_side.open_bench
make_stxlrc, make_zvt = stxlrc.make_counter, zvt.make_counter


def context(_: Operation, record: Record) -> LivePaymentContext:
    return LivePaymentContext(lambda _: None, record, no_slip)


def pay(bench: Bench, device: api.PaymentDevice, amount_yen: int) -> SaleId:
    """A sale at our counter."""
    offer = bench.offer(item("X01", "手数料", amount_yen))
    paid = take_payment(bench.counter, offer, CREDIT, device, context, CLERK.actor)
    assert paid.state == "approved"
    return paid.prepared.sale_id


def recorded(amount_yen: int, slip_number: str, brand: str) -> ScriptedDevice:
    """A device that leaves a sale in our books and none in the terminal's."""
    return ScriptedDevice(sales=[replace(approved(amount_yen, slip_number=slip_number), brand=brand)])


def compare(bench: Bench, device: api.PaymentDevice) -> DailyLogCompared:
    quiet = LivePaymentContext(lambda _: None, lambda _: None, no_slip)
    log = device.access_daily_log(api.DailyLogKind.SETTLEMENT, quiet)
    head = bench.journal.books().head().seq
    return compare_daily_log(bench.counter, "terminal", log, CLERK.actor, up_to_seq=head)


def test_a_terminal_that_lists_its_sales_is_compared_by_transaction(
    open_bench: Bench, make_stxlrc: Callable[..., stxlrc.Counter]
) -> None:
    terminal = make_stxlrc()
    voided = pay(open_bench, terminal.driver, 300)
    pay(open_bench, terminal.driver, 450)
    pay(open_bench, terminal.driver, 1200)
    void_payment(open_bench.counter, voided, terminal.driver, context, actor=CLERK.actor, approver=CHIEF.actor)
    assert isinstance(terminal.sell(700), api.Approved)  # only the terminal knows it: Visa, 000004
    assert isinstance(terminal.sell(900), api.Approved)  # Mastercard, 000005: our books say 90
    pay(open_bench, recorded(90, "000005", "Mastercard"), 90)
    pay(open_bench, recorded(600, "000077", "Visa"), 600)
    compared = compare(open_bench, terminal.driver)
    assert differences(compared) == (BrandDifference("Mastercard", 0, 810), BrandDifference("Visa", 0, 100))
    assert [(each.brand, each.slip_number, each.amount_yen) for each in compared.only_ours] == [("Visa", "000077", 600)]
    assert [(each.brand, each.slip_number, each.amount_yen) for each in compared.only_theirs] == [
        ("Visa", "000004", 700)
    ]
    (pair,) = compared.differing
    assert (pair.ours.amount_yen, pair.theirs.amount_yen, pair.theirs.slip_number) == (90, 900, "000005")
    assert review(open_bench.journal.books(), compared).to_tick == ()


def test_two_lists_that_agree_need_nobody(open_bench: Bench, make_stxlrc: Callable[..., stxlrc.Counter]) -> None:
    terminal = make_stxlrc()
    voided = pay(open_bench, terminal.driver, 300)
    pay(open_bench, terminal.driver, 450)
    void_payment(open_bench.counter, voided, terminal.driver, context, actor=CLERK.actor, approver=CHIEF.actor)
    assert not needs_confirmation(compare(open_bench, terminal.driver))


def test_a_terminal_that_tells_totals_is_compared_by_brand_and_our_own_are_ticked_off(
    open_bench: Bench, make_zvt: Callable[..., zvt.Counter]
) -> None:
    terminal = make_zvt()
    counter = replace(open_bench.counter, refunds_on_terminal=frozenset({TenderKind.CREDIT}))
    voided = pay(open_bench, terminal.driver, 300)
    earlier = pay(open_bench, terminal.driver, 450)
    void_payment(counter, voided, terminal.driver, context, actor=CLERK.actor, approver=CHIEF.actor)
    assert not needs_confirmation(compare(open_bench, terminal.driver))
    close_day(counter, CLERK.actor)
    open_bench.clock.now += timedelta(days=1)
    open_day(counter, CLERK.actor)
    pay(open_bench, terminal.driver, 1000)  # JCB
    pay(open_bench, terminal.driver, 800)  # Visa
    refund = refund_payment(
        counter, earlier, "二重に支払った", terminal.driver, context, actor=CLERK.actor, approver=CHIEF.actor
    )
    assert refund.state == "approved"
    assert terminal.book()[-1].kind == "refund"
    assert isinstance(terminal.sell(600), api.Approved)  # Mastercard, which only the terminal knows
    pay(open_bench, recorded(250, "0099", "JCB"), 250)
    compared = compare(open_bench, terminal.driver)
    assert BrandCount("Visa", 1, Yen(350)) in compared.ours
    assert differences(compared) == (BrandDifference("JCB", -1, -250), BrandDifference("Mastercard", 1, 600))
    ticked = review(open_bench.journal.books(), compared).to_tick
    assert [(each.brand, each.amount_yen) for each in ticked] == [("JCB", 1000), ("JCB", 250)]
