"""PIN hashes: Argon2id over a pepper, the pepper's file, and the command that makes them."""

import io
import re
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.paths import CONFIG
from kiosk.pins import MEMORY_KIB, TIME_COST, PepperError, PinHasher, create_pepper, read_pepper
from kiosk.profile_counter import MEMORY_KIB_MIN, TIME_COST_MIN

PIN = "135792"
PEPPER = bytes(range(32))
UNPEPPERED = PinHasher(None).hash(PIN)
PEPPERED = PinHasher(PEPPER).hash(PIN)


def test_the_form_says_how_it_was_made() -> None:
    assert UNPEPPERED.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t={TIME_COST},p=4$")
    assert PEPPERED.startswith(f"pepper1:$argon2id$v=19$m={MEMORY_KIB},t={TIME_COST},p=4$")
    assert (MEMORY_KIB, TIME_COST) >= (MEMORY_KIB_MIN, TIME_COST_MIN)


def test_only_the_right_pin_with_the_right_pepper_fits() -> None:
    assert PinHasher(PEPPER).verify(PEPPERED, PIN)
    assert not PinHasher(PEPPER).verify(PEPPERED, "135793")
    assert not PinHasher(bytes(32)).verify(PEPPERED, PIN)
    assert not PinHasher(None).verify(PEPPERED, PIN)
    assert not PinHasher(None).verify(PEPPERED.removeprefix("pepper1:"), PIN)
    assert PinHasher(PEPPER).verify(UNPEPPERED, PIN), "a hash of before the pepper goes on to work"
    assert not PinHasher(PEPPER).verify("$argon2id$broken", PIN)


def test_a_pepper_is_its_owners_and_is_never_made_twice(tmp_path: Path) -> None:
    path = tmp_path / "etc" / "pin-pepper"
    pepper = create_pepper(path)
    assert read_pepper(path) == pepper
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(PepperError, match="cannot be written"):
        create_pepper(path)
    assert read_pepper(path) == pepper


def test_a_pepper_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pin-pepper"
    create_pepper(path)
    path.chmod(0o640)
    with pytest.raises(PepperError, match="chmod 600"):
        read_pepper(path)


@pytest.mark.parametrize("text", ["", "00", "zz" * 32, "00" * 33])
def test_what_is_no_pepper_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pin-pepper"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(PepperError, match="is no PIN pepper"):
        read_pepper(path)


def copy_of_counter(tmp_path: Path, *lines: str) -> Path:
    """A counter's files with more lines at the top of its profile."""
    for source in CONFIG.rglob("*"):
        if source.is_file() and source.suffix in {".toml", ".csv", ".receipt"}:
            target = tmp_path / "config" / source.relative_to(CONFIG)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    profile = tmp_path / "config" / "counters" / "shiminka.toml"
    profile.write_text("".join(f"{line}\n" for line in lines) + profile.read_text("utf-8"), "utf-8")
    return profile


def run_pin(monkeypatch: pytest.MonkeyPatch, profile: Path, typed: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return main(["pin", "--profile", str(profile)])


def test_the_command_prints_one_line_for_the_file_and_never_the_pin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pepper = tmp_path / "secret" / "pin-pepper"
    profile = copy_of_counter(tmp_path, f'pin_pepper = "{pepper}"')
    assert run_pin(monkeypatch, profile, f"{PIN}\n{PIN}\n") == 0
    printed = capsys.readouterr()
    found = re.fullmatch(r'pin_hash = "(pepper1:[^"]+)"\n', printed.out)
    assert found
    assert PIN not in printed.out + printed.err
    assert PinHasher(read_pepper(pepper)).verify(found[1], PIN)
    people = tmp_path / "config" / "operators.toml"
    people.write_text(
        re.sub(r'pin_hash = "[^"]+"', f'pin_hash = "{found[1]}"', people.read_text("utf-8"), count=1), "utf-8"
    )
    assert run_pin(monkeypatch, profile, f"{PIN}\n{PIN}\n") == 0, "with the pepper that is there"
    pepper.unlink()
    assert main(["enroll", "--profile", str(profile), "--state", str(tmp_path / "state"), "--code", "x"]) == 2
    assert "no PIN pepper here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "said"),
    [("1234\n1234\n", "6 to 12 digits"), ("123456\n123456\n", "run"), (f"{PIN}\n135793\n", "differ"), ("", "digits")],
)
def test_a_pin_that_cannot_be_taken_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, said: str
) -> None:
    pepper = tmp_path / "pin-pepper"
    profile = copy_of_counter(tmp_path, f'pin_pepper = "{pepper}"')
    assert run_pin(monkeypatch, profile, typed) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
    assert len(printed.err.splitlines()) == 1
    assert not pepper.exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [('pin_pepper = "pepper"', "write the whole path"), ("", "has a peppered PIN: name the pepper's file")],
)
def test_a_profile_names_the_pepper_its_people_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    profile = copy_of_counter(tmp_path, line)
    people = tmp_path / "config" / "operators.toml"
    people.write_text(
        re.sub(r'pin_hash = "[^"]+"', f'pin_hash = "{PEPPERED}"', people.read_text("utf-8"), count=1), "utf-8"
    )
    assert run_pin(monkeypatch, profile, f"{PIN}\n{PIN}\n") == 2
    assert said in capsys.readouterr().err
