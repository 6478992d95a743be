"""The doctor's verdicts, with a machine the test makes up; the whole site stands in tests/flow."""

import os
import string
import tty
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from drivers.ports import ListedPort
from drivers.printer.api import Paper, PrinterHealth, PrintFault
from drivers.transport import SerialLine, SerialSettings
from kiosk.cli import main
from kiosk.clock import CityClock
from kiosk.doctor import (
    DISK_ATTENTION_BYTES,
    DISK_BAD_BYTES,
    JAPAN_OFFSET_S,
    Finding,
    Machine,
    Verdict,
    compare_clocks,
    examine,
    examine_machine,
    printer_finding,
)
from kiosk.doctor_words import SENTENCES
from kiosk.paths import CONFIG
from kiosk.profile import CounterProfile, DeviceProfile, PrinterProfile, load_profile
from kiosk.profile_side import DisplayProfile, ScannerProfile
from kiosk.services.open_day import open_day
from tests.unit.kiosk.conftest import CLERK, JAPAN, MONDAY, Bench

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=JAPAN)
PORT = ListedPort("/dev/ttyUSB3", 0x0403, 0x6001, "A1", "FT232R")
WELL = Machine(
    list_ports=lambda: (PORT,),
    now=lambda: NOON,
    offset_s=lambda: JAPAN_OFFSET_S,
    free_bytes=lambda _: DISK_ATTENTION_BYTES,
)
PROFILE = CONFIG / "counters" / "shiminka.toml"
PRINTER = PrinterProfile("receipt", "escpos", "/dev/lp", 9600, "emulated-80mm", {})


@pytest.fixture
def alone() -> CounterProfile:
    """A counter without lines and register."""
    profile = load_profile(PROFILE, on=MONDAY)
    devices = tuple(device for device in profile.devices if not device.port)
    return replace(profile, register_url="", printer=None, devices=devices, scanner=None, display=None)


def by_check(findings: "list[Finding]") -> dict[str, tuple[Verdict, str]]:
    return {finding.check: (finding.verdict, finding.state) for finding in findings}


def on(machine: Machine, state: Path) -> dict[str, tuple[Verdict, str]]:
    return by_check(list(examine_machine(machine, state)))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_say_the_same(key: str) -> None:
    sentence = SENTENCES[key]
    assert sentence.ja
    assert sentence.en
    assert bool(sentence.next_ja) == bool(sentence.next_en)
    assert placeholders(sentence.ja) == placeholders(sentence.en)
    assert placeholders(sentence.next_ja) == placeholders(sentence.next_en)


def test_a_machine_in_order_is_told_so(tmp_path: Path) -> None:
    assert on(WELL, tmp_path / "not" / "yet") == {
        "port": (Verdict.OK, "usb"),
        "fonts": (Verdict.OK, "ok"),
        "disk": (Verdict.OK, "ok"),
        "clock": (Verdict.OK, "ok"),
    }
    (port, *_) = examine_machine(WELL, tmp_path)
    assert "usb:0403:6001:A1" in port.told("ja")["detail"]


def test_fonts_without_which_a_name_would_be_refused_are_named(tmp_path: Path) -> None:
    findings = list(examine_machine(replace(WELL, missing_fonts=lambda: ("fonts-ipamj-mincho",)), tmp_path))
    (finding,) = (one for one in findings if one.check == "fonts")
    assert finding.verdict is Verdict.ATTENTION
    assert "apt install fonts-ipamj-mincho" in finding.told("ja")["next"]


@pytest.mark.parametrize(
    ("free_bytes", "expected"),
    [
        (DISK_BAD_BYTES - 1, (Verdict.BAD, "full")),
        (DISK_BAD_BYTES, (Verdict.ATTENTION, "low")),
        (DISK_ATTENTION_BYTES - 1, (Verdict.ATTENTION, "low")),
        (DISK_ATTENTION_BYTES, (Verdict.OK, "ok")),
    ],
)
def test_a_filling_disk_is_told_in_time(tmp_path: Path, free_bytes: int, expected: tuple[Verdict, str]) -> None:
    assert on(replace(WELL, free_bytes=lambda _: free_bytes), tmp_path)["disk"] == expected


