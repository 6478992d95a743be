"""config/unfinished.toml as the kiosk reads it: every version of a rule, and a line for every mistake."""

from datetime import date
from pathlib import Path

import pytest

from kiosk.paths import CONFIG
from kiosk.profile import load_profile
from kiosk.profile_counter import read_tenders, read_unfinished
from kiosk.profile_source import MasterFiles, ProfileError


def test_every_version_of_a_brands_rule_is_kept() -> None:
    rules = load_profile(CONFIG / "counters" / "shiminka.toml", on=date(2026, 11, 25)).unfinished
    assert {rule.brand: rule.treatment for rule in rules} == {
        "交通系IC": "next_touch",
        "楽天Edy": "next_touch",
        "WAON": "next_touch",
        "nanaco": "sale",
        "iD": "not_concluded",
        "QUICPay": "not_concluded",
    }
    assert [rule.inquire_days for rule in rules] == [55, 0, 0, 0, 0, 0]


FAULTS = {
    "rule of nobody": (
        '"WAON"',
        '"WAOM"',
        "19: unfinished[3].brand: 'WAOM' is not a brand of tenders.toml: write one of Visa",
    ),
    "treatment": (
        '"sale"',
        '"sold"',
        "25: unfinished[4].treatment: 'sold' is not a treatment: write one of next_touch",
    ),
    "rule twice": (
        '"楽天Edy"',
        '"交通系IC"',
        "16: unfinished[2].valid_from: 交通系IC has a rule from 2024-04-01 already",
    ),
    "inquire": ("= 55", "= 5500", "10: unfinished[1].inquire_days: 5500 is out of range"),
    "no day": ("valid_from = 2024-04-01", "", "7: unfinished[1].valid_from: missing"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mistake_stops_with_its_line(tmp_path: Path, fault: str) -> None:
    right, wrong, told = FAULTS[fault]
    text = (CONFIG / "unfinished.toml").read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "unfinished.toml").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    tenders = read_tenders(MasterFiles(CONFIG).read("tenders.toml"))
    with pytest.raises(ProfileError) as refused:
        read_unfinished(MasterFiles(tmp_path).read("unfinished.toml"), tenders.values())
    assert f"unfinished.toml:{told}" in str(refused.value)
