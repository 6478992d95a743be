"""A counter whose wallets pay through a service: its tender has the service's own operator, and knows whose codes."""

import shutil
from pathlib import Path

import pytest

from kiosk.domain.tender import TenderKind
from kiosk.paths import CONFIG
from kiosk.profile import CounterProfile, load_profile
from kiosk.profile_source import ProfileError
from tests.ui.scripted_desk import TODAY


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFIG, tmp_path / "config"))


def load(config: Path, right: str = "", wrong: str = "") -> CounterProfile:
    path = config / "counters" / "toshokan.toml"
    path.write_text(path.read_text("utf-8").replace(right, wrong, 1), encoding="utf-8")
    return load_profile(path, on=TODAY)


def test_the_sample_takes_paypay_through_its_service_and_knows_whose_codes_there_are(config: Path) -> None:
    profile = load(config)
    tender = profile.tender(TenderKind.CODE)
    assert (tender.name, tender.brands, tender.through_service) == ("PayPay", ("PayPay",), True)
    assert not tender.without_terminal
    assert profile.code_operators.prefixes["9000818188"] == "PayPay"


def test_a_tender_of_other_operators_is_not_taken_by_it(config: Path) -> None:
    with pytest.raises(ProfileError, match=r"tenders\[1\]\.tender: driver paypay takes PayPay alone"):
        load(config, 'tender = "paypay"', 'tender = "code"')


def test_a_counter_without_a_service_reads_no_operators(config: Path) -> None:
    (config / "code_operators.toml").write_text("broken", encoding="utf-8")
    assert not load_profile(config / "counters" / "shiminka.toml", on=TODAY).code_operators.prefixes
    with pytest.raises(ProfileError, match=r"code_operators\.toml"):
        load(config)
