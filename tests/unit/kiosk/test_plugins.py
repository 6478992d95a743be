"""A driver from another package: found by its name, checked, and refused in one clear line when it does not fit."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from docs.examples.line_terminal import LineTerminal
from drivers.errors import PortMissingError
from kiosk.cli import BadInputError
from kiosk.commands import load
from kiosk.devices import is_linked, open_payment_device
from kiosk.plugins import PluginError, check_third_party, open_third_party
from kiosk.profile import CounterProfile, DeviceProfile, load_profile
from kiosk.profile_source import ProfileError

CONFIG = Path(__file__).parents[3] / "config"
Install = Callable[..., None]

VENDOR = """
from dataclasses import replace
from docs.examples.line_terminal import LineTerminal

def strict(open_line, options):
    wanted = {"lane": 3, "mode": "plain", "beep": True}
    if options != wanted:
        raise ValueError(f"write {wanted}")
    return LineTerminal(open_line)

def newer(open_line, options):
    terminal = LineTerminal(open_line)
    terminal.capabilities = replace(terminal.capabilities, api_version=2)
    return terminal

def trainer(open_line, options):
    terminal = LineTerminal(open_line)
    terminal.capabilities = replace(terminal.capabilities, training=True)
    return terminal

def untold(open_line, options):
    terminal = LineTerminal(open_line)
    terminal.capabilities = {"credit": True}
    return terminal

def half(open_line, options):
    return object()

def eager(open_line, options):
    open_line()
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a package on the path as an installer does: its metadata with the entry points, and its module."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def add(package: str = "vendor", **drivers: str) -> None:
        metadata = tmp_path / f"{package}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        named = "".join(f"{name} = {target}\n" for name, target in drivers.items())
        (metadata / "entry_points.txt").write_text(f"[counter_kiosk.payment_drivers]\n{named}")
        (tmp_path / "planted_vendor.py").write_text(VENDOR)

    return add


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A counter's file whose card terminal is described by the given lines."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CONFIG, tmp_path / "config")
    path = tmp_path / "config/counters/shiminka.toml"
    before = path.read_text("utf-8")
    assert 'driver = "zvt"' in before

    def write(lines: str) -> Path:
        path.write_text(before.replace('driver = "zvt"', lines), "utf-8")
        return path

    return write


def _profile(path: Path) -> CounterProfile:
    return load_profile(path, on=date(2026, 11, 23))


def _device(driver: str, port: str = "/dev/ttyUSB9", **options: str | int) -> DeviceProfile:
    return DeviceProfile("card", driver, port, 9600, options)


def _refusal(driver: str) -> str:
    with pytest.raises(PluginError) as caught:
        open_third_party(_device(driver))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_worked_driver_is_found_and_opens_nothing(install: Install) -> None:
    install(worked="docs.examples.line_terminal:create")
    device = open_payment_device(_device("worked", port="/dev/no-such-port"))
    assert isinstance(device, LineTerminal)


def test_a_counter_names_a_third_party_driver_with_options_of_its_own(
    install: Install, counter: Callable[[str], Path]
) -> None:
    install(strict="planted_vendor:strict")
    path = counter('driver = "strict"\noptions = {lane = 3, mode = "plain", beep = true}')
    profile = _profile(path)
    check_third_party(profile)
    (device,) = [each for each in profile.devices if each.driver == "strict"]
    assert dict(device.options) == {"lane": 3, "mode": "plain", "beep": True}
    assert device.port
    assert is_linked(device)


def test_options_the_driver_refuses_are_one_line_on_the_command_line(
    install: Install, counter: Callable[[str], Path]
) -> None:
    install(strict="planted_vendor:strict")
    with pytest.raises(BadInputError, match=r"driver strict: planted_vendor:strict refused its options: write {'lane'"):
        load(counter('driver = "strict"\noptions = {lane = 4}'), None, ())


def test_an_option_that_is_no_text_or_number_is_told_with_its_place(
    install: Install, counter: Callable[[str], Path]
) -> None:
    install(strict="planted_vendor:strict")
    with pytest.raises(ProfileError, match=r"shiminka\.toml:\d+: devices\[1\]\.options\.lane: .* neither a text nor"):
        _profile(counter('driver = "strict"\noptions = {lane = [4]}'))


def test_a_tender_the_driver_cannot_take_is_refused(install: Install, counter: Callable[[str], Path]) -> None:
    install(worked="docs.examples.line_terminal:create")
    path = counter('driver = "worked"')
    text = path.read_text("utf-8")
    path.write_text(text.replace('driver = "attended"', 'driver = "worked"'), "utf-8")
    with pytest.raises(PluginError, match="driver worked: cannot take emoney, only credit: name another device"):
        check_third_party(_profile(path))


def test_an_unknown_driver_is_told_with_those_installed(install: Install, counter: Callable[[str], Path]) -> None:
    install(worked="docs.examples.line_terminal:create")
    with pytest.raises(ProfileError, match=r"'workd' is not a driver: write one of zvt, .*worked"):
        _profile(counter('driver = "workd"'))


def test_a_terminal_in_training_mode_sells_nothing_on_real_books(
    install: Install, counter: Callable[[str], Path]
) -> None:
    install(trainer="planted_vendor:trainer")
    path = counter('driver = "trainer"')
    with pytest.raises(BadInputError, match="device terminal: driver trainer: is in training mode"):
        load(path, None, ())
    profile, _ = load(path, None, (), training=True)
    assert [device.name for device in profile.devices] == ["terminal", "emoney", "drawer"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (
            "planted_vendor:newer",
            "speaks interface version 2, this kiosk 1: install the driver's release for version 1",
        ),
        ("planted_vendor:untold", "does not tell its Capabilities"),
        ("planted_vendor:half", "has no authorize_sales, authorize_void"),
        ("planted_vendor:gone", "cannot be loaded"),
        ("no_such_vendor:create", "cannot be loaded (No module named 'no_such_vendor')"),
    ],
)
def test_a_misfit_is_one_clear_line(install: Install, target: str, said: str) -> None:
    install(odd=target)
    refusal = _refusal("odd")
    assert refusal.startswith(f"device card: driver odd: {target} ")
    assert said in refusal


def test_a_driver_nobody_brings_and_one_brought_twice(install: Install) -> None:
    assert "no installed package brings this driver" in _refusal("nobody")
    install("first", twin="planted_vendor:strict")
    install("second", twin="planted_vendor:newer")
    assert "remove one of the packages" in _refusal("twin")


def test_without_a_port_in_the_file_there_is_no_line(install: Install) -> None:
    install(eager="planted_vendor:eager")
    with pytest.raises(PluginError, match="names no port") as caught:
        open_third_party(_device("eager", port=""))
    assert isinstance(caught.value.__cause__, PortMissingError)
