"""What a scan says on each page, and a counter whose scanner and line display are lost; scenes of tests.ui.draw."""

from collections.abc import Iterator

from kiosk.domain.operation import State
from kiosk.presenters.screen import Act
from kiosk.presenters.staff import StaffPresenter
from kiosk.services.notices import Question, Scanned, ScanUnreadable
from tests.ui.scripted_desk import ALL_GOOD, ALL_LOST, BESIDE_LOST, ScriptedDesk


def scan_scenes(staff: StaffPresenter, desk: ScriptedDesk, question: Question) -> Iterator[str]:
    """From an empty sale to an empty sale; ``question`` opens a form."""
    staff.act(Act.BACK)
    desk.tell(BESIDE_LOST)
    desk.tell(Scanned("1001"))
    yield "scan-item"
    for name, notice in (
        ("unknown", Scanned("4901234567894")),
        ("unreadable", ScanUnreadable()),
        ("slip", Scanned("A1-U2026-000123")),
    ):
        desk.tell(notice)
        yield f"scan-{name}"
    staff.payment.choose_tender("cash", staff.store.state.cart.revision)
    staff.main_action()
    desk.tell(question)
    desk.tell(Scanned("2900000010017"))
    yield "scan-not-now"
    staff.cancel()
    desk.finish(State.DECLINED, reason="canceled")
    staff.act(Act.CLEAR_CART)
    staff.act(Act.SHOW_SALES)
    desk.tell(Scanned("4901234567894"))
    yield "scan-no-slip"
    desk.tell(Scanned("A1-U2019-000007"))
    yield "scan-no-sale"
    staff.act(Act.SHOW_MENU)
    desk.tell(BESIDE_LOST)
    yield "menu-beside-lost"
    desk.tell(ALL_LOST)
    yield "menu-all-lost"
    desk.tell(ALL_GOOD)
    staff.act(Act.BACK)