@pytest.mark.parametrize(
    ("now", "offset_s", "expected"),
    [
        (datetime(2025, 12, 31, 23, 59, tzinfo=JAPAN), JAPAN_OFFSET_S, (Verdict.BAD, "implausible")),
        (datetime(2100, 1, 1, tzinfo=JAPAN), JAPAN_OFFSET_S, (Verdict.BAD, "implausible")),
        (NOON, 0, (Verdict.ATTENTION, "zone")),
        (NOON, JAPAN_OFFSET_S, (Verdict.OK, "ok")),
    ],
)
def test_the_clock_is_judged(tmp_path: Path, now: datetime, offset_s: int, expected: tuple[Verdict, str]) -> None:
    assert on(replace(WELL, now=lambda: now, offset_s=lambda: offset_s), tmp_path)["clock"] == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(9, Verdict.OK), (-10, Verdict.ATTENTION), (120, Verdict.ATTENTION), (-121, Verdict.BAD)]
)
def test_the_registers_clock_is_compared(seconds: int, expected: Verdict) -> None:
    (finding,) = compare_clocks((NOON + timedelta(seconds=seconds)).isoformat(), NOON)
    assert finding.verdict is expected
    assert str(abs(seconds)) in finding.told("en")["detail"]


def test_a_register_without_a_clock_is_no_finding() -> None:
    assert list(compare_clocks("", NOON)) == []


def test_no_port_is_worth_a_look(tmp_path: Path) -> None:
    assert on(replace(WELL, list_ports=tuple), tmp_path)["port"] == (Verdict.ATTENTION, "none")


def test_a_counter_that_stands_alone_is_well(alone: CounterProfile, tmp_path: Path) -> None:
    findings = list(examine(alone, tmp_path, WELL))
    assert {finding.verdict for finding in findings} == {Verdict.OK, Verdict.ATTENTION}
    told = by_check(findings)
    assert told["register"] == (Verdict.OK, "none")
    assert told["printer"] == (Verdict.ATTENTION, "none")
    assert told["journal"] == (Verdict.ATTENTION, "none")
    assert told["device"] == (Verdict.OK, "no_line")


def test_a_journal_is_verified_and_dated(alone: CounterProfile, bench: Bench, tmp_path: Path) -> None:
    open_day(bench.counter, CLERK.actor)
    state = tmp_path / "journal"
    assert by_check(list(examine(alone, state, WELL)))["journal"] == (Verdict.OK, "ok")
    early = replace(WELL, now=lambda: bench.clock.now - timedelta(seconds=1))
    assert by_check(list(examine(alone, state, early)))["clock"] == (Verdict.BAD, "behind_journal")


def test_a_damaged_journal_is_bad(alone: CounterProfile, tmp_path: Path) -> None:
    from kiosk.journal.opening import DATABASE_NAME

    (tmp_path / DATABASE_NAME).write_bytes(b"not a database" * 100)
    finding = next(one for one in examine(alone, tmp_path, WELL) if one.check == "journal")
    assert (finding.verdict, finding.state) == (Verdict.BAD, "unreadable")
    assert str(tmp_path) in finding.told("ja")["next"]


def beside(alone: CounterProfile, port: str) -> CounterProfile:
    return replace(
        alone, scanner=ScannerProfile("lines", port, 9600), display=DisplayProfile("line20", port, 9600, "kana")
    )


def test_a_counter_needs_neither_scanner_nor_display(alone: CounterProfile, tmp_path: Path) -> None:
    told = by_check(list(examine(alone, tmp_path, WELL)))
    assert (told["scanner"], told["display"]) == ((Verdict.OK, "none"), (Verdict.OK, "none"))


def test_lines_of_scanner_and_display_are_opened_and_judged(alone: CounterProfile, tmp_path: Path) -> None:
    near, far = os.openpty()
    tty.setraw(far)
    port = os.ttyname(far)
    well = by_check(list(examine(beside(alone, port), tmp_path, WELL)))
    assert (well["scanner"], well["display"]) == ((Verdict.OK, "ok"), (Verdict.OK, "ok"))
    holder = SerialLine(SerialSettings(port))
    held = by_check(list(examine(beside(alone, port), tmp_path, WELL)))
    holder.close()
    assert (held["scanner"], held["display"]) == ((Verdict.ATTENTION, "port_busy"), (Verdict.ATTENTION, "port_busy"))
    os.close(far)
    os.close(near)
    for finding in examine(beside(alone, "/nowhere"), tmp_path, WELL):
        if finding.check in ("scanner", "display"):
            assert (finding.verdict, finding.state) == (Verdict.BAD, "port_missing")
            assert "/nowhere" in finding.told("ja")["detail"]
            assert finding.told("ja")["next"]


OF_JOBS = {PrintFault.CANNOT_TELL, PrintFault.NOT_RECORDED, PrintFault.NO_DRAWER}
"""Why a job or a drawer is not done; a printer is never ill with them."""


