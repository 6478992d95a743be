"""A million inputs that no corpus has, made up from a seed: guided by coverage where atheris has a build."""

import importlib.util
import platform
import sys
from pathlib import Path

import pytest

from tests.fuzz.__main__ import fuzz
from tests.fuzz.catalog import GROUPS, TARGETS

INPUTS_MIN = 1_000_000
HAS_ATHERIS = importlib.util.find_spec("atheris") is not None
HOW = "guided" if HAS_ATHERIS else "by-chance"


@pytest.mark.parametrize("group", GROUPS, ids=[f"{name}-{HOW}" for name in GROUPS])
def test_made_up_inputs_break_nothing(group: str, tmp_path: Path) -> None:
    names = [target.name for target in GROUPS[group]]
    told = list(fuzz(names, out=tmp_path))
    assert [each["name"] for each in told] == names
    assert {each["name"]: (each["crash"], each["content"]) for each in told if each["crash"]} == {}
    assert [each["name"] for each in told if each["runs"] < TARGETS[each["name"]].runs] == []
    assert all(each["guided"] is HAS_ATHERIS for each in told)
    assert all(each["cov"] > 0 for each in told) is HAS_ATHERIS, "nothing was instrumented"


def test_they_are_a_million() -> None:
    assert sum(target.runs for target in TARGETS.values()) >= INPUTS_MIN


def test_where_atheris_has_a_build_it_is_used() -> None:
    assert HAS_ATHERIS is (sys.platform == "linux" and platform.machine() == "x86_64")
