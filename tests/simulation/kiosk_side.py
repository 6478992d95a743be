"""One counter: its devices, its disk, and the process that comes and goes. Owns wiring and death; refuses to decide."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

from drivers.payment.api import DailyLogKind, DailyLogOutcome, PaymentContext, PaymentDevice
from drivers.payment.attended.driver import AttendedTerminal
from drivers.payment.cash.driver import CashDrawer
from drivers.printer.escpos.driver import EscposPrinter
from kiosk.clock import JAPAN
from kiosk.domain.books import Books, Decide
from kiosk.domain.ids import RANDOM_BYTES, uuid7
from kiosk.domain.operation import Operation, OperationKind, Prepared, Requested
from kiosk.domain.record import SYSTEM, DocumentIssued, Draft, KioskStarted, NotDurable, OperationEvent, Record
from kiosk.journal.database import Connection, load_driver
from kiosk.journal.errors import JournalError
from kiosk.journal.store import SqliteJournal
from kiosk.main import make_counter, make_renders
from kiosk.profile import CounterProfile
from kiosk.runtime.desk import Desk
from kiosk.runtime.live_context import PrintSlip
from kiosk.runtime.live_context import Record as RecordResult
from kiosk.runtime.print_room import PrinterStation, PrintRoom
from kiosk.runtime.shift import Errands
from kiosk.runtime.status_board import StatusBoard
from kiosk.runtime.till import Station, Till
from kiosk.runtime.worker import QUEUE_JOBS_MAX, Job, WorkerBusyError
from kiosk.services.notices import CounterStatus, Notice, PaymentProgress, Refused
from kiosk.services.sign_in import PinGate
from kiosk.sync.keys import SigningKey
from kiosk.sync.pacing import PacedPush, Pacing
from kiosk.sync.push import push_once
from tests.simulation.clockwork import Task, World
from tests.simulation.contexts import AnswerForm, SimulatedContext, SimulatedPaymentContext
from tests.simulation.devices import CardTerminal, HandWork, Kind, MemoryPaper, Printer, Sale
from tests.simulation.faults import Dice, Fault
from tests.simulation.register_side import RegisterSide, SimulatedClient
from tests.simulation.wire import Site

RESTART_S = (3.0, 30.0)
"""A clerk starts the program again, or the machine itself."""
STATUS_EVERY_S = 30.0
PRINTER_TROUBLE = {
    Fault.PAPER_END: ("paper end", "paper ok"),
    Fault.COVER_OPEN: ("cover open", "cover close"),
    Fault.CUTTER: ("cutter jam", "cutter clear"),
    Fault.PRINTER_SILENT: ("silent on", "silent off"),
}
SETTLING_S = 60.0
"""An end of day goes out within a few seconds; nothing is charged meanwhile."""
DISK = 0.002
"""Chance that one write fails, for each way of failing."""
PIN = "1234"


class SimulatedClock:
    """The counter computer's clock: right, or off by what somebody did to it."""

    def __init__(self, world: World, opening: datetime) -> None:
        self._world, self._opening = world, opening
        self.off = timedelta()

    @property
    def boot_id(self) -> str:
        return "boot"

    def wall(self) -> datetime:
        return self._opening + timedelta(seconds=self._world.now_s) + self.off

    def monotonic_ms(self) -> int:
        return int(self._world.now_s * 1000)

    def today(self) -> date:
        return self.wall().date()

    def now_iso(self) -> str:
        return self.wall().isoformat(timespec="seconds")


class FaultyConnection:
    """A database connection on a disk that may be full, or lie about a commit."""

    def __init__(self, real: Connection, dice: Dice) -> None:
        self._real, self._dice = real, dice

    @property
    def in_transaction(self) -> bool:
        return self._real.in_transaction

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Any:
        if sql.startswith("INSERT") and self._dice.roll(Fault.DISK_FULL, DISK / 3):
            raise self._error("database or disk is full")
        return self._real.execute(sql, parameters)

    def commit(self) -> None:
        if self._dice.roll(Fault.COMMIT_FAILED, DISK):
            self._real.rollback()
            raise self._error("disk I/O error")
        self._real.commit()
        if self._dice.roll(Fault.COMMIT_FAILED_LANDED, DISK):
            raise self._error("disk I/O error")

    def rollback(self) -> None:
        self._real.rollback()

    def close(self) -> None:
        self._real.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @staticmethod
    def _error(text: str) -> Exception:
        return cast(Exception, load_driver().module.OperationalError(text))


