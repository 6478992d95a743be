"""Our approved layouts are ReceiptLine: its authors' own program sets each of them, and says every word of it."""

from pathlib import Path

import pytest

from scripts.benchmarks.receipt_peers import run_receiptline

LAYOUTS = sorted((Path(__file__).parents[3] / "config" / "receipts").glob("*.receipt"))
COLUMNS = 96
"""Wide enough for every row."""
MARKS = str.maketrans("", "", '^`"|\\ \n')
"""Decorations and columns, which are not said."""


def words(line: str) -> str:
    return line.translate(MARKS)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda path: path.stem)
def test_receiptline_passes_over_our_properties_and_says_the_rest(layout: Path) -> None:
    markup = layout.read_text("utf-8")
    said = run_receiptline(markup, COLUMNS).text
    lines = [line.strip() for line in markup.splitlines()]
    expected = [words(line) for line in lines if not line.startswith("{") and set(line) not in ({"-"}, {"="})]
    rules = sum(set(line) == {"-"} for line in lines)
    assert words(said).replace("-" * COLUMNS, "") == "".join(expected)
    assert said.count("-" * COLUMNS) == rules
