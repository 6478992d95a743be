"""``kiosk doctor`` on a payment service: keys, way and clock, each told apart, by the emulated provider over TLS."""

from pathlib import Path

import pytest

from kiosk.doctor import Verdict
from kiosk.doctor_service import service_findings
from kiosk.profile import DeviceProfile
from kiosk.runtime.live_context import LivePaymentContext, no_slip
from tests.contract.payment.test_paypay_provider import MakeProvider, Provider, make_provider
from tests.provider.process import KEYS

__all__ = ["make_provider"]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "counter-keys.toml"
    write_keys(path)
    return path


def write_keys(path: Path, secret: str = KEYS.secret, environment: str = "production") -> None:
    path.touch(mode=0o600)
    path.write_text(
        f'api_key = "contract-key"\nsecret = "{secret}"\nmerchant_id = "m"\nenvironment = "{environment}"\n',
        encoding="utf-8",
    )


def found(provider: Provider, keys: Path, *, ca_file: str | None = None) -> list[tuple[Verdict, str]]:
    trusted = str(keys.parent / "server.pem") if ca_file is None else ca_file
    options: dict[str, str | int] = {"key_file": str(keys), "ca_file": trusted}
    device = DeviceProfile("paypay", "paypay", provider.base_url, 0, options)
    findings = list(service_findings(device, LivePaymentContext(lambda _: None, lambda _: None, no_slip)))
    for finding in findings:
        told = [*finding.told("ja").values(), *finding.told("en").values()]
        assert KEYS.secret not in "".join(told)
    return [(finding.verdict, finding.state) for finding in findings]


def test_all_is_well(make_provider: MakeProvider, keys: Path) -> None:
    assert found(make_provider(), keys) == [(Verdict.OK, "ready")]


def test_keys_of_the_sandbox_are_pointed_out(make_provider: MakeProvider, keys: Path) -> None:
    write_keys(keys, environment="sandbox")
    assert found(make_provider(), keys) == [(Verdict.ATTENTION, "sandbox"), (Verdict.OK, "ready")]


def test_keys_that_are_not_there_or_open_to_others_or_refused(make_provider: MakeProvider, keys: Path) -> None:
    provider = make_provider()
    write_keys(keys, secret="another")
    assert found(provider, keys) == [(Verdict.BAD, "keys_refused")]
    keys.chmod(0o644)
    assert found(provider, keys) == [(Verdict.BAD, "keys")]
    keys.unlink()
    assert found(provider, keys) == [(Verdict.BAD, "keys")]


def test_a_clock_that_is_minutes_wrong(make_provider: MakeProvider, keys: Path) -> None:
    assert found(make_provider(clock_ahead_s=600), keys) == [(Verdict.BAD, "clock_wrong")]


def test_a_service_nobody_vouches_for_or_that_is_away(make_provider: MakeProvider, keys: Path) -> None:
    provider = make_provider()
    assert found(provider, keys, ca_file="") == [(Verdict.BAD, "service_unreachable")]
    provider.kill()
    assert found(provider, keys) == [(Verdict.BAD, "service_unreachable")]
