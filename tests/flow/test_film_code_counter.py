"""The manual's story of a sale without a terminal, played through: its pictures are those that the page shows."""

import re
from pathlib import Path

import pytest

from tests.flow.film_code_counter import main

ROOT = Path(__file__).resolve().parents[2]


def test_the_story_of_the_manual_can_be_filmed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path, "ja") == 0
    page = (ROOT / "docs/manual/code-payment.md").read_text("utf-8")
    shown = re.findall(r"\.\./pictures/(code-\d\d-[^)]+?\.png)", page)
    filmed = sorted(path.name for path in tmp_path.glob("*.png"))
    assert filmed == sorted(name for name in shown if not name.endswith("-en.png"))
    assert sorted(name.replace("-en.png", ".png") for name in shown if name.endswith("-en.png")) == filmed
    assert all((ROOT / "docs/pictures" / name).is_file() for name in shown)
    told = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if " | " in line]
    kept = [[cell.strip() for cell in line.strip("| ").split("|")] for line in page.splitlines() if "| `" in line]
    assert [(row[0].strip("`"), *row[1:4]) for row in kept] == [tuple(row) for row in told]