@pytest.mark.parametrize("fault", [fault for fault in PrintFault if fault not in OF_JOBS])
def test_every_fault_of_a_printer_has_a_next_step(fault: PrintFault) -> None:
    finding = printer_finding(PRINTER, PrinterHealth(online=False, paper=Paper.UNKNOWN, fault=fault))
    for language in ("ja", "en"):
        assert finding.told(language)["next"]
    assert finding.verdict is (Verdict.ATTENTION if fault is PrintFault.PORT_BUSY else Verdict.BAD)


def test_a_roll_near_its_end_is_announced() -> None:
    finding = printer_finding(PRINTER, PrinterHealth(online=True, paper=Paper.NEAR_END))
    assert (finding.verdict, finding.state) == (Verdict.ATTENTION, "near_end")
    well = printer_finding(PRINTER, PrinterHealth(online=True, paper=Paper.OK))
    assert (well.verdict, well.told("ja")["next"]) == (Verdict.OK, "")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_person_reads_a_line_and_its_next_step(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    def ports() -> tuple[ListedPort, ...]:
        return ()

    known: Callable[[], tuple[ListedPort, ...]] = ports
    monkeypatch.setattr("kiosk.doctor.Machine", lambda: replace(WELL, list_ports=known, now=CityClock().wall))
    assert main(("doctor", "--language", language)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("[注意] port" if language == "ja" else "[attention] port")
    assert lines[1].startswith("    → ")


@pytest.mark.parametrize("driver", ["zvt", "stxlrc"])
@pytest.mark.parametrize(
    ("port", "expected"),
    [("/nowhere", (Verdict.BAD, "missing")), ("usb:0403:ffff", (Verdict.BAD, "missing"))],
)
def test_a_terminal_that_is_not_plugged_in_is_bad(
    alone: CounterProfile, tmp_path: Path, driver: str, port: str, expected: tuple[Verdict, str]
) -> None:
    device = DeviceProfile("terminal", driver, port, 9600, {})
    findings = examine(replace(alone, devices=(device,)), tmp_path, WELL)
    assert by_check(list(findings))["device"] == expected


def test_a_network_terminal_that_nobody_answers_for_is_bad(alone: CounterProfile, tmp_path: Path) -> None:
    device = DeviceProfile("terminal", "zvt", "tcp://127.0.0.1:9", 9600, {})
    findings = examine(replace(alone, devices=(device,)), tmp_path, WELL)
    assert by_check(list(findings))["device"] == (Verdict.BAD, "not_ready")


def test_a_port_that_the_window_holds_is_only_worth_a_look(alone: CounterProfile, tmp_path: Path) -> None:
    near, far = os.openpty()
    tty.setraw(far)
    name = os.ttyname(far)
    holder = SerialLine(SerialSettings(name))
    try:
        device = DeviceProfile("terminal", "zvt", name, 9600, {})
        findings = examine(replace(alone, devices=(device,)), tmp_path, WELL)
        assert by_check(list(findings))["device"] == (Verdict.ATTENTION, "busy")
    finally:
        holder.close()
        os.close(far)
        os.close(near)


def test_a_diagnosis_is_for_terminals_that_are_well_and_can_make_one(alone: CounterProfile, tmp_path: Path) -> None:
    devices = tuple(DeviceProfile(driver, driver, "/nowhere", 9600, {}) for driver in ("zvt", "stxlrc"))
    profile = replace(alone, devices=devices)
    found = [x for x in examine(profile, tmp_path, WELL, diagnose=True) if x.check == "diagnosis"]
    assert [(x.subject, x.verdict, x.state) for x in found] == [
        ("zvt", Verdict.ATTENTION, "not_begun"),
        ("stxlrc", Verdict.OK, "none"),
    ]
    assert found[0].told("ja")["next"]
    assert not any(x.check == "diagnosis" for x in examine(profile, tmp_path, WELL)), "only when it is asked for"


def test_no_terminal_is_touched_over_the_network_while_a_kiosk_has_the_books(
    alone: CounterProfile, bench: Bench, tmp_path: Path
) -> None:
    assert bench.kinds() == []
    profile = replace(alone, devices=(DeviceProfile("terminal", "zvt", "tcp://127.0.0.1:9", 9600, {}),))
    (device,) = (x for x in examine(profile, tmp_path / "journal", WELL, diagnose=True) if x.subject == "terminal")
    assert (device.check, device.verdict, device.state) == ("device", Verdict.ATTENTION, "busy")
