"""The manual's stories that both windows tell, played through: their pictures are those that the pages show."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flow import film_code_counter, film_wallet

ROOT = Path(__file__).resolve().parents[2]
STORIES: dict[str, tuple[str, Callable[[Path, str], int]]] = {
    "code": ("code-payment", film_code_counter.main),
    "wallet": ("wallet-payment", film_wallet.main),
}


@pytest.mark.parametrize("prefix", STORIES)
def test_the_story_of_the_manual_can_be_filmed(prefix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, film = STORIES[prefix]
    assert film(tmp_path, "ja") == 0
    page = (ROOT / f"docs/manual/{name}.md").read_text("utf-8")
    shown = re.findall(rf"\.\./pictures/({prefix}-\d\d-[^)]+?\.png)", page)
    filmed = sorted(path.name for path in tmp_path.glob("*.png"))
    assert filmed == sorted(name for name in shown if not name.endswith("-en.png"))
    assert sorted(name.replace("-en.png", ".png") for name in shown if name.endswith("-en.png")) == filmed
    assert all((ROOT / "docs/pictures" / name).is_file() for name in shown)
    told = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if " | " in line]
    kept = [[cell.strip() for cell in line.strip("| ").split("|")] for line in page.splitlines() if "| `" in line]
    assert [(row[0].strip("`"), *row[1:4]) for row in kept] == [tuple(row) for row in told]
