"""Taking a payment on a real journal: the order of records, and what each outcome leaves behind."""

from dataclasses import replace

import pytest

from drivers.payment import api
from kiosk.domain.books import Books, Decide
from kiosk.domain.cart import Cart, make_offer
from kiosk.domain.operation import Operation, State
from kiosk.domain.payment import Standing
from kiosk.domain.record import Draft, NotDurable, Record
from kiosk.domain.slip import Slip
from kiosk.services.counter import RefusalError
from kiosk.services.notices import PaymentFinished, PaymentStarted
from kiosk.services.resolve_in_doubt import inquire, recover
from kiosk.services.take_payment import OtherTender, take_payment
from kiosk.services.void_payment import void_payment
from tests.unit.kiosk.conftest import (
    CASH,
    CHIEF,
    CLERK,
    CREDIT,
    MONDAY,
    RESIDENT,
    Bench,
    QuietContext,
    ScriptedDevice,
    approved,
)

BASELINE = api.Baseline("29525235", "0230", "000974")


def take(bench: Bench, device: ScriptedDevice) -> Operation:
    return take_payment(bench.counter, bench.offer(), CREDIT, device, QuietContext, CLERK.actor)


def test_an_approved_sale_is_recorded_step_by_step_before_each_act(open_bench: Bench) -> None:
    device = ScriptedDevice(sales=[approved()], reports=[approved()], baseline=BASELINE)
    operation = take(open_bench, device)
    assert operation.state is State.APPROVED
    assert open_bench.kinds() == [
        "day_opened",
        "operation_prepared",
        "operation_requested",
        "operation_reported",
        "operation_approved",
    ]
    (sale,) = open_bench.journal.books().sales(MONDAY)
    assert (sale.standing, sale.amount_yen) == (Standing.PAID, 300)
    assert sale.actor == CLERK.actor


def test_the_intent_is_in_the_journal_when_the_device_is_asked(open_bench: Bench) -> None:
    seen: list[Operation | None] = []

    class Looking(ScriptedDevice):
        def authorize_sales(
            self, request: api.AuthorizationRequest, context: api.PaymentContext
        ) -> api.AuthorizationOutcome:
            (unsettled,) = open_bench.journal.books().unsettled()
            seen.append(unsettled)
            return super().authorize_sales(request, context)

    take(open_bench, Looking(sales=[approved()], baseline=BASELINE))
    (operation,) = seen
    assert operation is not None
    assert operation.state is State.REQUESTED
    assert operation.sequence_number == 1
    assert operation.baseline is not None
    assert operation.baseline.slip_number == "0230"


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (api.Declined(api.DeclineReason.CARD_REFUSED, "6C"), State.DECLINED),
        (api.NotSent(api.NotSentReason.PORT_MISSING), State.NOT_SENT),
    ],
)
def test_a_refusal_leaves_the_sale_unpaid_and_the_device_free(
    open_bench: Bench, outcome: api.AuthorizationOutcome, state: State
) -> None:
    assert take(open_bench, ScriptedDevice(sales=[outcome])).state is state
    assert open_bench.journal.books().unsettled() == ()
    assert take(open_bench, ScriptedDevice(sales=[approved()])).state is State.APPROVED


def test_an_unknown_outcome_is_asked_about_at_once_and_never_charged_again(open_bench: Bench) -> None:
    device = ScriptedDevice(
        sales=[api.OutcomeUnknown(api.UnknownReason.LINE_LOST)], inquiries=[approved()], baseline=BASELINE
    )
    operation = take(open_bench, device)
    assert operation.state is State.APPROVED
    assert len(device.charged) == 1
    assert [type(n) for n in open_bench.told] == [PaymentStarted, PaymentFinished]
    shown = open_bench.told[1]
    assert isinstance(shown, PaymentFinished)
    assert shown.operation.state is State.IN_DOUBT


def test_what_stays_unknown_blocks_its_device_and_no_other(open_bench: Bench) -> None:
    unknown = api.OutcomeUnknown(api.UnknownReason.SILENCE)
    device = ScriptedDevice(sales=[unknown], inquiries=[api.OutcomeUnknown(api.UnknownReason.UNANSWERED)])
    assert take(open_bench, device).state is State.IN_DOUBT
    with pytest.raises(RefusalError, match="device_in_doubt"):
        take(open_bench, ScriptedDevice(sales=[approved()]))
    cash = api.Approved(300, api.Media.CASH, "", "", "", tendered_yen=500)
    drawer = ScriptedDevice(sales=[cash])
    paid = take_payment(open_bench.counter, open_bench.offer(), CASH, drawer, QuietContext, CLERK.actor)
    assert paid.state is State.APPROVED


