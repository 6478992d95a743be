"""The manual's story of a doubt, played through: its pictures can be taken, and are those that the page shows."""

import re
from pathlib import Path

import pytest

from tests.flow.film_in_doubt import main

ROOT = Path(__file__).resolve().parents[2]


def test_the_story_of_the_manual_can_be_filmed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path) == 0
    page = (ROOT / "docs/manual/in-doubt.md").read_text("utf-8")
    shown = re.findall(r"\.\./pictures/(in-doubt-[^)]+\.png)", page)
    assert sorted(path.name for path in tmp_path.glob("*.png")) == sorted(shown)
    assert all((ROOT / "docs/pictures" / name).is_file() for name in shown)
    told = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if " | " in line]
    kept = [line.split(" | ") for line in page.splitlines() if "| operation_" in line]
    assert [(row[1], row[2], row[3]) for row in told] == [(row[1], row[2], row[3]) for row in kept]
