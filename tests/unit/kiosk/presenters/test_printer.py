"""The printer on the clerk's window: what a job waits for, what is asked about paper, the drawer."""

from dataclasses import replace
from typing import cast

import pytest

from drivers.printer.api import PrintFault
from kiosk.domain.operation import State
from kiosk.presenters.printer import picture_of
from kiosk.presenters.screen import Act, CardPanel, StaffScreen
from kiosk.presenters.staff import StaffPresenter
from kiosk.presenters.texts import load_texts
from kiosk.services.notices import DeviceStatus, DocumentChanged, Light, Printing
from kiosk.ui.pictograms import PICTURES
from tests.house.test_shape import ROOT
from tests.ui.scripted_desk import ALL_GOOD, PIN, SETUP, TODAY, ScriptedDesk

OF_PAPER = {PrintFault.CANNOT_TELL, PrintFault.NOT_RECORDED, PrintFault.NO_DRAWER, PrintFault.FILE_NOT_WRITTEN}


@pytest.fixture
def selling() -> tuple[StaffPresenter, ScriptedDesk, list[StaffScreen]]:
    desk, drawn = ScriptedDesk(), list[StaffScreen]()
    staff = StaffPresenter(SETUP, load_texts(ROOT / "config" / "texts", "ja"), desk, lambda: TODAY, drawn.append)
    desk.tell = staff.handle
    staff.start()
    staff.choose("operator", "suzuki")
    staff.form.write("pin", PIN)
    staff.main_action()
    staff.main_action()
    staff.cart.select_item("1001")
    staff.payment.choose_tender("credit", staff.store.state.cart.revision)
    staff.main_action()
    desk.finish(State.APPROVED)
    return staff, desk, drawn


def tell(staff: StaffPresenter, desk: ScriptedDesk, printing: Printing, fault: str) -> CardPanel:
    assert desk.operation is not None
    sale_id = desk.operation.prepared.sale_id
    desk.tell(DocumentChanged(sale_id, "usage_slip", "A1-U2026-000001", 0, printing, fault))
    return cast(CardPanel, staff.screen().right)


Selling = tuple[StaffPresenter, ScriptedDesk, list[StaffScreen]]


@pytest.mark.parametrize("fault", [fault for fault in PrintFault if fault not in OF_PAPER])
def test_every_fault_of_a_printer_has_its_picture(fault: PrintFault) -> None:
    assert picture_of(Printing.WAITING, fault) in PICTURES
    assert picture_of(Printing.UNKNOWN, fault) == "look"


def test_a_kept_job_shows_what_to_do_and_allows_no_copy_meanwhile(selling: Selling) -> None:
    staff, desk, _ = selling
    card = tell(staff, desk, Printing.WAITING, "paper_end")
    assert (card.picture, [key.act for key in card.keys]) == ("paper_end", [Act.PRINTER_GIVE_UP])
    assert card.note is not None
    assert "新しい用紙" in card.note.detail
    assert not staff.screen().cancel.enabled, "再発行 of what is still to come"
    card = tell(staff, desk, Printing.WAITING, "cutter")
    assert [key.act for key in card.keys] == [Act.PRINTER_RESUME, Act.PRINTER_GIVE_UP]
    staff.act(Act.PRINTER_RESUME)
    staff.act(Act.PRINTER_GIVE_UP)
    assert desk.printing.wanted == ["resume", "give_up"]


def test_the_clerk_is_asked_for_unknown_paper_and_the_next_sale_is_not_held_up(selling: Selling) -> None:
    staff, desk, _ = selling
    card = tell(staff, desk, Printing.UNKNOWN, "stopped")
    assert [key.act for key in card.keys] == [Act.PAPER_OUT, Act.PAPER_MISSING]
    staff.main_action()
    assert "1件" in staff.screen().band.headline, "it stays in sight before the next sale"
    staff.cart.select_item("1001")
    assert "1件" not in staff.screen().band.headline, "and out of the way of this one"


def test_an_answer_is_given_once(selling: Selling) -> None:
    staff, desk, _ = selling
    tell(staff, desk, Printing.UNKNOWN, "silent")
    staff.act(Act.PAPER_MISSING)
    staff.act(Act.PAPER_OUT)
    assert [came_out for _, came_out in desk.printing.confirmed] == [False]


def test_a_roll_near_its_end_is_told_before_a_sale_begins_and_calmly(selling: Selling) -> None:
    staff, desk, _ = selling
    staff.main_action()
    desk.tell(replace(ALL_GOOD, paper=DeviceStatus(Light.ATTENTION, "paper_near_end")))
    assert staff.screen().band.tone == "neutral"
    assert "残り少なく" in staff.screen().band.headline
    staff.cart.select_item("1001")
    assert "残り少なく" not in staff.screen().band.headline


def test_the_drawer_wants_a_reason(selling: Selling) -> None:
    staff, desk, _ = selling
    staff.main_action()
    staff.act(Act.SHOW_MENU)
    staff.act(Act.OPEN_DRAWER)
    staff.main_action()
    assert desk.printing.wanted == []
    staff.choose("drawer_reason", "change")
    staff.main_action()
    assert desk.printing.wanted == ["change"]
