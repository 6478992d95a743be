"""The product, running: wired to one counter's simulated world. Owns wiring and death; refuses to decide."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from drivers.payment.api import DailyLogKind, DailyLogOutcome, PaymentContext, PaymentDevice
from drivers.payment.attended.driver import AttendedTerminal
from drivers.payment.cash.driver import CashDrawer
from drivers.payment.jpqr.driver import JpqrCounter
from drivers.printer.escpos.driver import EscposPrinter
from kiosk.domain.ids import RANDOM_BYTES, uuid7
from kiosk.domain.record import SYSTEM, KioskStarted, NotDurable
from kiosk.domain.tender import TenderKind
from kiosk.journal.database import load_driver
from kiosk.journal.store import SqliteJournal
from kiosk.main import make_counter
from kiosk.runtime.desk import Desk
from kiosk.runtime.live_context import PrintSlip
from kiosk.runtime.live_context import Record as RecordResult
from kiosk.runtime.print_room import PrintRoom
from kiosk.runtime.printer_at_work import PrinterStation
from kiosk.runtime.shift import Errands
from kiosk.runtime.status_board import StatusBoard
from kiosk.runtime.till import Station, Till
from kiosk.runtime.worker import QUEUE_JOBS_MAX, Job, WorkerBusyError
from kiosk.services.notices import CounterStatus, Notice, PaymentProgress, Refused
from kiosk.services.sign_in import PinGate
from kiosk.sync.pacing import PacedPush, Pacing
from kiosk.sync.push import push_once
from tests.simulation.clockwork import Task
from tests.simulation.contexts import SimulatedContext, SimulatedPaymentContext, nobody_reads
from tests.simulation.disk import FaultyConnection, FencedJournal
from tests.simulation.faults import Fault
from tests.simulation.register_side import SimulatedClient

if TYPE_CHECKING:
    from tests.simulation.kiosk_side import CounterSide

RESTART_S = (3.0, 30.0)
"""A clerk starts the program again, or the machine itself."""
STATUS_EVERY_S = 30.0
SETTLING_S = 10.0
"""A command for the end of day that was delayed on the line arrives within this; nothing is charged meanwhile."""
HANG_S = (20.0, 120.0)
"""The machine updates itself, or swaps."""
PIN = "1234"


class Settling:
    """A driver that lets the simulation know of the terminal's own end of day."""

    def __init__(self, counter: "CounterSide", driver: PaymentDevice) -> None:
        self._counter, self._driver = counter, driver

    def access_daily_log(self, kind: DailyLogKind, context: PaymentContext) -> DailyLogOutcome:
        self._counter.settling_until_s = math.inf
        try:
            return self._driver.access_daily_log(kind, context)
        finally:
            self._counter.settling_until_s = self._counter.world.now_s + SETTLING_S

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)


class SimulatedWorker:
    """kiosk.runtime.worker.Jobs on a task."""

    def __init__(self, process: "Process", name: str) -> None:
        self._process = process
        self._jobs: deque[Job] = deque()
        self._task = process.spawn(name, self._run)

    def submit(self, job: Job) -> None:
        if len(self._jobs) >= QUEUE_JOBS_MAX:
            raise WorkerBusyError(self._task.name)
        self._jobs.append(job)
        self._task.wake()

    def _run(self) -> None:
        while True:
            while self._jobs:
                try:
                    self._jobs.popleft()()
                except NotDurable:
                    self._process.tell(Refused("internal_error"))  # as kiosk.runtime.worker and report_bug do
            self._task.wait()


