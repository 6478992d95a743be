"""How a tender's refund goes is data, checked against what its driver can do."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.tender import RefundWay, TenderKind
from kiosk.paths import CONFIG
from kiosk.profile import load_profile
from kiosk.profile_source import ProfileError

DAY = date(2026, 11, 23)


def counter_saying(folder: Path, device: str) -> Path:
    """The counter's file with ``refund = "terminal"`` for the tender on one device."""
    shutil.copytree(CONFIG, folder / "config")
    path = folder / "config" / "counters" / "shiminka.toml"
    said = path.read_text("utf-8").replace(f'\ndevice = "{device}"\n', f'\ndevice = "{device}"\nrefund = "terminal"\n')
    path.write_text(said, "utf-8")
    return path


def test_a_transfer_is_the_rule_where_nothing_is_written() -> None:
    profile = load_profile(CONFIG / "counters" / "shiminka.toml", on=DAY)
    assert {tender.refund for tender in profile.tenders} == {RefundWay.TRANSFER}


def test_a_counter_may_let_its_terminal_refund(tmp_path: Path) -> None:
    profile = load_profile(counter_saying(tmp_path, "terminal"), on=DAY)
    assert profile.tender(TenderKind.CREDIT).refund is RefundWay.TERMINAL


def test_a_driver_that_cannot_refund_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="driver cash cannot refund: write refund = 'transfer'"):
        load_profile(counter_saying(tmp_path, "drawer"), on=DAY)
