"""config/slips.toml and the slip items of a counter: what is read, and a line for every mistake."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.item import SlipTreatment
from kiosk.domain.tender import TenderKind
from kiosk.paths import CONFIG
from kiosk.profile import CounterProfile, load_profile
from kiosk.profile_slips import read_slips
from kiosk.profile_source import MasterFiles, ProfileError

TODAY = date(2026, 11, 25)
SLIPS = "slips.toml"
ITEMS = "items/sanage.csv"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFIG, tmp_path / "config"))


def load(config: Path) -> CounterProfile:
    return load_profile(config / "counters" / "sanage.toml", on=TODAY)


def spoil(config: Path, name: str, right: str, wrong: str) -> str:
    path = config / name
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ProfileError) as refused:
        load(config)
    told = str(refused.value)
    assert "\n" not in told
    return told.removeprefix(f"{config}/")


def test_a_branch_takes_slips_of_several_sections() -> None:
    profile = load(CONFIG)
    slips = {item.name: item for item in profile.items if item.slip}
    assert {name: item.account.department for name, item in slips.items()} == {
        "学校給食費": "保健給食課",
        "保育所保育料": "保育課",
        "市営住宅使用料": "定住促進課",
        "介護保険料": "介護保険課",
        "軽自動車税（種別割）": "市民税課",
    }
    lunch = slips["学校給食費"]
    assert lunch.price_yen == 0
    assert lunch.slip is not None
    assert (lunch.slip.cap_yen, lunch.slip.over_cap, lunch.slip.expired) == (
        300_000,
        SlipTreatment.REFUSE,
        SlipTreatment.WARN,
    )
    assert slips["介護保険料"].account.path[0] == "介護保険特別会計"
    (rule,) = profile.el_qr
    assert rule.barred == {TenderKind.CREDIT, TenderKind.EMONEY, TenderKind.CODE}
    tax = slips["軽自動車税（種別割）"].slip
    assert tax is not None
    assert tax.has_el_qr


def test_counters_without_slips_need_no_file_about_them(config: Path) -> None:
    (config / SLIPS).unlink()
    assert not load_profile(config / "counters" / "shiminka.toml", on=TODAY).el_qr
    with pytest.raises(ProfileError, match=r"sanage\.csv:5: slip: 'school-lunch' is not a rule of slips\.toml"):
        load(config)


FAULTS = {
    "rule twice": ('"nursery"', '"school-lunch"', "slips.toml:19: slips[2].code: 'school-lunch' stands twice"),
    "prefix twice": ("91234502", "91234501", "slips.toml:24: slips[2].prefixes: 91234501 is that of school-lunch"),
    "prefix": ("91234501", "91x", "slips.toml:14: slips[1].prefixes: '91x' is not the beginning of a slip's code"),
    "treatment": ('expired = "warn"', 'expired = "take it"', "slips.toml:12: slips[1].expired: 'take it' is not a"),
    "cap": ("= 300000", "= 0", "slips.toml:10: slips[1].cap_yen: 0 is out of range"),
    "place": ("number_from = 18", "number_from = 19", "slips.toml:16: slips[1].number_digits: ends behind digit 27"),
    "barred": ('"emoney"', '"wallet"', "slips.toml:58: el_qr[1].barred: 'wallet' is not a tender kind"),
    "unknown key": ("digits_min", "digits_least", "slips.toml:59: el_qr[1].digits_least: unknown key: did you mean"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mistake_stops_with_its_line(config: Path, fault: str) -> None:
    right, wrong, told = FAULTS[fault]
    assert spoil(config, SLIPS, right, wrong).startswith(told)


def test_two_rules_of_one_day_leave_nobody_guessing(config: Path) -> None:
    path = config / SLIPS
    path.write_text(path.read_text("utf-8") + "\n[[el_qr]]\nvalid_from = 2023-04-01\n", "utf-8")
    with pytest.raises(ProfileError, match="a rule from 2023-04-01 is there already"):
        read_slips(MasterFiles(config).read(SLIPS))


ITEM_FAULTS = {
    "no rule": (",school-lunch", ",", "5: price_yen: is open, and the row names no slip"),
    "a price": ("fee,slip,open", "fee,slip,500", "5: price_yen: '500': a slip says its amount: write open"),
    "unknown rule": (",housing", ",houses", "7: slip: 'houses' is not a rule of slips.toml: write one of school-lunch"),
    "free": ("2024-04-01,,,school", "2024-04-01,無料,,school", "5: free_reason: '無料' at a slip's amount"),
    "two items": (",nursery", ",school-lunch", "6: slip: school-lunch is that of item 5001: its prefixes name one"),
}


@pytest.mark.parametrize("fault", ITEM_FAULTS)
def test_a_slip_item_and_its_rule_belong_together(config: Path, fault: str) -> None:
    right, wrong, told = ITEM_FAULTS[fault]
    assert spoil(config, ITEMS, right, wrong).startswith(f"{ITEMS}:{told}")
