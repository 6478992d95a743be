"""The table of fault by driver in the documents names every fault and every driver of ours, and no fault went unhit."""

from pathlib import Path

import pytest

from docs.examples.line_terminal_kit import ADAPTER as LINE_TERMINAL
from drivers.conformance.adapter import Operation, Scene
from drivers.conformance.faults import FaultKind
from drivers.conformance.matrix import CANNOT, LINE, endings, main, possible, rows
from tests.contract.conformance.clerk_adapter import ATTENDED, CASH, JPQR
from tests.contract.conformance.paypay_adapter import SCANNED, SHOWN
from tests.contract.conformance.stxlrc_adapter import STXLRC
from tests.contract.conformance.zvt_adapter import KEEPING, MIRRORING, ON_TCP, REVERSING

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "conformance.md"
ADAPTERS = (REVERSING, KEEPING, MIRRORING, ON_TCP, STXLRC, LINE_TERMINAL, SCANNED, SHOWN, ATTENDED, JPQR, CASH)


def _table() -> list[list[str]]:
    """The cells of the document's table, heading first."""
    text = DOCUMENT.read_text("utf-8")
    between = text.partition("<!-- fault by driver: generated -->")[2].partition("<!-- end -->")[0]
    lines = [line for line in between.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in (lines[0], *lines[2:])]


def test_the_document_has_every_fault_and_every_driver() -> None:
    heading, *table = _table()
    assert heading[2:] == [adapter.name for adapter in ADAPTERS]
    assert [(row[0], row[1]) for row in table] == [(str(kind), str(name)) for kind, name in rows(ADAPTERS)]


def test_no_fault_that_can_strike_a_driver_went_unhit() -> None:
    _, *table = _table()
    for adapter, column in zip(ADAPTERS, range(2, 2 + len(ADAPTERS)), strict=True):
        hit = {(row[0], row[1]) for row in table if row[column] != CANNOT}
        assert hit == {(str(kind), str(name)) for kind, name in possible(adapter)}
        assert all(int(row[column]) > 0 for row in table if row[column] != CANNOT)


def test_the_document_says_how_each_fault_of_a_terminal_ends() -> None:
    text = DOCUMENT.read_text("utf-8").partition("<!-- endings by driver: generated -->")[2]
    assert text.partition("<!-- end -->")[0].strip().splitlines() == list(endings(ADAPTERS))


def test_a_driver_without_a_line_cannot_have_it_cut() -> None:
    assert (LINE, FaultKind.CUT_BYTE) not in possible(CASH)
    assert possible(CASH) >= {(LINE, FaultKind.CANCEL), (Operation.VOID, Scene.DECLINE)}


def test_the_table_is_printed_for_the_adapters_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tests.contract.conformance.clerk_adapter:CASH"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "| | Fault | cash |"
    assert "| the line | cut at byte | – |" in printed
    assert "| sale | decline | 2 |" in printed
