"""The file of a payment service's keys: its owner's alone, wholly of its form, and never told."""

from pathlib import Path
from types import MappingProxyType

import pytest

from drivers.payment.paypay.protocol import Keys
from kiosk.devices import open_payment_device
from kiosk.profile import DeviceProfile
from kiosk.provider_keys import FILE_BYTES_MAX, ProviderKeysError, keys_of, parse_keys, read_keys

FORM = 'api_key = "a_key"\nsecret = "abc/+="\nmerchant_id = "123456"\nenvironment = "{}"\n'
PRODUCTION = FORM.format("production")


def _file(folder: Path, text: str = PRODUCTION, mode: int = 0o600) -> Path:
    path = folder / "paypay.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def _device(path: Path) -> DeviceProfile:
    options = MappingProxyType({"key_file": str(path), "presents": "counter"})
    return DeviceProfile("wallet", "paypay", "https://api.provider.example", 9600, options)


def test_the_keys_are_read_and_the_environment_says_whether_they_move_money(tmp_path: Path) -> None:
    assert read_keys(_file(tmp_path)) == Keys("a_key", "abc/+=", "123456")
    assert read_keys(_file(tmp_path, FORM.format("sandbox"))).is_sandbox


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_that_others_can_read_is_refused_with_what_to_type(tmp_path: Path, mode: int) -> None:
    path = _file(tmp_path, mode=mode)
    with pytest.raises(ProviderKeysError, match=f"chmod 600 {path}"):
        read_keys(path)


def test_a_missing_file_is_told_with_its_form(tmp_path: Path) -> None:
    with pytest.raises(ProviderKeysError, match="no keys of the payment service here: it has api_key"):
        read_keys(tmp_path / "none.toml")
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    with pytest.raises(ProviderKeysError, match="cannot be read"):
        read_keys(folder)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "api_key",
        FORM.format("test"),
        PRODUCTION + 'more = "1"\n',
        PRODUCTION.replace("a_key", "a:key"),
        PRODUCTION.replace("a_key", "a key"),
        PRODUCTION.replace("a_key", "鍵"),
        PRODUCTION.replace("a_key", ""),
        PRODUCTION.replace('"123456"', "123456"),
        PRODUCTION.replace("abc/+=", "s" * 201),
        PRODUCTION + "#" * FILE_BYTES_MAX,
    ],
    ids=str,
)
def test_anything_else_is_refused_and_nothing_of_it_told(tmp_path: Path, text: str) -> None:
    path = _file(tmp_path, text)
    with pytest.raises(ProviderKeysError) as caught:
        read_keys(path)
    assert str(caught.value).startswith(f"{path}: not the keys")
    assert "abc" not in str(caught.value)


def test_bytes_that_are_no_text_are_no_keys() -> None:
    assert parse_keys(b"\xff\xfe") is None
    assert parse_keys(("[" * 3000).encode()) is None


def test_the_device_that_wants_them_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProviderKeysError, match="device wallet: "):
        keys_of(_device(tmp_path / "none.toml"))


@pytest.mark.parametrize(("environment", "training"), [("production", False), ("sandbox", True)])
def test_production_and_sandbox_differ_by_the_file_alone(tmp_path: Path, environment: str, *, training: bool) -> None:
    device = open_payment_device(_device(_file(tmp_path, FORM.format(environment))))
    assert device.capabilities.training is training
