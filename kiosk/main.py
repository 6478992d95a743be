"""Composition root of the counter: builds every object, wires them, and takes them down. Decides nothing."""

import logging
import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from kiosk.clock import CityClock
from kiosk.devices import LINKED, open_payment_device, open_printer, read_paper
from kiosk.domain.books import Journal
from kiosk.domain.ids import RANDOM_BYTES, uuid7
from kiosk.domain.record import SYSTEM, KioskStarted
from kiosk.journal.database import load_driver
from kiosk.journal.store import SqliteJournal
from kiosk.paths import CONFIG
from kiosk.profile import CounterProfile, PrinterProfile
from kiosk.runtime.desk import Desk, People
from kiosk.runtime.print_room import PrinterStation, PrintRoom
from kiosk.runtime.shift import Errands
from kiosk.runtime.status_board import StatusBoard
from kiosk.runtime.sync_loop import SyncLoop, WakingJournal
from kiosk.runtime.till import Station, Till
from kiosk.runtime.worker import Worker
from kiosk.services.counter import Counter, CounterIdentity
from kiosk.services.issue_receipt import Render
from kiosk.services.notices import DeviceStatus, Light, Notice, Refused
from kiosk.syncing import Syncing, enrolled_epoch

PROGRAM_VERSION = "0.1.0"
IDLE_CHECK_S = 30.0
"""How often an idle device is asked how it is; keeps its line alive as well."""

LOG = logging.getLogger("kiosk")


def new_id() -> str:
    """A fresh identity: UUID version 7 from the machine's clock and randomness."""
    return uuid7(unix_ms=time.time_ns() // 1_000_000, random=os.urandom(RANDOM_BYTES))


def open_journal(profile: CounterProfile, state: Path, clock: CityClock) -> SqliteJournal:
    """Open the counter's journal. Raises JournalError or SyncSetupError with one sentence."""
    return SqliteJournal(state, kiosk_id=profile.kiosk_id, clock=clock, epoch=enrolled_epoch(state))


def make_counter(
    profile: CounterProfile, journal: Journal, clock: CityClock, tell: Callable[[Notice], None]
) -> Counter:
    """The counter as services see it."""
    identity = CounterIdentity(
        municipality=profile.municipality,
        counter_code=profile.counter_code,
        counter_name=profile.counter_name,
        telephone=profile.telephone,
        serial_prefix=profile.serial_prefix,
    )
    return Counter(journal, clock, new_id, identity, profile.master_version, tell)


def make_renders(printer: PrinterProfile) -> tuple[Render, Callable[..., bytes]]:
    """Functions from content to the printer's bytes: for sales, and for reports."""
    from receipts.compose import compose_report, compose_sale
    from receipts.render import escpos

    paper = read_paper(CONFIG / "printers", printer)
    return (
        lambda content: escpos.render(compose_sale(content), paper),
        lambda content: escpos.render(compose_report(content), paper),
    )


def verify_pin(pin_hash: str, pin: str) -> bool:
    """Argon2id check; takes a tenth of a second on purpose."""
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return PasswordHasher().verify(pin_hash, pin)
    except (Argon2Error, InvalidHashError):
        return False


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A running counter."""

    desk: Desk
    journal: SqliteJournal
    stop: Callable[[], None]


def build_kiosk(profile: CounterProfile, state: Path, tell: Callable[[Notice], None]) -> Kiosk:
    """Build and start the counter behind the windows. Raises JournalError, PaperProfileError or SyncSetupError."""
    clock = CityClock()
    sqlite = open_journal(profile, state, clock)
    syncing = Syncing(profile, state, sqlite)
    on_error = partial(report_bug, tell)
    board = StatusBoard(tell, lambda: sqlite.books().sync_status(), has_printer=profile.printer is not None)
    sync = SyncLoop(lambda: _push(syncing, board), on_error=on_error, retry_s=IDLE_CHECK_S)
    counter = make_counter(profile, WakingJournal(sqlite, sync.wake), clock, tell)
    workers: list[Worker] = []

    def worker(name: str, idle: Callable[[], None] | None = None) -> Worker:
        workers.append(Worker(name, on_error=on_error, idle=idle, idle_every_s=IDLE_CHECK_S))
        return workers[-1]

    errands = Errands(worker("desk"), tell)
    stations = {
        device.name: Station(open_payment_device(device), worker(device.name), device.driver in LINKED)
        for device in profile.devices
    }
    print_room = PrintRoom(counter, _printer_station(profile, worker), board)
    desk: list[Desk] = []
    till = Till(counter, stations, board, lambda operation, actor: desk[0].payment_finished(operation, actor))
    people = People({operator.operator_id: operator for operator in profile.operators}, verify_pin)
    desk.append(Desk(counter, people, errands, till, print_room, board))

    counter.journal.append(counter.draft(started(), SYSTEM, None))
    for each in workers:
        each.start()
    sync.start()
    desk[0].start()

    def stop() -> None:
        till.cancel()
        for each in workers:
            each.stop()
        sync.stop()
        syncing.close()
        sqlite.close()

    return Kiosk(desk[0], sqlite, stop)


def started() -> KioskStarted:
    """The first record of a run."""
    return KioskStarted(PROGRAM_VERSION, load_driver().sqlite_version)


def report_bug(tell: Callable[[Notice], None], error: Exception) -> None:
    """Our own bug: where it happened goes to the log, without values; the clerk gets a sentence with its number."""
    number = uuid4().hex[:8]
    where = "".join(traceback.format_tb(error.__traceback__))
    LOG.error("bug %s: %s\n%s", number, type(error).__name__, where)
    tell(Refused("internal_error"))


def _printer_station(profile: CounterProfile, worker: Callable[[str], Worker]) -> PrinterStation | None:
    if profile.printer is None:
        return None
    render_sale, render_report = make_renders(profile.printer)
    return PrinterStation(open_printer(profile.printer), worker("printer"), render_sale, render_report)


def _push(syncing: Syncing, board: StatusBoard) -> float:
    """One push; returns the seconds until the next."""
    reason, wait_s = syncing.push()
    board.set_register(DeviceStatus(Light.ATTENTION, reason) if reason else DeviceStatus(Light.GOOD))
    return wait_s