def test_an_approval_over_another_amount_is_nobodys_success(open_bench: Bench) -> None:
    device = ScriptedDevice(sales=[approved(30)], inquiries=[approved(30)])
    operation = take(open_bench, device)
    assert operation.state is State.IN_DOUBT
    assert open_bench.journal.books().totals(MONDAY) == ()


def test_no_day_open_means_no_sale(bench: Bench) -> None:
    device = ScriptedDevice(sales=[approved()])
    with pytest.raises(RefusalError, match="day_not_open"):
        take(bench, device)
    assert device.charged == []
    assert bench.kinds() == []


class FillingDisk:
    """The bench's journal until ``left`` writes are used up; then nothing is durable any more."""

    def __init__(self, bench: Bench, left: int) -> None:
        self._journal, self._left = bench.journal, left

    def append(self, *drafts: Draft) -> tuple[Record, ...]:
        self._spend()
        return self._journal.append(*drafts)

    def transact(self, decide: Decide) -> tuple[Record, ...]:
        self._spend()
        return self._journal.transact(decide)

    def books(self) -> Books:
        return self._journal.books()

    def _spend(self) -> None:
        if self._left == 0:
            raise NotDurable("disk full")
        self._left -= 1


def filling(bench: Bench, left: int) -> Bench:
    return replace(bench, counter=replace(bench.counter, journal=FillingDisk(bench, left)))


def test_a_disk_that_cannot_hold_the_intent_refuses_before_anything_is_sent(open_bench: Bench) -> None:
    device = ScriptedDevice(sales=[approved()])
    with pytest.raises(RefusalError, match="journal_not_durable"):
        take(filling(open_bench, 0), device)
    assert take(filling(open_bench, 1), device).state is State.ABANDONED
    assert device.charged == []


def test_an_outcome_the_disk_cannot_hold_is_shown_as_unknown_and_settled_at_the_next_start(open_bench: Bench) -> None:
    device = ScriptedDevice(sales=[approved()], baseline=BASELINE)
    operation = take(filling(open_bench, 2), device)
    assert (operation.state, operation.reason) == (State.IN_DOUBT, "not_durable")
    (in_doubt,) = recover(open_bench.counter)
    later = ScriptedDevice(inquiries=[approved()])
    settled = inquire(open_bench.counter, in_doubt, later, QuietContext(None, None))
    assert settled.state is State.APPROVED
    assert later.charged == []
    assert [total.amount_yen for total in open_bench.journal.books().totals(MONDAY)] == [300]


def pay_slip(
    bench: Bench, device: ScriptedDevice, number: str = "45208", instead: OtherTender | None = None, barcode: str = ""
) -> Operation:
    cart = Cart().add_slip(RESIDENT, Slip("豊田 太郎", number, barcode=barcode), fiscal_year=2025)
    tender = CASH if instead else CREDIT
    return take_payment(
        bench.counter, make_offer(cart, (CREDIT, CASH)), tender, device, QuietContext, CLERK.actor, instead
    )


def test_a_slip_is_recorded_with_its_payer_and_its_own_year(open_bench: Bench) -> None:
    pay_slip(open_bench, ScriptedDevice(sales=[approved()]))
    ((line,),) = (sale.lines for sale in open_bench.journal.books().sales(MONDAY))
    assert line.slip == Slip("豊田 太郎", "45208")
    assert line.fiscal_year == 2025


def test_a_slip_that_is_paid_is_not_taken_again_today(open_bench: Bench) -> None:
    paid = pay_slip(open_bench, ScriptedDevice(sales=[approved()]))
    with pytest.raises(RefusalError, match="slip_paid"):
        pay_slip(open_bench, ScriptedDevice())
    with pytest.raises(RefusalError, match="slip_paid"):
        pay_slip(open_bench, ScriptedDevice(), barcode="91" * 22)
    pay_slip(open_bench, ScriptedDevice(sales=[approved()]), "45208-2")
    device = ScriptedDevice(sales=[approved()], capabilities=replace(ScriptedDevice().capabilities, can_void=True))
    void_payment(
        open_bench.counter, paid.prepared.sale_id, device, QuietContext, actor=CLERK.actor, approver=CHIEF.actor
    )
    assert pay_slip(open_bench, ScriptedDevice(sales=[approved()])).state is State.APPROVED


def test_a_slip_in_doubt_is_taken_with_another_tender_alone(open_bench: Bench) -> None:
    silent = ScriptedDevice(
        sales=[api.OutcomeUnknown(api.UnknownReason.SILENCE)],
        inquiries=[api.OutcomeUnknown(api.UnknownReason.SILENCE)],
    )
    doubtful = pay_slip(open_bench, silent)
    assert doubtful.state is State.IN_DOUBT
    instead = OtherTender(doubtful.prepared.operation_id, CHIEF.actor)
    assert pay_slip(open_bench, ScriptedDevice(sales=[approved()]), instead=instead).state is State.APPROVED
