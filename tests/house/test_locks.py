"""The locked lists: what installs today installs in a year, with the pip that Debian 12 brings."""

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(\[[a-z0-9,_-]+\])?==", re.MULTILINE)
WITH_EXTRAS = re.compile(r"^([A-Za-z0-9._-]+)\[([a-z0-9,_-]+)\]", re.IGNORECASE)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", ["run", "test"])
def test_what_a_package_asks_for_with_extras_is_pinned_with_them(name: str) -> None:
    """pip 23 takes ``coverage[toml]`` for another package than ``coverage`` and looks for its newest release."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pinned = {normal(package): set((extras or "").strip("[]").split(",")) for package, extras in PINNED.findall(text)}
    missing = []
    for package in pinned:
        try:
            wanted = distribution(package).requires or []
        except PackageNotFoundError:
            continue  # for another platform
        for requirement in wanted:
            found = WITH_EXTRAS.match(requirement)
            if not found or "extra ==" in requirement or normal(found[1]) not in pinned:
                continue
            if not pinned[normal(found[1])] >= set(found[2].split(",")):
                missing.append(f"{package} asks for {found[0]}")
    assert not missing


def test_no_list_names_an_address() -> None:
    for path in filter(Path.is_file, (ROOT / "requirements").rglob("*")):
        assert "://" not in path.read_text(encoding="utf-8"), path.name


def test_every_node_package_is_pinned_with_its_hash() -> None:
    lock = json.loads((ROOT / "requirements" / "node" / "package-lock.json").read_text(encoding="utf-8"))
    del lock["packages"][""]  # the list itself
    assert {"node_modules/npos", "node_modules/receiptio", "node_modules/receiptline"} <= set(lock["packages"])
    for name, package in lock["packages"].items():
        assert package["version"], name
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
