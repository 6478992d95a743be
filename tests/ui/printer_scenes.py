"""What a printer can leave a clerk with: a job that waits, paper nobody is sure of; and the drawer's form."""

from collections.abc import Iterator
from dataclasses import replace

from drivers.printer.api import PrintFault
from kiosk.domain.operation import State
from kiosk.presenters.screen import Act
from kiosk.presenters.staff import StaffPresenter
from kiosk.services.notices import DeviceStatus, DocumentChanged, Light, Printing
from tests.ui.scripted_desk import ALL_GOOD, ScriptedDesk

WAITED_FOR = (
    PrintFault.PAPER_END,
    PrintFault.COVER_OPEN,
    PrintFault.CUTTER,
    PrintFault.OVERHEATED,
    PrintFault.OFFLINE,
    PrintFault.RECOVERABLE,
)
FAILED_BY = (
    PrintFault.UNRECOVERABLE,
    PrintFault.SILENT,
    PrintFault.PORT_MISSING,
    PrintFault.PORT_BUSY,
    PrintFault.LINE_LOST,
    PrintFault.NOT_RECORDED,
)
UNKNOWN_BY = ("silent", "cannot_tell", "stopped", "paper_end")


def printer_scenes(staff: StaffPresenter, desk: ScriptedDesk) -> Iterator[str]:
    """After a sale, on the menu, before the next sale; begins and ends with a free sale's card."""
    staff.main_action()
    staff.cart.select_item("1001")
    staff.payment.choose_tender("credit", staff.store.state.cart.revision)
    staff.main_action()
    desk.finish(State.APPROVED)
    assert desk.operation is not None
    sale_id = desk.operation.prepared.sale_id

    def tell(printing: Printing, fault: str) -> None:
        desk.tell(DocumentChanged(sale_id, "usage_slip", "A1-U2026-000124", 0, printing, fault))

    for waited in WAITED_FOR:
        tell(Printing.WAITING, waited)
        yield f"printer-waits-{waited}"
    for failed in FAILED_BY:
        tell(Printing.FAILED, failed)
        yield f"printer-failed-{failed}"
    for unknown in UNKNOWN_BY:
        tell(Printing.UNKNOWN, unknown)
        yield f"printer-unknown-{unknown}"
    staff.main_action()
    yield "printer-unknown-next-sale"
    tell(Printing.WAITING, "paper_end")
    yield "printer-waits-next-sale"
    staff.act(Act.SHOW_MENU)
    yield "printer-waits-menu"
    tell(Printing.PRINTED, "")
    for light, reason in ((Light.BAD, "cover_open"), (Light.BAD, "silent")):
        desk.tell(replace(ALL_GOOD, printer=DeviceStatus(light, reason)))
        yield f"printer-menu-{reason}"
    staff.act(Act.BACK)
    yield "printer-fault-next-sale"
    running_low = replace(ALL_GOOD, paper=DeviceStatus(Light.ATTENTION, "paper_near_end"))
    desk.tell(running_low)
    yield "printer-near-end-next-sale"
    staff.act(Act.SHOW_MENU)
    desk.tell(running_low)
    yield "printer-near-end-menu"
    staff.act(Act.OPEN_DRAWER)
    yield "drawer"
    staff.choose("drawer_reason", "change")
    staff.main_action()
    staff.act(Act.BACK)
    desk.tell(ALL_GOOD)
    staff.cart.select_item("3006")
    staff.main_action()
