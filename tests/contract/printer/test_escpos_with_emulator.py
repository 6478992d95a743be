"""The ESC/POS driver on a real virtual line against the emulated printer in its own process."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.context import Wake
from drivers.emulators.printer.__main__ import EXIT_VIOLATION
from drivers.printer.api import Paper, Printed, PrintFailed, PrintFault, PrintJob, PrintUnknown
from drivers.printer.escpos.driver import EscposPrinter
from drivers.printer.escpos.settings import EscposSettings
from drivers.transport import ByteStream, SerialLine, SerialSettings
from receipts.paper import parse_paper_profile
from receipts.render import escpos
from receipts.sample import sample_sale
from tests.layouts import compose_sale

ROOT = Path(__file__).parents[3]
START_TIMEOUT_S = 30.0
QUICK = EscposSettings(status_timeout_s=5.0, completion_timeout_s=20.0, fault_patience_s=30.0)
IMPATIENT = EscposSettings(status_timeout_s=0.3, completion_timeout_s=1.5, fault_patience_s=0.5)


class RealContext:
    def now_s(self) -> float:
        return time.monotonic()

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        return line.read(max(0.0, deadline_s - time.monotonic())) or Wake.TIMED_OUT


class EmulatorProcess:
    def __init__(self, folder: Path, *arguments: str) -> None:
        self.out, self.link, self._control = folder / "out", folder / "printer", folder / "control"
        fixed = ["--link", str(self.link), "--out", str(self.out), "--control", str(self._control), "--strict"]
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "drivers.emulators.printer",
                *fixed,
                "--baud",
                "115200",
                "--speed",
                "20",
                *arguments,
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == f"ready {self.link}\n"

    def open_line(self) -> ByteStream:
        return SerialLine(SerialSettings(str(self.link), baud=115_200, xonxoff=True))

    def control(self, line: str) -> None:
        with self._control.open("a") as file:
            file.write(f"{line}\n")

    def events(self) -> list[dict[str, object]]:
        path = self.out / "printer-events.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(START_TIMEOUT_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status


Start = Callable[..., EmulatorProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[EmulatorProcess] = []

    def begin(*arguments: str) -> EmulatorProcess:
        started.append(EmulatorProcess(tmp_path, *arguments))
        return started[-1]

    yield begin
    statuses = [emulator.stop() for emulator in started if emulator.process.poll() is None]
    assert EXIT_VIOLATION not in statuses, "the printer was sent what it does not know"


@pytest.fixture
def slip() -> bytes:
    profile = ROOT / "config" / "printers" / "emulated-80mm.toml"
    return escpos.render(compose_sale(sample_sale()), parse_paper_profile(profile.read_text("utf-8"), profile.name))


def test_a_slip_is_printed_and_kept_before_the_driver_hears_of_it(start: Start, slip: bytes) -> None:
    emulator = start()
    printer = EscposPrinter(emulator.open_line, QUICK)
    assert printer.print(PrintJob(42, slip), RealContext()) == Printed(Paper.OK)
    kept = (emulator.out / "receipt-1.bin").read_bytes()
    assert kept == b"\x1b@\x1da\x0f" + slip.removeprefix(b"\x1b@") + b"\x1d(H\x06\x00000042"
    assert "領収書ではありません" in (emulator.out / "receipt-1.txt").read_text("utf-8")
    assert (emulator.out / "receipt-1.png").read_bytes().startswith(b"\x89PNG")
    assert printer.print(PrintJob(43, slip), RealContext()) == Printed(Paper.OK)
    assert (emulator.out / "receipt-2.bin").exists()
    assert emulator.stop() == 0
    assert [event["event"] for event in emulator.events()] == ["completed", "completed"]
    assert not emulator.link.is_symlink()


@pytest.mark.parametrize(
    ("given", "fault"), [("paper_end", PrintFault.PAPER_END), ("cover_open", PrintFault.COVER_OPEN)]
)
def test_no_byte_of_the_slip_leaves_when_it_cannot_print(
    start: Start, slip: bytes, given: str, fault: PrintFault
) -> None:
    emulator = start("--fault", given)
    assert EscposPrinter(emulator.open_line, QUICK).print(PrintJob(1, slip), RealContext()) == PrintFailed(fault)
    assert list(emulator.out.glob("receipt-*")) == []


def test_paper_end_in_mid_slip_then_reload_finishes_the_same_paper(start: Start, slip: bytes) -> None:
    emulator = start("--fault", "paper_end_at_line:12")
    printer = EscposPrinter(emulator.open_line, IMPATIENT)
    assert printer.print(PrintJob(1, slip), RealContext()) == PrintUnknown(PrintFault.PAPER_END)
    emulator.control("paper ok")
    patient = EscposPrinter(emulator.open_line, QUICK)
    printer._hang_up()
    give_up_s = time.monotonic() + START_TIMEOUT_S
    while not (emulator.out / "receipt-1.bin").exists() and time.monotonic() < give_up_s:
        patient.check_health(RealContext())
    assert patient.print(PrintJob(2, slip), RealContext()) == Printed(Paper.OK)
    assert (emulator.out / "receipt-1.txt").read_text("utf-8") == (emulator.out / "receipt-2.txt").read_text("utf-8")


def test_a_reload_in_time_is_printed(start: Start, slip: bytes) -> None:
    emulator = start("--fault", "paper_end_at_line:12")

    class Clerk(RealContext):
        """Reloads when the printer has said that it stopped."""

        def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
            data = super().receive(line, deadline_s)
            if isinstance(data, bytes) and b"\x18\x00\x0f\x0f" in data:
                emulator.control("paper ok")
            return data

    assert EscposPrinter(emulator.open_line, QUICK).print(PrintJob(1, slip), Clerk()) == Printed(Paper.OK)


def test_a_dead_printer_fails_and_a_dying_one_is_unknown(start: Start, slip: bytes) -> None:
    emulator = start("--fault", "silent_at_line:20")
    printer = EscposPrinter(emulator.open_line, IMPATIENT)
    assert printer.print(PrintJob(1, slip), RealContext()) == PrintUnknown(PrintFault.SILENT)
    assert printer.print(PrintJob(2, slip), RealContext()) == PrintFailed(PrintFault.SILENT)


def test_a_pulled_plug_is_unknown_and_a_missing_port_fails(start: Start, slip: bytes) -> None:
    emulator = start("--fault", "unplug_at_line:5")
    printer = EscposPrinter(emulator.open_line, QUICK)
    assert printer.print(PrintJob(1, slip), RealContext()) == PrintUnknown(PrintFault.LINE_LOST)
    emulator.stop()
    assert printer.print(PrintJob(2, slip), RealContext()) == PrintFailed(PrintFault.PORT_MISSING)


def test_a_broken_rule_fails_the_run(start: Start) -> None:
    emulator = start()
    EscposPrinter(emulator.open_line, QUICK).print(PrintJob(1, b"\x1b@\x07\n"), RealContext())
    assert emulator.stop() == 3
    assert emulator.events()[0]["rule"] == "control character 07"


@pytest.mark.parametrize("arguments", [["--fault", "fire"], ["--baud", "-1"], ["--speed", "-1"]])
def test_bad_arguments_are_one_line(tmp_path: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "drivers.emulators.printer", "--link", "l", "--out", str(tmp_path), *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=START_TIMEOUT_S, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith("printer emulator: --")
    assert ended.stderr.count("\n") == 1
