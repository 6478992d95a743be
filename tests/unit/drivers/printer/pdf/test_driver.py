"""A folder instead of paper: every document a file of its own, whole or not there."""

import os
import stat
from pathlib import Path

import pytest

from drivers.printer.api import Paper, Printed, PrinterHealth, PrintFailed, PrintFault, PrintJob
from drivers.printer.pdf.driver import FolderPrinter
from kiosk.runtime.live_context import LiveDeviceContext

CONTEXT = LiveDeviceContext()
WELL = PrinterHealth(online=True, paper=Paper.OK)
FAILED = PrintFailed(PrintFault.FILE_NOT_WRITTEN)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_document_is_a_file_with_its_number_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "documents"
    printer = FolderPrinter(folder)
    assert printer.check_health(CONTEXT) == WELL
    assert not folder.exists()
    assert printer.print(PrintJob(7, b"%PDF slip", "N1-U2026-000001"), CONTEXT) == Printed(Paper.OK)
    file = folder / "N1-U2026-000001.pdf"
    assert file.read_bytes() == b"%PDF slip"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert printer.check_health(CONTEXT) == WELL


def test_a_second_document_of_a_name_is_written_beside_the_first(tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path)
    for data in (b"one", b"two"):
        printer.print(PrintJob(7, data, "close-2026-11-23"), CONTEXT)
    assert names(tmp_path) == ["close-2026-11-23-2.pdf", "close-2026-11-23.pdf"]
    assert (tmp_path / "close-2026-11-23.pdf").read_bytes() == b"one"


@pytest.mark.parametrize(("name", "file"), [("", "job-0007.pdf"), ("../../etc/x", "etc-x.pdf"), ("稲武/1", "1.pdf")])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str, file: str) -> None:
    assert FolderPrinter(tmp_path).print(PrintJob(7, b"x", name), CONTEXT) == Printed(Paper.OK)
    assert names(tmp_path) == [file]


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    printer = FolderPrinter(blocked / "documents")
    assert printer.print(PrintJob(7, b"x"), CONTEXT) == FAILED
    assert printer.check_health(CONTEXT).fault is PrintFault.FILE_NOT_WRITTEN


def test_what_cannot_be_synced_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert FolderPrinter(tmp_path).print(PrintJob(7, b"x", "n"), CONTEXT) == FAILED
    assert names(tmp_path) == []


def test_a_name_that_is_used_up_is_a_failure_and_no_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.printer.pdf.driver.COPIES_MAX", 3)
    printer = FolderPrinter(tmp_path)
    outcomes = [printer.print(PrintJob(7, b"x", "n"), CONTEXT) for _ in range(3)]
    assert outcomes == [Printed(Paper.OK), Printed(Paper.OK), FAILED]
