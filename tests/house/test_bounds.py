"""The table of bounds in the architecture is what the code has."""

import re
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\|[^|]+\| `([a-z0-9_.]+)\.([A-Za-z_.]+)` \| ([0-9.]+)( bytes| s)? \|$", re.MULTILINE)


def value_of(module: str, name: str) -> object:
    """A module's constant, or the default of a settings class."""
    found = import_module(module)
    owner, _, attribute = name.rpartition(".")
    return getattr(getattr(found, owner)() if owner else found, attribute)


def test_every_bound_is_as_the_table_says() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    table = text[text.index("## Bounds") : text.index("## Where to begin")]
    rows = ROW.findall(table)
    assert len(rows) == table.count("\n| ") - 1, "a row is not in the form of the others"
    assert [(name, float(told)) for module, name, told, _ in rows if value_of(module, name) != float(told)] == []
