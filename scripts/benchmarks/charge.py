"""From the clerk's key to the first byte on the wire, the durable intent included. Beside a bare commit and write."""

import os
import queue
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from drivers.payment.zvt.driver import ZvtTerminal
from drivers.transport import ByteStream, SerialLine, SerialSettings
from kiosk.clock import CityClock
from kiosk.domain.cart import Cart, make_offer
from kiosk.domain.item import Account, Item
from kiosk.domain.money import Yen
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

CHARGES = 200
GOAL_MS = 20.0
FINISH_WAIT_S = 30.0
CLERK = Actor("yamada", "山田", "出納員")
CREDIT = Tender(TenderKind.CREDIT, "クレジットカード", "terminal")
_ACCOUNT = Account("0101", ("一般会計", "手数料"), "市民課")
ITEM = Item(
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


class StampedLine:
    """A serial line that remembers when a charge's first byte was handed to the system."""

    def __init__(self, port: str, stamps: list[float]) -> None:
        self._line: ByteStream = SerialLine(SerialSettings(port, baud=115_200, stop_bits=2))
        self._stamps = stamps

    def read(self, timeout_s: float) -> bytes:
        return self._line.read(timeout_s)

    def write(self, data: bytes) -> None:
        self._line.write(data)
        if data[:4] == b"\x10\x02\x06\x01":
            self._stamps.append(time.perf_counter())

    def close(self) -> None:
        self._line.close()


def run() -> list[dict[str, Any]]:
    """One row: p99 of CHARGES charges against the emulated terminal."""
    with tempfile.TemporaryDirectory() as folder:
        times_ms = _charges(Path(folder))
        yardstick_ms = _bare(Path(folder))
    p99 = statistics.quantiles(times_ms, n=100)[98]
    return [
        {
            "name": "charge: key to first byte, p99",
            "value": round(p99, 3),
            "unit": "ms",
            "yardstick": "four synced 4 KiB writes and one write to the line, p99",
            "yardstick_value": round(yardstick_ms, 3),
            "ratio": round(p99 / yardstick_ms, 2),
            "goal": GOAL_MS,
            "goal_on": "value",
            "better": "less",
            "met": p99 <= GOAL_MS,
        }
    ]


def _charges(folder: Path) -> list[float]:
    port = folder / "terminal"
    arguments = ["--link", str(port), "--ledger", str(folder / "ledger"), "--baud", "115200", "--speed", "0"]
    with subprocess.Popen(
        [sys.executable, "-m", "drivers.emulators.terminal", *arguments], stdout=subprocess.PIPE
    ) as emulator:
        assert emulator.stdout is not None
        emulator.stdout.readline()
        try:
            return _pay_all(folder, str(port))
        finally:
            emulator.terminate()


def _pay_all(folder: Path, port: str) -> list[float]:
    stamps: list[float] = []
    notices: queue.Queue[Notice] = queue.Queue()
    clock = CityClock()
    with SqliteJournal(folder / "journal", kiosk_id="bench", clock=clock) as journal:
        counter = Counter(journal, clock, new_id, CounterIdentity("", "", "", "", "B"), "m", notices.put)
        open_day(counter, CLERK)
        worker = Worker("terminal", on_error=fail)
        board = StatusBoard(lambda _: None, lambda: journal.books().sync_status(), has_printer=False)
        device = ZvtTerminal(lambda: StampedLine(port, stamps))
        till = Till(
            counter, {"terminal": Station(device, worker, linked=True)}, board, lambda *_: None, lambda *_: None
        )
        worker.start()
        times_ms = []
        for number in range(CHARGES + 1):
            offer = make_offer(Cart().add(ITEM, number % 9 + 1), (CREDIT,))
            pressed = time.perf_counter()
            till.pay(offer, CREDIT, CLERK)
            while not isinstance(notices.get(timeout=FINISH_WAIT_S), PaymentFinished):
                pass
            times_ms.append((stamps[-1] - pressed) * 1000)
        worker.stop()
    return times_ms[1:]  # the first one opens and registers the line


def _bare(folder: Path) -> float:
    """What the disk alone takes: intent and request are two commits, each a synced database and a synced head file."""
    times_ms = []
    target = os.open(folder / "bare", os.O_CREAT | os.O_WRONLY)
    _, line = os.openpty()
    for number in range(CHARGES):
        began = time.perf_counter()
        for step in range(4):
            os.pwrite(target, bytes(4096), (number * 4 + step) * 4096)
            os.fdatasync(target)
        os.write(line, b"\x10")
        times_ms.append((time.perf_counter() - began) * 1000)
    os.close(target)
    return statistics.quantiles(times_ms, n=100)[98]


def fail(error: Exception) -> None:
    raise error