class FencedJournal:
    """The journal as a process sees it: when the process is gone, nothing reaches it."""

    def __init__(self, real: SqliteJournal, process: "Process") -> None:
        self._real, self._process = real, process

    def append(self, *drafts: Draft) -> tuple[Record, ...]:
        return self.transact(lambda _: drafts)

    def transact(self, decide: Decide) -> tuple[Record, ...]:
        process = self._process
        process.may_die(Fault.KILL_BEFORE_WRITE, 0.003)
        if not process.is_alive:
            raise NotDurable("the process is gone")
        records = self._real.transact(decide)
        for record in records:
            process.counter.note_record(record)
        process.may_die(Fault.KILL_AFTER_WRITE, 0.003)
        process.wake_sync()
        return records

    def books(self) -> Books:
        return self._real.books()


class Settling:
    """A driver that lets the simulation know of the terminal's own end of day."""

    def __init__(self, counter: "CounterSide", driver: PaymentDevice) -> None:
        self._counter, self._driver = counter, driver

    def access_daily_log(self, kind: DailyLogKind, context: PaymentContext) -> DailyLogOutcome:
        self._counter.settling_until_s = self._counter.world.now_s + SETTLING_S
        return self._driver.access_daily_log(kind, context)

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


class CounterSide:
    """What stays when the process goes: disk, devices, clock, the citizen's money."""

    def __init__(
        self,
        world: World,
        dice: Dice,
        profile: CounterProfile,
        folder: Path,
        register: RegisterSide,
        kind: Kind,
        clock: SimulatedClock,
    ) -> None:
        self.world, self.dice, self.profile, self.folder = world, dice, profile, folder
        self.name, self.clock, self.register = profile.kiosk_id, clock, register
        self.key: SigningKey = register.enroll(profile.kiosk_id)
        self.terminal = CardTerminal(world, dice, f"{self.name} terminal", kind, clock.wall, self._charge_begun)
        self.emoney, self.drawer = HandWork(), HandWork()
        self.paper = MemoryPaper()
        self.printer = Printer(self.paper)
        self.printer_site = Site(world, dice, f"{self.name} printer", self.printer, damages=False)
        self.renders = make_renders(profile.printer) if profile.printer else None
        self.process: Process | None = None
        self.on_notice: Callable[[Notice], None] = lambda _: None
        self.answer_form: AnswerForm = _nobody
        self.settling_until_s = 0.0
        self.prepared: dict[str, Prepared] = {}
        self.requested: dict[str, str] = {}
        """By device: the operation whose request was made durable last."""
        self.charged_from: dict[str, int] = {}
        """By operation, in order: where the terminal's book stood when it began."""
        self.doubled = 0
        self.records: list[Record] = []
        """The journal as it was read at the end of the last day."""

    def start(self) -> None:
        """The program is started; from the hub."""
        self.world.note(f"{self.name} starts")
        try:
            self.process = Process(self)
        except JournalError:  # one line on the screen; the clerk starts it again
            self.world.note(f"{self.name} cannot start")
            self.world.after(self.world.random.uniform(*RESTART_S), self.start)

    def mend(self) -> None:
        """Cables, paper and cover are as they should be."""
        for site in (self.terminal.site, self.printer_site):
            site.mend()
        for _, mended in PRINTER_TROUBLE.values():
            self._mend_printer(mended)

    def desk(self) -> Desk | None:
        """The running product, or None while it is down."""
        return self.process.desk if self.process is not None and self.process.is_alive else None

    def books(self) -> Books | None:
        return self.process.journal.books() if self.process is not None and self.process.is_alive else None

    def note_record(self, record: Record) -> None:
        """An entry is durable."""
        self.world.note(f"{self.name} wrote {record.header.seq} {record.header.kind}")
        match record.body:
            case Prepared() as prepared:
                self.prepared[prepared.operation_id] = prepared
            case OperationEvent(operation_id, Requested()):
                self.requested[self.prepared[operation_id].device] = operation_id
            case DocumentIssued():
                self._upset_printer()
            case _:
                pass

    def _upset_printer(self) -> None:
        """Paper, cover and cutter trouble comes with printing; somebody mends it after a while."""
        for fault, (word, mended) in PRINTER_TROUBLE.items():
            if self.dice.roll(fault, 0.05):
                self.printer.control(word)
                self.printer_site.step()
                self.world.after(self.world.random.uniform(5.0, 120.0), partial(self._mend_printer, mended))

    def _mend_printer(self, word: str) -> None:
        self.printer.control(word)
        self.printer_site.step()

    def _charge_begun(self) -> None:
        """I2 and I4, at the moment at which the terminal begins: one durable intent, and one charge for it."""
        if self.world.now_s < self.settling_until_s:
            return  # the terminal's own end of day
        operation_id = self.requested.get("terminal")
        if operation_id is None:
            self.world.problem(f"I2 {self.name}: the terminal charges and no intent is durable")
        elif operation_id in self.charged_from:
            self.world.problem(f"I4 {self.name}: operation {operation_id} reached the terminal twice")
            self.doubled += 1
        else:
            self.charged_from[operation_id] = self.terminal.length

    def look_into(self, operation: Operation) -> bool:
        """What two people find in the device's own book; a wrong amount they first take back on the terminal."""
        prepared = operation.prepared
        if prepared.device == "terminal" and prepared.operation_kind is OperationKind.SALE:
            for sale in self.sales_of(prepared.operation_id):
                if sale.amount_yen != prepared.amount_yen:
                    self.terminal.void_by_hand(sale)
        return self.is_booked(operation)

    def is_booked(self, operation: Operation) -> bool:
        """Whether the device has really done it."""
        prepared = operation.prepared
        if prepared.device != "terminal":
            hands = self.hand_work(prepared.device)
            return prepared.operation_id in (
                hands.sales if prepared.operation_kind is OperationKind.SALE else hands.voids
            )
        if prepared.operation_kind is OperationKind.SALE:
            return bool(self.sales_of(prepared.operation_id))
        first, last = self._part_of_book(prepared.operation_id)
        return first is not None and self.terminal.voided_between(first, last)

    def sales_of(self, operation_id: str) -> list[Sale]:
        """Standing sales the terminal booked for one operation."""
        first, last = self._part_of_book(operation_id)
        return [] if first is None else self.terminal.sales_between(first, last)

    def hand_work(self, device: str) -> HandWork:
        return self.emoney if device == "emoney" else self.drawer

    def _part_of_book(self, operation_id: str) -> tuple[int | None, int | None]:
        first = self.charged_from.get(operation_id)
        if first is None:
            return None, None
        begins = list(self.charged_from)
        after = begins.index(operation_id) + 1
        return first, self.charged_from[begins[after]] if after < len(begins) else None


