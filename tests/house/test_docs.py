"""The documents tell the truth about the code."""

from pathlib import Path

from kiosk.domain.diagram import state_diagram
from kiosk.domain.operation import TRANSITIONS, State

ROOT = Path(__file__).resolve().parents[2]


def test_the_state_diagram_is_the_one_the_table_draws() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert f"```mermaid\n{state_diagram()}\n```" in text


def test_the_diagram_shows_every_step_of_the_table() -> None:
    lines = state_diagram().splitlines()
    for (source, event), target in TRANSITIONS.items():
        assert any(f"{source} --> {target} :" in line and event.__name__ in line for line in lines)
    assert {state for state in State if f"    {state} --> [*]" in lines} == {
        State.APPROVED,
        State.DECLINED,
        State.NOT_SENT,
        State.ABANDONED,
        State.NOT_CHARGED,
    }


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    for path in folder.glob("[0-9]*.md"):
        assert f"({path.name})" in index, path.name


def test_paths_named_in_the_documents_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = {word for word in text.replace("`", " ").split() if "/" in word and word.endswith(".py")}
    missing = [name for name in named if "*" not in name and not (ROOT / name.strip("(),;.")).exists()]
    assert missing == []
