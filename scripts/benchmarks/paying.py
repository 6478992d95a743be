"""A counter that pays at an emulated terminal in a process of its own. Owns both, for the figures; measures nothing."""

import queue
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from drivers.payment.api import PaymentDevice
from kiosk.clock import CityClock
from kiosk.domain.cart import Cart, make_offer
from kiosk.domain.item import Account, Item
from kiosk.domain.money import Yen
from kiosk.domain.operation import State
from kiosk.domain.record import Actor
from kiosk.domain.tax import TaxClass
from kiosk.domain.tender import Tender, TenderKind
from kiosk.journal.store import SqliteJournal
from kiosk.main import new_id
from kiosk.runtime.status_board import StatusBoard
from kiosk.runtime.till import Station, Till
from kiosk.runtime.worker import Worker
from kiosk.services.counter import Counter, CounterIdentity
from kiosk.services.notices import Notice, PaymentFinished
from kiosk.services.open_day import open_day

FINISH_WAIT_S = 60.0
CLERK = Actor("yamada", "山田", "出納員")
CREDIT = Tender(TenderKind.CREDIT, "クレジットカード", "terminal")
_ACCOUNT = Account("0101", ("一般会計", "手数料"), "市民課")
_ITEM = Item(
    "J01",
    "住民票の写し",
    "",
    "c",
    Yen(300),
    TaxClass("exempt", "非課税", None),
    _ACCOUNT,
    frozenset(TenderKind),
    date(2026, 1, 1),
)

OpenJournal = Callable[[Path, CityClock], SqliteJournal]


def plain_journal(folder: Path, clock: CityClock) -> SqliteJournal:
    """The product's own."""
    return SqliteJournal(folder, kiosk_id="bench", clock=clock)


@contextmanager
def emulator(module: str, folder: Path, *options: str) -> Iterator[str]:
    """Runs an emulated terminal; its port."""
    port = folder / "terminal"
    command = [sys.executable, "-m", module, "--link", str(port), "--ledger", str(folder / "ledger"), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield str(port)
        finally:
            process.terminate()


def pay(
    folder: Path, device: PaymentDevice, count: int, open_journal: OpenJournal = plain_journal
) -> Iterator[tuple[float, float]]:
    """Pay ``count`` times, one after the other; yields when the key was pressed and when the window had the result.

    Both in seconds of the machine's monotonic clock, which every process on it shares.
    """
    notices: queue.Queue[tuple[Notice, float]] = queue.Queue()
    clock = CityClock()
    with open_journal(folder / "journal", clock) as journal:
        identity = CounterIdentity("", "", "", "", "B")
        counter = Counter(journal, clock, new_id, identity, "m", lambda notice: notices.put((notice, time.monotonic())))
        open_day(counter, CLERK)
        worker = Worker("terminal", on_error=_fail)
        board = StatusBoard(lambda _: None, lambda: journal.books().sync_status(), has_printer=False)
        station = Station(device, worker, linked=True)
        till = Till(counter, {"terminal": station}, board, lambda *_: None, lambda *_: None)
        worker.start()
        for number in range(count):
            offer = make_offer(Cart().add(_ITEM, number % 9 + 1), (CREDIT,))
            pressed_s = time.monotonic()
            till.pay(offer, CREDIT, CLERK)
            yield pressed_s, _finished(notices)
        worker.stop()


def _finished(notices: queue.Queue[tuple[Notice, float]]) -> float:
    while True:
        notice, told_s = notices.get(timeout=FINISH_WAIT_S)
        if isinstance(notice, PaymentFinished):
            assert notice.operation.state is State.APPROVED, notice.operation.state
            return told_s


def _fail(error: Exception) -> None:
    raise error
