"""Composition root of the counter: builds every object, wires them, and takes them down. Decides nothing."""

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.clock import CityClock
from kiosk.devices import is_linked, open_display, open_payment_device, open_printer, open_scanner
from kiosk.domain.books import Journal, SyncStatus
from kiosk.domain.bug_report import bug_report
from kiosk.domain.ids import RANDOM_BYTES, uuid7
from kiosk.domain.record import SYSTEM, KioskStarted, NotDurable
from kiosk.domain.tender import RefundWay
from kiosk.pins import PinHasher, pepper_of
from kiosk.profile import CounterProfile
from kiosk.renders import make_renders, symbol_maker
from kiosk.runtime.desk import Desk
from kiosk.runtime.display_room import DisplayRoom
from kiosk.runtime.late_journal import LateJournal
from kiosk.runtime.live_context import LivePaymentContext
from kiosk.runtime.loop import Loop
from kiosk.runtime.print_room import PrintRoom
from kiosk.runtime.printer_at_work import PrinterStation
from kiosk.runtime.scanner_room import ScannerRoom
from kiosk.runtime.shift import Errands
from kiosk.runtime.status_board import StatusBoard
from kiosk.runtime.till import Station, Till
from kiosk.runtime.waking_journal import WakingJournal
from kiosk.runtime.worker import Worker
from kiosk.services.counter import Clock, Counter, CounterIdentity, Signer, no_signer
from kiosk.services.notices import DeviceStatus, Light, Notice, Refused
from kiosk.services.show_code import code_shown
from kiosk.services.sign_in import PinGate
from kiosk.syncing import GRAVE, Syncing, SyncSetupError, day_signer, enrolled_epoch

if TYPE_CHECKING:  # SQLAlchemy comes after the first paint
    from kiosk.journal.store import SqliteJournal

PROGRAM_VERSION = "0.1.0"
IDLE_CHECK_S = 30.0
"""How often an idle device is asked how it is; keeps its line alive as well."""

LOG = logging.getLogger("kiosk")


