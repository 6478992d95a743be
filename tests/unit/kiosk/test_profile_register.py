"""Who vouches for the register's certificate is data of the counter, and a file that is there."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from kiosk.paths import CONFIG
from kiosk.profile import CounterProfile, load_profile
from kiosk.profile_source import ProfileError


def load(folder: Path, line: str) -> CounterProfile:
    """The counter's file with one line more."""
    shutil.copytree(CONFIG, folder / "config")
    path = folder / "config" / "counters" / "shiminka.toml"
    path.write_text(line + path.read_text("utf-8"), "utf-8")
    return load_profile(path, on=date(2026, 11, 23))


def test_without_a_word_the_systems_authorities_hold(tmp_path: Path) -> None:
    assert load(tmp_path, "").register_ca == ""


def test_the_citys_own_authority_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "city.pem").touch()
    assert load(tmp_path, f"register_ca = '{tmp_path / 'city.pem'}'\n").register_ca == str(tmp_path / "city.pem")


@pytest.mark.parametrize("given", ["/no/such/city.pem", "city.pem", ""])
def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, given: str) -> None:
    with pytest.raises(ProfileError, match=r"1: register_ca: .* is not there: write the whole path"):
        load(tmp_path, f"register_ca = '{given}'\n")
