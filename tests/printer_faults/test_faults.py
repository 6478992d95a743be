"""Every printer fault has led to every outcome it can lead to, and no job's word was against its paper."""

from collections import Counter

import pytest

from drivers.emulators.printer.faults import Fault
from tests.printer_faults.table import CANNOT, PAGE, page_with
from tests.printer_faults.trials import OTHERS, Ending, counted

Counted = tuple[dict[str, Counter[Ending]], list[str]]


@pytest.fixture(scope="module")
def tried() -> Counted:
    return counted()


def test_what_is_said_of_a_job_is_what_is_on_paper(tried: Counted) -> None:
    assert tried[1] == []


def test_every_fault_has_reached_every_outcome_it_can_have(tried: Counted) -> None:
    table = tried[0]
    assert list(table) == [*Fault, *OTHERS]
    missed = [
        (row, ending) for row in table for ending in Ending if not table[row][ending] and ending not in CANNOT[row]
    ]
    beyond = [(row, ending) for row in table for ending in CANNOT[row] if table[row][ending]]
    assert (missed, beyond) == ([], [])


def test_the_page_has_this_table(tried: Counted) -> None:
    page = PAGE.read_text("utf-8")
    assert page_with(tried[0], page) == page, "python -m tests.printer_faults"
