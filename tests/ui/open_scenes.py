"""What a terminal leaves open at the staff window: 処理未了 by each kind of rule, another amount, follow-ups."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from kiosk.domain.ids import OperationId
from kiosk.domain.money import Yen
from kiosk.domain.operation import Seen, State
from kiosk.domain.unfinished import Treatment, UnfinishedRule
from kiosk.presenters.screen import Act
from kiosk.presenters.staff import StaffPresenter
from tests.ui.scripted_desk import PIN, TODAY, ScriptedDesk

UNFINISHED = {
    treatment: Seen(brand, "00231", rule=UnfinishedRule(brand, treatment, TODAY), inquire_by=until)
    for treatment, brand, until in (
        (Treatment.NEXT_TOUCH, "交通系IC", date(2027, 1, 17)),
        (Treatment.SALE, "nanaco", None),
        (Treatment.NOT_CONCLUDED, "QUICPay", None),
        (Treatment.PERSON, "", None),
    )
}
TOOK_MORE = Seen("WAON", "00232", Yen(3000))


def sell(staff: StaffPresenter) -> None:
    """The clerk pays the cart by e-money."""
    staff.payment.choose_tender("emoney", staff.store.state.cart.revision)
    staff.main_action()


def leave_open(desk: ScriptedDesk, seen: Seen, state: State = State.IN_DOUBT, *, provisional: bool = False) -> None:
    """The running payment ends as its terminal left it."""
    assert desk.operation is not None
    desk.operation = replace(desk.operation, seen=seen, provisional=provisional)
    desk.finish(state, reason="mismatch" if seen.amount_yen else "unfinished")


def open_scenes(staff: StaffPresenter, desk: ScriptedDesk) -> Iterator[str]:
    """処理未了 by each kind of rule, another amount, and what is followed up at the close."""
    staff.main_action()
    staff.cart.select_item("1001")
    for treatment in (Treatment.NEXT_TOUCH, Treatment.PERSON):
        sell(staff)
        leave_open(desk, UNFINISHED[treatment])
        yield f"unfinished-{treatment}"
        staff.cancel()
        yield f"unfinished-{treatment}-resolve"
        staff.choose("found", "provisional")
        staff.choose("evidence", staff.texts("choice.evidence.unfinished_slip"))
        staff.choose("approver", "yamada")
        staff.form.write("pin", PIN)
        staff.main_action()
        yield f"unfinished-{treatment}-for-now"
    sell(staff)
    leave_open(desk, UNFINISHED[Treatment.NOT_CONCLUDED], State.NOT_CHARGED)
    yield "unfinished-not-concluded"
    sell(staff)
    leave_open(desk, TOOK_MORE)
    yield "other-amount"
    staff.main_action()
    yield "other-amount-resolve"
    staff.cancel()
    desk.finish(State.NOT_CHARGED)
    sell(staff)
    leave_open(desk, UNFINISHED[Treatment.SALE], State.APPROVED, provisional=True)
    yield "unfinished-sale"
    staff.main_action()
    desk.follow_ups = tuple(
        replace(desk.operation, prepared=replace(desk.operation.prepared, operation_id=OperationId(name)), seen=seen)
        for name, seen in (("f1", UNFINISHED[Treatment.NEXT_TOUCH]), ("f2", UNFINISHED[Treatment.SALE]))
        if desk.operation
    )
    staff.act(Act.SHOW_CLOSE)
    yield "close-follow-ups"
    staff.act(Act.FOLLOW_UP)
    yield "follow-up"
    staff.choose("which", "f1")
    staff.choose("brand_says", "charged")
    yield "follow-up-evidence"
    staff.choose("evidence", staff.texts("choice.evidence.statement"))
    staff.choose("approver", "yamada")
    staff.form.write("pin", PIN)
    staff.main_action()
    yield "follow-up-recorded"
    desk.follow_ups = ()
    desk.list_sales()
    staff.act(Act.BACK)
