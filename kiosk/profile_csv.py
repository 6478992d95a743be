"""CSV master files as rows with places. Owns header and shape; refuses unknown columns and broken quotes."""

import csv
import difflib
import io
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from kiosk.profile_source import ProfileError, Source, shown

ROWS_MAX = 100_000
"""Items or accounts in one file; a large city's whole fee table has some thousands."""
Checked = TypeVar("Checked")


class Row:
    """One record of a CSV file, by column name."""

    __slots__ = ("_source", "cells", "line")

    def __init__(self, source: Source, line: int, cells: Mapping[str, str]) -> None:
        self._source = source
        self.line = line
        self.cells = cells

    def error(self, column: str, problem: str) -> ProfileError:
        """Make the error line for one cell."""
        return self._source.error(self.line, column, problem)

    def checked(self, column: str, check: Callable[[str], Checked]) -> Checked:
        """The cell after ``check``, whose ValueError says what would be right. Raises ProfileError."""
        try:
            return check(self.cells[column])
        except ValueError as error:
            raise self.error(column, str(error)) from error

    def optional(self, column: str, check: Callable[[str], str]) -> str:
        """The cell after ``check``, or empty."""
        return self.checked(column, check) if self.cells[column] else ""


def read_rows(source: Source, required: tuple[str, ...], is_extra: Callable[[str], bool]) -> Iterator[Row]:
    """Yield the records under a header row that has every required column and only columns that ``is_extra`` allows.

    Columns may stand in any order; blank lines are skipped. Raises ProfileError.
    """
    records = _records(source)
    line, header = next(records, (1, []))
    _check_header(source, line, header, required, is_extra)
    for count, (line, cells) in enumerate(records, start=1):
        if len(cells) != len(header):
            problem = f"the row has {len(cells)} cells, the header {len(header)}: write one cell per column"
            raise source.error(line, "", problem)
        if count > ROWS_MAX:
            raise source.error(line, "", f"more than {ROWS_MAX} rows: split the file")
        yield Row(source, line, dict(zip(header, cells, strict=True)))


def _records(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Records that are not blank, each with the line it begins on."""
    reader = csv.reader(io.StringIO(source.text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise source.error(
            line, "", f"broken row ({error}): put a cell with a comma or quote in double quotes"
        ) from error


def _check_header(
    source: Source, line: int, header: list[str], required: tuple[str, ...], is_extra: Callable[[str], bool]
) -> None:
    for column in header:
        if column not in required and not is_extra(column):
            near = difflib.get_close_matches(column, required, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(required)}"
            raise source.error(line, shown(column), f"unknown column: {hint}")
        if header.count(column) > 1:
            raise source.error(line, column, "the column stands twice: remove one")
    for column in required:
        if column not in header:
            raise source.error(line, column, "missing column: add it to the header row")
