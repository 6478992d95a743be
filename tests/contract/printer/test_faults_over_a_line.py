"""Every printer fault on a real virtual line, the printer a process of its own: what is said, and what is on paper."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.context import Wake
from drivers.emulators.printer.core import PrinterCore
from drivers.emulators.printer.faults import Faults
from drivers.emulators.printer.head import Mechanics
from drivers.printer.api import (
    DrawerOutcome,
    Paper,
    Printed,
    PrintFailed,
    PrintFault,
    PrintJob,
    PrintOutcome,
    PrintUnknown,
    Request,
)
from drivers.printer.escpos.driver import EscposPrinter
from drivers.printer.escpos.protocol import DrawerPulse
from drivers.printer.escpos.settings import EscposSettings
from drivers.transport import ByteStream, HeldLine, SerialLine, SerialSettings
from tests.contract.printer.test_escpos_with_emulator import EmulatorProcess, RealContext, Start, slip, start
from tests.unit.drivers.printer.escpos.bench import ListBook

__all__ = ["slip", "start"]  # fixtures

PATIENT = EscposSettings(status_timeout_s=5.0, completion_timeout_s=20.0, fault_patience_s=60.0)
SHORT = EscposSettings(status_timeout_s=2.0, completion_timeout_s=2.0, fault_patience_s=1.0)
MENDED = {
    "paper_end": ("paper ok", PrintFault.PAPER_END),
    "cover_open": ("cover close", PrintFault.COVER_OPEN),
    "cutter": ("cutter free", PrintFault.CUTTER),
    "offline": ("online on", PrintFault.OFFLINE),
    "overheated": ("heat off", PrintFault.OVERHEATED),
}
LOST = {
    "silent": PrintFault.SILENT,
    "no_completion": PrintFault.SILENT,
    "wrong_completion": PrintFault.SILENT,
    "unrecoverable": PrintFault.UNRECOVERABLE,
    "power_off": PrintFault.SILENT,
    "unplug": PrintFault.LINE_LOST,
}


class ClerkBeside:
    """Mends what the window says, then presses 直した."""

    def __init__(self, mend: Callable[[], None]) -> None:
        self._mend = mend
        self.told: list[PrintFault | None] = []
        self._wants: list[Request] = []

    def begin(self) -> None:
        """Recorded elsewhere."""

    def waiting(self, fault: PrintFault | None) -> None:
        self.told.append(fault)
        if fault is not None:
            self._mend()
            self._wants.append(Request.RESUME)

    def request(self) -> Request | None:
        return self._wants.pop(0) if self._wants else None


def print_with_clerk(emulator: EmulatorProcess, slip: bytes, mend: str) -> tuple[PrintOutcome, list[PrintFault | None]]:
    clerk = ClerkBeside(lambda: emulator.control(mend))
    printer = EscposPrinter(emulator.open_line, PATIENT)
    return printer.print(PrintJob(7, slip), Nudged(), clerk), clerk.told


class Nudged(RealContext):
    """A context whose waits end every half second, as if somebody had pressed a key."""

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        nudge_s = time.monotonic() + 0.5
        data = super().receive(line, min(deadline_s, nudge_s))
        return Wake.CANCEL if data is Wake.TIMED_OUT and time.monotonic() < deadline_s else data


def texts(emulator: EmulatorProcess) -> list[str]:
    return [path.read_text("utf-8") for path in sorted(emulator.out.glob("receipt-*.txt"))]


@pytest.mark.parametrize("fault", MENDED)
def test_what_a_person_can_mend_is_waited_for_and_printed_once(start: Start, slip: bytes, fault: str) -> None:
    mend, told = MENDED[fault]
    emulator = start("--fault", f"{fault}_at_line:9")
    outcome, said = print_with_clerk(emulator, slip, mend)
    assert outcome == Printed(Paper.OK)
    assert told in said
    assert emulator.stop() == 0
    (paper,) = texts(emulator)
    assert "領収書ではありません" in paper


@pytest.mark.parametrize("fault", LOST)
def test_what_nobody_hears_of_is_unknown(start: Start, slip: bytes, fault: str) -> None:
    emulator = start("--fault", f"{fault}_at_line:9")
    printer = EscposPrinter(emulator.open_line, SHORT)
    assert printer.print(PrintJob(7, slip), RealContext()) == PrintUnknown(LOST[fault])


def test_stray_bytes_after_every_line_are_survived(start: Start, slip: bytes) -> None:
    emulator = start("--fault", "garbage")
    printer = EscposPrinter(emulator.open_line, PATIENT)
    for number in (7, 8):
        assert printer.print(PrintJob(number, slip), RealContext()) == Printed(Paper.OK)


@pytest.mark.parametrize("obeys", [True, False], ids=["xonxoff", "control"])
def test_a_buffer_of_45_bytes_loses_nothing_where_xoff_is_obeyed(start: Start, slip: bytes, obeys: bool) -> None:
    """At 115,200 baud the line brings more than the paper takes: who does not obey must lose bytes."""
    emulator = start("--buffer-bytes", "45", "--speed", "1")

    def open_line() -> ByteStream:
        return SerialLine(SerialSettings(str(emulator.link), baud=115_200, xonxoff=obeys))

    outcome = EscposPrinter(open_line, PATIENT if obeys else SHORT).print(PrintJob(7, slip), RealContext())
    overrun = [event for event in emulator.events() if event.get("rule") == "receive buffer overrun"]
    if obeys:
        assert (outcome, overrun) == (Printed(Paper.OK), [])
        assert texts(emulator)[0] == whole(slip)
    else:
        assert overrun
        assert emulator.stop() == 3, "the loss is a broken rule"


def whole(slip: bytes) -> str:
    """The words of the slip on a printer without a fault."""
    book = ListBook()
    core = PrinterCore(book, Mechanics(speed=0), Faults())
    core.step(0.0, slip + b"\x1d(H\x06\x00000007")
    return book.jobs[1].text


def test_a_line_stopped_by_xoff_waits_for_no_one_and_loses_nothing(start: Start, slip: bytes) -> None:
    """The paper ends with most of the slip still here: the line holds it, the reload lets it go on."""
    emulator = start("--buffer-bytes", "45", "--fault", "paper_end_at_line:4")
    outcome, said = print_with_clerk(emulator, slip, "paper ok")
    assert (outcome, said) == (Printed(Paper.OK), [PrintFault.PAPER_END, None])
    assert texts(emulator)[0] == whole(slip)


def test_a_write_never_waits_for_a_printer_that_holds_it_back(start: Start) -> None:
    emulator = start("--buffer-bytes", "45", "--fault", "offline")
    line = emulator.open_line()
    assert isinstance(line, HeldLine)
    begun_s = time.monotonic()
    taken = 0
    for _ in range(200):
        taken += line.write_some(b"x" * 8)
        time.sleep(0.002)
    assert taken < 200 * 8
    assert time.monotonic() - begun_s < 5.0
    line.close()


def test_the_drawer_opens_and_its_state_is_read_back(start: Start) -> None:
    emulator = start()
    at_once = EscposSettings(status_timeout_s=5.0, drawer=DrawerPulse.DLE_DC4, sounds=True)
    printer = EscposPrinter(emulator.open_line, at_once)
    assert printer.check_health(RealContext()).drawer_open is False
    assert printer.open_drawer(RealContext(), with_sound=True) == DrawerOutcome(is_open=True)
    assert printer.check_health(RealContext()).drawer_open is True
    emulator.control("drawer close")
    emulator.control("paper end")
    until(lambda: printer.check_health(RealContext()).paper is Paper.END)
    assert printer.open_drawer(RealContext()) == DrawerOutcome(is_open=True), "a real-time pulse needs no paper"
    printer._hang_up()
    emulator.control("drawer close")
    in_order = EscposPrinter(emulator.open_line, EscposSettings(status_timeout_s=5.0, drawer=DrawerPulse.ESC_P))
    assert in_order.open_drawer(RealContext()) == DrawerOutcome(None, PrintFault.PAPER_END), (
        "it would open later, alone"
    )
    emulator.control("paper ok")
    until(lambda: in_order.check_health(RealContext()).paper is Paper.OK)
    assert in_order.open_drawer(RealContext()) == DrawerOutcome(is_open=True)
    kinds = [event["event"] for event in emulator.events()]
    assert (kinds.count("drawer"), kinds.count("sound")) == (3, 1)


def until(holds: Callable[[], bool]) -> None:
    give_up_s = time.monotonic() + 30.0
    while not holds():
        assert time.monotonic() < give_up_s
        time.sleep(0.05)


def test_a_printer_that_is_not_there_fails_at_once(tmp_path: Path, slip: bytes) -> None:
    printer = EscposPrinter(lambda: SerialLine(SerialSettings(str(tmp_path / "nothing"))), SHORT)
    assert printer.print(PrintJob(7, slip), RealContext()) == PrintFailed(PrintFault.PORT_MISSING)
