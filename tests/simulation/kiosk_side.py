"""One counter: its devices, its disk, its clock, and the truth about each operation. Owns what outlives the program."""

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.clock import JAPAN
from kiosk.domain.books import Books
from kiosk.domain.operation import UNSETTLED, Operation, OperationKind, Prepared, Requested, State, apply
from kiosk.domain.record import DocumentIssued, OperationEvent, Record
from kiosk.journal.errors import JournalError
from kiosk.profile import CounterProfile
from kiosk.renders import make_renders
from kiosk.runtime.desk import Desk
from kiosk.services.notices import Notice
from kiosk.sync.keys import SigningKey
from tests.simulation.clockwork import World
from tests.simulation.contexts import AnswerForm
from tests.simulation.devices import CardTerminal, HandWork, Kind, MemoryPaper, Printer, Sale
from tests.simulation.faults import Dice, Fault, Moment
from tests.simulation.process import RESTART_S, Process
from tests.simulation.register_side import RegisterSide
from tests.simulation.service import CodeService
from tests.simulation.surroundings import PRINTER_TROUBLE, Surroundings
from tests.simulation.wire import Damages, Site

AFTERWARDS_S = 10.0
"""As long as paper, register and window are busy with what has just ended."""
COPIED = 0.3
"""Share of starts before which somebody copies the journal's folder."""
PRINTING = 0.04
"""Chance of each trouble of a printer with each slip."""


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
        self.world, self.profile, self.folder = world, profile, folder
        self.dice = dice = dice.beside(self.moment)
        self.name, self.clock, self.register = profile.kiosk_id, clock, register
        self.key: SigningKey = register.enroll(profile.kiosk_id)
        self.terminal = CardTerminal(world, dice, f"{self.name} terminal", kind, clock.wall, self._charge_begun)
        self.emoney, self.drawer = HandWork(), HandWork()
        self.service: CodeService | None = None
        """In the unlinked terminal's place, where the counter has a service."""
        if any(tender.through_service for tender in profile.tenders):
            epoch_s = clock.wall().timestamp() - world.now_s
            self.service = CodeService(world, dice, f"{self.name} service", epoch_s, lambda: "emoney" in self.requested)
        self.paper = MemoryPaper()
        self.printer = Printer(self.paper)
        self.printer_site = Site(world, dice, f"{self.name} printer", self.printer, damages=Damages.REPLIES)
        self.renders = make_renders(profile.printer, profile.layouts) if profile.printer else None
        self.process: Process | None = None
        self.copy = folder.with_suffix(".copy")
        """An older state of the folder."""
        self.is_put_back = False
        self.on_notice: Callable[[Notice], None] = lambda _: None
        self.answer_form: AnswerForm = _nobody
        self.settling_until_s = 0.0
        self.requested: dict[str, str] = {}
        """By device: the operation whose request was made durable last."""
        self.charged_from: dict[str, int] = {}
        """By operation, in order: where the terminal's book stood when it began."""
        self.operations: dict[str, Operation] = {}
        """Every operation as the journal has it."""
        self._last_id = ""
        self._last_event_s = 0.0
        self.surroundings = Surroundings(self)
        self.doubled = 0
        self.records: list[Record] = []
        """The journal as it was read at the end of the last day."""

    def start(self) -> None:
        """The program is started; from the hub."""
        self.world.note(f"{self.name} starts")
        if self.folder.exists() and self.world.random.random() < COPIED:
            shutil.copytree(self.folder, self.copy, dirs_exist_ok=True)
        try:
            self.process = Process(self)
        except JournalError:  # one line on the screen; the clerk starts it again
            self.world.note(f"{self.name} cannot start")
            self.world.after(self.world.random.uniform(*RESTART_S), self.start)

    def put_back(self) -> bool:
        """Somebody restores a copy of the journal that was made before today's last start; False without a copy."""
        if not self.copy.exists() or self.process is None:
            return False
        self.process.end()
        shutil.rmtree(self.folder)
        self.copy.rename(self.folder)
        self.dice.strike(Fault.OLD_JOURNAL)
        self.is_put_back = True
        self.start()
        return True

    def desk(self) -> Desk | None:
        """The running product, or None while it is down."""
        return self.process.desk if self.process is not None and self.process.is_alive else None

    def books(self) -> Books | None:
        return self.process.journal.books() if self.process is not None and self.process.is_alive else None

    def press(self, act: Callable[[Desk], None]) -> None:
        """At once and without waiting for an answer, whatever is going on."""

        def pressed() -> None:
            desk = self.desk()
            if desk is not None:
                act(desk)

        self.world.after(0.0, pressed)

    def note_record(self, record: Record) -> None:
        """An entry is durable."""
        self.world.note(f"{self.name} wrote {record.header.seq} {record.header.kind}")
        if self.is_put_back:
            return  # what this journal says is no longer what was
        match record.body:
            case Prepared() as prepared:
                self._note_step(prepared.operation_id, Operation(prepared))
            case OperationEvent(operation_id, event):
                self._note_step(operation_id, apply(self.operations[operation_id], event))
                if isinstance(event, Requested):
                    self.requested[self.operations[operation_id].prepared.device] = operation_id
            case DocumentIssued():
                for fault in PRINTER_TROUBLE:
                    if self.dice.roll(fault, PRINTING):
                        self.surroundings.upset_printer(fault)
            case _:
                pass
        self.surroundings.upset()

    def _note_step(self, operation_id: str, operation: Operation) -> None:
        self.operations[operation_id] = operation
        self._last_id, self._last_event_s = operation_id, self.world.now_s

    def moment(self) -> Moment:
        """Where the newest operation stands, or an older one in doubt."""
        last = self.operations.get(self._last_id)
        if last is None:
            return Moment.IDLE
        if last.state in UNSETTLED:
            return Moment(last.state.replace("_", "-"))
        if self.world.now_s - self._last_event_s <= AFTERWARDS_S:
            return Moment.APPROVED if last.state is State.APPROVED else Moment.REFUSED
        books = self.books()
        return Moment.IN_DOUBT if books is not None and books.unsettled() else Moment.IDLE

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
        self.emoney.put_right(prepared.operation_id)
        if prepared.device == "terminal" and prepared.operation_kind is OperationKind.SALE:
            for sale in self.sales_of(prepared.operation_id):
                if sale.amount_yen != prepared.amount_yen:
                    self.terminal.void_by_hand(sale)
        return self.is_booked(operation)

    def is_booked(self, operation: Operation) -> bool:
        """Whether the device has really done it."""
        prepared = operation.prepared
        if prepared.device == "emoney" and self.service is not None:
            return self.service.is_booked(prepared.operation_id, prepared.operation_kind)
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


def _nobody(_: object) -> Any:
    raise AssertionError("nobody stands at the counter")


def opening_on(day: date, hour: int) -> datetime:
    """Local time."""
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=JAPAN)