def new_id() -> str:
    """A fresh identity: UUID version 7 from the machine's clock and randomness."""
    return uuid7(unix_ms=time.time_ns() // 1_000_000, random=os.urandom(RANDOM_BYTES))


def open_journal(profile: CounterProfile, state: Path, clock: CityClock) -> "SqliteJournal":
    """Open the counter's journal. Raises JournalError or SyncSetupError with one sentence."""
    from kiosk.journal.store import SqliteJournal

    return SqliteJournal(state, kiosk_id=profile.kiosk_id, clock=clock, epoch=enrolled_epoch(state))


def make_counter(
    profile: CounterProfile,
    journal: Journal,
    clock: Clock,
    tell: Callable[[Notice], None],
    signer: Callable[[], Signer | None] = no_signer,
) -> Counter:
    """The counter as services see it."""
    identity = CounterIdentity(
        municipality=profile.municipality,
        counter_code=profile.counter_code,
        counter_name=profile.counter_name,
        telephone=profile.telephone,
        serial_prefix=profile.serial_prefix,
        training=profile.training,
    )
    refunds = frozenset(tender.kind for tender in profile.tenders if tender.refund is RefundWay.TERMINAL)
    brands = {tender.kind: tender.brands for tender in profile.tenders}
    version = profile.master_version
    return Counter(
        journal, clock, new_id, identity, version, tell, refunds, profile.unfinished, brands, profile.symbol, signer
    )


def started(*, training: bool) -> KioskStarted:
    """The first record of a run."""
    from kiosk.journal.database import load_driver

    return KioskStarted(PROGRAM_VERSION, load_driver().sqlite_version, training)


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A counter behind its windows: ``start`` once they are painted, ``stop`` at the end."""

    desk: Desk
    start: Callable[[], None]
    stop: Callable[[], None]
    display: DisplayRoom | None = None


class _Books:
    """The counter's journal and its way to the register; opened by the desk's first errand."""

    def __init__(self, profile: CounterProfile, state: Path, clock: CityClock) -> None:
        self._profile, self._state, self._clock = profile, state, clock
        self._sqlite: SqliteJournal | None = None
        self._syncing: Syncing | None = None

    def open(self) -> Journal:
        self._sqlite = open_journal(self._profile, self._state, self._clock)
        self._syncing = Syncing(self._profile, self._state, self._sqlite)
        return self._sqlite

    def push(self, board: StatusBoard) -> float:
        """One push; returns the seconds until the next."""
        assert self._syncing is not None, "the sync worker starts after the journal is open"
        reason, wait_s = self._syncing.push()
        trouble = Light.BAD if reason in GRAVE else Light.ATTENTION
        board.set_register(DeviceStatus(trouble, reason) if reason else DeviceStatus(Light.GOOD))
        return wait_s

    def close(self) -> None:
        if self._syncing is not None:
            self._syncing.close()
        if self._sqlite is not None:
            self._sqlite.close()


def build_kiosk(
    profile: CounterProfile, state: Path, tell: Callable[[Notice], None], cannot_start: Callable[[str], None]
) -> Kiosk:
    """Build the counter behind the windows; nothing runs before ``start``. Raises PaperProfileError, PepperError.

    ``cannot_start`` gets one sentence when the journal cannot be used; it is called on the desk's worker.
    """
    clock = CityClock()
    books = _Books(profile, state, clock)
    late = LateJournal(books.open)
    on_error = partial(report_bug, tell)
    board = _status_board(profile, tell, lambda: late.books().sync_status())
    sync = Loop("sync", lambda: books.push(board), on_error=on_error, retry_s=IDLE_CHECK_S)
    counter = make_counter(profile, WakingJournal(late, sync.wake), clock, tell, partial(day_signer, profile, state))
    workers = {
        name: Worker(name, on_error=on_error)
        for name in ("desk", "printer", *(f"device-{device.name}" for device in profile.devices))
    }
    stations = _stations(profile, workers)
    print_room = PrintRoom(counter, _printer_station(profile, state, workers["printer"]), board)
    errands = Errands(workers["desk"], tell)
    side = _side_rooms(profile, board, tell, on_error)
    desk: list[Desk] = []
    till = Till(counter, stations, board, lambda *ended: desk[0].payment_finished(*ended), print_room.print_slip)
    desk.append(Desk(counter, _pin_gate(profile, counter), errands, till, print_room, board))

    def open_books() -> None:
        from kiosk.journal.errors import JournalError

        try:
            late.open()
            counter.journal.append(counter.draft(started(training=profile.training), SYSTEM, None))
        except (JournalError, SyncSetupError, NotDurable) as error:
            cannot_start(str(error))
            return
        sync.start()
        for room in side:
            room.start()
        desk[0].start()

    errands.run(open_books)  # first in the queue, whatever the clerk does while the workers are not running yet

    def start() -> None:
        for worker in workers.values():
            worker.start()

    def stop() -> None:
        till.cancel()
        print_room.stop()
        for room in side:
            room.stop()
        for worker in workers.values():
            worker.stop()
        sync.stop()
        books.close()

    return Kiosk(desk[0], start, stop, next((room for room in side if isinstance(room, DisplayRoom)), None))


def _status_board(
    profile: CounterProfile, tell: Callable[[Notice], None], sync: Callable[[], SyncStatus]
) -> StatusBoard:
    linked = any(is_linked(device) for device in profile.devices)
    return StatusBoard(tell, sync, has_printer=profile.printer is not None, has_terminal=linked)


def _pin_gate(profile: CounterProfile, counter: Counter) -> PinGate:
    operators = {operator.operator_id: operator for operator in profile.operators}
    return PinGate(counter, operators, PinHasher(pepper_of(profile)).verify, time.monotonic)


def report_bug(tell: Callable[[Notice], None], error: Exception) -> None:
    """Our own bug: where it happened goes to the log, without values; the clerk gets a sentence."""
    LOG.error("bug: %s", bug_report(error))
    tell(Refused("internal_error"))


def _side_rooms(
    profile: CounterProfile, board: StatusBoard, tell: Callable[[Notice], None], on_error: Callable[[Exception], None]
) -> tuple[ScannerRoom | DisplayRoom, ...]:
    """What stands beside the sale: it may be lost without a payment noticing."""
    rooms: list[ScannerRoom | DisplayRoom] = []
    if profile.scanner is not None:
        rooms.append(ScannerRoom(open_scanner(profile.scanner), tell, board.set_scanner, on_error=on_error))
    if profile.display is not None:
        rooms.append(DisplayRoom(open_display(profile.display), board.set_display, on_error=on_error))
    return tuple(rooms)


def _stations(profile: CounterProfile, workers: Mapping[str, Worker]) -> dict[str, Station]:
    """Each payment device with its worker, and with codes for the citizen drawn as this counter draws them."""
    open_context = partial(LivePaymentContext, shown=partial(code_shown, symbol=profile.symbol))
    return {
        each.name: Station(open_payment_device(each), workers[f"device-{each.name}"], is_linked(each), open_context)
        for each in profile.devices
    }


def _printer_station(profile: CounterProfile, state: Path, worker: Worker) -> PrinterStation | None:
    printer = profile.printer
    if printer is None:
        return None
    device, renders = open_printer(printer, state), make_renders(printer, profile.layouts)
    return PrinterStation(
        device, worker, *renders, symbol_of=symbol_maker(printer, profile.layouts), has_drawer=printer.has_drawer
    )
