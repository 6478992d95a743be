"""A desk with scripted devices for the tests of this room, and the notices it gave."""

import queue
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TypeVar

from drivers.context import DeviceContext, Wake
from drivers.payment import api
from drivers.printer.api import (
    UNWATCHED,
    DrawerOutcome,
    Paper,
    Printed,
    PrinterHealth,
    PrintJob,
    PrintOutcome,
    PrintWatch,
)
from drivers.transport import MemoryLine
from kiosk.runtime.desk import Desk
from kiosk.runtime.print_room import PrintRoom
from kiosk.runtime.printer_at_work import PrinterStation
from kiosk.runtime.shift import Errands
from kiosk.runtime.status_board import StatusBoard
from kiosk.runtime.till import Station, Till
from kiosk.runtime.worker import Worker
from kiosk.services.notices import (
    Notice,
)
from kiosk.services.sign_in import PinGate
from tests.unit.kiosk.conftest import (
    ADMINISTRATOR,
    CHIEF,
    CLERK,
    FINANCE,
    Bench,
    ScriptedDevice,
    approved,
)

N = TypeVar("N", bound=Notice)
WAIT_S = 10.0


@dataclass
class WaitingDevice(ScriptedDevice):
    """A terminal that waits for its citizen until it is canceled."""

    waiting: threading.Event = field(default_factory=threading.Event)

    def authorize_sales(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.AuthorizationOutcome:
        self.charged.append(request)
        line, _ = MemoryLine.pair()
        self.waiting.set()
        woken = context.receive(line, context.now_s() + WAIT_S)
        assert woken is Wake.CANCEL
        return api.Declined(api.DeclineReason.CANCELED, "6C")


class AskingDevice(ScriptedDevice):
    """A device that asks the clerk for a slip number."""

    def authorize_sales(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.AuthorizationOutcome:
        self.charged.append(request)
        form = api.Form("attended_sale", request.amount_yen, (api.Field("slip_number", api.FieldKind.DIGITS, 5),))
        entry = context.ask(form, context.now_s() + WAIT_S)
        assert isinstance(entry, api.Entry)
        return replace(approved(request.amount_yen), slip_number=entry.values["slip_number"])


class ListPrinter:
    """A printer that always prints."""

    def __init__(self) -> None:
        self.jobs: list[PrintJob] = []
        self.drawer_opened: list[bool] = []
        """With sound or without."""
        self.drawer_springs_open = True

    def print(self, job: PrintJob, context: DeviceContext, watch: PrintWatch = UNWATCHED) -> PrintOutcome:
        assert context is not None
        watch.begin()
        self.jobs.append(job)
        return Printed(Paper.NEAR_END)

    def open_drawer(self, context: DeviceContext, *, with_sound: bool = False) -> DrawerOutcome:
        assert context is not None
        self.drawer_opened.append(with_sound)
        return DrawerOutcome(self.drawer_springs_open)

    def check_health(self, context: DeviceContext) -> PrinterHealth:
        assert context is not None
        return PrinterHealth(online=True, paper=Paper.NEAR_END)


class Rig:
    """A desk with scripted devices, and the notices it gave."""

    def __init__(self, bench: Bench) -> None:
        self.notices: queue.Queue[Notice] = queue.Queue()
        self.errors: list[Exception] = []
        self.device: ScriptedDevice = ScriptedDevice()
        self.drawer = ScriptedDevice()
        self.printer = ListPrinter()
        counter = replace(bench.counter, tell=self.notices.put)
        board = StatusBoard(self.notices.put, lambda: bench.journal.books().sync_status(), has_printer=True)
        self._workers = [Worker(name, on_error=self.errors.append) for name in ("desk", "terminal", "printer")]
        desk_worker, terminal_worker, printer_worker = self._workers
        stations = {
            "terminal": Station(_Swapped(self), terminal_worker, linked=True),
            "drawer": Station(self.drawer, terminal_worker, linked=False),
        }
        station = PrinterStation(
            self.printer,
            printer_worker,
            lambda _: b"slip",
            lambda _: b"report",
            lambda _: b"terminal slip",
            has_drawer=True,
        )
        print_room = PrintRoom(counter, station, board)
        self.till = Till(
            counter,
            stations,
            board,
            lambda operation, actor: self.desk.payment_finished(operation, actor),
            print_room.print_slip,
        )
        self.people = {x.operator_id: x for x in (CLERK, CHIEF, FINANCE, ADMINISTRATOR)}
        gate = PinGate(counter, self.people, lambda _, pin: pin == "1234", time.monotonic)
        self.desk = Desk(counter, gate, Errands(desk_worker, self.notices.put), self.till, print_room, board)
        for worker in self._workers:
            worker.start()

    def until(self, kind: type[N]) -> N:
        """The next notice of a kind; what comes before it is passed over."""
        while True:
            notice = self.notices.get(timeout=WAIT_S)
            if isinstance(notice, kind):
                return notice

    def stop(self) -> None:
        for worker in self._workers:
            worker.stop()
        assert self.errors == []


class _Swapped:
    """The station's device, whichever the test has put there."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig

    @property
    def capabilities(self) -> api.Capabilities:
        return self._rig.device.capabilities

    def authorize_sales(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.AuthorizationOutcome:
        return self._rig.device.authorize_sales(request, context)

    def authorize_void(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.AuthorizationOutcome:
        return self.authorize_sales(request, context)

    def authorize_refund(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.AuthorizationOutcome:
        return self.authorize_sales(request, context)

    def access_daily_log(self, kind: api.DailyLogKind, context: api.PaymentContext) -> api.DailyLogOutcome:
        return self._rig.device.access_daily_log(kind, context)

    def query_last_transaction(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.InquiryOutcome:
        return self._rig.device.query_last_transaction(request, context)

    def read_baseline(self, context: api.PaymentContext) -> api.Baseline | None:
        return self._rig.device.read_baseline(context)

    def check_health(self, context: api.PaymentContext) -> api.Health:
        return self._rig.device.check_health(context)
