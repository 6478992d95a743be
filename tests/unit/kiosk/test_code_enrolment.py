"""The sticker's code from a file: two people's PINs, one line for all that is wrong, the record of the window."""

import io
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.journal import commands
from tests.unit.kiosk.services.test_enroll_code import ISSUED

PROFILE = "config/counters/inabu.toml"
PINS = "1357\n2580\n"


@pytest.fixture
def code(tmp_path: Path) -> Path:
    file = tmp_path / "code.txt"
    file.write_text(ISSUED + "\n", encoding="utf-8", newline="")
    return file


def enroll(monkeypatch: pytest.MonkeyPatch, code: Path, state: Path, pins: str = PINS, approver: str = "yamada") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(pins))
    people = ["--operator", "suzuki", "--approver", approver]
    return main(["enroll-code", "--profile", PROFILE, "--state", str(state), "--code", str(code), *people])


def test_it_is_recorded_byte_for_byte_with_both_people(
    monkeypatch: pytest.MonkeyPatch, code: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    assert enroll(monkeypatch, code, state) == 0
    assert capsys.readouterr().out == "inabu-1: 稲武支所\n"
    assert commands.issued_code(state, "code") == ISSUED
    assert "鈴木 花子 (承認: 出納員 山田 太郎)" in list(commands.show(state))[-1]
    assert enroll(monkeypatch, code, state) == 1
    assert capsys.readouterr().err == "この決済コードはもう登録されています。\n"


@pytest.mark.parametrize(
    ("pins", "approver"),
    [("0000\n2580\n", "yamada"), ("1357\n0000\n", "yamada"), ("1357\n1357\n", "suzuki"), ("", "kato")],
)
def test_without_both_people_nothing_is_enrolled(
    monkeypatch: pytest.MonkeyPatch, code: Path, tmp_path: Path, pins: str, approver: str
) -> None:
    assert enroll(monkeypatch, code, tmp_path / "state", pins, approver) == 1
    assert commands.issued_code(tmp_path / "state", "code") == ""


def test_what_is_no_sticker_asks_for_no_pin(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("4902102072618", "utf-8")
    assert enroll(monkeypatch, other, tmp_path / "state", "") == 1
    assert capsys.readouterr().err == "JPQRの決済コードではありません。\n"
    assert enroll(monkeypatch, tmp_path / "nowhere.txt", tmp_path / "state", "") == 2