class Process:
    """The product, running; ``die`` takes it away between two of its instructions."""

    def __init__(self, counter: CounterSide) -> None:
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
            "emoney": AttendedTerminal(),
            "drawer": CashDrawer(),
        }
        stations = {
            name: Station(cast(PaymentDevice, device), workers[name], name == "terminal", self._payment_context)
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
            self.counter.world.note(f"{self.counter.name} tells {type(notice).__name__}")
        self.counter.on_notice(notice)

    def _payment_context(
        self, tell: Callable[[Notice], None], record: RecordResult, print_slip: PrintSlip
    ) -> SimulatedPaymentContext:
        return SimulatedPaymentContext(self.counter.world, self, self.counter.answer_form, tell, record, print_slip)

    def _new_id(self) -> str:
        counter = self.counter
        unix_ms = int(counter.clock.wall().timestamp() * 1000)
        return uuid7(unix_ms=unix_ms, random=counter.world.random.randbytes(RANDOM_BYTES))

    def _push_for_ever(self) -> None:
        counter, world = self.counter, self.counter.world
        client = SimulatedClient(counter.register, self, counter.name, counter.key, counter.clock.now_iso)
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


def _nobody(_: object) -> Any:
    raise AssertionError("nobody stands at the counter")


def opening_on(day: date, hour: int) -> datetime:
    """Local time."""
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=JAPAN)
