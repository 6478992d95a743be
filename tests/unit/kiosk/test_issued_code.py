"""Where commands find the scheme's code: in the counter's journal, and nowhere else."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.cli import BadInputError
from kiosk.issued_code import read_issued
from kiosk.paths import CONFIG
from kiosk.profile import load_profile
from kiosk.services.enroll_code import enroll_code
from tests.unit.kiosk.conftest import CHIEF, CLERK, MONDAY, Bench
from tests.unit.kiosk.services.test_enroll_code import ISSUED

RARE = load_profile(CONFIG / "counters" / "inabu.toml", on=MONDAY)


def test_the_enrolled_sticker_is_read_while_the_counter_is_at_work(bench: Bench, tmp_path: Path) -> None:
    enroll_code(bench.counter, "code", ISSUED, actor=CLERK.actor, approver=CHIEF.actor)
    assert read_issued(RARE, tmp_path / "journal") == ISSUED


def test_without_one_it_says_what_to_do(bench: Bench, tmp_path: Path) -> None:
    del bench
    for state in (tmp_path / "journal", tmp_path / "nowhere"):
        with pytest.raises(BadInputError, match="scan the sticker"):
            read_issued(RARE, state)


def test_a_counter_with_terminals_alone_has_none(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="jpqr"):
        read_issued(replace(RARE, tenders=()), tmp_path)
