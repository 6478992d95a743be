"""Scanner, line display and what can be scanned: each wrong table or barcode is told in one line with its place."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kiosk.profile import CounterProfile, load_profile
from kiosk.profile_side import DisplayProfile, ScannerProfile
from kiosk.profile_source import ProfileError

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped configuration in the working directory, free to be spoiled."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CONFIG, tmp_path / "config")
    return Path("config")


def load(config: Path, **ports: str) -> CounterProfile:
    overrides = {f"{name}.port": port for name, port in ports.items()}
    return load_profile(config / "counters/shiminka.toml", on=date(2026, 11, 23), overrides=overrides)


def refusal(config: Path) -> str:
    with pytest.raises(ProfileError) as caught:
        load(config)
    message = str(caught.value)
    assert "\n" not in message
    return message


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


SIDE = """
[scanner]
driver = "lines"
port = "usb:0403:6001:A10KZP45"

[display]
driver = "line20"
port = "/dev/ttyUSB3"
baud = 19200
characters = "kanji"
"""


def with_side(config: Path, right: str = "", wrong: str = "") -> None:
    """The counter without the tables that it comes with, and with these."""
    own = config / "counters/shiminka.toml"
    edit(own, lambda text: text[: text.index("# Beside a keyboard scanner")] + SIDE.replace(right, wrong, 1))


def test_a_counter_may_have_a_scanner_and_a_line_display(config: Path) -> None:
    alone = load_profile(config / "counters/bijutsukan.toml", on=date(2026, 11, 23))
    assert (alone.scanner, alone.display) == (None, None)
    with_side(config)
    profile = load(config, scanner="/dev/pts/5", display="/dev/pts/6")
    assert profile.scanner == ScannerProfile("lines", "/dev/pts/5", 9600)
    assert profile.display == DisplayProfile("line20", "/dev/pts/6", 19200, "kanji")


def test_a_display_has_no_kanji_unless_it_is_said(config: Path) -> None:
    with_side(config, 'characters = "kanji"\n', "")
    display = load(config).display
    assert display is not None
    assert display.characters == "kana"


@pytest.mark.parametrize("key", ["scanner.port", "display.port"])
def test_a_port_for_what_the_counter_has_not_is_refused(config: Path, key: str) -> None:
    with pytest.raises(ProfileError, match=f"override '{key}': unknown"):
        load_profile(config / "counters/bijutsukan.toml", on=date(2026, 11, 23), overrides={key: "/dev/ttyS0"})


SIDE_FAULTS = {
    "driver": ('"lines"', '"liens"', "scanner.driver: 'liens' is not a driver: write one of lines"),
    "no port": ('port = "/dev/ttyUSB3"\n', "", "display.port: missing: write a text in quotes"),
    "network": ('"/dev/ttyUSB3"', '"tcp://a:1"', "display.port: 'tcp://a:1' is not a serial port: write one such as"),
    "usb": ('"usb:0403:6001:A10KZP45"', '"usb:403"', "scanner.port: 'usb:403' is no USB identity: write usb:VID:PID"),
    "baud": ("19200", "1", "display.baud: 1 is out of range: write 300 to 4000000"),
    "characters": (
        '"kanji"',
        '"greek"',
        "display.characters: 'greek' is not a character set: write one of kana, kanji",
    ),
    "typo": ("characters", "charakters", "display.charakters: unknown key: did you mean characters?"),
    "terminal's port": ('"/dev/ttyUSB3"', '"/dev/ttyUSB0"', "display: port '/dev/ttyUSB0' is that of device terminal"),
    "printer's port": (
        '"/dev/ttyUSB3"',
        '"/dev/ttyUSB1"',
        "display: port '/dev/ttyUSB1' is that of printer: give each",
    ),
}


@pytest.mark.parametrize("fault", SIDE_FAULTS)
def test_a_wrong_scanner_or_display_is_one_line(config: Path, fault: str) -> None:
    right, wrong, told = SIDE_FAULTS[fault]
    with_side(config, right, wrong)
    message = refusal(config)
    assert message.startswith("config/counters/shiminka.toml:")
    assert message.split(": ", 1)[1].startswith(told)


def test_one_port_for_two_is_refused_from_the_command_line_too(config: Path) -> None:
    with_side(config)
    with pytest.raises(ProfileError, match=r"override display.port: port '/dev/ttyUSB0' is that of device terminal"):
        load(config, display="/dev/ttyUSB0")


def test_a_new_price_keeps_its_items_barcode(config: Path) -> None:
    later = "1001,住民票,じゅうみんひょう,,certificate,400,exempt,1-14-02-01-02,credit,2030-04-01,,2900000010017\n"
    edit(config / "items/shiminka.csv", lambda text: text + later)
    assert [item.barcode for item in load(config).coming_items] == ["2900000010017"]


def test_a_barcode_that_is_another_items_code_is_refused(config: Path) -> None:
    edit(config / "items/shiminka.csv", lambda text: text.replace("\n1003,", "\n2900000010017,"))
    assert refusal(config) == (
        "config/items/shiminka.csv:2: barcode: 2900000010017 belongs to item 2900000010017 already: give each its own"
    )


def test_a_barcode_of_an_item_that_is_still_to_come_is_refused_today(config: Path) -> None:
    later = "Z1,証明,しょうめい,,certificate,300,exempt,1-14-02-01-02,credit+cash,2030-04-01,,2900000010017\n"
    edit(config / "items/shiminka.csv", lambda text: text + later)
    assert refusal(config).endswith("barcode: 2900000010017 belongs to item 1001 already: give each its own")


def test_one_barcode_on_two_items_is_refused(config: Path) -> None:
    edit(config / "items/shiminka.csv", lambda text: text.replace("2900000010024", "2900000010017"))
    assert refusal(config) == (
        "config/items/shiminka.csv:3: barcode: 2900000010017 belongs to item 1001 already: give each its own"
    )