class Process:
    """The product, running; ``die`` takes it away between two of its instructions."""

    def __init__(self, counter: "CounterSide") -> None:
        self.counter = counter
        self.is_alive = True
        self._tasks: list[Task] = []
        self._sync: Task | None = None
        world, profile, clock = counter.world, counter.profile, counter.clock
        self.journal = SqliteJournal(
            counter.folder,
            kiosk_id=profile.kiosk_id,
            clock=clock,
            connect=lambda path: FaultyConnection(load_driver().connect(path), counter.dice),
        )
        fenced = FencedJournal(self.journal, self)
        product = replace(make_counter(profile, fenced, clock, self.tell), new_id=self._new_id)
        board = StatusBoard(self.tell, lambda: self.journal.books().sync_status(), has_printer=True)
        workers = {name: SimulatedWorker(self, name) for name in ("desk", "printer", "terminal", "emoney", "drawer")}
        devices = {
            "terminal": Settling(counter, counter.terminal.make_driver(lambda: counter.terminal.site.open(self))),
            "emoney": self._second_device(),
            "drawer": CashDrawer(),
        }
        linked = ("terminal", "emoney") if counter.service else ("terminal",)
        stations = {
            name: Station(device, workers[name], name in linked, self._payment_context)
            for name, device in devices.items()
        }
        assert counter.renders is not None
        printer = EscposPrinter(lambda: counter.printer_site.open(self))
        station = PrinterStation(
            printer, workers["printer"], *counter.renders, open_context=lambda: SimulatedContext(world, self)
        )
        print_room = PrintRoom(product, station, board)
        till = Till(
            product,
            stations,
            board,
            lambda operation, actor: self.desk.payment_finished(operation, actor),
            print_room.print_slip,
        )
        people = {each.operator_id: each for each in profile.operators}
        gate = PinGate(product, people, lambda _, pin: pin == PIN, lambda: world.now_s)
        self.desk = Desk(product, gate, Errands(workers["desk"], self.tell), till, print_room, board)
        workers["desk"].submit(
            lambda: cast(None, fenced.append(product.draft(KioskStarted("sim", "sim"), SYSTEM, None)))
        )
        self.desk.start()
        self._sync = self.spawn("sync", self._push_for_ever)
        self.spawn("status", self._look_for_ever)

    def spawn(self, name: str, work: Callable[[], None]) -> Task:
        task = self.counter.world.spawn(f"{self.counter.name} {name}", work)
        self._tasks.append(task)
        return task

    def may_die(self, kind: Fault, chance: float) -> None:
        """The process ends here, perhaps. Only a task of its own dies at once; see Task.wait."""
        world = self.counter.world
        if world.current in self._tasks and self.is_alive and self.counter.dice.roll(kind, chance):
            self.is_alive = False
            world.after(0.0, self.die)
            assert world.current is not None
            world.current.wait()

    def may_hang(self) -> None:
        """From its next wait on nothing goes on here for a while, perhaps."""
        world = self.counter.world
        if self.counter.dice.roll(Fault.HANG, 0.004):
            for task in self._tasks:
                task.frozen_until_s = world.now_s + world.random.uniform(*HANG_S)

    def die(self) -> None:
        """As the system does it: every task, every lock and every open file goes; from the hub."""
        self.end()
        counter = self.counter
        delay_s = counter.world.random.uniform(*RESTART_S)
        counter.world.after(delay_s, counter.start)

    def end(self) -> None:
        """The world is over; from the hub."""
        self.is_alive = False
        for task in self._tasks:
            task.kill()
        self.journal.close()

    def wake_sync(self) -> None:
        if self._sync is not None:
            self._sync.wake()

    def tell(self, notice: Notice) -> None:
        if not self.is_alive:
            return
        if not isinstance(notice, CounterStatus | PaymentProgress):
            rule = f" {notice.rule}" if isinstance(notice, Refused) else ""
            self.counter.world.note(f"{self.counter.name} tells {type(notice).__name__}{rule}")
        self.counter.on_notice(notice)

    def _payment_context(
        self, tell: Callable[[Notice], None], record: RecordResult, print_slip: PrintSlip
    ) -> SimulatedPaymentContext:
        counter = self.counter
        read_code = counter.service.read if counter.service else nobody_reads
        return SimulatedPaymentContext(
            counter.world, self, counter.answer_form, tell, record, print_slip, read_code=read_code
        )

    def _second_device(self) -> PaymentDevice:
        counter = self.counter
        if counter.service is not None:
            site = counter.service.site
            return counter.service.make_driver(lambda: site.open(self))
        return JpqrCounter() if counter.profile.kinds_on("emoney") == (TenderKind.CODE,) else AttendedTerminal()

    def _new_id(self) -> str:
        counter = self.counter
        unix_ms = int(counter.clock.wall().timestamp() * 1000)
        return uuid7(unix_ms=unix_ms, random=counter.world.random.randbytes(RANDOM_BYTES))

    def _push_for_ever(self) -> None:
        counter, world = self.counter, self.counter.world
        client = SimulatedClient(counter.register, self, counter.dice, counter.name, counter.key, counter.clock.now_iso)
        pacing = Pacing(now_s=lambda: world.now_s, random=world.random.random)
        push = PacedPush(lambda: push_once(self.journal, client), pacing, on_result=lambda _: None)
        task = world.current
        assert task is not None
        while True:
            try:
                wait_s = push()
            except NotDurable:
                wait_s = STATUS_EVERY_S  # kiosk.runtime.sync_loop: told once, tried again
            task.wait(world.now_s + wait_s)

    def _look_for_ever(self) -> None:
        world = self.counter.world
        while True:
            world.sleep(STATUS_EVERY_S)
            self.desk.refresh_status()
