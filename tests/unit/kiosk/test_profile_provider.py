"""A payment service as a counter's device: its address, its keys' file, and keys that move no money on real books."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from kiosk.commands import check_devices
from kiosk.domain.tender import TenderKind
from kiosk.paths import CONFIG
from kiosk.profile import CounterProfile, load_profile
from kiosk.profile_source import ProfileError
from kiosk.training import for_training

DAY = date(2026, 11, 23)
ADDRESS = "https://api.provider.example"
KEYS = 'api_key = "a_key"\nsecret = "a_secret"\nmerchant_id = "123456"\nenvironment = "{}"\n'


def _load(folder: Path, *, port: str = ADDRESS, lines: str = "", options: str = "") -> CounterProfile:
    """The library's counter with another address and other options."""
    if not (folder / "config").exists():
        shutil.copytree(CONFIG, folder / "config")
    path = folder / "config" / "counters" / "toshokan.toml"
    head, _, rest = (CONFIG / "counters" / "toshokan.toml").read_text("utf-8").partition('port = "https://')
    _, following, rest = rest.partition("[[devices]]")
    table = f'port = "{port}"\n{lines}\n[devices.options]\n{options}\n'
    path.write_text(head + table + following + rest, "utf-8")
    return load_profile(path, on=DAY)


def _keys(folder: Path, environment: str) -> str:
    path = folder / "paypay.toml"
    path.write_text(KEYS.format(environment), "utf-8")
    path.chmod(0o600)
    return f'key_file = "{path}"'


def test_a_counter_names_the_services_address_and_its_keys_file(tmp_path: Path) -> None:
    profile = _load(tmp_path, port=ADDRESS + "/", options=_keys(tmp_path, "production") + '\npresents = "counter"')
    check_devices(profile)
    (device,) = (each for each in profile.devices if each.driver == "paypay")
    assert device.port == ADDRESS
    assert device.options["presents"] == "counter"
    assert profile.tender(TenderKind.CODE).device == device.name


@pytest.mark.parametrize(
    "port", ["http://api.provider.example", "/dev/ttyUSB0", "tcp://192.0.2.7:443", "https://u:p@host", ADDRESS + "/v2"]
)
def test_only_an_address_of_a_service_is_a_port(tmp_path: Path, port: str) -> None:
    with pytest.raises(ProfileError, match="write https://host without user, path or query"):
        _load(tmp_path, port=port, options='key_file = "/etc/keys.toml"')


def test_without_a_keys_file_there_is_no_counter(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="key_file is missing: write it under"):
        _load(tmp_path)


def test_a_service_has_no_line_and_no_other_words(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="reached over the network: remove it"):
        _load(tmp_path, lines="baud = 9600", options='key_file = "/etc/keys.toml"')
    with pytest.raises(ProfileError, match="presents"):
        _load(tmp_path, options='key_file = "/etc/keys.toml"\npresents = "nobody"')
    with pytest.raises(ProfileError, match="secret"):
        _load(tmp_path, options='key_file = "/etc/keys.toml"\nsecret = "in everybody\'s file"')


def test_keys_of_the_sandbox_are_for_practice_alone(tmp_path: Path) -> None:
    profile = _load(tmp_path, options=_keys(tmp_path, "sandbox"))
    with pytest.raises(ProfileError, match="device paypay: its keys are of the sandbox: nothing paid there is money"):
        check_devices(profile)
    assert TenderKind.CODE in {tender.kind for tender in for_training(profile).tenders}


def test_nobody_practises_with_keys_that_move_money(tmp_path: Path) -> None:
    profile = _load(tmp_path, options=_keys(tmp_path, "production"))
    assert TenderKind.CODE not in {tender.kind for tender in for_training(profile).tenders}


def test_missing_keys_are_told_before_the_day_begins(tmp_path: Path) -> None:
    profile = _load(tmp_path, options='key_file = "/nowhere/keys.toml"')
    with pytest.raises(ProfileError, match=r"device paypay: /nowhere/keys\.toml: no keys of the payment service here"):
        check_devices(profile)
